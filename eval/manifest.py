"""Under what a run comes about: all that its scores may depend on."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from eval.gold import Question
from ingest import Generation

SEED = 20260101
_ROOT = Path(__file__).parents[1]
_PACKAGES = (
    *("faiss-cpu", "ir_measures", "langchain-text-splitters", "numpy", "onnxruntime"),
    *("sentence-transformers", "tantivy", "tokenizers", "torch", "transformers"),
)


def manifest(
    generations: Mapping[str | None, Generation],
    questions: Sequence[Question],
    parameters: Mapping[str, Any],
    reader: str | None = None,
) -> dict[str, Any]:
    """What is written down of a run over `generations` (None: the one evaluated), asked with `parameters`.

    `reader` is the fingerprint of the model that reads, None where none does.
    """
    generation = generations[None]
    revisions = generation.revisions()
    gold = json.dumps([question.to_json() for question in questions])
    return {
        "commit": _commit(),
        "code": code_hash(),
        "generation": generation.name,
        "corpus": _hash([*revisions.values()]),
        "documents": [{"id": name, "revision": revision} for name, revision in revisions.items()],
        "other_generations": {name: other.name for name, other in generations.items() if name},
        "encoder": {"name": generation.encoder_name, "fingerprint": generation.encoder_fingerprint},
        "reader": reader,
        "passage_size": generation.passage_size,
        "parameters": dict(parameters),
        "questions": len(questions),
        "parts": sorted({question.part for question in questions}),
        "gold": _hash(gold),
        "seed": SEED,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: metadata.version(name) for name in _PACKAGES},
    }


def code_hash(root: Path = _ROOT) -> str:
    """`sha256:…` of the programs and weights that answers depend on: two states of one commit are told apart by it."""
    digest = hashlib.sha256()
    for package in ("ingest", "retriever", "answer", "eval"):
        files = [
            path for path in (root / package).rglob("*") if path.suffix in (".py", ".json", ".npz", ".safetensors")
        ]
        for path in sorted(path for path in files if "results" not in path.parts):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return f"sha256:{digest.hexdigest()}"


def _hash(value: str | Sequence[str]) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _commit() -> str | None:
    """The commit of the checkout that runs, with a mark where it was changed since; None outside of one."""
    folder = Path(__file__).parent
    try:
        described = subprocess.run(
            ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=12"],
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip()
