"""The vectors of a segment and of all segments of a generation, and the search for the nearest.

    vectors.f32     the vectors as the encoder gave them, at unit length, one a passage, one after the other
    lists.faiss     of many passages alone: an inverted file (IVF) over the vectors in one bit a number

Few vectors are all compared.  Of many, the lists nearest to the question are searched (Sivic and Zisserman 2003, "Video
Google") by what one bit a number tells (RaBitQ: Gao and Long 2024), and the best of what they hold are compared again
by the vectors themselves.  How many lists are searched is tuned on the segment's own vectors.  What is gone of a
segment is found and passed over.  A graph (HNSW) takes far longer to build; eight bits a number find hardly more in six
times the memory.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from ingest.embed.encoder import Vectors
from ingest.errors import IndexDamaged
from ingest.index.runs import Runs
from ingest.proof import Held

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
# How many that are gone are looked for at first among the best.
_SPARE = 16

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class SegmentVectors:
    """The vectors of one segment, whose rows are the numbers from `first` on; they stay on the disk."""

    def __init__(self, folder: Path, first: int, count: int, facts: Mapping[str, Any]) -> None:
        """Of what was written into `folder`; OSError where that cannot be read."""
        self.facts = facts
        self.first = first
        self.path = path = folder / "vectors.f32"
        shape = count, int(facts["dimension"])
        if path.stat().st_size != 4 * shape[0] * shape[1]:
            raise OSError(f"{path}: does not hold {count} vectors")
        # Nothing cannot be mapped.
        self.vectors: Vectors = np.memmap(path, "<f4", "r", shape=shape) if count else np.zeros(shape, "<f4")
        # What is read through a mapping counts as memory of the process for as long as it runs.
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self.lists = folder / "lists.faiss"
        self._ivf = None if facts["kind"] == "flat" else read_lists(self.lists, faiss.IO_FLAG_MMAP_IFC)

    def __len__(self) -> int:
        """How many vectors there are."""
        return len(self.vectors)

    def at(self, places: Sequence[int] | Rows) -> Vectors:
        """The vectors at the given places, counted from 0, in that order, (len(places), dimension).

        Raises IndexDamaged where they cannot be read.
        """
        dimension = self.vectors.shape[1]
        size = dimension * self.vectors.itemsize
        read = (self._read(size * place, size) for place in np.asarray(places, dtype=np.int64).tolist())
        return np.frombuffer(b"".join(read), dtype="<f4").reshape(len(places), dimension)

    def _read(self, place: int, size: int) -> bytes:
        """So many bytes from a place on; a disk may give fewer at once than it is asked for."""
        held = b""
        try:
            while len(held) < size:
                if not (block := os.pread(self._file, size - len(held), place + len(held))):
                    raise OSError("it ends too early")
                held += block
        except OSError as error:
            raise IndexDamaged(
                f"{self.path}: cannot be read ({error}); make the index anew with: ibid index --anew"
            ) from error
        return held

    def blocks(self) -> Iterator[Vectors]:
        """All, some at a time, (n, dimension)."""
        for first in range(0, len(self), _CHUNK):
            yield self.at(range(first, min(first + _CHUNK, len(self))))

    def search(self, vector: Vectors, limit: int) -> tuple[Rows, Floats]:
        """The places of the `limit` vectors nearest to `vector`, shape (dimension,), and their cosines, best first."""
        limit = min(limit, len(self))
        if not limit:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if self._ivf is None:
            cosines, places = faiss.knn(vector[np.newaxis], self.vectors, limit, metric=faiss.METRIC_INNER_PRODUCT)
            return places[0], cosines[0]
        _, found = self._ivf.search(vector[np.newaxis], self.facts["candidates"] * max(limit, _LEAST))
        near = np.sort(found[0][found[0] >= 0])
        exact: Floats = self.at(near) @ vector
        best = np.argsort(-exact, kind="stable")[:limit]
        return near[best], exact[best]

    def living(self, vector: Vectors, limit: int, gone: Runs) -> list[tuple[int, float]]:
        """The nearest rows that are not `gone`, as (row, cosine), best first."""
        wanted = min(limit, len(self) - len(gone))
        asked = limit + min(len(gone), _SPARE)
        while True:
            places, cosines = self.search(vector, asked)
            rows = places + self.first
            stay = ~gone.hold(rows)
            if stay.sum() >= wanted or len(places) < asked:
                return list(zip(rows[stay].tolist(), cosines[stay].tolist(), strict=True))[:limit]
            asked *= 2


class VectorIndex:
    """The vectors of one generation, by row."""

    def __init__(self, parts: Sequence[tuple[SegmentVectors, Runs]], held: Held | None = None) -> None:
        """Of segments, each with the rows of it that are gone, and the files that are looked at before a search."""
        self._held = held
        self.parts = tuple(sorted(parts, key=lambda part: part[0].first))
        self._firsts = np.array([part.first for part, _ in self.parts], dtype=np.int64)

    def __len__(self) -> int:
        """How many vectors there are."""
        return sum(len(part) - len(gone) for part, gone in self.parts)

    def of(self, rows: Sequence[int] | Rows) -> Vectors:
        """The vectors of the given rows, in that order, (len(rows), dimension); KeyError if one is not there."""
        wanted = np.asarray(rows, dtype=np.int64)
        owners = np.searchsorted(self._firsts, wanted, side="right") - 1
        found = np.zeros((len(wanted), self.parts[0][0].vectors.shape[1]), dtype=np.float32)
        for owner in np.unique(owners).tolist():
            part, gone = self.parts[owner]
            places = wanted[owners == owner] - part.first
            absent = (places < 0) | (places >= len(part)) | gone.hold(places + part.first)
            if absent.any():
                raise KeyError(int(places[absent][0]) + part.first)
            found[owners == owner] = part.at(places)
        return found

    def search(self, vectors: Vectors, limit: int) -> list[list[tuple[int, float]]]:
        """For each of `vectors`, (n, dimension), the `limit` nearest as (row, cosine), best first, ties by row.

        It takes no thread but the one that calls it.  Raises IndexDamaged.
        """
        if self._held:
            self._held.check()
        found = ([hit for part, gone in self.parts for hit in part.living(v, limit, gone)] for v in vectors)
        return [sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:limit] for hits in found]


def read_lists(path: Path, flags: int = 0) -> faiss.IndexIVF:
    """The inverted file at `path`; OSError."""
    try:
        ivf = faiss.read_index(str(path), flags)
    except RuntimeError as error:
        raise OSError(str(error)) from error
    assert isinstance(ivf, faiss.IndexIVF)
    return ivf


def add_lists(
    folder: Path, count: int, dimension: int, like: SegmentVectors | None = None, kept: int = 0, flat: int = FLAT
) -> dict[str, Any]:
    """Write an inverted file beside the `count` vectors in `folder`, if these are more than `flat`.

    Of vectors most of which, `kept`, are those of the segment `like`, the lists are about the centres of that one,
    until a tenth has changed since these were found.  The least number of lists is searched that finds `RECALL` of the
    ten nearest.  Returns what was chosen and the recall that was measured; raises OSError.
    """
    facts = {"kind": "flat", "dimension": dimension}
    if count <= flat:
        return facts
    written = SegmentVectors(folder, 0, count, facts)
    changed = count
    if like and like.facts["kind"] == "ivf":
        changed = int(like.facts["changed"]) + (len(like) - kept) + (count - kept)
    try:
        if like and changed <= _MOST_CHANGED * count:
            ivf = read_lists(like.lists)
            ivf.reset()
        else:
            changed = 0
            ivf = _trained(written)
        for vectors in written.blocks():
            ivf.add(vectors)
        found = _tune(ivf, written)
        faiss.write_index(ivf, str(written.lists))
    except RuntimeError as error:  # a full disk, to faiss
        raise OSError(str(error)) from error
    return {**facts, "kind": "ivf", **found, "changed": changed}


def _trained(index: SegmentVectors) -> faiss.IndexIVF:
    """An empty inverted file with 4 √n lists (fewer of a small one) about centres found in a part of the vectors."""
    count, dimension = index.vectors.shape
    lists = max(1, min(int(4 * count**0.5), count // _TRAINED_ON))
    ivf = faiss.IndexIVFRaBitQ(faiss.IndexFlatIP(dimension), dimension, lists, faiss.METRIC_INNER_PRODUCT)
    ivf.train(index.at(_spread(count, _TRAINED_ON * lists)))
    return ivf


def _tune(ivf: faiss.IndexIVF, index: SegmentVectors) -> dict[str, Any]:
    """Let `ivf` search as few lists as find `RECALL` of the nearest of all vectors; what it then does, and finds.

    `candidates` are how many are compared again for each that is asked for: twice as many, more only where all lists
    do not suffice.

    A question resembles passages and is none of them: the questions are vectors of the corpus, each moved by the
    difference of two others, so that they lie where its vectors lie.
    """
    count = len(index)
    chosen = np.random.default_rng(0).integers(count, size=(3, _QUERIES))
    one, two, three = (index.at(np.sort(places)) for places in chosen)
    queries = _unit(one + _MOVED * _unit(np.random.default_rng(1).permutation(two) - three))
    nearest = np.zeros((_QUERIES, 0), dtype=np.float32)
    for vectors in index.blocks():
        cosines, _ = faiss.knn(queries, vectors, min(_NEAREST, len(vectors)), metric=faiss.METRIC_INNER_PRODUCT)
        nearest = -np.sort(-np.hstack([nearest, cosines]), axis=1)[:, :_NEAREST]

    def recall_of(searched: int, candidates: int) -> float:
        ivf.nprobe = searched
        return _recall(ivf, index, queries, nearest[:, -1], candidates)

    def with_fewest(candidates: int) -> float:
        searched = 1
        while (recall := recall_of(searched, candidates)) < RECALL and searched < ivf.nlist:
            searched = min(ivf.nlist, 1 + int(1.2 * searched))
        return recall

    candidates = _CANDIDATES
    recall = with_fewest(candidates)
    while recall < RECALL and candidates < _MOST_CANDIDATES:
        candidates *= 2
        recall = recall_of(ivf.nlist, candidates)
    if candidates > _CANDIDATES and recall >= RECALL:
        recall = with_fewest(candidates)
    found = {"lists": ivf.nlist, "searched": ivf.nprobe, "candidates": candidates}
    return found | {f"recall@{_NEAREST}": round(recall, 4), "queries": _QUERIES}


def _recall(ivf: faiss.IndexIVF, index: SegmentVectors, queries: Vectors, least: Vectors, candidates: int) -> float:
    """The part of the nearest of all vectors that is found; `least` are the cosines of the last of the nearest."""
    hits = 0
    for query, cosine, found in zip(queries, least, ivf.search(queries, candidates * _LEAST)[1], strict=True):
        exact = index.at(found[found >= 0]) @ query
        hits += min(_NEAREST, int((exact >= cosine - _ROUNDING).sum()))
    return hits / (_NEAREST * len(queries))


def _spread(count: int, most: int) -> Rows:
    """At most `most` of the first `count` numbers, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, _ROUNDING), dtype=np.float32)
