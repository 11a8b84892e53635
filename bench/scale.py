"""Search as a corpus grows: `python bench/scale.py [PASSAGES ...]` (1,000, 10,000 and 100,000 if not given).

For each size an index of passages that are made up as it is built: 80 words each, drawn by Zipf's law from 200,000, 20
passages a document; vectors of 384 dimensions about centres of unequal weight that overlap, on 48 dimensions of their
own and a little noise in all.  Texts and vectors have nothing to do with each other.  Then a fresh process that only
serves opens it and answers 1,000 questions of five words, the 150 commonest left out, with vectors drawn as those of
the passages are and none of them: seconds to open, memory, milliseconds of the dense search, the lexical search, and
both fused with the passages read, and how many of the ten nearest vectors are found.  All in one thread; files are in
the page cache, and no network embeds a question or reads an answer.  At last a third process changes a paragraph of one
document after another: seconds, and bytes read and written (what is mapped into memory is not in them), of the dearest
update and of the one in the middle; and then writes all segments again as one, as is done after publishing where much
is gone.  Writes each size into bench/results/scale.json when it is measured, in the place
of its last measurement, so that a large one may be measured by itself.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
import faiss
import numpy as np

from bench.machine import machine, transferred
from ingest import (
    Built,
    Catalog,
    Document,
    FileCatalog,
    Generation,
    RememberingEncoder,
    Source,
    Unread,
    build,
    query_terms,
)
from ingest.index import merging
from ingest.index.generation import layers
from ingest.read.layout import Piece
from retriever import Retriever, Terms
from retriever.search import DEPTH

DIMENSION, LATENT, CENTRES = 384, 48, 2000
WORDS, LENGTH, A_DOCUMENT, COMMON = 200_000, 80, 20, 150
QUESTIONS, WARMING, COMPARED, CHANGED = 1000, 100, 200, 15
PACKAGES = ("faiss-cpu", "numpy", "tantivy")


class Drawn:
    """An encoder that gives the next vectors of one distribution, whatever the texts."""

    name = "drawn"
    fingerprint = "drawn@1"
    dimension = DIMENSION
    words: frozenset[str] = frozenset()

    def __init__(self, seed: int) -> None:
        """The same seed draws the same vectors; every seed draws from the same distribution."""
        shared = np.random.default_rng(0)
        self._onto = shared.standard_normal((LATENT, DIMENSION)).astype(np.float32)
        self._centres = shared.standard_normal((CENTRES, LATENT)).astype(np.float32)
        weights = 1 / np.arange(1, CENTRES + 1)
        self._weights = weights / weights.sum()
        self._rng = np.random.default_rng(seed)

    def encode(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Unit vectors of shape (len(texts), 384)."""
        count, rng = len(texts), self._rng
        latent = self._centres[rng.choice(CENTRES, count, p=self._weights)]
        latent = latent + 0.7 * rng.standard_normal((count, LATENT), dtype=np.float32)
        vectors = latent @ self._onto + rng.standard_normal((count, DIMENSION), dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


class Zipf:
    """Made-up words, the commonest first, each of whose chances is one over its rank."""

    def __init__(self, seed: int) -> None:
        """The words are the same whatever the seed."""
        syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
        base = len(syllables)
        self._words = [
            syllables[n % base] + syllables[n // base % base] + syllables[n // base**2 % base] for n in range(WORDS)
        ]
        self._sums = np.cumsum(1 / np.arange(1, WORDS + 1))
        self._rng = np.random.default_rng(seed)

    def draw(self, count: int, skip: int = 0) -> str:
        """Some words, none of the `skip` commonest."""
        least = self._sums[skip - 1] if skip else 0.0
        places = np.searchsorted(self._sums, least + (self._sums[-1] - least) * self._rng.random(count))
        return " ".join(self._words[place] for place in places)


class MadeUp:
    """Made-up documents that are cut into `passages` passages, one a paragraph; made when they are asked for."""

    def __init__(self, passages: int) -> None:
        """So many passages in all."""
        self._passages = passages

    def __len__(self) -> int:
        return -(-self._passages // A_DOCUMENT)

    def __contains__(self, document: object) -> bool:
        return any(document == made for made in self)

    def __iter__(self) -> Iterator[Document]:
        words = Zipf(1)
        for number in range(len(self)):
            title = words.draw(4, COMMON)
            texts = [words.draw(LENGTH) for _ in range(min(A_DOCUMENT, self._passages - A_DOCUMENT * number))]
            pieces = [Piece("heading", title, 1), *(Piece("paragraph", text) for text in texts)]
            source = Source(f"d{number:06d}", Path("made-up.md"))
            yield Document.assemble(source, pieces, (), lambda text: [(0, len(text))])


def write(index: Path, count: int) -> dict[str, Any]:
    """Write and publish an index of `count` passages; the seconds, memory and bytes that it takes."""
    empty = memory()
    started = time.perf_counter()
    built = build(FileCatalog(index), MadeUp(count), [], Drawn(2))
    seconds = time.perf_counter() - started
    assert built.passages == count, f"{built.passages} passages, not {count}"
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    memories = {"build_memory_empty": empty, "build_memory": memory()}
    return {"build_seconds": round(seconds, 1), **memories, "index_bytes": size}


def memory() -> dict[str, float]:
    """MiB of this process in memory, now and at most."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = {name: re.search(rf"{name}:\s+(\d+) kB", status) for name in ("VmRSS", "VmHWM")}
    return {name: round(int(match[1]) / 1024, 1) for name, match in found.items() if match}


def serve(index: Path) -> dict[str, Any]:
    """What this process, which has served nothing yet, takes to open an index and to search it."""
    words, encoder = Zipf(3), RememberingEncoder(Drawn(4))
    texts = list(dict.fromkeys(words.draw(5, COMMON) for _ in range(QUESTIONS)))
    vectors = encoder.encode(texts)
    of = dict(zip(texts, vectors, strict=True))
    empty = memory()
    started = time.perf_counter()
    generation = Generation.open(index)
    opened = time.perf_counter() - started
    retriever = Retriever(generation, encoder, Terms(generation, encoder))
    ready = time.perf_counter() - started
    told: dict[str, Any] = {"open_seconds": round(opened, 3), "ready_seconds": round(ready, 3)}
    told |= {"memory_empty": empty, "memory_ready": memory()}
    works: dict[str, Callable[[str], object]] = {
        "dense": lambda text: generation.vectors.search(of[text][np.newaxis], DEPTH),
        "lexical": lambda text: generation.lexical.search([query_terms(text)], DEPTH)[0],
        "fused": lambda text: retriever.search(text, 10),
    }
    for name, work in works.items():
        for text in texts[:WARMING]:
            work(text)
        times = [timed(work, text) for text in texts]
        told[name] = {f"p{q}_ms": round(float(np.percentile(times, q)), 3) for q in (50, 99)}
    told["memory_after"] = memory()
    (layer,) = layers(generation)
    held = layer.segment.vectors
    told["vectors"] = held.facts
    _, nearest = faiss.knn(vectors[:COMPARED], held.vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    hits = sum(
        len(set(held.search(vector, 10)[0].tolist()) & set(places.tolist()))
        for vector, places in zip(vectors, nearest, strict=False)
    )
    told["recall@10"] = round(hits / (10 * COMPARED), 4)
    return told


def change(index: Path) -> dict[str, Any]:
    """What it takes to change a paragraph of one document after another."""
    rows = []
    for publish in changing(FileCatalog(index)):
        before, started = transferred(), time.perf_counter()
        built = publish()
        seconds = round(time.perf_counter() - started, 3)
        read, written = (after - at for after, at in zip(transferred(), before, strict=True))
        rows.append({"seconds": seconds, "bytes_read": read, "bytes_written": written, "embedded": built.embedded})
    merging._MOST_GONE = 0.0
    before, started = transferred(), time.perf_counter()
    FileCatalog(index).merge()
    seconds = round(time.perf_counter() - started, 1)
    read, written = (after - at for after, at in zip(transferred(), before, strict=True))
    merged = {"seconds": seconds, "bytes_read": read, "bytes_written": written}
    return middle_and_dearest(rows) | {"merge": merged}


def changing(catalog: Catalog) -> Iterator[Callable[[], Built]]:
    """What publishes one document after another with a paragraph changed, and is called before the next is asked."""
    encoder = Drawn(5)
    for number in range(CHANGED):
        generation = catalog.open()
        ids = generation.document_ids()
        document = generation.document(ids[number * len(ids) // CHANGED])
        text = document.text.replace(document.text[-300:], f"{document.text[-300:].upper()} {number}")
        pieces = [Piece("heading", document.title, 1), *(Piece("paragraph", part) for part in text.split("\n\n")[1:])]
        changed = Document.assemble(Source(document.id, Path("made-up.md")), pieces, (), lambda text: [(0, len(text))])
        entries = [changed if name == document.id else Unread(name) for name in ids]

        def publish(entries: list[Document | Unread] = entries, name: str = document.id) -> Built:
            built = build(catalog, entries, [], encoder)
            assert built.published and built.plan.revised == (name,), built
            return built

        yield publish


def middle_and_dearest(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of each figure the one in the middle, and the highest."""
    told = {name: sorted(row[name] for row in rows) for name in rows[0]}
    middle, most = ({name: values[at] for name, values in told.items()} for at in (len(rows) // 2, -1))
    return {"update": middle, "dearest_update": most}


def timed(work: Callable[[str], object], text: str) -> float:
    """Milliseconds."""
    before = time.perf_counter()
    work(text)
    return (time.perf_counter() - before) * 1e3


def measure(count: int) -> dict[str, Any]:
    """One size; what it is written with and what serves it are processes of their own."""
    with tempfile.TemporaryDirectory() as folder:
        told: dict[str, Any] = {"passages": count}
        for step in ("write", "serve", "change"):
            command = [sys.executable, __file__, step, folder, str(count)]
            told |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        return told


def main() -> None:
    """Measure every size, and write the result."""
    match sys.argv[1:]:
        case ["write", index, count]:
            sys.stdout.write(json.dumps(write(Path(index), int(count))))
            return
        case ["serve", index, _]:
            sys.stdout.write(json.dumps(serve(Path(index))))
            return
        case ["change", index, _]:
            sys.stdout.write(json.dumps(change(Path(index))))
            return
        case sizes:
            counts = [int(size) for size in sizes] or [1000, 10_000, 100_000]
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    target = Path(__file__).parent / "results" / "scale.json"
    rows = {row["passages"]: row for row in json.loads(target.read_text(encoding="utf-8"))} if target.exists() else {}
    under = machine(PACKAGES)
    for count in counts:
        rows[count] = {"load_average": round(os.getloadavg()[0], 1), **measure(count), "machine": under}
        result = [rows[passages] for passages in sorted(rows)]
        target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
