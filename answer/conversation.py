"""A conversation: the questions asked so far, each as it was understood, and what was said to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from answer.resolver import Resolver, Turn

# The resolver looks no further back.
_KEPT = 4


@dataclass(slots=True)
class Conversation:
    """The last turns of a talk, oldest first."""

    turns: list[Turn] = field(default_factory=list)

    def resolve(self, question: str, resolver: Resolver | None) -> str:
        """`question` made to stand alone; without a resolver, and where it stands alone already, as it is."""
        return resolver.resolve(question, self.turns) if resolver else question

    def remember(self, resolved: str, said: str) -> None:
        """Take note of a question as it was understood, and of what was `said` in answer."""
        self.turns = [*self.turns[1 - _KEPT :], Turn(resolved, said)]
