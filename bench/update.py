"""How long an update takes after one paragraph changed: `python bench/update.py DATA [DOCUMENTS [model]]`.

DATA is a BEIR folder; its documents are repeated, each time with a number in every paragraph, until there are
DOCUMENTS (10,000 if not given).  Vectors are made by counting hashed words, which is far cheaper than any model, so
that the share of an update in a full build is larger here than it is in earnest; with `model` the default encoder
makes them.  Told are the bytes too that are read, the documents themselves left out, and written; what is mapped into
memory is not among them.  Writes bench/results/update.json or update-model.json.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ingest import FileCatalog, SentenceEncoder, Vectors, update

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.machine import transferred


class HashEncoder:
    """Counts of hashed words, at unit length."""

    name = "hash"
    fingerprint = "hash@1"
    dimension = 384
    words: frozenset[str] = frozenset()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (len(texts), 384)."""
        vectors = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def write_corpus(data: Path, folder: Path, count: int) -> None:
    """Write `count` Markdown documents into `folder`."""
    lines = (data / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for number in range(count):
        row = rows[number % len(rows)]
        turn = number // len(rows)
        paragraphs = [p for p in row["text"].split("\n") if p.strip()] or [row["text"]]
        body = "\n\n".join(f"{' '.join(p.split())} ({turn})" for p in paragraphs)
        (folder / f"d{number:05d}.md").write_text(f"# {row['title']}\n\n{body}\n", encoding="utf-8")


def measure(data: Path, count: int, model: bool) -> dict[str, object]:
    """Build, index again without a change, and after a change of one paragraph; seconds and passages embedded."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, index = Path(folder) / "corpus", Path(folder) / "index"
        corpus.mkdir()
        write_corpus(data, corpus, count)
        steps: dict[str, Any] = {"documents": count}
        changed = corpus / f"d{count // 2:05d}.md"
        for step in ("full", "unchanged", "one_paragraph", "one_paragraph_again"):
            if step.startswith("one"):
                changed.write_text(changed.read_text(encoding="utf-8") + f"\nA new paragraph of the {step}.\n")
            encoder = SentenceEncoder.open() if model else HashEncoder()
            encoder.encode(["what is loaded when it is first used is loaded"])
            size = sum(path.stat().st_size for path in corpus.iterdir())
            before, started = transferred(), time.perf_counter()
            built = update(FileCatalog(index), corpus, encoder).built
            seconds = time.perf_counter() - started
            read, written = (after - at for after, at in zip(transferred(), before, strict=True))
            steps[step] = {"seconds": round(seconds, 2), "embedded": built.embedded, "passages": built.passages}
            steps[step] |= {"bytes_read": read - size, "bytes_written": written}
        size = sum(p.stat().st_size for p in index.rglob("*") if p.is_file())
        return steps | {"index_bytes": size}


def main() -> None:
    """Measure a tenth of the size and the size itself, and write the result."""
    data = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    model = sys.argv[3:] == ["model"]
    runs = [measure(data, size, model) for size in (count // 10, count)]
    result = {"machine": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version(), "runs": runs}
    target = Path(__file__).parent / "results" / ("update-model.json" if model else "update.json")
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
