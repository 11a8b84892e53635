"""Lines that were broken to fit a page, joined to the paragraphs that they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.english import words
from ingest.read.clean import is_within

_BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)[-\u2010\u00ad]$")
_HYPHENATED = re.compile(r"(?<!\w)[^\W\d_]+(?:-[^\W\d_]+)+")
_JOINED = re.compile(r"\w[-\u2010\u00ad–—]$")
_SHARED = re.compile(r"(?:and|or|und|oder) ")  # "two- and three-masted"
_ENDS = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_LABEL = re.compile(
    r"(?:\[?\(?\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?\)?\]?[ :–-]*)?[A-Z][\w.'’&/() -]{0,30}:(?:\s|$)"
)
_TIME = re.compile(r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?(?:\s|$)")
_FULL = 120  # a line that is longer was not broken to fit
_NARROW = 40  # no text is broken at less
_PROSE = 5  # the fewest words of a line of prose
# They keep their hyphen before a word.
_KEPT = frozenset(words("hyphens.always", "numbers.exact.tens"))


def width_of(lines: Iterable[str]) -> int:
    """The column at which the lines of a text are broken: where the longest ends that was broken."""
    return max((len(line) for line in lines if _NARROW <= len(line) <= _FULL), default=_NARROW)


def hyphenated(text: str) -> frozenset[str]:
    """The words of a text that have a hyphen within a line, casefolded."""
    return frozenset(word.casefold() for word in _HYPHENATED.findall(text))


def paragraphs(lines: Sequence[str], width: int) -> list[list[str]]:
    """The lines of a block, by paragraph; `width` is where its text is broken.

    A paragraph ends with a short last line, and one begins with an indent, a label ("ANNA:") or a time.
    """
    found: list[list[str]] = []
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else line
        if found and _goes_on(found[-1], line, indent_of(after), width):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def joined(lines: Sequence[str], words: frozenset[str]) -> str:
    """The lines of a paragraph as one, hyphens at their ends mended; `words` are those that keep theirs."""
    text = ""
    for line in lines:
        line = " ".join(line.split())
        broken = _BROKEN.search(text[-60:])
        if not text:
            text = line
        elif broken and line[:1].islower() and not _SHARED.match(line):
            rest = re.match(r"[^\W\d_]*", line)
            whole = f"{broken[1]}-{rest[0] if rest else ''}".casefold()
            keeps = text[-1] != "\u00ad" and (whole in words or "-" in broken[1] or broken[1].casefold() in _KEPT)
            text = (text if keeps else text[:-1]) + line
        elif _JOINED.search(text[-2:]) and not _SHARED.match(line):
            text += line
        else:
            text += " " + line
    return text.replace("\u00ad", "")


def indent_of(line: str) -> int:
    """How many spaces stand before a line."""
    return len(line) - len(line.lstrip())


def is_prose(line: str) -> bool:
    """Whether a line is one of running text rather than a label."""
    return not is_within(line, _PROSE - 1) and any(letter.islower() for letter in line)


def ends(line: str) -> bool:
    """Whether a line ends as a sentence or a lead-in does."""
    return bool(_ENDS.search(line[-10:].rstrip()))


def _goes_on(paragraph: Sequence[str], line: str, indent_after: int, width: int) -> bool:
    """Whether `line` goes on with the paragraph so far; `indent_after` is that of the line below it."""
    before, content = paragraph[-1].rstrip(), line.strip()
    if len(before) > _FULL or _TIME.match(content):
        return False
    is_full = len(before) + 1 + len(content.split(None, 1)[0]) > width
    deeper = indent_of(line) - indent_of(before)
    if _LABEL.match(content[:60]):
        return is_full and not ends(before)
    if deeper < -1 and len(paragraph) > 1 and indent_of(line) <= indent_of(paragraph[0]):
        return False  # the next of several with hanging lines
    if ends(before):
        return is_full and deeper <= 1
    if _JOINED.search(before[-2:]):
        return True
    if content[0].islower() or (before[-1] in ",;(" and is_prose(before)):
        return deeper <= 1 or is_prose(before) or is_full
    if deeper > 1:
        return is_full or (is_prose(before) and indent_after >= indent_of(line))
    return is_full or (is_prose(before) and len(before) > 0.6 * width)
