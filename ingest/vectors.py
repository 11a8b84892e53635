"""The vectors of a generation, and the search for the nearest.

    vectors.f32     the vectors as the encoder gave them, at unit length, one a passage, one after the other
    rows.i64        the row of each, ascending
    lists.faiss     of many passages alone: an inverted file (IVF) over the vectors in one bit a number

Few vectors are all compared.  Of many, the lists nearest to the question are searched (Sivic and Zisserman 2003, "Video
Google") by what one bit a number tells (RaBitQ: Gao and Long 2024), and the best of what they hold are compared again
by the vectors themselves.  How many lists are searched is tuned on the corpus' own vectors.  An inverted file takes
changes; a graph (HNSW) takes far longer to build, and nothing can be taken out of it.  Eight bits a number find hardly
more in six times the memory.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from ingest.encoder import Vectors

FLAT = 50_000
RECALL = 0.98
_NEAREST = 10
_LEAST = 100
_CANDIDATES = 2
_MOST_CANDIDATES = 16
_QUERIES = 256
_MOVED = 0.75
_TRAINED_ON = 40
_MOST_CHANGED = 0.1
_CHUNK = 16_384
_ROUNDING = 1e-6

Rows = npt.NDArray[np.int64]


class VectorIndex:
    """The vectors of one generation, by row; they stay on the disk."""

    def __init__(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Use `open`."""
        self.facts = facts
        self.lists = folder / "lists.faiss"
        self.rows: Rows = np.fromfile(folder / "rows.i64", dtype="<i8")
        path, shape = folder / "vectors.f32", (len(self.rows), int(facts["dimension"]))
        if path.stat().st_size != 4 * shape[0] * shape[1]:
            raise ValueError(f"{path}: does not hold {shape[0]} vectors")
        # Nothing cannot be mapped.
        self.vectors: Vectors = np.memmap(path, "<f4", "r", shape=shape) if len(self.rows) else np.zeros(shape, "<f4")
        # What is read through a mapping counts as memory of the process for as long as it runs.
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._ivf = None if facts["kind"] == "flat" else _read_ivf(self.lists, faiss.IO_FLAG_MMAP_IFC)

    @classmethod
    def open(cls, folder: Path, facts: Mapping[str, Any]) -> VectorIndex:
        """Open what `write_vectors` wrote and told; OSError where that cannot be read."""
        try:
            return cls(folder, facts)
        except (RuntimeError, ValueError) as error:
            raise OSError(str(error)) from error

    def __len__(self) -> int:
        """How many vectors there are."""
        return len(self.rows)

    def of(self, rows: Sequence[int] | Rows) -> Vectors:
        """The vectors of the given rows, in that order, (len(rows), dimension); LookupError if one is not there."""
        wanted = np.asarray(rows, dtype=np.int64)
        places = np.searchsorted(self.rows, wanted)
        absent = wanted[np.take(self.rows, places, mode="clip") != wanted]
        if len(absent):
            raise KeyError(int(absent[0]))
        dimension = self.vectors.shape[1]
        size = dimension * self.vectors.itemsize
        read = (os.pread(self._file, size, size * place) for place in places.tolist())
        return np.frombuffer(b"".join(read), dtype="<f4").reshape(len(wanted), dimension)

    def blocks(self, place: int = 0) -> Iterator[tuple[Rows, Vectors]]:
        """All from the one at `place` on, some at a time: rows, shape (n,), and vectors, (n, dimension)."""
        for first in range(place, len(self), _CHUNK):
            rows = self.rows[first : first + _CHUNK]
            yield rows, self.of(rows)

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """The rows of the `limit` vectors nearest to `vector`, shape (dimension,), as (row, cosine), best first.

        It takes no thread but the one that calls it.
        """
        limit = min(limit, len(self))
        if not limit:
            return []
        if self._ivf is None:
            cosines, places = faiss.knn(vector[np.newaxis], self.vectors, limit, metric=faiss.METRIC_INNER_PRODUCT)
            return list(zip(self.rows[places[0]].tolist(), cosines[0].tolist(), strict=True))
        _, found = self._ivf.search(vector[np.newaxis], self.facts["candidates"] * max(limit, _LEAST))
        rows = np.sort(found[0][found[0] >= 0])
        exact = self.of(rows) @ vector
        best = np.argsort(-exact, kind="stable")[:limit]
        return list(zip(rows[best].tolist(), exact[best].tolist(), strict=True))


