"""What passages that are gone do to lexical scores until they are merged away: `python bench/gone.py DATA`.

DATA is a BEIR folder.  Documents are revised, by a sentence at the end of the first paragraph, until nearly a twentieth
of the passages is gone, more than which is merged; then its questions are searched for in the index that was updated
and in one made anew of the same documents.  BM25 counts what is gone among the passages with a term, among all of them
and in their mean length.  Writes bench/results/gone.json.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.update import HashEncoder
from ingest import Document, FileCatalog, Generation, Source, Unread, build, query_terms
from ingest.read.layout import Piece

QUESTIONS, DEPTH, GONE = 300, 100, 0.047


def document(row: dict[str, str], more: str = "") -> Document:
    """A document with one passage a paragraph, `more` at the end of the first."""
    first, *others = [" ".join(part.split()) for part in row["text"].split("\n") if part.strip()] or [row["title"]]
    pieces = [
        Piece("heading", row["title"] or "Untitled", 1),
        *(Piece("paragraph", p) for p in (first + more, *others)),
    ]
    return Document.assemble(Source(f"d{row['_id']}", Path("made.md")), pieces, (), lambda text: [(0, len(text))])


def compare(rows: Sequence[dict[str, str]], questions: Sequence[str], folder: Path) -> dict[str, Any]:
    """The differences of scores and ranks."""
    updated, anew = FileCatalog(folder / "updated"), FileCatalog(folder / "anew")
    documents = {made.id: made for made in map(document, rows)}
    passages = build(updated, list(documents.values()), [], HashEncoder()).passages
    generation, gone = updated.open(), 0
    revised: dict[str, Document] = {}
    for row in random.Random(0).sample(rows, len(rows)):
        made = document(row, " A further remark was put in.")
        gone += len(generation.rows_of(made.id))
        if gone > GONE * passages:
            break
        revised[made.id] = made
    build(updated, [revised.get(name, Unread(name)) for name in documents], [], HashEncoder())
    build(anew, list((documents | revised).values()), [], HashEncoder())
    errors: list[float] = []
    of_revised: list[float] = []
    same: list[list[float]] = []
    both = updated.open(), anew.open()
    for question in questions:
        found, wanted = (dict(scored(opened, question)) for opened in both)
        for key, score in wanted.items():
            if key in found:
                errors.append((found[key] - score) / score)
                of_revised += [errors[-1]] if key[0] in revised else []
        best = [({*[*found][:n]}, {*[*wanted][:n]}) for n in (1, 10, DEPTH)]
        same.append([len(one & other) / max(1, len(other)) for one, other in best])
    return {
        "documents": len(documents),
        "passages": passages,
        "revised": len(revised),
        "questions": len(questions),
        "difference_of_scores": spread(np.abs(errors)),
        "of_revised_documents": {"mean": round(float(np.mean(of_revised)), 4), **spread(np.abs(of_revised))},
        "the_same": dict(zip(("first", "ten", "hundred"), np.mean(same, axis=0).round(4).tolist(), strict=True)),
    }


def scored(generation: Generation, question: str) -> list[tuple[tuple[str, int], float]]:
    """The best passages, by their documents and places there, with their scores."""
    (hits,) = generation.lexical.search([query_terms(question)], DEPTH)
    passages = generation.passages([row for row, _ in hits])
    return [((p.document_id, p.start), score) for p, (_, score) in zip(passages, hits, strict=True)]


def spread(values: np.ndarray[Any, Any]) -> dict[str, float]:
    """Relative differences: the median and how large most and the largest are."""
    return {name: round(float(np.percentile(values, at)), 4) for name, at in (("p50", 50), ("p95", 95), ("most", 100))}


def main() -> None:
    """Compare, and write the result."""
    data = Path(sys.argv[1])
    rows = [json.loads(line) for line in (data / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = [json.loads(line)["text"] for line in (data / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        told = compare(rows, [text for text in asked if query_terms(text)][:QUESTIONS], Path(folder))
    target = Path(__file__).parent / "results" / "gone.json"
    target.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
