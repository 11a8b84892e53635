"""Rich text (RTF), as pieces.

striprtf keeps the letters and no more: what is hidden, struck out, raised, a heading, an item or a head of a table
cannot be told from what it gives, so that the control words are read here.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.outline import with_bibliography, with_one_title
from ingest.read.rtf.body import RtfBody
from ingest.read.rtf.forms import Form

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,40})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_DEEPEST = 1_000
# What holds no text of the document.
_UNREAD = """
fonttbl colortbl stylesheet info pict fldinst objdata objclass header headerl headerr headerf footer footerl footerr
footerf xe tc rxe bkmkstart bkmkend nonshppict shprslt themedata datastore listtable listoverridetable revtbl rsidtbl
generator private1 pnseclvl pn atnid atnauthor atntime atnref atndate atnparent ftnsep ftnsepc aftnsep aftnsepc
"""
_UNREAD_WORDS = frozenset(_UNREAD.split())
_NAMED = ("fonttbl", "stylesheet", "info")
_IN_INFO = ("title", "author", "revtim", "creatim")
_SYMBOLS = {
    **{"tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“"},
    **{"rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "nestcell": " ", "~": " "},
    **{"_": "-", "{": "{", "}": "}", "\\": "\\"},
}
_CODE_PAGES = {
    **{128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258"},
    **{177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"},
}


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group: how its text is read, and into what."""

    form: Form = Form()  # noqa: RUF009 - frozen
    into: str = "body"  # or "" for nothing, or the name of what it is collected for
    code_page: str = "cp1252"
    skipped: int = 1  # characters behind a \\u that stand for it in readers without Unicode


