"""The words of LaTeX, as they are printed."""

from __future__ import annotations

import re

from ingest.read.figures import lowered, raised
from ingest.read.formulas import characters, formula
from ingest.read.latex.source import TexSource
from ingest.read.outline import one_line

# What takes an argument in braces, or several, none of which is printed where it stands.
_UNSEEN_ONE = """
label vspace hspace index pagestyle thispagestyle bibliographystyle nocite phantom hphantom vphantom color pagecolor
hypertarget hyperlink
usepackage documentclass hypersetup graphicspath ref eqref pageref autoref cref Cref nameref vref colorbox linespread
hyphenation textcolor scalebox rotatebox parbox raisebox rowcolor cellcolor columncolor thanks foreignlanguage
"""
_UNSEEN_TWO = "setlength addtolength setcounter addtocounter resizebox fontsize newtheorem"
_UNSEEN = {
    **dict.fromkeys(_UNSEEN_ONE.split(), 1),
    **dict.fromkeys(_UNSEEN_TWO.split(), 2),
    **{"definecolor": 3, "addcontentsline": 3},
}
_CITING = "cite citep citet parencite textcite autocite footcite citealp citealt"
_SPACES = {"\\": " ", ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "quad": " ", "qquad": " ", "newline": " "}
_SPACES |= {"/": "", "-": "", "@": "", "noindent": "", "par": "", "(": "", ")": "", "[": "", "]": ""}
_NAMED = {"item": "", "and": ", ", "LaTeX": "LaTeX", "TeX": "TeX", "today": "", "maketitle": "", "tableofcontents": ""}
_PLAIN = frozenset("%&$#_{}")


class Print:
    """The notes met so far, and what is not printed."""

    def __init__(self, source: TexSource) -> None:
        """Begin with nothing; `source` is the whole text, whose list of references numbers what is cited."""
        self.dropped: list[str] = []
        self.notes: list[str] = []
        self._source = source
        self._tokens = source.tokens
        entries = re.findall(r"\\bibitem\s*+(?:\[[^\[\]]*\]\s*+)?\{([^{}]*)\}", source.text)
        self._entries = {key.strip(): number for number, key in enumerate(entries, 1)}

    def words(self, part: range) -> str:
        """The words of tokens, as they are printed."""
        parts: list[str] = []
        at = part.start
        while at < part.stop:
            text, at = self.inline(at)
            parts.append(text)
        return "".join(parts)

    def inline(self, at: int) -> tuple[str, int]:
        """What a token, with what it takes, is in print; and where it goes on."""
        token = self._tokens[at]
        match token.kind:
            case "text":
                return token.text.replace("``", "“").replace("''", "”").replace("---", "—").replace("--", "–"), at + 1
            case "special" | "par":
                return " ", at + 1
            case "brace":
                return "" if token.text in "{}" else token.text, at + 1
            case "accent":
                return characters(f"\\{token.text}"), at + 1
            case "math":
                end = self._source.ends.get(at)
                return ("", at + 1) if end is None else (formula(self._source.source(range(at + 1, end))), end + 1)
        return self._macro(at, token.text)

    def _macro(self, at: int, name: str) -> tuple[str, int]:
        if name in _PLAIN:
            return name, at + 1
        if name == "(" and at in self._source.ends:
            end = self._source.ends[at]
            return formula(self._source.source(range(at + 1, end))), end + 1
        if name == "\\":
            return " ", self._source.option(at + 1)[1]
        if name in _SPACES:
            return _SPACES[name], at + 1
        bare = name.rstrip("*")
        if bare in _UNSEEN:
            after = self._source.option(at + 1)[1]
            for _ in range(_UNSEEN[bare]):
                after = self._source.argument(after)[1]
            return "", after
        if bare in _TAKING:
            part, after = self._source.argument(self._source.option(self._source.option(at + 1)[1])[1])
            return _TAKING[bare](self, part), after
        return self._character(at, name)

    def _character(self, at: int, name: str) -> tuple[str, int]:
        """A character that has a name, or an accent on a letter; nothing for what only says how the next words look."""
        if name in ("SI", "qty", "num", "si", "unit", "ang"):
            after = at + 1
            for _ in range(2 if name in ("SI", "qty") else 1):
                after = self._source.argument(self._source.option(after)[1])[1]
            return formula(self._source.source(range(at, after))), after
        if name == "replaced":  # words, and then what they stand for
            part, after = self._source.argument(self._source.option(at + 1)[1])
            old, after = self._source.argument(after)
            self._strike(old)
            return self.words(part), after
        if name == "href":
            after = self._source.argument(self._source.option(at + 1)[1])[1]
            part, after = self._source.argument(after)
            return self.words(part), after
        return _named_character(name), at + 1

    def _note(self, part: range) -> str:
        self.notes.append("")
        number = len(self.notes)
        self.notes[number - 1] = one_line(self.words(part))
        return raised(str(number))

    def _cite(self, part: range) -> str:
        keys = [key.strip() for key in self._source.source(part).split(",")]
        return f"[{', '.join(str(self._entries.get(key, key)) for key in keys)}]"

    def _strike(self, part: range) -> str:
        text = one_line(self.words(part))
        self.dropped += [f"struck out: {text}"] if text.endswith((".", "!", "?")) else []
        return ""

    def _raise(self, part: range) -> str:
        return raised(self.words(part))

    def _lower(self, part: range) -> str:
        return lowered(self.words(part))

    def _tell_picture(self, part: range) -> str:
        self.dropped.append(f"picture: {self._source.source(part)}")
        return ""

    def _tell_file(self, part: range) -> str:
        self.dropped.append(f"file taken in, not read: {self._source.source(part)}")
        return ""

    def _as_written(self, part: range) -> str:
        return self._source.source(part)


_TAKING = {
    **dict.fromkeys(("footnote", "footnotetext", "endnote"), Print._note),
    **dict.fromkeys(_CITING.split(), Print._cite),
    **dict.fromkeys(("sout", "st", "xout", "cancel", "bcancel", "xcancel", "deleted", "textst"), Print._strike),
    **{"textsuperscript": Print._raise, "textsubscript": Print._lower},
    **dict.fromkeys(("includegraphics", "includesvg", "includepdf"), Print._tell_picture),
    **dict.fromkeys(("input", "include", "subfile", "lstinputlisting", "bibliography"), Print._tell_file),
    **dict.fromkeys(("url", "nolinkurl", "path", "verb", "lstinline"), Print._as_written),
}


def _named_character(name: str) -> str:
    return _NAMED[name] if name in _NAMED else characters(f"\\{name}{{}}")
