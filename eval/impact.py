"""What a new generation of the index does to answers: those to given questions, and those that were stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from answer import Answer, Answerer, Verdict, verify
from eval.gold import Question
from eval.run import Told, tell_all

Effect = Literal["exact", "changed", "lost", "gained"]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the answer to one question.

    exact: it says the same; changed: other statements; lost: it was answered and is refused; gained: the reverse.
    `before` and `after` are what is told, be it an answer or a refusal.  `lost_nuggets` are the patterns of vital
    nuggets that it held and holds no longer.
    """

    question: str
    text: str
    effect: Effect
    before: str
    after: str
    lost_nuggets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """The changes of all questions, and what becomes of the citations of old and of stored answers."""

    changes: tuple[Change, ...]
    citations: tuple[Verdict, ...]
    stored: tuple[tuple[str, tuple[Verdict, ...]], ...]

    @property
    def loses_a_nugget(self) -> bool:
        """Whether an answer loses a vital nugget."""
        return any(change.lost_nuggets for change in self.changes)


def impact(
    before: Answerer,
    after: Answerer,
    questions: Sequence[Question],
    stored: Mapping[str, Mapping[str, Any]],
    progress: Callable[[int, int], None] | None = None,
) -> Impact:
    """Ask all `questions` of both, and look old citations and those of `stored` records (by name) up in the new one."""
    asked = [question for question in questions if question.corpus is None]
    changes: list[Change] = []
    citations: list[Verdict] = []
    for question, old, new in zip(asked, tell_all(before, asked), tell_all(after, asked), strict=True):
        changes.append(_change(question, old, new))
        citations += verify(old.answer.to_json(), after.generation)
        if progress:
            progress(len(changes), len(asked))
    checked = tuple((name, tuple(verify(record, after.generation))) for name, record in stored.items())
    return Impact(tuple(changes), tuple(citations), checked)


def _change(question: Question, old: Told, new: Told) -> Change:
    lost = [n.pattern.pattern for n in question.vital if n.in_text(old.said) and not n.in_text(new.said)]
    effect = _effect(old.answer, new.answer)
    return Change(question.id, question.question, effect, old.answer.text, new.answer.text, tuple(lost))


def _effect(old: Answer, new: Answer) -> Effect:
    if old.is_answered != new.is_answered:
        return "gained" if new.is_answered else "lost"
    said = [[statement.text for statement in answer.statements] for answer in (old, new)]
    return "exact" if said[0] == said[1] else "changed"
