"""What the tools that publish Markdown add to it within lines: only what their readers see is left."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from ingest.read.figures import lowered, raised

_CALLS = re.compile(
    r"\{\{[<%][^{}]{0,500}[>%]\}\}|\{%[^{}]{0,500}%\}|\{\{[^{}]{0,300}\}\}|\{/\*[^{}]{0,2000}\*/\}|\{:[^{}]{0,300}\}|"
    r"(?<=[\w)\]*_`}]) ?\{#[^{}]{0,200}\}|(?<=[)\]*_`])\{(?:\.|[\w-]+=)[^{}]{0,200}\}|"
    r"(?<=\w) \{\.[^{}]{0,200}\}(?=\s*$)|\{>>[^{}]{0,500}<<\}|!\[\[[^\[\]]{0,300}\]\]|(?<![\w%])%%[^%]{0,1000}%%",
    re.MULTILINE,
)
_ATTRIBUTES = r"[^<>{}]{0,500}(?:\{(?:[^{}]|\{[^{}]{0,500}\}){0,1000}\}[^<>{}]{0,500}){0,20}"
_JSX = re.compile(
    rf"<(?![A-Z]{{1,10}}[\s/>])[A-Z][\w.]{{0,60}}(?:\s{_ATTRIBUTES})?/?>|</(?![A-Z]{{1,10}}>)[A-Z][\w.]{{0,60}}\s?>|</?>"
)
_SHOWN = re.compile(r"\s(?:label|title|summary)=(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^\"'`]*)[\"'`]\})")
_WIKI = re.compile(r"\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\]")
_REPLACED = re.compile(r"\{~~([^{}~]{0,300})~>([^{}~]{0,300})~~\}")
_DELETED = re.compile(r"\{--([^{}]{0,500})--\}")
_INSERTED = re.compile(r"\{(?:\+\+|==)([^{}]{0,500})(?:\+\+|==)\}|==(?=[^\s=])([^=\n]{1,300})(?<=[^\s=])==")
_RAISED = re.compile(r"(?<=[\w)\]])\^([^\s^~$\[\]]{1,12})\^")
_LOWERED = re.compile(r"(?<=\w)~([0-9+\-−=()ni]{1,6})~(?!~)")
_TIMES = re.compile(r"(?<=\d)\*(?=\d)")
_DUNDER = re.compile(
    r"(?<!\w)__(?=(?:init|main|name|file|dict|doc|str|repr|call|new|enter|exit|eq|hash|iter|len|slots|version|"
    r"(?:get|set|del)(?:item|attr)|pycache)__(?!\w))"
)
_FENCE = re.compile(r"\s*(?:> ?)*(?:[-*+] +|\d{1,9}[.)] +)?(`{3,}|~{3,})([^`]*)$")
_MOST_OPEN = 20  # brackets that may stand within each other, or without an end
_LINE = 2000  # characters of a line that may open code


def plain(text: str) -> str:
    """Markdown without what Jekyll, Hugo, Quarto, Obsidian, Pandoc and MDX add within lines.

    The words within tags and shortcodes stay, as does code.
    """
    return outside_code(text, _plain)


def _plain(text: str) -> str:
    text = _JSX.sub(_label, _CALLS.sub("", text))
    text = _WIKI.sub(lambda found: found[2] or found[1], text)
    text = _DELETED.sub(r"~~\1~~", _REPLACED.sub(r"~~\1~~\2", text))
    text = _INSERTED.sub(lambda found: found[1] or found[2] or "", text)
    text = _DUNDER.sub(r"\\_\\_", _TIMES.sub(r"\\*", text))  # no emphasis, whatever CommonMark says
    text = _RAISED.sub(lambda found: raised(found[1]), text)
    return _closed(_LOWERED.sub(lambda found: lowered(found[1]), text))


def _closed(text: str) -> str:
    """`text` with those brackets escaped that would make a parser look for their end again and again."""
    if text.count("[") <= _MOST_OPEN:
        return text
    opened: list[int] = []
    escaped: list[int] = []
    for found in re.finditer(r"\\.|[\[\]]", text, re.DOTALL):
        if found[0] == "[":
            opened.append(found.start())
        elif found[0] == "]" and opened:
            start = opened.pop()
            escaped += [start] if len(opened) >= _MOST_OPEN else []
    escaped += opened if len(opened) > _MOST_OPEN else []
    cuts = [0, *sorted(escaped), len(text)]
    return "\\".join(text[start:end] for start, end in pairwise(cuts))


def _label(tag: re.Match[str]) -> str:
    """What a component shows of its own: the label of a tab, the title of a card."""
    found = _SHOWN.search(tag[0])
    return f"\n\n{found[1] or found[2] or found[3] or ''}\n\n" if found else ""


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """`text` with what is outside of code changed."""
    parts: list[str] = []
    position = 0
    for start, end in _code(text):
        parts += change(text[position:start]), text[start:end]
        position = end
    return "".join([*parts, change(text[position:])])


def without_comments(text: str) -> tuple[str, list[str]]:
    """`text` without the comments of HTML outside of code, and the comment that does not end, if there is one."""
    codes = list(_code(text))
    starts = [start for start, _ in codes]
    parts: list[str] = []
    position = 0
    for found in re.finditer("<!--", text):
        place = bisect_right(starts, found.start()) - 1
        if found.start() < position or (place >= 0 and found.start() < codes[place][1]):
            continue
        end = text.find("-->", found.end())
        parts.append(text[position : found.start()])
        position = end + 3
        if end < 0:
            rest = " ".join(text[found.start() :].split())
            return "".join(parts), [f"comment that does not end: {rest}"]
    return "".join([*parts, text[position:]]), []


def with_whole_tables(text: str) -> str:
    """`text` without the blank lines within tables of HTML, which would end them."""
    codes = list(_code(text))
    starts = [start for start, _ in codes]
    parts: list[str] = []
    position = depth = opened = 0
    for found in re.finditer(r"<(/?)table\b", text, re.IGNORECASE):
        place = bisect_right(starts, found.start()) - 1
        if place >= 0 and found.start() < codes[place][1]:
            continue
        depth = depth - 1 if found[1] and depth else depth + (not found[1])
        if not found[1] and depth == 1:
            opened = found.start()
        elif found[1] and depth == 0 and opened >= position:
            parts += text[position:opened], re.sub(r"\n\s*\n", "\n", text[opened : found.end()])
            position = found.end()
    return "".join([*parts, text[position:]])


def fence_of(line: str) -> tuple[str, str] | None:
    """The fence of code that a line is, and what is said of the code; None where it is none."""
    found = _FENCE.match(line[:_LINE])
    return (found[1], found[2].strip()) if found else None


def _code(text: str) -> Iterator[tuple[int, int]]:
    """The ranges of fenced code and of code within paragraphs."""
    for start, end, is_fenced in _stretches(text):
        if is_fenced:
            yield start, end
        else:
            runs = [(found.start() + start, found.end() + start) for found in re.finditer("`+", text[start:end])]
            yield from _spans(runs)


def _spans(runs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Code between runs of as many backticks."""
    of_length: defaultdict[int, list[int]] = defaultdict(list)
    for number, (start, end) in enumerate(runs):
        of_length[end - start].append(number)
    number = 0
    while number < len(runs):
        start, end = runs[number]
        same = of_length[end - start]
        place = bisect_right(same, number)
        if place < len(same):
            number = same[place]
            yield start, runs[number][1]
        number += 1


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """The ranges of fenced code, and of the paragraphs between."""
    position = opened = 0
    fence = ""
    for line in text.splitlines(keepends=True):
        start, position = position, position + len(line)
        found = fence_of(line.rstrip("\n"))
        if fence:
            if found and found[0].startswith(fence) and not found[1]:
                yield opened, position, True
                fence, opened = "", position
        elif found:
            yield opened, start, False
            fence, opened = found[0], start
        elif not line.strip():
            yield opened, position, False
            opened = position
    yield opened, position, bool(fence)