def write_vectors(
    folder: Path,
    old: VectorIndex | None,
    gone: Sequence[int],
    rows: Sequence[int],
    vectors: Iterable[Vectors],
    dimension: int,
    flat: int = FLAT,
) -> dict[str, Any]:
    """Write into `folder` the vectors of `old` without the rows that are `gone`, and `vectors` as new `rows`.

    `vectors` come some at a time, (n, dimension), as many as `rows`, which ascend from above those of `old`.  More than
    `flat` vectors get an inverted file: that of `old` with the changes, until a tenth of it has changed, else one
    trained on these vectors.  The least number of lists is searched that finds `RECALL` of the ten nearest.  Returns
    what was chosen and the recall that was measured; raises OSError.
    """
    stay = np.flatnonzero(~np.isin(old.rows, gone)) if old else np.zeros(0, dtype="<i8")
    kept = old.rows[stay] if old else stay
    np.concatenate([kept, np.asarray(rows, dtype="<i8")]).tofile(folder / "rows.i64")
    with (folder / "vectors.f32").open("wb") as file:
        for first in range(0, len(stay), _CHUNK):
            assert old is not None
            file.write(old.of(kept[first : first + _CHUNK]).data)
        for block in vectors:
            file.write(np.ascontiguousarray(block, dtype="<f4").data)
    written = VectorIndex.open(folder, {"kind": "flat", "dimension": dimension})
    if len(written) <= flat:
        return dict(written.facts)
    changed = int(old.facts["changed"]) + len(gone) + len(rows) if old and old.facts["kind"] == "ivf" else len(written)
    try:
        if old and changed <= _MOST_CHANGED * len(written):
            ivf = _read_ivf(old.lists)
            ivf.remove_ids(faiss.IDSelectorBatch(np.asarray(gone, dtype=np.int64)))
            _add(ivf, written, len(stay))
        else:
            changed = 0
            ivf = _trained(written)
        found = _tune(ivf, written)
        faiss.write_index(ivf, str(written.lists))
    except RuntimeError as error:  # a full disk, to faiss
        raise OSError(str(error)) from error
    return {**written.facts, "kind": "ivf", **found, "changed": changed}


def _read_ivf(path: Path, flags: int = 0) -> faiss.IndexIVF:
    ivf = faiss.read_index(str(path), flags)
    assert isinstance(ivf, faiss.IndexIVF)
    return ivf


def _trained(index: VectorIndex) -> faiss.IndexIVF:
    """An inverted file of all vectors of `index`, with 4 √n lists (fewer of a small one) trained on a part of them."""
    count, dimension = index.vectors.shape
    lists = max(1, min(int(4 * count**0.5), count // _TRAINED_ON))
    ivf = faiss.IndexIVFRaBitQ(faiss.IndexFlatIP(dimension), dimension, lists, faiss.METRIC_INNER_PRODUCT)
    ivf.train(index.of(index.rows[_spread(count, _TRAINED_ON * lists)]))
    _add(ivf, index, 0)
    return ivf


def _add(ivf: faiss.IndexIVF, index: VectorIndex, place: int) -> None:
    """Put the vectors of `index` from `place` on into `ivf`, by their rows."""
    for rows, vectors in index.blocks(place):
        ivf.add_with_ids(vectors, rows)


def _tune(ivf: faiss.IndexIVF, index: VectorIndex) -> dict[str, Any]:
    """Let `ivf` search as few lists as find `RECALL` of the nearest of all vectors; what it then does, and finds.

    `candidates` are how many are compared again for each that is asked for: twice as many, more only where all lists
    do not suffice.

    A question resembles passages and is none of them: the questions are vectors of the corpus, each moved by the
    difference of two others, so that they lie where its vectors lie.
    """
    count = len(index)
    chosen = np.random.default_rng(0).integers(count, size=(3, _QUERIES))
    one, two, three = (index.of(index.rows[np.sort(places)]) for places in chosen)
    queries = _unit(one + _MOVED * _unit(np.random.default_rng(1).permutation(two) - three))
    nearest = np.zeros((_QUERIES, 0), dtype=np.float32)
    for _, vectors in index.blocks():
        cosines, _ = faiss.knn(queries, vectors, min(_NEAREST, len(vectors)), metric=faiss.METRIC_INNER_PRODUCT)
        nearest = -np.sort(-np.hstack([nearest, cosines]), axis=1)[:, :_NEAREST]
    ivf.nprobe, candidates = 1, _CANDIDATES
    while (recall := _recall(ivf, index, queries, nearest[:, -1], candidates)) < RECALL:
        if ivf.nprobe < ivf.nlist:
            ivf.nprobe = min(ivf.nlist, 1 + int(1.2 * ivf.nprobe))
        elif candidates < _MOST_CANDIDATES:
            ivf.nprobe, candidates = 1, 2 * candidates
        else:
            break
    found = {"lists": ivf.nlist, "searched": ivf.nprobe, "candidates": candidates}
    return found | {f"recall@{_NEAREST}": round(recall, 4), "queries": _QUERIES}


def _recall(ivf: faiss.IndexIVF, index: VectorIndex, queries: Vectors, least: Vectors, candidates: int) -> float:
    """The part of the nearest of all vectors that is found; `least` are the cosines of the last of the nearest."""
    hits = 0
    for query, cosine, found in zip(queries, least, ivf.search(queries, candidates * _LEAST)[1], strict=True):
        exact = index.of(found[found >= 0]) @ query
        hits += min(_NEAREST, int((exact >= cosine - _ROUNDING).sum()))
    return hits / (_NEAREST * len(queries))


def _spread(count: int, most: int) -> Rows:
    """At most `most` of the first `count` numbers, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, _ROUNDING), dtype=np.float32)
