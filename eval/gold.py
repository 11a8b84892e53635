"""Gold questions: what is asked, what an answer must hold, and where the sources say it.

A gold file is JSON lines: first `{"format": 2}`, then an item a line.  `eval/gold/README.md` describes the fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from eval.errors import GoldError
from ingest import Document

FORMAT = 2
GOLD = Path(__file__).parent / "gold"
PARTS = ("dev", "test")
IMPORTANCES = ("vital", "okay")
CRITICAL = ("figure", "unit", "negation")
# What a line raises that is no gold question, whatever it is instead.
WRONG = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, re.error)
_REQUIRED = ("id", "stratum", "question", "expected")
_OPTIONAL = (
    *("conversation", "turn", "standalone", "switch", "paraphrases", "corpus"),
    *("reason", "names", "notices", "nuggets", "contradictions", "short_answers", "evidence"),
)


@dataclass(frozen=True, slots=True)
class Nugget:
    """A short pattern that a good answer matches (Voorhees 2003); without a `vital` one an answer is incomplete.

    `critical` marks what must be exact to the letter: a figure, a unit, or whether something is denied.
    """

    pattern: re.Pattern[str]
    importance: Literal["vital", "okay"]
    critical: Literal["figure", "unit", "negation"] | None = None

    def in_text(self, text: str) -> bool:
        """Whether the text holds the nugget, runs of white space taken as single spaces."""
        return bool(self.pattern.search(" ".join(text.split())))


@dataclass(frozen=True, slots=True)
class Span:
    """Where a source says it: the sentences that `pattern` touches, in a section or (None) on the page as a whole.

    `reference` is found in an entry of the page's own references that these sentences cite.
    """

    document: str
    section: str | None
    pattern: re.Pattern[str]
    reference: re.Pattern[str] | None = None

    def is_section(self, document: Document, heading: str) -> bool:
        """Whether `heading` is this section of `document`."""
        return heading.casefold() == (self.section or document.title).casefold()

    def ranges(self, document: Document) -> list[tuple[int, int]]:
        """The ranges of `document`, in code points, in which it says so: whole sentences, wherever they are found."""
        if document.id != self.document:
            return []
        # One for one, so that offsets stay what they are.
        text = re.sub(r"\s", " ", document.text)
        found = (
            _sentences(document, *match.span())
            for section in document.sections
            if self.is_section(document, section.heading)
            for match in self.pattern.finditer(text, section.start, section.end)
        )
        return [touched for touched in found if touched]


def _sentences(document: Document, start: int, end: int) -> tuple[int, int] | None:
    """From the first to the last of the sentences that `[start, end)` touches; None where it touches none."""
    touched = [s for s in document.sentences if s.start < end and start < s.end]
    return (touched[0].start, touched[-1].end) if touched else None


@dataclass(frozen=True, slots=True)
class Question:
    """One gold item; `eval/gold/README.md` says what each field means.  `where` is its file and line."""

    id: str
    stratum: str
    question: str
    expected: Literal["answered", "insufficient_evidence"]
    conversation: str | None = None
    turn: int = 1
    standalone: str | None = None
    switch: bool = False
    paraphrases: tuple[str, ...] = ()
    corpus: str | None = None
    reason: str | None = None
    names: tuple[re.Pattern[str], ...] = ()
    notices: tuple[str, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    contradictions: tuple[re.Pattern[str], ...] = ()
    short_answers: tuple[str, ...] = ()
    evidence: tuple[Span, ...] = ()
    part: str = field(default="", compare=False)
    where: str = field(default="", compare=False)

    @property
    def is_answerable(self) -> bool:
        """Whether the sources say it."""
        return self.expected == "answered"

    @property
    def alone(self) -> str:
        """The question as one who has not heard the conversation would have to ask it."""
        return self.standalone or self.question

    @property
    def vital(self) -> tuple[Nugget, ...]:
        """The nuggets without which an answer is incomplete."""
        return tuple(nugget for nugget in self.nuggets if nugget.importance == "vital")

    def places(self, documents: Mapping[str, Document]) -> Iterator[tuple[Span, int, int]]:
        """Where the evidence stands in documents, by their ids: each span with every range of its document."""
        for span in self.evidence:
            if span.document in documents:
                yield from ((span, start, end) for start, end in span.ranges(documents[span.document]))

    def to_json(self) -> dict[str, Any]:
        """The item as its line in a gold file has it, with what is empty left out."""
        spans = [_span_json(span) for span in self.evidence]
        nuggets = [
            {"pattern": n.pattern.pattern, "importance": n.importance}
            | ({"critical": n.critical} if n.critical else {})
            for n in self.nuggets
        ]
        record: dict[str, Any] = {name: getattr(self, name) for name in _REQUIRED + _OPTIONAL}
        record |= {"nuggets": nuggets, "evidence": spans}
        record |= {name: [p.pattern for p in record[name]] for name in ("names", "contradictions")}
        record |= {name: list(record[name]) for name in ("paraphrases", "notices", "short_answers")}
        if self.conversation is None and self.turn == 1:
            del record["turn"]
        return {name: value for name, value in record.items() if value or name in _REQUIRED}

    @classmethod
    def from_json(cls, record: dict[str, Any], part: str = "", where: str = "") -> Question:
        """The inverse of `to_json`; raises GoldError, or one of WRONG."""
        unknown = sorted(record.keys() - set(_REQUIRED + _OPTIONAL))
        if unknown:
            raise GoldError(f"{where}: unknown field {unknown[0]!r}; the fields are {', '.join(_REQUIRED + _OPTIONAL)}")
        return cls(
            id=_text(record["id"]),
            stratum=_text(record["stratum"]),
            question=_text(record["question"]),
            expected=record["expected"],
            conversation=_text_or_none(record.get("conversation")),
            turn=_turn(record.get("turn", 1)),
            standalone=_text_or_none(record.get("standalone")),
            switch=bool(record.get("switch", False)),
            paraphrases=tuple(map(_text, record.get("paraphrases", ()))),
            corpus=_text_or_none(record.get("corpus")),
            reason=_text_or_none(record.get("reason")),
            names=tuple(map(_compiled, record.get("names", ()))),
            notices=tuple(map(_text, record.get("notices", ()))),
            nuggets=tuple(
                Nugget(_compiled(n["pattern"]), n["importance"], n.get("critical")) for n in record.get("nuggets", ())
            ),
            contradictions=tuple(map(_compiled, record.get("contradictions", ()))),
            short_answers=tuple(map(_text, record.get("short_answers", ()))),
            evidence=tuple(
                Span(
                    _text(e["document"]),
                    _text_or_none(e["section"]),
                    _compiled(e["pattern"]),
                    _compiled(e["reference"]) if e.get("reference") else None,
                )
                for e in record.get("evidence", ())
            ),
            part=part,
            where=where,
        )


def parts_of(folder: Path = GOLD) -> list[str]:
    """The names of the parts that a folder of gold questions has."""
    return sorted(path.stem for path in folder.glob("*.jsonl"))


def read_gold(parts: Sequence[str] = PARTS, folder: Path = GOLD) -> list[Question]:
    """The questions of the named parts, in order; GoldError with file and line."""
    questions: list[Question] = []
    for part in parts:
        path = folder / f"{part}.jsonl"
        if not path.is_file():
            raise GoldError(f"{path}: there is no such file; the gold parts are {', '.join(PARTS)}")
        questions += read_file(path)
    seen: dict[str, str] = {}
    for question in questions:
        if question.id in seen:
            raise GoldError(f"{question.where}: id {question.id!r} is used before, at {seen[question.id]}")
        seen[question.id] = question.where
    return questions


def read_file(path: Path) -> list[Question]:
    """The questions of one gold file, in order; GoldError with file and line."""
    try:
        # Not by `splitlines`: a text of a question may hold what ends a line elsewhere.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}:1: cannot be read: {error}; save it as UTF-8") from error
    try:
        header = json.loads(lines[0])
    except (ValueError, RecursionError):
        header = None
    if header != {"format": FORMAT}:
        wanted = json.dumps({"format": FORMAT})
        raise GoldError(f"{path}:1: not a gold file of format {FORMAT}; its first line has to be {wanted}")
    return [_question(line, path.stem, f"{path}:{n}") for n, line in enumerate(lines[1:], 2) if line.strip()]


def _question(line: str, part: str, where: str) -> Question:
    try:
        question = Question.from_json(json.loads(line), part, where)
    except WRONG as error:
        raise GoldError(f"{where}: not a gold question: {error!r}") from error
    is_known = question.expected in ("answered", "insufficient_evidence")
    if not is_known or not all(nugget.importance in IMPORTANCES for nugget in question.nuggets):
        raise GoldError(f"{where}: expected is answered or insufficient_evidence, an importance is vital or okay")
    if not all(nugget.critical in (None, *CRITICAL) for nugget in question.nuggets):
        raise GoldError(f"{where}: critical is {', '.join(CRITICAL)}, or left out")
    if question.is_answerable != bool(question.nuggets) or question.is_answerable != bool(question.evidence):
        raise GoldError(f"{where}: an answered question needs nuggets and evidence, a refused one must have none")
    return question


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} has to be a text")
    return value


def _turn(value: Any) -> int:  # noqa: ANN401 - JSON is of any type
    turn = int(value)
    if turn < 1:
        raise ValueError(f"turn {turn} has to be 1 or more")
    return turn


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_text(pattern), re.IGNORECASE)


def _span_json(span: Span) -> dict[str, Any]:
    record: dict[str, Any] = {"document": span.document, "section": span.section, "pattern": span.pattern.pattern}
    return record | ({"reference": span.reference.pattern} if span.reference else {})
