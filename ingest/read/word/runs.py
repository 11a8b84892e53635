"""What stands in a paragraph of a Word document, as Word's final view shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.read.outline import one_line
from ingest.read.word.equations import linear
from ingest.read.word.fields import Fields, form_text
from ingest.read.word.package import child, name, qualified, switched, value
from ingest.read.word.symbols import lowered, note_mark, raised, spelled, symbol

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ingest.read.word.notes import Notes
    from ingest.read.word.styles import Look, WordStyles

# What holds runs and is itself nothing to see.
_WRAPPERS = (
    *("w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:customXml", "w:sdtContent", "w:bdo", "w:dir", "w:ruby"),
    *("w:rubyBase", "mc:Choice", "mc:Fallback"),
)
_BREAKS = {"w:br": "\n", "w:cr": "\n", "w:tab": "\t", "w:ptab": "\t", "w:noBreakHyphen": "-"}
# Half points, and percent of their width: smaller or narrower letters nobody reads.
_LEAST_SIZE, _LEAST_WIDTH = 5, 10
_SENTENCE_ENDS = (".", "!", "?")


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text of one look; `shift` is 1 where it is raised, -1 where it is lowered; `size` is in half points."""

    text: str
    shift: int = 0
    is_struck: bool = False
    is_bold: bool = False
    is_underlined: bool = False
    size: int = 0
    font: str = ""


@dataclass(slots=True)
class Inline:
    """The spans of a paragraph, the text boxes and diagrams that hang on it, and what of it is not shown.

    `is_contents` where it belongs to a table of contents or an index.
    """

    spans: list[TextRun] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    is_contents: bool = False


class Inlines:
    """Reads the paragraphs of a document in their order: fields and the numbers of notes go on from one to the next."""

    def __init__(self, styles: WordStyles, notes: Notes, fields: Fields) -> None:
        """Begin before the first paragraph of what `fields` stand in."""
        self._styles, self._notes, self._fields = styles, notes, fields
        self._paragraph: _Element | None = None
        self._on_white = False
        self._found = Inline()

    def read(self, paragraph: _Element, on_white: bool) -> Inline:
        """The contents of a paragraph; `on_white` where white letters cannot be seen."""
        self._paragraph, self._on_white, self._found = paragraph, on_white, Inline()
        self._take_all(paragraph, {})
        return self._found

    def _take_all(self, elements: Iterable[_Element], look: Look) -> None:
        for element in elements:
            self._take(element, name(element), look)

    def _take(self, element: _Element, kind: str, look: Look) -> None:
        match kind:
            case "w:r":
                assert self._paragraph is not None
                self._take_all(element, self._styles.look(child(element, "w:rPr"), self._paragraph))
            case "w:sdt":
                self._take_control(element, look)
            case "w:fldSimple" | "w:fldChar" | "w:instrText":
                self._take_field(element, kind, look)
            case "w:footnoteReference" | "w:endnoteReference":
                self._take_note(element, kind, look)
            case "mc:AlternateContent":
                self._take_alternative(element, look)
            case "w:drawing" | "w:pict" | "w:object":
                self._found.boxes += [] if self._fields.is_silent or look.get("vanish") else _boxes(element)
            case _ if kind in _WRAPPERS:
                self._take_all(element, look)
            case _:
                self._add(_symbol_text(element, kind, look), look)

    def _take_field(self, element: _Element, kind: str, look: Look) -> None:
        if kind == "w:fldSimple":
            self._fields.enter(element.get(qualified("w:instr"), ""))
            self._take_all(element, look)
            self._fields.leave()
        elif kind == "w:fldChar":
            self._add(form_text(element), look)
            self._fields.turn(element)
        else:
            self._fields.instruct(element.text or "")

    def _take_control(self, element: _Element, look: Look) -> None:
        """A content control: its words, unless they only ask for some; a box to tick as it is."""
        properties = child(element, "w:sdtPr")
        tick = child(properties, "w14:checkbox")
        if tick is not None:
            is_ticked = value(tick, "w14:checked", of="w14:val") in ("1", "true", "on")
            self._add("☒" if is_ticked else "☐", look)
        elif not switched(properties, "w:showingPlcHdr"):
            self._take_all(element, look)

    def _take_note(self, element: _Element, kind: str, look: Look) -> None:
        if self._fields.is_silent or look.get("vanish") or look.get("strike"):
            return
        mark = self._notes.mark(kind, element.get(qualified("w:id"), ""))
        is_own = element.get(qualified("w:customMarkFollows"), "0") in ("1", "true", "on")
        self._add("" if is_own else note_mark(mark), look | {"shift": 0})

    def _take_alternative(self, element: _Element, look: Look) -> None:
        """One of several forms of the same thing: the first in which anything can be seen."""
        for form in element:
            before = len(self._found.spans) + len(self._found.boxes)
            self._take(form, name(form), look)
            if len(self._found.spans) + len(self._found.boxes) > before:
                return

    def _add(self, text: str, look: Look) -> None:
        if not text or self._fields.is_silent:
            return
        if look.get("vanish") or self._is_unseen(look):
            self._found.hidden.append(text)
            return
        self._found.is_contents = self._found.is_contents or self._fields.is_contents
        is_struck = bool(look.get("strike") or look.get("dstrike"))
        style = bool(look.get("b")), bool(look.get("u")), look.get("size", 20), look.get("font", "")
        self._found.spans.append(TextRun(text, look.get("shift") or _moved(look), is_struck, *style))

    def _is_unseen(self, look: Look) -> bool:
        """Whether nobody sees letters of that look: white on white, of the colour of their ground, tiny, squeezed."""
        is_white = look.get("white") and self._on_white and not look.get("filled")
        is_lost = bool(look.get("ground")) and look.get("ground") == look.get("ink")
        is_tiny = look.get("size", _LEAST_SIZE) < _LEAST_SIZE or look.get("width", _LEAST_WIDTH) < _LEAST_WIDTH
        return bool(is_white or is_lost or is_tiny or look.get("clear"))


