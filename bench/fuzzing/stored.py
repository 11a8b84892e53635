"""What must hold of files that are written beside documents: a manifest, gold questions, stored answers."""

from __future__ import annotations

import json
import zipfile
from functools import cache
from pathlib import Path

from answer import RecordError, generated, read_record, verify
from bench.fuzzing import garden
from bench.fuzzing.documents import folder
from eval import EvalError, GoldError, Outcome, Question, Run, RunError, check
from eval.gold import read_file
from eval.run import ask_all
from eval.store import JOURNAL, Journal
from ingest import Document, IngestError, ManifestError
from ingest.corpus.inside import is_outside
from ingest.corpus.manifest import read_manifest

MANIFEST = """# What is in the shed
[[source]]
id = "tomatoes"
file = "a.md"
title = "Feeding tomatoes"
publisher = "The Club"
url = "https://example.org/t"
revised = 2024-05-03
review_status = "pending"
license = "digest"
notes = 'So it is.'

[[source]]
id = "m.2"
file = "b.zip/in/c.md"
revised = "2024-05-04"

[[source]]
"id" = "gone"
file = \"\"\"gone.pdf\"\"\"

[[notice]]
kind = "information"
text = "Ask a gardener too."
review_status = "pending"

[[synonym]]
words = ["shot", "injection"]
"""

GOLD = [
    {
        "id": "g1",
        "stratum": "single_fact",
        "question": garden.DRAWBACKS,
        "expected": "answered",
        "paraphrases": ["What speaks against verdolin?"],
        "notices": ["information"],
        "nuggets": [
            {"pattern": "yellow leaves", "importance": "vital"},
            {"pattern": r"weak\s+stems?", "importance": "okay", "critical": "negation"},
        ],
        "contradictions": ["no drawbacks"],
        "short_answers": ["yellow leaves"],
        "evidence": [{"document": "tomatoes", "section": "Verdolin (Growfast)", "pattern": "main drawbacks"}],
    },
    {
        "id": "g2",
        "stratum": "follow_up",
        "question": "And of quillex?",
        "expected": "answered",
        "conversation": "c",
        "turn": 2,
        "standalone": "What are the drawbacks of quillex?",
        "switch": True,
        "nuggets": [{"pattern": "slugs", "importance": "vital", "critical": "unit"}],
        "evidence": [{"document": "tomatoes", "section": None, "pattern": "Drawbacks", "reference": "Harrow"}],
    },
    {
        "id": "g3",
        "stratum": "refusal",
        "question": "What does verdolin cost?",
        "expected": "insufficient_evidence",
        "reason": "not_in_sources",
        "names": ["verdolin"],
    },
]


@cache
def _shed() -> Path:
    """A folder with a document and an archive of one."""
    shed = folder() / "shed"
    shed.mkdir(exist_ok=True)
    (shed / "a.md").write_text("# Feeding\n\nVerdolin is sprayed every 3 weeks.\n", encoding="utf-8")
    with zipfile.ZipFile(shed / "b.zip", "w") as archive:
        archive.writestr("in/c.md", "# Storage\n\nKeep it in the shed.\n")
    return shed


def manifest(data: bytes) -> str:
    """Read it as the manifest of a folder: no source lies outside, and what is wrong is told with its line."""
    path = _shed() / "sources.toml"
    path.write_bytes(data)
    try:
        corpus = read_manifest(path)
        assert read_manifest(path) == corpus, "read twice, it is not the same"
    except ManifestError as error:
        told = str(error)
        assert told.startswith(f"{path}:"), told
        line = told.removeprefix(f"{path}:").split(":")[0]
        assert not line.isdecimal() or 1 <= int(line) <= data.count(b"\n") + data.count(b"\r") + 1, told
        return told.replace(str(folder()), "")
    ids = [source.id for source in corpus.sources]
    assert len(set(ids)) == len(ids), "an id is used twice"
    for source in corpus.sources:
        assert source.path.is_file() and not is_outside(source.path, _shed(), ()), source
    assert all(left.why for left in corpus.left_out), "left out without a reason"
    return repr(corpus).replace(str(folder()), "")


