"""What the lines of a plain text are, told by their looks: headings, items of lists, code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.read.clean import is_bibliographic, is_colophon
from ingest.read.text.wrapped import ends, indent_of, is_prose

_ITEM = re.compile(
    r"(\s*)(?:([•‣▪◦■●·*+o–—-])|(\d{1,3}[.)]|\(\d{1,3}\)|[a-z][.)]|[A-Z]\)|\([a-zA-Z]\)|\(?[ivx]{1,5}\)))\s+(?=\S)"
)
_NUMBERED = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,3})*)\.?(?P<gap>\s+)(?=[^\W\d_])|"
    r"(?:(?:Appendix|Annex|Chapter|Section|Part|Article|CHAPTER|SECTION|PART|ARTICLE) [\dIVXA-Z]{1,5}\b|§ ?\d+)[.:]?|"
    r"[A-Z]\.(?P<sub>\d+(?:\.\d+)*)\.?\s+(?=[A-Z])"
)
_UNDERLINE = re.compile(r"([=\-~^*#+_.:\"'`])\1{2,}")
_RULE = re.compile(r"[=\-~^*#+_.:· ]{3,}")
_ATX = re.compile(r"#{1,6} +(?=\S)")
_CODE = re.compile(r"[{}\\;=<>|$]|\w\(|::|->|^\s*(?:#|//|--?\w|\.{0,2}/)|\w\[|^\s*\+-")
_PROMPT = re.compile(r"\s*(?:[$%] |>>> |C:\\)")
_SIGN_OFF = re.compile(
    r"(?:.*\b(?:regards|wishes|sincerely|cheers|thanks|thank you|yours|grüße[nr]?)|love)\W*", re.IGNORECASE
)
_LONGEST = 80
_LONGEST_UNNUMBERED = 70
_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """The mark of a list item, at which column it stands, at which its text begins, and its number (0 of a bullet)."""

    mark: str
    indent: int
    column: int
    number: int


def item_of(line: str) -> Item | None:
    """The item that a line begins, if it does."""
    found = _ITEM.match(line)
    if not found:
        return None
    if found[2]:
        return Item("• ", len(found[1]), found.end(), 0)
    digits = re.sub(r"\D", "", found[3])
    letter = found[3].strip("().")
    number = int(digits) if digits else ord(letter[0].lower()) - ord("a") + 1
    return Item(f"{found[3]} ", len(found[1]), found.end(), number)


def underlined(lines: Sequence[str], number: int) -> tuple[str, int, str] | None:
    """The heading that begins at a line, above its underline: its text, how many lines it takes, and its style."""
    over = _UNDERLINE.fullmatch(lines[number].strip())
    title = number + bool(over)
    if title + 1 >= len(lines):
        return None
    text, rule = lines[title].strip(), lines[title + 1].strip()
    under = _UNDERLINE.fullmatch(rule)
    if not under or "  " in text or not any(map(str.isalnum, text)) or not len(text) - 3 <= len(rule) <= len(text) + 40:
        return None
    if (over and over[1] != under[1]) or len(text) > 2 * _LONGEST or (under[1] in ".:'\"`" and len(rule) < len(text)):
        return None
    return text, title + 2 - number, under[1] + ("over" if over else "")


def is_rule(line: str) -> bool:
    """Whether a line only parts what stands above it from what stands below, and is none of a table."""
    text = line.strip()
    return bool(_RULE.fullmatch(text)) and "  " not in text and "+" not in text


def atx(line: str) -> tuple[str, int] | None:
    """The text and depth of a heading that is marked by signs before it ("## Fees")."""
    found = _ATX.match(line)
    return (line[found.end() :].strip().rstrip("#").rstrip(), found[0].count("#")) if found else None


def numbered(line: str) -> tuple[int, int] | None:
    """The depth and the last number of a line that looks like a numbered heading ("4.2. Retries"); 0 of a letter."""
    text = line.strip()
    found = _NUMBERED.match(text)
    if not found or len(text) > _LONGEST or text[-1] in ".,;:!" or indent_of(line) > 20:
        return None
    number = found["number"] or ""
    depth = number.count(".") + 1 if number else 1 + len((found["sub"] or "").split(".")) * bool(found["sub"])
    if depth == 1 and number and not found["gap"].strip() and not text[len(number) :].startswith("."):
        return None  # "3 eggs"
    return depth, int(number.split(".")[-1]) if number else 0


def is_capitals(line: str) -> bool:
    """Whether a line is a heading in capitals."""
    text = line.strip()
    letters = [letter for letter in text if letter.isalpha()]
    return (
        len(letters) >= _LETTERS
        and len(text) <= _LONGEST
        and text[-1] not in ".,;:!"
        and all(letter.isupper() for letter in letters)
        and not any(character in text for character in "{}=|<>$\\")
    )


def looks_like_heading(line: str) -> bool:
    """Whether a line that stands by itself is short, begins with a capital, and ends as no sentence does."""
    text = line.strip()
    return (
        len(text) <= _LONGEST_UNNUMBERED
        and (text[0].isupper() or (text[0].isdigit() and any(map(str.isalpha, text))))
        and text[-1] not in ".,;:!-–—("
        and not item_of(line)
        and "  " not in text
        and ": " not in text
        and "@" not in text
        and not _SIGN_OFF.fullmatch(text)
        and not is_colophon(text)
        and not is_bibliographic(text)
    )


def is_code(lines: Sequence[str], body: int, after_colon: bool) -> bool:
    """Whether a block is code or drawn: indented beyond the `body` of the text, and more signs than words."""
    if min(map(indent_of, lines)) < body + 2:
        return all(map(_PROMPT.match, lines[:1])) and not is_prose(lines[0])
    is_list = item_of(lines[0]) is not None  # whose items may end with a semicolon
    code_lines = sum(bool(_CODE.search(line.rstrip(";") if is_list else line)) for line in lines)
    prose = sum(is_prose(line) and (ends(line) or not _CODE.search(line)) for line in lines)
    if is_list and not code_lines:
        return False
    return code_lines > 0.5 * len(lines) > prose or (after_colon and prose == 0 and not any(map(ends, lines)))


def body_indent(lines: Sequence[str]) -> int:
    """At which column the running text stands."""
    indents = Counter(indent_of(line) for line in lines if is_prose(line) and not item_of(line))
    return indents.most_common(1)[0][0] if indents else 0
