"""A gold item from a live answer: its evidence is what was quoted, its nuggets what a person says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from answer import Answer
from eval.check import Corpora, check
from eval.errors import GoldError
from eval.gold import FORMAT, Nugget, Question, Span, parts_of, read_file, read_gold

_WORDS = 6


def draft(
    answer: Answer,
    name: str,
    stratum: str,
    vital: Sequence[str],
    okay: Sequence[str] = (),
    evidence: Sequence[int] = (),
    names: Sequence[str] = (),
) -> Question:
    """An item that asks what `answer` was asked; without nuggets one that has to be refused.

    `vital` and `okay` are the patterns of its nuggets, `evidence` the numbers of the citations that are right (all of
    them if none is given), or, for a refusal that should have been an answer, of its nearest passages; `names` are the
    patterns of what a refusal has to name.  Raises GoldError where a number is none of the answer's or a pattern none.
    """
    offered = {citation.number: citation for citation in (answer.citations or answer.nearest)}
    missing = sorted(set(evidence) - offered.keys())
    if missing:
        raise GoldError(f"the answer has no citation {missing[0]}; it has {', '.join(map(str, offered)) or 'none'}")
    try:
        nuggets = [Nugget(re.compile(p, re.IGNORECASE), "vital") for p in vital]
        nuggets += [Nugget(re.compile(p, re.IGNORECASE), "okay") for p in okay]
        named = tuple(re.compile(p, re.IGNORECASE) for p in names)
    except re.error as error:
        raise GoldError(f"{error.pattern!r} is no pattern: {error}; escape it or mend it") from error
    chosen = [offered[number] for number in (evidence or offered)] if nuggets else []
    return Question(
        id=name,
        stratum=stratum,
        question=answer.question,
        expected="answered" if nuggets else "insufficient_evidence",
        reason=None if nuggets else "not_in_sources" if named else "off_topic",
        names=named,
        nuggets=tuple(nuggets),
        evidence=tuple(
            Span(c.document_id, None if c.section == c.title else c.section, _pattern(c.quote)) for c in chosen
        ),
    )


def _pattern(quote: str) -> re.Pattern[str]:
    """A pattern for a quote: its first words, and its last where it has many."""
    words = [re.escape(word) for word in quote.split()]
    if len(words) <= 2 * _WORDS:
        return re.compile(" +".join(words), re.IGNORECASE)
    return re.compile(" +".join(words[:_WORDS]) + ".*?" + " +".join(words[-_WORDS:]), re.IGNORECASE)


def add(question: Question, part: str, folder: Path, corpora: Corpora) -> Path:
    """Append an item to a part of the gold questions in `folder`, if all of them are sound with it; the file.

    Raises GoldError with what is wrong with it.
    """
    path = folder / f"{part}.jsonl"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"format": FORMAT}) + "\n", encoding="utf-8")
    before = read_gold(parts_of(folder), folder)
    where = f"{path}:{len(path.read_text(encoding='utf-8').splitlines()) + 1}"
    item = Question.from_json(question.to_json(), part, where)
    if item.id in {other.id for other in before}:
        raise GoldError(f"the id {item.id!r} is used already; choose another with --id")
    wrong = [problem.message for problem in check([*before, item], corpora) if problem.where == where]
    if wrong:
        raise GoldError(f"not added: {'; '.join(wrong)}")
    text = path.read_text(encoding="utf-8")
    line = json.dumps(item.to_json(), ensure_ascii=False) + "\n"
    path.write_text(text + ("" if text.endswith("\n") else "\n") + line, encoding="utf-8")
    read_file(path)
    return path