def read_rtf(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of an RTF file as it stands with its changes accepted, what was dropped, and what it states.

    Raises ValueError where it is no RTF file or holds no text.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ValueError("is no rich text (RTF), or is damaged; save it anew")
    reader = _RtfReader(data.decode("latin-1"))
    reader.read()
    pieces = with_one_title(with_bibliography(reader.body.finish()))
    if not any(piece.kind != "heading" for piece in pieces):
        raise ValueError("holds no text; fill it or take it out of the corpus")
    return pieces, reader.body.dropped, reader.stated()


class _RtfReader:
    """The groups that are open, and what has been collected beside the body."""

    def __init__(self, text: str) -> None:
        self.body = RtfBody()
        self._text = text
        self._state = _State()
        self._open: list[_State] = []
        self._bytes = bytearray()
        self._owed = 0  # characters still to be skipped behind a \\u
        self._starred = False
        self._collected: dict[str, str] = {}
        self._code_pages: dict[int, str] = {}
        self._font = 0
        self._monospaced: set[int] = set()
        self._default = "cp1252"
        self._numbers: dict[str, list[int]] = {}

    def read(self) -> None:
        """Take the whole text."""
        for token in self._tokens():
            word, number, byte, symbol, brace, plain = token.groups()
            if byte:
                self._take_byte(int(byte, 16))
            elif plain:
                self._take_plain(plain)
            elif brace:
                self._turn(brace)
            else:
                self._flush()
                if symbol:
                    self._take_symbol(symbol)
                elif word:
                    self._take_word(word, int(number) if number else None)
        self._flush()

    def _tokens(self) -> Iterator[re.Match[str]]:
        at = 0
        while found := _TOKEN.search(self._text, at):
            yield found
            at = found.end()
            if found[1] == "bin":  # raw bytes, braces among them
                at += max(0, int(found[2] or 0))

    def _turn(self, brace: str) -> None:
        self._flush()
        self._owed, self._starred = 0, False
        if brace == "{":
            self._open.append(self._state)
            if len(self._open) > _DEEPEST:
                raise ValueError("is nested deeper than any text; save it anew, with a plainer structure")
        elif self._open:
            before, self._state = self._state, self._open.pop()
            if before.into != self._state.into:
                self._close(before.into)

    def _close(self, name: str) -> None:
        text = self._collected.pop(name, "") if name in ("pntext", "listtext", "s") else ""
        if name in ("pntext", "listtext"):
            self.body.list_mark = text
        elif name == "s":
            self.body.name_style(text)
        elif name in ("footnote", "annotation"):
            self.body.end_note()

    def _take_symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._starred = True
        elif symbol in "\r\n":
            self._take_word("par", None)
        elif symbol != "-":
            self._write(_SYMBOLS.get(symbol, symbol))

    def _take_byte(self, byte: int) -> None:
        if self._owed:
            self._owed -= 1
        else:
            self._bytes.append(byte)

    def _take_plain(self, text: str) -> None:
        skipped = min(self._owed, len(text))
        self._owed -= skipped
        rest = text[skipped:]
        if self._bytes and rest:  # the second half of a sign of two bytes may be a plain letter
            self._bytes += rest.encode("latin-1")
            self._flush()
        else:
            self._flush()
            self._write(rest if rest.isascii() else rest.encode("latin-1").decode(self._state.code_page, "replace"))

    def _flush(self) -> None:
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            self._write(data.decode(self._state.code_page, errors="replace"))

    def _write(self, text: str) -> None:
        into = self._state.into
        if into in ("body", "footnote", "annotation"):
            self.body.write(text, self._state.form)
        elif into:
            self._collected[into] = self._collected.get(into, "") + text

    def _take_word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        state = self._state
        if self._open_destination(word, number, starred) or self._take_code_page(word, number):
            return
        if word == "u" and number is not None:
            self._owed = state.skipped
            self._write(_character(number % 65_536))
        elif word == "uc":
            self._state = replace(state, skipped=max(0, min(9, number or 0)))
        elif word in ("yr", "mo", "dy") and state.into in ("revtim", "creatim"):
            self._numbers.setdefault(state.into, []).append(number or 0)
        elif word in _SYMBOLS:
            self._write(_SYMBOLS[word])
        elif state.into in ("body", "footnote", "annotation"):
            self._state = replace(state, form=self.body.control(word, number, state.form))

    def _take_code_page(self, word: str, number: int | None) -> bool:
        """Whether a word says in which code page text stands: of the file, of a font, or by the font in use."""
        if word in ("ansicpg", "mac", "pc"):
            self._default = _known({"mac": "mac_roman", "pc": "cp437"}.get(word, f"cp{number}"))
            self._state = replace(self._state, code_page=self._default)
        elif word == "f" and self._state.into == "fonttbl":
            self._font = number or 0
        elif word == "fcharset":
            self._code_pages[self._font] = _CODE_PAGES.get(number or 0, self._default)
        elif word == "f":
            form = replace(self._state.form, is_code=(number or 0) in self._monospaced)
            self._state = replace(self._state, form=form, code_page=self._code_pages.get(number or 0, self._default))
        elif word == "fmodern" and self._state.into == "fonttbl":
            self._monospaced.add(self._font)
        return word in ("ansicpg", "mac", "pc", "f", "fcharset")

    def _open_destination(self, word: str, number: int | None, starred: bool) -> bool:
        """Whether a word opens a group of another kind than that in which it stands."""
        into = self._state.into
        if into == "stylesheet" and word in ("s", "cs", "ds", "ts"):
            self.body.begin_style(number or 0)
            self._go("s" if word == "s" else "")
        elif word in _NAMED or (into == "info" and word in _IN_INFO):
            self._go(word)
        elif word in ("pntext", "listtext"):
            self._go(word if into else "")
        elif word in ("footnote", "annotation"):
            self.body.begin_note(word)
            self._go(word)
        elif word in ("shptxt", "result"):  # what is seen of a group that is not read else
            self._go("body")
        elif word in _UNREAD_WORDS or starred:
            self.body.dropped += ["picture"] if word == "pict" else []
            self._go("")
        else:
            return False
        return True

    def _go(self, into: str) -> None:
        self._state = replace(self._state, into=into)

    def stated(self) -> Stated:
        """The title, the author and the date of change that a file has of itself."""
        title, author = (" ".join(self._collected.get(name, "").split()) or None for name in ("title", "author"))
        numbers = self._numbers.get("revtim") or self._numbers.get("creatim") or []
        try:
            revised = datetime.date(*numbers[:3]) if len(numbers) >= 3 else None
        except ValueError:
            revised = None
        return Stated(title=title, authors=author, revised=revised)


def _character(number: int) -> str:
    """A sign by its number; one of those that Windows keeps for the bullets of its Symbol font is a bullet."""
    return "•" if 0xF000 <= number < 0xF100 else chr(number)


def _known(code_page: str) -> str:
    try:
        return code_page if b"a".decode(code_page) == "a" else "cp1252"
    except LookupError:
        return "cp1252"
