"""What was said, kept for who asks the same again."""

from __future__ import annotations

from dataclasses import dataclass

from answer.decide import Decision
from answer.record import Citation, Remark, Statement, Usage


@dataclass(frozen=True, slots=True)
class StandaloneAnswer:
    """What is said to a question that stands alone, whoever asks it and in whatever conversation.

    `read_as` is how a language model understood the question in its conversation, and `usage` what it took: what is
    said with one is not remembered.
    """

    decision: Decision
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    remarks: tuple[Remark, ...]
    nearest: tuple[Citation, ...]
    read_as: str | None = None
    usage: Usage | None = None


class Memory:
    """What was said to the last questions; Answerers that answer alike may share it, in several threads."""

    def __init__(self, most: int = 500) -> None:
        """Keep what was said to at most so many questions, some ten kilobytes each; when there are more, begin anew."""
        self._most = most
        # By generation, the last that was asked last: one that is asked no more would be kept for nothing.
        self._told: dict[str, dict[tuple[str, bool], StandaloneAnswer]] = {}

    def recall(self, generation: str, question: str, compel: bool) -> StandaloneAnswer | None:
        """What was said from a generation to a question that stands alone."""
        return self._told.get(generation, {}).get((question, compel))

    def keep(self, generation: str, question: str, compel: bool, told: StandaloneAnswer) -> None:
        """Take note of what was said, and forget what was from any but the last two generations that were asked."""
        kept = self._told.get(generation, {})
        if len(kept) >= self._most:
            kept = {}
        kept[question, compel] = told
        others = [(name, of) for name, of in self._told.items() if name != generation]
        self._told = dict([*others[-1:], (generation, kept)])
