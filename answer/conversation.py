"""A conversation: the questions asked so far, each as it was understood, and what was said to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from answer.resolver import Resolver, Turn

# The resolver looks no further back.
_KEPT = 4


@dataclass(slots=True)
class Conversation:
    """The last turns of a talk, oldest first."""

    turns: list[Turn] = field(default_factory=list)

    @classmethod
    def from_json(cls, turns: Sequence[tuple[str, str]]) -> Self:
        """What `to_json` was made of."""
        return cls([Turn(question, said) for question, said in turns])

    def to_json(self) -> list[tuple[str, str]]:
        """Question and what was said, turn by turn: all that a follow-up is understood by."""
        return [(turn.question, turn.said) for turn in self.turns]

    def resolve(self, question: str, resolver: Resolver | None) -> str:
        """`question` made to stand alone; without a resolver, and where it stands alone already, as it is."""
        return resolver.resolve(question, self.turns) if resolver else question

    def remember(self, resolved: str, said: str) -> None:
        """Take note of a question as it was understood, and of what was `said` in answer."""
        self.turns = [*self.turns[1 - _KEPT :], Turn(resolved, said)]
