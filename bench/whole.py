"""A small corpus in versions, and all that an index keeps of it, as one hash."""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bench.forked import forked
from bench.update import HashEncoder
from ingest import FileCatalog, Generation, update
from ingest.english import query_terms
from ingest.index.store import record_of

RESULTS = Path(__file__).parent / "results" / "faults.json"


def write_corpus(corpus: Path, version: int) -> None:
    """Some documents that tell their version, others that stay, and one that comes and goes."""
    corpus.mkdir(parents=True, exist_ok=True)
    texts = {
        f"v{n}.md": f"# Told {n}\n\nVersion {version} of it.\n\n" + f"Word{version} of {n}. " * 60 for n in range(3)
    }
    texts |= {f"s{n}.md": f"# Kept {n}\n\nThis stays.\n\n" + f"Plain words of {n}. " * 60 for n in range(6)}
    texts[f"extra{version % 2}.md"] = f"# Extra\n\nVersion {version} of it.\n"
    for path in corpus.iterdir():
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (corpus / name).write_text(text, encoding="utf-8")


def records(generation: Generation) -> str:
    """A hash of all that is kept of every document; AssertionError where its parts do not go together."""
    digest, told = hashlib.sha256(), set[str]()
    ids = generation.document_ids()
    for name in ids:
        document, rows = generation.document(name), generation.rows_of(name)
        passages = generation.passages(rows)
        assert np.allclose(
            generation.vectors.of(rows), HashEncoder().encode([p.embedded_text for p in passages]), atol=1e-6
        ), "vectors of other passages"
        for row, passage in zip(rows, passages, strict=True):
            found = generation.lexical.search([query_terms(passage.text)], len(generation.lexical))[0]
            assert row in dict(found), "a passage that the lexical search does not find"
            digest.update(passage.to_json().encode())
        digest.update(record_of(document).encode())
        told |= {line for line in document.text.splitlines() if line.startswith("Version")}
    assert len(told) == 1, "documents of two versions"
    digest.update(repr((ids, generation.vocabulary())).encode())
    return digest.hexdigest()


def load() -> None:
    """Import what publishing and reading import when they are first done, so that it need not be done each time."""

    def names() -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            write_corpus(Path(folder) / "corpus", 0)
            update(FileCatalog(Path(folder) / "index"), Path(folder) / "corpus", HashEncoder())
            records(Generation.open(Path(folder) / "index"))
        return list(sys.modules)

    for name in forked(names)["done"]:
        with suppress(ImportError):
            importlib.import_module(name)


def keep(part: str, told: dict[str, Any]) -> None:
    """Write a part of the results, beside the others."""
    held = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(held | {part: told}, indent=1) + "\n", encoding="utf-8")
