"""From what a model wrote to what may be said: sentences with their proof, and how many had none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer.errors import ModelError
from answer.evidence import Evidence
from answer.model.named import Model
from answer.record import Remark, Usage
from answer.units import leans
from answer.writer.prompt import UNANSWERED, messages_for, passages_for
from answer.writer.prove import Prover
from ingest.read.sentences import split_sentences

MOST = 8
_LEAST_KEPT = 0.5
_NUMBERS = r"\[\s*\d+(?:\s*(?:,|;|-|–|and)\s*\d+)*\s*\]"
_CITED = re.compile(_NUMBERS)
_BEHIND_STOP = re.compile(rf"([.!?])((?:\s*{_NUMBERS})+)")
_MARKUP = re.compile(r"^[^\S\n]*(?:[-*•#>]+|\d+[.)])\s+|\*\*|__|`", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_MOST_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Proved:
    """A sentence of a model, and the evidence that it stands in, at least one piece."""

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is left of what a model wrote, in its order, and what is to be said of it; empty if it is not to be used."""

    sentences: tuple[Proved, ...]
    remark: Remark
    usage: Usage | None = None

    @property
    def evidence(self) -> list[Evidence]:
        """What its sentences stand in, in their order, each piece once."""
        return list({e.place: e for sentence in self.sentences for e in sentence.evidence}.values())


def draft(
    model: Model, question: str, parts: Sequence[Sequence[Evidence]], near: Sequence[Evidence], prover: Prover
) -> Draft:
    """Have a question answered from the evidence for each of its parts, and keep what can be proved.

    Where the model fails, where most of what it wrote cannot be proved, or where none of that is by what is `near` the
    question, nothing is kept and the remark says why.
    """
    passages = passages_for(parts)
    try:
        reply = model.complete(messages_for(question, passages))
    except ModelError as error:
        return _unused(model, f"could not be used: {error}")
    if UNANSWERED.casefold() in reply.text.casefold():
        return _unused(model, "found no answer in the passages", reply.usage)
    written = sentences_of(reply.text)
    if len(written) > MOST / _LEAST_KEPT:
        # More than half of them could not be kept, whatever is proved, and to prove thousands takes long.
        return _unused(model, f"wrote {len(written):,} sentences, of which {MOST} at most can be used", reply.usage)
    kept = prove(written, passages, prover)
    if not kept or len(kept) < _LEAST_KEPT * len(written):
        left = f"{len(kept)} of {len(written)}" if kept else "none"
        return _unused(model, f"wrote sentences of which {left} could be proved by what they cite", reply.usage)
    if not any(evidence in near for sentence in kept for evidence in sentence.evidence):
        return _unused(model, "wrote beside the question", reply.usage)
    dropped = len(written) - len(kept)
    told = f"Written by a model ({model.name}); every sentence was checked against the quotes that it cites."
    count = f" {_count(dropped)} could not be proved and {'was' if dropped == 1 else 'were'} left out."
    return Draft(tuple(kept), Remark("generated", told + (count if dropped else "")), reply.usage)


def sentences_of(reply: str) -> list[tuple[str, tuple[int, ...]]]:
    """The sentences of a reply, each without the numbers it cites, and these; none where it holds control characters.

    A number may stand before or behind the stop, alone, in a list or in a range.
    """
    if _CONTROL.search(reply):
        return []
    found = []
    for line in _MARKUP.sub("", reply).splitlines():
        inside = _BEHIND_STOP.sub(lambda match: f" {match[2].strip()}{match[1]}", line)
        for start, end in split_sentences(inside):
            sentence = inside[start:end]
            numbers = [number for match in _CITED.finditer(sentence) for number in _numbers(match[0])]
            text = " ".join(re.sub(rf"(?:(?<!\s)\s+)?{_NUMBERS}", "", sentence).split())
            if re.search(r"\w", text):
                found.append((text, tuple(dict.fromkeys(numbers))))
    return found


def prove(written: Sequence[tuple[str, tuple[int, ...]]], passages: Sequence[Evidence], prover: Prover) -> list[Proved]:
    """The sentences, each with the numbers of `passages` it cites, that can be proved; at most MOST, each once.

    A sentence that opens with a pronoun stands only behind the one that it leans on, and on the same evidence's page
    section.
    """
    kept: list[Proved] = []
    before: Proved | None = None
    prover.learn([text for text, _ in written], passages)
    for text, numbers in written:
        cited = [passages[number - 1] for number in numbers if 0 < number <= len(passages)]
        evidence = prover.proof(text, cited)
        if leans(text):
            evidence = tuple(e for e in evidence if before and any(_together(e, other) for other in before.evidence))
        new = not any(text.casefold() == other.text.casefold() for other in kept)
        before = Proved(text, evidence) if evidence else None
        if before and new and len(kept) < MOST:
            kept.append(before)
    return kept


def _numbers(written: str) -> list[int]:
    """The numbers in "[1, 3-5]"; of a range too long to be meant, its ends."""
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[-–]\s*(\d+))?", written):
        ends = [int(number[:4]) for number in (first, last) if number]
        numbers += range(ends[0], ends[-1] + 1) if 0 <= ends[-1] - ends[0] <= _MOST_NUMBERS else ends
    return numbers


def _together(one: Evidence, other: Evidence) -> bool:
    """Whether two pieces of evidence stand in one section of one document, and so speak of one thing."""
    sections = [(e.document.id, e.document.section_at(e.start).start) for e in (one, other)]
    return sections[0] == sections[1]


def _unused(model: Model, why: str, usage: Usage | None = None) -> Draft:
    text = f"The model ({model.name}) {why}. These are the sources' own words."
    return Draft((), Remark("not_generated", text), usage)


def _count(number: int) -> str:
    return f"{number} sentence" if number == 1 else f"{number} sentences"