def record(data: bytes) -> str:
    """Verify it as a stored answer: what is said to be exact stands there."""
    generation = garden.answerer().generation
    text = data.decode("utf-8", "replace")
    try:
        told = read_record(text)
        verdicts = verify(told, generation)
        written = generated(told)
    except RecordError as error:
        assert str(error).strip()
        return str(error)
    for verdict in verdicts:
        if verdict.status == "gone":
            assert verdict.start is None, verdict
            continue
        start = verdict.start
        assert start is not None and verdict.quote, verdict
        found = generation.document(verdict.document_id).text[start : start + len(verdict.quote)]
        assert found == verdict.quote, "it is not what stands there"
    try:
        garden.catalog().open(str(told.get("generation")))
    except IngestError as error:
        assert str(error).strip()
    return repr((verdicts, written)).replace(str(folder()), "")


def gold(data: bytes) -> str:
    """Read it as a file of gold questions, and check them against the leaflets."""
    path = folder() / "dev.jsonl"
    path.write_bytes(data)
    try:
        questions = read_file(path)
    except GoldError as error:
        told = str(error)
        assert told.startswith(f"{path}:"), told
        return told.replace(str(folder()), "")
    documents = _documents()
    for question in questions:
        assert Question.from_json(json.loads(json.dumps(question.to_json())), question.part) == question
        for span, start, end in question.places(documents):
            sentences = documents[span.document].sentences
            assert any(s.start == start for s in sentences) and any(s.end == end for s in sentences), span
    found = check(questions, {None: documents})
    return repr([str(problem) for problem in found]).replace(str(folder()), "")


@cache
def _documents() -> dict[str, Document]:
    generation = garden.answerer().generation
    return {name: generation.document(name) for name in generation.document_ids()}


def gold_file() -> bytes:
    """The gold questions as a file."""
    return "\n".join(map(json.dumps, [{"format": 2}, *GOLD])).encode()


@cache
def _outcomes() -> tuple[Outcome, ...]:
    path = folder() / "good.jsonl"
    path.write_bytes(gold_file())
    return tuple(ask_all(lambda: {None: garden.answerer()}, read_file(path), robust=False))


def run_file() -> bytes:
    """The outcomes of a run, a line each."""
    return "".join(json.dumps(outcome.to_json()) + "\n" for outcome in _outcomes()).encode()


def run(data: bytes) -> str:
    """Read it as the outcomes of a stored run."""
    place = folder() / "run"
    place.mkdir(exist_ok=True)
    (place / "manifest.json").write_text("{}", encoding="utf-8")
    documents = [document.to_json() for document in _documents().values()]
    (place / "documents.json").write_text(json.dumps(documents), encoding="utf-8")
    (place / "timings.jsonl").write_text("", encoding="utf-8")
    (place / "outcomes.jsonl").write_bytes(data)
    try:
        return repr([outcome.to_json() for outcome in Run.read(place).outcomes])
    except EvalError as error:
        assert str(error).strip()
        return str(error).replace(str(folder()), "")


def journal_file() -> bytes:
    """The journal of a run that was broken off."""
    records = [[outcome.to_json() | {"timings": {"read": 1.0}}] for outcome in _outcomes()]
    return "".join(json.dumps(one) + "\n" for one in ({"seed": 1}, *records)).encode()


def journal(data: bytes) -> str:
    """Go on with it as with a run that was broken off; what cannot be read of it is asked again, or told."""
    place = folder() / "unfinished"
    place.mkdir(exist_ok=True)
    (place / JOURNAL).write_bytes(data)
    try:
        taken = Journal(place, {"seed": 1})
        again = Journal(place, {"seed": 1})
    except RunError as error:
        assert str(error).strip()
        return str(error).replace(str(folder()), "")
    assert again.outcomes == taken.outcomes, "taken up again, it is not the same"
    return repr([outcome.to_json() for outcome in taken.outcomes])
