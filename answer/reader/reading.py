"""Reading: what a model that sees the question says of a passage, where a similarity says only how near it lies."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from answer.errors import ReaderError

if TYPE_CHECKING:
    from ingest import Encoder


@dataclass(frozen=True, slots=True)
class Stretch:
    """A text to be read: `sentences` are ranges of `text`, `lead` is what is read before it, such as its headings."""

    text: str
    sentences: tuple[tuple[int, int], ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said of one stretch, each number a probability.

    answerable: that it answers the question; sentences: that each of its sentences is part of the answer;
    support: that it supports the question, read as a claim, rather than contradicting it, None where the model cannot
    say.
    """

    answerable: float
    sentences: tuple[float, ...]
    support: float | None = None


class Reader(ABC):
    """A model that reads.  It is loaded when it is first needed, and is safe to share among threads."""

    name: str
    fingerprint: str

    @staticmethod
    def open(index: Path, name: str | None = None, encoder: Encoder | None = None) -> Reader:
        """The reader that comes with the package (None), or the transformers model of that name or folder.

        That of the package is run as it was exported into the folder `index`, with `encoder`, which embeds questions,
        where that is the export of the one it was made for.  A model for sequence classification is taken for a
        cross-encoder, one for question answering for what it is.  Raises ReaderError where there is none, where it is
        of another kind, or where its weights are not its own.
        """
        from answer.reader.adapted import AdaptedReader
        from answer.reader.foreign import AnsweringReader, ClassifyingReader
        from ingest.embed.encoder import model_folder
        from ingest.errors import EncoderError

        if name is None:
            return AdaptedReader(index, encoder)
        try:
            folder = model_folder(name)
            kinds = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("architectures") or [""]
        except (EncoderError, OSError, ValueError) as error:
            raise ReaderError(f"no reader {name!r}: {error}") from error
        if kinds[0].endswith("ForQuestionAnswering"):
            return AnsweringReader(name, folder)
        if kinds[0].endswith("ForSequenceClassification"):
            return ClassifyingReader(name, folder)
        raise ReaderError(
            f"{folder} holds a {kinds[0] or 'model of no named kind'}; a reader is a transformers model for sequence "
            "classification or for question answering"
        )

    @abstractmethod
    def load(self) -> None:
        """Load the model now, rather than when it is first needed."""

    def remember(self, stretches: Sequence[Stretch]) -> None:  # noqa: B027
        """Do ahead of time what reading these needs and no question changes; a reader may have nothing of the kind."""

    @abstractmethod
    def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
        """What the model says of each stretch, in their order."""


def shipped_folder() -> Path:
    """Where the reader that comes with the package lies."""
    return Path(__file__).parent
