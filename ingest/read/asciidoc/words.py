"""The words of AsciiDoc without their mark-up."""

from __future__ import annotations

import re

from ingest.read.figures import lowered, raised
from ingest.read.formulas import formula
from ingest.read.outline import one_line

# What any mark-up has in it.
_MARKED = re.compile(r"[{\[<*_`#+^~\\(]|\.\.\.|[-=]>|--")
# Each looks no further than what it stands for is long, so that what is opened again and again and never closed costs
# no more than its length.
_ATTRIBUTE = re.compile(r"(?<!\\)\{([\w-]{1,60})\}")
_LINK = re.compile(
    r"(?:link:|mailto:|xref:)([^\s\[\]]{1,500})\[([^\]]{0,500})\]"
    r"|((?:https?|ftp|irc)://[^\s\[\]<>]{1,500})\[([^\]]{0,500})\]"
)
_REFERENCE = re.compile(r"<<([^,<>\n]{1,200})(?:,\s*([^<>\n]{0,300}))?>>")
_NOTE = re.compile(r"footnote(?:ref)?:[\w-]{0,60}\[((?:[^\]\\]|\\\]){0,1000})\]")
_INLINE = re.compile(
    r"(kbd|btn|menu|stem|latexmath|asciimath|pass|image|icon|indexterm2?|anchor):([^\s\[\]]{0,300})\[([^\]]{0,500})\]"
)
_ANCHOR = re.compile(r"\[\[[^\]\n]{0,200}\]\]|\(\(\([^()]{0,200}\)\)\)")
_STRUCK = re.compile(r"\[[\w. -]{0,60}\b(?:line-through|strike)[^\]]{0,60}\](##?|\*\*?|__?)((?:(?!\1).){0,1000})\1")
_SPAN = re.compile(r"\[[\w.#%-]{1,100}\](?=[#*_`])")
_QUOTED = re.compile(r"\"`([^`\"]{0,500})`\"|'`([^`']{0,500})`'")
_CONSTRAINED = re.compile(r"(?<![\w*_`#+\\])([*_`#+])(?!\s)((?:(?!\1).){1,500}?)(?<!\s)\1(?![\w*_`#+])")
_UNCONSTRAINED = re.compile(r"(?<!\\)(\*\*|__|``|##|\+\+)((?:(?!\1).){1,500}?)\1")
_RAISED = re.compile(r"\^([^\^\s]{1,40})\^|~([^~\s]{1,40})~")
_REPLACED = (("(C)", "©"), ("(R)", "®"), ("(TM)", "™"), ("...", "…"), ("->", "→"), ("=>", "⇒"))
_DASH = re.compile(r"(?<=\w)--(?=\w)|(?<= )--(?= )")
_ESCAPED = re.compile(r"\\(?=[*_`#+^~{<\[(\"'h])")


class Words:
    """The attributes that a text has set, the notes met so far, and what is not printed."""

    def __init__(self) -> None:
        """Begin with what every text has."""
        self.attributes = {"nbsp": " ", "empty": "", "sp": " ", "plus": "+", "lt": "<", "gt": ">", "amp": "&"}
        self.notes: list[str] = []
        self.dropped: list[str] = []

    def plain(self, text: str) -> str:
        """The words of a paragraph on one line, as they are printed."""
        if not _MARKED.search(text):
            return one_line(text)
        text = _ATTRIBUTE.sub(lambda found: self.attributes.get(found[1], found[0]), text)
        text = _NOTE.sub(self._note, text)
        text = _STRUCK.sub(self._strike, text)
        text = _SPAN.sub("", _ANCHOR.sub("", text))
        text = _LINK.sub(lambda found: _label(found[2] or found[4] or "") or found[1] or found[3], text)
        text = _REFERENCE.sub(lambda found: found[2] or found[1], text)
        text = _INLINE.sub(self._macro, text)
        text = _QUOTED.sub(lambda found: f"“{found[1]}”" if found[1] is not None else f"‘{found[2]}’", text)
        text = _UNCONSTRAINED.sub(r"\2", text)
        for _ in range(3):  # bold in slanted in monospaced
            text = _CONSTRAINED.sub(r"\2", text)
        text = _RAISED.sub(lambda found: raised(found[1]) if found[1] else lowered(found[2]), text)
        for written, symbol in _REPLACED:
            text = text.replace(written, symbol)
        return one_line(_ESCAPED.sub("", _DASH.sub("—", text)))

    def _note(self, found: re.Match[str]) -> str:
        self.notes.append("")
        number = len(self.notes)
        self.notes[number - 1] = self.plain(found[1].replace("\\]", "]"))
        return raised(str(number))

    def _strike(self, found: re.Match[str]) -> str:
        text = one_line(found[2])
        self.dropped += [f"struck out: {text}"] if text.endswith((".", "!", "?")) else []
        return ""

    def _macro(self, found: re.Match[str]) -> str:
        name, target, text = found.groups()
        match name:
            case "image":
                self.dropped.append(f"picture: {text or target}")
                return ""
            case "stem" | "latexmath" | "asciimath":
                return formula(text)
            case "menu":
                return " › ".join(filter(None, [target, *map(str.strip, text.split(">"))]))
            case "icon" | "indexterm" | "anchor":
                return ""
        return text


def _label(text: str) -> str:
    """What is shown of a link, without what says how it opens."""
    return re.split(r",\s*(?:window|role|opts)=", text, maxsplit=1)[0].removesuffix("^").strip('"')
