"""A model is asked which sentences answer, and what it points at is checked to be there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answer.errors import ModelError
from answer.evidence import Evidence
from answer.model.named import Message, Model
from answer.pointer.prompt import messages_for, schema_for, sheet
from answer.pointer.reply import read_choice, understood
from answer.question import ParsedQuestion
from answer.record import Remark, Usage
from answer.resolver import Turn
from retriever import Hit

MOST = 24
_ECHO = 500
_AGAIN = "That is not the JSON object that was asked for. Reply with that object alone, of numbers of sentences."


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a model pointed at, in its order, and what is to be said of that; None where it was of no use.

    Nothing at all is a refusal.  `missing` are the parts of the question that it finds unanswered, `read_as` is the
    question as it makes that stand alone, where that may be shown.
    """

    evidence: tuple[Evidence, ...] | None
    remark: Remark
    missing: tuple[str, ...] = ()
    read_as: str | None = None
    usage: Usage | None = None


def point(
    model: Model,
    asked: str,
    question: ParsedQuestion,
    turns: Sequence[Turn],
    hits: Sequence[Hit],
    found: Sequence[Evidence],
) -> Pointed:
    """Have a model point at the sentences of `found` that answer a question `asked` after `turns`.

    `question` is how it was understood, `hits` the passages in which the sentences were found.  A reply that is not
    what was asked for is asked for once more.
    """
    shown = sheet(hits, found)
    messages: list[Message] = messages_for(asked, question, turns, shown.passages)
    choice, usage = None, None
    try:
        for _ in range(2):
            reply = model.complete(messages, schema_for(question, turns))
            usage = usage + reply.usage if usage and reply.usage else reply.usage or usage
            choice = read_choice(reply.text)
            if choice:
                break
            said: Message = {"role": "assistant", "content": reply.text[:_ECHO]}
            messages = [*messages, said, {"role": "user", "content": _AGAIN}]
    except ModelError as error:
        return _unused(model, f"could not be used: {error}", usage)
    if choice is None:
        return _unused(model, "did not reply with the numbers of sentences", usage)
    numbers = list(dict.fromkeys(choice.sentences))
    there = [number for number in numbers if 0 < number <= len(shown.sentences)]
    if numbers and not there:
        return _unused(model, "pointed at no sentence that it was shown", usage)
    said_before = [text for turn in turns for text in (turn.question, turn.said)]
    parts = [part for number, part in enumerate(question.parts, 1) if number in choice.open]
    return Pointed(
        evidence=tuple(shown.sentences[number - 1] for number in there[:MOST]),
        remark=_told(model, len(there), len(numbers) - len(there)),
        # Where sentences answer, not all of the question is open.
        missing=tuple(parts) if len(parts) < len(question.parts) else (),
        read_as=understood(choice.question, asked, said_before) if turns else None,
        usage=usage,
    )


def _told(model: Model, there: int, beyond: int) -> Remark:
    if not there:
        return Remark("pointed", f"A model ({model.name}) found no answer in the passages that it was shown.")
    text = f"Chosen by a model ({model.name}); the words are the sources' own."
    if beyond:
        text += f" It also pointed at {_count(beyond)} that there {'is' if beyond == 1 else 'are'} not."
    if there > MOST:
        text += f" It pointed at {there} sentences, of which the first {MOST} are told."
    return Remark("pointed", text)


def _unused(model: Model, why: str, usage: Usage | None) -> Pointed:
    text = f"The model ({model.name}) {why}. The answer is that of the built-in reader."
    return Pointed(None, Remark("not_pointed", text), usage=usage)


def _count(number: int) -> str:
    return f"{number} sentence" if number == 1 else f"{number} sentences"
