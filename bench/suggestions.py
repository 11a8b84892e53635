"""What is suggested of each corpus, how many of the questions that were asked are kept, and what that takes.

`python bench/suggestions.py` asks the four fields and the bundled documents; with `--folder DIR` a folder of yours, of
which the questions are shown and nothing is written.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from answer.suggest.frames import candidates
from answer.suggest.prose import Prose
from answer.suggest.questions import suggest
from bench.machine import machine
from ibid.opening import index, open_answerer
from ibid.places import Places, bundled_corpus
from ingest import Suggested

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "bench" / "results" / "suggestions.json"


def measure(corpus: Path, folder: Path) -> dict[str, Any]:
    """Index `corpus` into `folder`, find what can be asked of it, and find that anew with nothing to take over."""
    places = Places(corpus, folder)
    index(places, suggests=True)
    answerer = open_answerer(places)
    generation = answerer.generation
    documents = [generation.document(name) for name in generation.document_ids()]
    found = [candidates(document, Prose(document, answerer.terms.names.has)) for document in documents]
    asked = 0

    def count(done: int, _: int) -> None:
        nonlocal asked
        asked = done + 1

    started = time.perf_counter()
    suggested = suggest(answerer, Suggested(), count)
    return {
        "documents": len(documents),
        "candidates": sum(map(len, found)),
        "asked": asked,
        "kept": len(suggested.suggestions),
        "seconds": round(time.perf_counter() - started, 2),
        "questions": [suggestion.question for suggestion in suggested.suggestions],
    }


def main() -> None:
    """Measure the corpora, and write the result or show that of one folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="a folder of yours, of which the result is only shown")
    folder = parser.parse_args().folder
    fields = sorted(path for path in (ROOT / "eval" / "fields").iterdir() if path.is_dir())
    corpora = [folder] if folder else [*fields, bundled_corpus()]
    result: dict[str, Any] = {}
    for corpus in corpora:
        with tempfile.TemporaryDirectory() as scratch:
            result[corpus.name] = measure(corpus, Path(scratch))
        sys.stdout.write(f"{corpus.name} {json.dumps(result[corpus.name], indent=1, ensure_ascii=False)}\n")
    if not folder:
        told = machine(["onnxruntime"]) | {"corpora": result}
        RESULT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
