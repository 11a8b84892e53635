"""Text repair, and the general rules by which a page's furniture is told from its matter."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from ingest.english import basic
from ingest.printable import INVISIBLE

_CONTROL = re.compile(rf"[\x00-\x08\x0e-\x1f\x7f-\x9f{INVISIBLE}\ufffe\uffff]|(?<=[\x00-\x7f])[\u200c\u200d]")
# Foreign letters with little between them, and how far around them ftfy looks for what they were before a fault.
_FOREIGN = re.compile(r"[^\x00-\x7f](?:[\x00-\x7f]{0,16}[^\x00-\x7f])*")
_REACH = 8
_BREAK = re.compile(r"\r\n|[\v\r\u2028\u2029]")
_LINE_END = re.compile(r"(?<=\n)")
_SPACES = re.compile(r"(?<=\S)(?:[^\S\n ][^\S\n]*| [^\S\n]+)")  # more than one plain space
_INDENT = re.compile(r"^[^\S\n]+")

# A label run into the sentence that repeats it ("Editorial BoardEvery page is seen by our Editorial Board"), and a
# date run into the link after it ("May 3, 2024View policy"): both come of page text taken without its boxes.
_GLUED_LABEL = re.compile(r"^([A-Z][\w ]{0,60}[a-z])(?=[A-Z][a-z]+ .*\b\1\b)")
_GLUED_DATE = re.compile(r"(?<=\b\d{4})(?=[A-Z][a-z])")

_MONTHS = "|".join(map(str.capitalize, basic("calendar.months")))
_DATE = rf"(?:(?:{_MONTHS}) \d{{1,2}}, \d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}}|\d{{4}}-\d{{2}}-\d{{2}})"
_REVISED = re.compile(
    r"(?:^|(?<=[.;] ))(?:last )?(?:revised|updated|reviewed|modified|amended|issued|published|approved|adopted|"
    rf"effective|valid|in (?:force|effect)|applies)(?: (?:on|from|since|as (?:of|from)))?:? *({_DATE})(?=[.;]|$)",
    re.IGNORECASE,
)
_LINE = 25  # the most words of a line that says when a page was revised
_AUTHORED = re.compile(
    r"^(?:(?:developed|written|authored|(?:medically )?reviewed|prepared) by\b|authors?: )", re.IGNORECASE
)

_AUTHORS = re.compile(r"(?:(?:developed|written|authored|prepared) by|authors?:) (?=.)", re.IGNORECASE)
_AFTER_AUTHORS = re.compile(
    r";|,? (?:with|and) (?:the )?(?:medical )?review|,? (?:medically )?reviewed by|(?<!\b[A-Z])\.$", re.IGNORECASE
)
_LICENCE = re.compile(
    r"^(?:licen[cs]e: *+|(?:this \w+ is )?licensed under (?:the |an? )?)(.+?)\.?$|"
    r"^(CC(?: |-)BY(?:[- ]\w+)*(?: \d\.\d)?)\.?$",
    re.IGNORECASE,
)

_MENU = re.compile(
    r"^(?:skip to (?:the )?(?:main )?content|espa.ol|fran.ais|deutsch|english|menu|search|home|close|share|print|"
    r"e?-?mail|donate|personali[sz]e|log ?in|sign in|back to top|read more|next|previous|pdfs? by .*|.* emails?)\W*$",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\bsign up\b|\bsubscribe\b|\bnewsletter\b|\blive chat\b|\bcall us\b|\bhelpline\b|\b24/7\b|\bcookies?\b|"
    r"\bany time of day or night\b|\bcopyright(?:ed)?\b|©|\ball rights reserved\b|\breprint requests\b|\blogos? for\b|"
    r"\b(?:view|read) (?:our )?(?:editorial|privacy|cookie) policy\b|\b1[- ]8\d\d[- ]\d{3}[- ]\d{4}\b",
    re.IGNORECASE,
)
_SELF_TALK = re.compile(r"\b(?:[Ww]e|[Uu]s|[Oo]ur)\b")  # "US" is a country
_TO_READER = re.compile(r"\b(?:you|your|ask|answers)\b", re.IGNORECASE)

_BIBLIOGRAPHIC = re.compile(
    r"\bdoi:|\bdoi\.org/|\bPMC?ID:|\b(?:accessed|available) at:? (?:https?:|www\.)|"
    r"\b(?:19|20)\d\d(?: [A-Z][a-z]{2}[-A-Za-z]*)?(?: \d{1,2})?; ?\d+|(?-i:\b[A-Z]{1,3}), et al\b"
    r"(?:(?!(?-i:\b[A-Z]{1,3}), et al\b).)*\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
# Prose cites in parentheses; an entry stands outside of them.
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_REFERENCES_HEADING = re.compile(
    r"^(?:[\dA-Z]{1,2}(?:\.\d{1,2})*\.? +)?(?:(?:normative |informative )?references|bibliography|works cited|"
    r"literature cited|sources)\W*$",
    re.IGNORECASE,
)

_PENDING = re.compile(
    r"\bpending\b(?:(?!\bpending\b)[\w ])*\breview\b|\bnot (?:yet )?(?:been )?reviewed\b|\bunder review\b",
    re.IGNORECASE,
)
# "This article reviews the evidence" is no claim of having been reviewed.
_REVIEWED = re.compile(
    r"\breviewed (?:by|for|on)\b|\breviews (?:all|every|each)\b|\b(?:last|medically) reviewed\b|\bmedical review\b",
    re.IGNORECASE,
)


def repair(text: str) -> str:
    """Fix faults of encoding, control characters and odd spaces; the result is a fixed point of this function.

    Line breaks survive as U+000A and indentation as plain spaces (a tab is four); every other run of white space
    becomes one space.
    """
    while True:
        fixed = "\n".join(_with_plain_spaces(line) for line in fix_encoding(text).replace("\f", "\n").split("\n"))
        if fixed == text:
            return fixed
        text = fixed


def fix_encoding(text: str) -> str:
    """Fix encoding and control characters; line breaks are U+000A, spaces and page breaks stay as they are."""
    text = _BREAK.sub("\n", text)
    if not _is_sound(text):
        text = "".join(line if _is_sound(line) else _fixed(line) for line in _LINE_END.split(text))
    return _CONTROL.sub("", text)


def _is_sound(text: str) -> bool:
    """Whether ftfy, which is slow, would leave `text` as it is: told from what it looks for, without asking it."""
    if text.isascii():
        return not _CONTROL.search(text)
    from ftfy.badness import is_bad

    return (
        not _fixed_characters().search(text)
        and unicodedata.is_normalized("NFC", text)
        and not any(is_bad(text[max(0, m.start() - _REACH) : m.end() + _REACH]) for m in _FOREIGN.finditer(text))
    )


@cache
def _fixed_characters() -> re.Pattern[str]:
    """The characters that ftfy replaces wherever they stand."""
    from ftfy.chardata import CONTROL_CHARS, LIGATURES, WIDTH_MAP

    characters = "".join(map(chr, [*CONTROL_CHARS, *LIGATURES, *WIDTH_MAP]))
    return re.compile(rf"[{re.escape(characters)}\x80-\x9f\u2028\u2029\ud800-\udfff]")


def _fixed(line: str) -> str:
    import ftfy

    fixed = ftfy.fix_text(line, uncurl_quotes=False, normalization="NFC", unescape_html=False)
    return fixed.replace("\r\n", "\n").replace("\r", "\n")


def _with_plain_spaces(line: str) -> str:
    line = _INDENT.sub(lambda found: " " * len(found[0].expandtabs(4)), line)
    return _SPACES.sub(" ", line).rstrip()


def is_within(text: str, words: int) -> bool:
    """Whether `text` has at most so many words; of a long one no more are looked at."""
    return len(text.split(None, words)) <= words


def unglue(line: str) -> list[str]:
    """The pieces of a line in which a label or a date was run into what follows it."""
    line = _GLUED_LABEL.sub(r"\1\n", line)
    return _GLUED_DATE.sub("\n", line).split("\n")


def is_furniture(line: str) -> bool:
    """Whether a line at the edge of a page is the site speaking of itself rather than of its subject."""
    if is_colophon(line) or is_bibliographic(line):
        return False
    if is_site_talk(line):
        return True
    return bool(_SELF_TALK.search(line) and _TO_READER.search(line))


def is_site_talk(line: str) -> bool:
    """Whether a line is of a menu, or of what a site says of itself on each of its pages."""
    return bool(_MENU.match(line) or _SITE.search(line))


def is_colophon(line: str) -> bool:
    """Whether a line says who wrote the page or when it was revised."""
    return bool(_dated(line) or _AUTHORED.match(line))


def is_bibliographic(line: str) -> bool:
    """Whether a line reads like an entry of a bibliography."""
    return bool(_BIBLIOGRAPHIC.search(_ASIDE.sub("", line)))


def is_references_heading(line: str) -> bool:
    """Whether a heading opens a list of references."""
    return bool(_REFERENCES_HEADING.match(line))


def revised_on(line: str) -> datetime.date | None:
    """The date of a "Last revised: March 29, 2025" line, read strictly: a day, a month and a year, or None.

    The day from which a version is valid is one too: "Version 2. Valid from 1 July 2023."
    """
    found = _dated(line)
    if not found:
        return None
    for form in ("%B %d, %Y", "%d %B %Y", "%Y-%m-%d"):
        try:
            return datetime.datetime.strptime(found[1], form).date()
        except ValueError:
            continue
    return None


def _dated(line: str) -> re.Match[str] | None:
    return _REVISED.search(line) if is_within(line, _LINE) else None


def authors(line: str) -> str | None:
    """Whom a "Written by …" line names."""
    found = _AUTHORS.match(line)
    if found is None:
        return None
    after = _AFTER_AUTHORS.search(line, found.end() + 1)
    return line[found.end() : after.start() if after else None]


def licence(line: str) -> str | None:
    """The licence that a "Licensed under …" line names."""
    found = _LICENCE.match(line)
    return (found[1] or found[2]) if found else None


def review_status(lines: Sequence[str]) -> str | None:
    """`pending` or `reviewed` from what a page says of its own review; where it says both, the weaker claim wins."""
    if any(_PENDING.search(line) for line in lines):
        return "pending"
    if any(_REVIEWED.search(line) for line in lines):
        return "reviewed"
    return None
