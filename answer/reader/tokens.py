"""Texts as tokens, and ranges of the text as ranges of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text between its two marks: `ids`, and for each of them, but for the marks, its range of the text."""

    ids: tuple[int, ...]
    offsets: tuple[Range, ...]

    def within(self, characters: Range) -> Range:
        """The tokens that overlap a range of the text, as a range of `ids`; (0, 0) where none does."""
        start, end = characters
        found = [n for n, (s, e) in enumerate(self.offsets, 1) if s < end and start < e]
        return (found[0], found[-1] + 1) if found else (0, 0)


class Tokenization:
    """A model's own tokenizer, which neither cuts nor pads."""

    def __init__(self, folder: Path) -> None:
        """Use the tokenizer of the model in `folder`."""
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # What the tokenizer itself puts around a text.
        self._opening, *_, self._closing = self._tokenizer.encode("").ids

    def tokens(self, text: str, most: int, lead: str = "") -> Tokens:
        """At most `most` tokens of `text`, before which `lead` is read; offsets are those of `text` alone."""
        encoded = self._tokenizer.encode(lead + text, add_special_tokens=False)
        offsets = tuple((s - len(lead), e - len(lead)) for s, e in encoded.offsets[: most - 2])
        return Tokens((self._opening, *encoded.ids[: most - 2], self._closing), offsets)