def without_struck(spans: Sequence[TextRun]) -> tuple[list[TextRun], list[str]]:
    """The spans that are not struck out, and the whole sentences that are."""
    kept: list[TextRun] = []
    struck: list[str] = []
    for number, span in enumerate(spans):  # a blank between two struck words is struck with them
        between = spans[number - 1 : number + 2]
        is_blank = not span.text.strip() and len(between) == 3 and between[0].is_struck and between[2].is_struck
        kept.append(TextRun(span.text, is_struck=True) if is_blank else span)
    groups = [(is_struck, list(group)) for is_struck, group in groupby(kept, lambda span: span.is_struck)]
    before = ""
    for number, (is_struck, group) in enumerate(groups):
        words = one_line("".join(span.text for span in group))
        if is_struck:
            begins = not before or before.endswith((*_SENTENCE_ENDS, ":"))
            ends = words.endswith(_SENTENCE_ENDS) or not any(one_line(text_of(g)) for _, g in groups[number + 1 :][:1])
            struck += [words] if words and begins and ends else []
        else:
            before = words or before
    return [span for is_struck, group in groups if not is_struck for span in group], struck


def text_of(spans: Iterable[TextRun]) -> str:
    """The text of spans, raised and lowered figures as such, with its tabs and line breaks."""
    text = ""
    for shift, group in groupby(spans, lambda span: span.shift):
        words = "".join(span.text for span in group)
        text += raised(words, text) if shift > 0 else lowered(words) if shift < 0 else words
    return text


def _moved(look: Look) -> int:
    """The shift of figures that are set higher or lower by hand."""
    position = look.get("position", 0)
    return 0 if abs(position) < 4 else 1 if position > 0 else -1


def _symbol_text(element: _Element, kind: str, look: Look) -> str:
    """What an element shows that holds no other: letters, a break, a symbol, an equation."""
    if kind == "w:t":
        return spelled((element.text or "").replace("\u00ad", ""), look.get("font", ""))
    if kind == "w:sym":
        code, font = element.get(qualified("w:char"), ""), element.get(qualified("w:font"), "")
        return symbol(int(code, 16), font) if re.fullmatch("[0-9A-Fa-f]{1,5}", code) else ""
    return linear(element) if kind in ("m:oMath", "m:oMathPara") else _BREAKS.get(kind, "")


def _boxes(drawing: _Element) -> Iterator[_Element]:
    """The outermost text boxes and diagrams in a drawing, each once, and the words of WordArt."""
    for element in drawing:
        kind = name(element)
        if kind in ("w:txbxContent", "dgm:relIds", "v:textpath"):
            yield element
        elif kind == "mc:AlternateContent":
            yield from next(filter(None, (list(_boxes(form)) for form in element)), [])
        else:
            yield from _boxes(element)
