"""A run on disk: a folder that a script can read, and that can be compared long after its index is gone.

    manifest.json     under what it came about
    outcomes.jsonl    a question a line: the gold item, the answer, what was found, what came of its other forms
    documents.json    the documents that are cited or are evidence, as they were indexed
    run.trec          the passages found, in TREC's format; qrels.trec the ones that are evidence
    scores.json       what `eval.scores` makes of it; the same for two runs of the same
    timings.jsonl     milliseconds by stage, a question a line; never the same twice

While it is being made, what is done so far is kept in `unfinished.jsonl`, from which it goes on after an interruption.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from eval.errors import GoldError, RunError
from eval.gold import WRONG, Question
from eval.run import Outcome
from ingest import Document, Generation

JOURNAL = "unfinished.jsonl"
# What a run is read from; the rest is for others to read.
_KEPT = ("outcomes.jsonl", "documents.json", "timings.jsonl")
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of all questions in order, under what they came about, and the documents they speak of.

    `timings` has, for each question id, milliseconds by stage.
    """

    manifest: dict[str, Any]
    outcomes: tuple[Outcome, ...]
    documents: dict[str, Document]
    timings: dict[str, dict[str, float]]

    @classmethod
    def of(
        cls,
        manifest: dict[str, Any],
        journal: Journal,
        questions: Sequence[Question],
        generations: Mapping[str | None, Generation],
    ) -> Run:
        """The run that a journal has come to be, its outcomes in the order of `questions`."""
        done = {outcome.question.id: outcome for outcome in journal.outcomes}
        outcomes = tuple(done[question.id] for question in questions)
        documents: dict[str, Document] = {}
        for outcome in outcomes:
            cited = [c.document_id for c in (*outcome.answer.citations, *outcome.answer.nearest)]
            for name in (*cited, *(gold.document for gold in outcome.gold)):
                documents.setdefault(name, generations[outcome.question.corpus].document(name))
        return cls(manifest, outcomes, documents, {o.question.id: journal.timings[o.question.id] for o in outcomes})

    def write(self, folder: Path) -> None:
        """Write the run into `folder`, scores aside; an unfinished one there is done with."""
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / "manifest.json", self.manifest)
        _write_lines(folder / "outcomes.jsonl", (outcome.to_json() for outcome in self.outcomes))
        _write_json(folder / "documents.json", [document.to_json() for document in self.documents.values()])
        _write_lines(folder / "timings.jsonl", ({"id": name, **stages} for name, stages in self.timings.items()))
        found = (
            f"{o.question.id} Q0 {hit.passage} {rank} {hit.score} ibid\n"
            for o in self.outcomes
            for rank, hit in enumerate(o.told.hits, 1)
        )
        (folder / "run.trec").write_text("".join(found), encoding="utf-8")
        relevant = (f"{o.question.id} 0 {passage} 1\n" for o in self.outcomes for passage in o.relevant)
        (folder / "qrels.trec").write_text("".join(relevant), encoding="utf-8")
        (folder / JOURNAL).unlink(missing_ok=True)

    @classmethod
    def read(cls, folder: Path) -> Run:
        """The run in `folder`.

        Raises RunError where there is none, where it is unfinished, and where a file of it is missing or damaged.
        """
        if not (folder / "manifest.json").is_file():
            raise RunError(f"no run in {folder}; make one with: ibid eval --out {folder}")
        if (folder / JOURNAL).exists():
            raise RunError(f"the run in {folder} is unfinished; finish it with: ibid eval --out {folder}")
        missing = [name for name in _KEPT if not (folder / name).is_file()]
        if missing:
            raise RunError(
                f"the run in {folder} has no {' and no '.join(missing)}, from which it is read; "
                f"copy what is missing there, or make it again with: ibid eval --out {folder}"
            )
        with _reading(folder / "manifest.json") as path:
            manifest = dict(json.loads(path.read_text(encoding="utf-8")))
        with _reading(folder / "documents.json") as path:
            records = json.loads(path.read_text(encoding="utf-8"))
            documents = {str(record["id"]): Document.from_json(record) for record in records}
        outcomes = tuple(_records(folder / "outcomes.jsonl", Outcome.from_json))
        timings = dict(_records(folder / "timings.jsonl", lambda record: (str(record.pop("id")), record)))
        with _reading(folder / "manifest.json"):
            asked = int(manifest.get("questions", len(outcomes)))
        if len(outcomes) != asked:
            raise RunError(
                f"{folder / 'outcomes.jsonl'} has {len(outcomes):,} of the {asked:,} questions that were asked; "
                f"make it again with: ibid eval --out {folder}"
            )
        return cls(manifest, outcomes, documents, timings)


class Journal:
    """What is done of a run that is being made, so that an interrupted one goes on where it stopped."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        """Open that of `folder`; what a run under another manifest left there is thrown away.

        Raises RunError where it cannot be gone on with, but for a last line that was cut off.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / JOURNAL
        self.outcomes: list[Outcome] = []
        self.timings: dict[str, dict[str, float]] = {}
        self._take_up(manifest)
        if not self._path.exists():
            _write_lines(self._path, [manifest])

    def _take_up(self, manifest: Mapping[str, Any]) -> None:
        if not self._path.exists():
            return
        begin = f"remove it, and begin again with: ibid eval --out {self._path.parent}"
        with _reading(self._path, mend=begin):
            # The last line may have been cut off when the run was, and in the middle of a sign.
            whole = self._path.read_bytes().rpartition(b"\n")[0].decode()
            lines = whole.split("\n") if whole else []
            if not lines or json.loads(lines[0]) != manifest:
                self._path.unlink()
                return
        for number, line in enumerate(lines[1:], 2):
            with _reading(self._path, number, begin):
                for record in json.loads(line):
                    self.timings[str(record["question"]["id"])] = dict(record.pop("timings"))
                    self.outcomes.append(Outcome.from_json(record))
        self._path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    def left(self, questions: Sequence[Question]) -> list[Question]:
        """Those of `questions` that are still to be asked."""
        done = {outcome.question.id for outcome in self.outcomes}
        return [question for question in questions if question.id not in done]

    def add(self, talk: Sequence[Outcome]) -> None:
        """Keep the outcomes of one conversation, whole or not at all."""
        self.outcomes += talk
        self.timings |= {o.question.id: o.answer.timings_ms for o in talk}
        records = [o.to_json() | {"timings": o.answer.timings_ms} for o in talk]
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(records, ensure_ascii=False) + "\n")


@contextmanager
def _reading(path: Path, line: int | None = None, mend: str | None = None) -> Iterator[Path]:
    """Whatever is wrong with a file of a run, or with a line of it, as a RunError that names it, and what mends it."""
    try:
        yield path
    except (OSError, GoldError, *WRONG) as error:
        where = f"{path}, line {line}," if line else f"{path}"
        mend = mend or f"make it again with: ibid eval --out {path.parent}"
        raise RunError(f"{where} is damaged ({error!r}); {mend}") from error


def _records(path: Path, made: Callable[[dict[str, Any]], Record]) -> Iterator[Record]:
    """What is `made` of each line."""
    with _reading(path):
        lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        if line:
            with _reading(path, number):
                record = made(json.loads(line))
            yield record


def _write_json(path: Path, value: Any) -> None:  # noqa: ANN401 - JSON is of any type
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
