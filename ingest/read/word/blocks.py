"""The paragraphs and tables of a Word document, before it is known what they are to each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from ingest.read.outline import one_line
from ingest.read.word.lists import Place
from ingest.read.word.runs import TextRun, text_of

_MONOSPACED = ("courier", "consol", "mono", "menlo", "monaco", "lucida console", "typewriter", "source code")
_CODE = re.compile(r"(?:.*\W)?(?:source ?code|code|preformatted|verbatim|listing|macro text)(?: ?block)?(?: \d)?")


@dataclass
class WordParagraph:
    """A paragraph with the names of its styles, the nearest first.

    `level` is the depth of a heading, 0 for a title, None for what is none by its style; `place` is where in a list it
    stands; `indent` is in twentieths of a point.  `struck` and `hidden` are what of it is not shown.
    """

    spans: list[TextRun]
    styles: tuple[str, ...] = ()
    level: int | None = None
    place: Place | None = None
    indent: int = 0
    is_contents: bool = False
    struck: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """Its text on one line."""
        return one_line(text_of(self.spans))

    @property
    def typed(self) -> str:
        """Its text as it is typed, with tabs and line breaks and without raised figures."""
        return "".join(span.text for span in self.spans)

    @property
    def is_bold(self) -> bool:
        """Whether all of it is bold."""
        return self._all(lambda span: span.is_bold)

    @property
    def is_underlined(self) -> bool:
        """Whether all of it is underlined."""
        return self._all(lambda span: span.is_underlined)

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading or a title by its style."""
        return self.level is not None

    @cached_property
    def is_code(self) -> bool:
        """Whether its style is one for code, or all of it is in letters of one width."""
        return any(map(_CODE.fullmatch, self.styles)) or self.is_monospaced

    @property
    def is_monospaced(self) -> bool:
        """Whether all of it is in a font in which every letter is as wide as the next."""
        return self._all(lambda span: any(font in span.font.lower() for font in _MONOSPACED))

    @property
    def size(self) -> int:
        """The size of its smallest letters, in half points."""
        return min((span.size for span in self.spans if span.text.strip()), default=0)

    def _all(self, holds: Callable[[TextRun], bool]) -> bool:
        told = [span for span in self.spans if span.text.strip()]
        return bool(told) and all(map(holds, told))


@dataclass(slots=True)
class WordCell:
    """A cell that spans `width` columns; `goes_on` where it is the one above it.

    `is_filled` where it has a ground of its own.
    """

    blocks: list[Block]
    width: int = 1
    goes_on: bool = False
    is_filled: bool = False


@dataclass(slots=True)
class WordTable:
    """The rows of a table; `heads` are how many are told to head its columns, `is_styled` where its style does so."""

    rows: list[list[WordCell]]
    heads: int = 0
    is_styled: bool = False


Block = WordParagraph | WordTable
