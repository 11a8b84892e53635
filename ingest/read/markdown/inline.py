"""The words of a line of Markdown, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.read.figures import lowered, raised
from ingest.read.markdown.markup import is_hidden
from ingest.read.markdown.texmath import math_text

if TYPE_CHECKING:
    from markdown_it.token import Token

_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*+)([^<>]*)>")
_STRUCK = ("del", "s", "strike")
_UNSEEN = ("script", "style", "template")
_FORMULA = re.compile(r"[\\^_=<>+/*]|^\w{1,3}$|^[\d.,]+$")
_BEFORE_STOP = re.compile(r"(?<! ) +(?=[.,;:!?](?:\s|$))")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*$")


class MarkdownLine:
    """The words of an inline token so far, and what of it is struck out."""

    def __init__(self, children: Sequence[Token]) -> None:
        """Read the tokens within an inline token."""
        self._words: list[str] = []
        self._opened: list[str] = []  # the tags that strike out, hide, raise or lower
        self._starts: list[int] = []  # where in the words each of them begins
        self._was_struck: list[str] = []
        for child in children:
            self._take(child)
        while self._opened:
            self._close(self._opened[-1])

    @property
    def text(self) -> str:
        """What is left, in one line."""
        text = " ".join("".join(self._words).split())
        return _BEFORE_STOP.sub("", text) if self._was_struck else text

    @property
    def struck(self) -> list[str]:
        """The sentences that are struck out, or all of the line where nothing else stands in it."""
        is_all = not self.text
        return [words for words in self._was_struck if is_all or _SENTENCE_END.search(words[-10:])]

    def _take(self, token: Token) -> None:
        match token.type:
            case "s_open":
                self._open("s")
            case "s_close":
                self._close("s")
            case "html_inline":
                self._take_tag(token.content)
            case "softbreak" | "hardbreak":
                self._words.append(" ")
            case "footnote_ref":
                self._words.append(raised(str(token.meta["id"] + 1)))
            case "math_inline" | "math_inline_double":
                is_formula = _FORMULA.search(token.content.strip())
                self._words.append(math_text(token.content) if is_formula else f"${token.content}$")
            case "image":
                pass
            case _:
                self._words.append(token.content)

    def _take_tag(self, written: str) -> None:
        found = _TAG.match(written)
        if not found:
            return
        name = found[2].lower()
        if name == "br":
            self._words.append(" ")
        elif found[1]:
            self._close(name)
        elif name in (*_STRUCK, *_UNSEEN, "sup", "sub") or is_hidden(found[3]):
            self._open(name)

    def _open(self, name: str) -> None:
        self._opened.append(name)
        self._starts.append(len(self._words))

    def _close(self, name: str) -> None:
        if not self._opened or self._opened[-1] != name:
            return
        self._opened.pop()
        start = self._starts.pop()
        words = "".join(self._words[start:])
        del self._words[start:]
        if name == "sup":
            self._words.append(raised(words.strip()))
        elif name == "sub":
            self._words.append(lowered(words.strip()))
        elif name in _STRUCK:
            self._was_struck.append(" ".join(words.split()))
