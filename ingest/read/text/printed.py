"""A web page that was flattened to text: no mark-up, site furniture above and below, headings only by their looks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.read.clean import is_bibliographic, is_colophon, is_furniture, is_references_heading, unglue
from ingest.read.layout import Piece

_ITEM = re.compile(r"^(\s*)(?:([•‣▪◦*–-])|(\d{1,2})[.)])\s+(?=\S)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_HEADING_WIDTH = 120
_LABEL_WIDTH = 30
_PROSE_WIDTH = 60


@dataclass(frozen=True, slots=True)
class _PrintedLine:
    text: str
    after_blank: bool

    @property
    def is_item(self) -> bool:
        return bool(_ITEM.match(self.text))

    @property
    def is_bullet(self) -> bool:
        found = _ITEM.match(self.text)
        return bool(found and found[2])

    @property
    def is_prose(self) -> bool:
        return len(self.text) >= _PROSE_WIDTH and self.text.rstrip()[-1] in ".!:"

    @property
    def looks_like_heading(self) -> bool:
        text = self.text.strip()
        return (
            not self.is_item
            and len(text) <= _HEADING_WIDTH
            and text[-1] not in ".,;:!"
            and (text[0].isupper() or text[0].isdigit())
            and not is_colophon(text)
        )


def read_page_text(text: str, title: str | None) -> tuple[list[Piece], list[str]]:
    """The pieces of a flattened page, and the lines that were dropped as furniture.

    Furniture is looked for only above the first and below the last paragraph of prose, so that a body which
    says "we" and "you" stays whole.  `title` is what the manifest calls the page, if it does.
    """
    raw = text.split("\n")
    lines = [
        _PrintedLine(piece, after_blank=number == 0 and (i == 0 or not raw[i - 1].strip()))
        for i, line in enumerate(raw)
        if line.strip()
        for number, piece in enumerate(unglue(line))
    ]
    lines, dropped = _without_furniture(lines)
    first, last = _references(lines)
    pieces = _body(lines[:first], title)
    pieces += [
        Piece("heading", line.text.strip()) for line in lines[first : first + 1] if is_references_heading(line.text)
    ]
    entries = [line for line in lines[first:last] if not is_references_heading(line.text)]
    pieces += _entries(entries)
    pieces += _body(lines[last:], title)
    while pieces and pieces[-1].kind == "heading" and len(pieces) > 1:
        dropped.append(pieces.pop().text)
    return pieces, dropped


def _without_furniture(lines: Sequence[_PrintedLine]) -> tuple[list[_PrintedLine], list[str]]:
    matter = [i for i, line in enumerate(lines) if line.is_item or (line.is_prose and not is_furniture(line.text))]
    matter = [i for i in matter if not is_colophon(lines[i].text) and not is_bibliographic(lines[i].text)]
    if not matter:
        return list(lines), []
    top, bottom = matter[0], matter[-1]
    labels = _label_runs(lines)
    kept: list[_PrintedLine] = []
    dropped: list[str] = []
    for i, line in enumerate(lines):
        edge = i < top or i > bottom
        if (edge and i > 0 and (is_furniture(line.text) or i in labels)) or (i == 0 and is_furniture(line.text)):
            dropped.append(line.text.strip())
        else:
            kept.append(line)
    return kept, dropped


def _label_runs(lines: Sequence[_PrintedLine]) -> set[int]:
    """Where three or more short labels stand directly under each other: menus and progress steppers.

    A page taken without its blank lines cannot be judged so, and gives none.
    """
    if not any(line.after_blank for line in lines[1:]):
        return set()
    runs: set[int] = set()
    run: list[int] = []
    for i, line in enumerate(lines):
        if line.after_blank:
            run = []
        if line.looks_like_heading and len(line.text) <= _LABEL_WIDTH:
            run.append(i)
            if len(run) >= 3:
                runs.update(run)
        else:
            run = []
    return runs


def _references(lines: Sequence[_PrintedLine]) -> tuple[int, int]:
    """The range of lines that is the bibliography; empty at the end of the page where there is none.

    Directly under its heading an entry may look like prose; without a heading every entry must look like one.
    """
    for i, line in enumerate(lines):
        if is_references_heading(line.text):
            end = i + 1
            for j in range(i + 1, len(lines)):
                if is_colophon(lines[j].text):
                    break
                if is_bibliographic(lines[j].text) or (
                    _YEAR.search(lines[j].text) and (j == end or not lines[j].is_prose)
                ):
                    end = j + 1
                elif lines[j].is_prose:
                    break
            return i, end
    entries = [i for i, line in enumerate(lines) if is_bibliographic(line.text) and not line.is_bullet]
    first = next((i for i in entries if len([j for j in entries if i <= j < i + 3]) >= min(3, len(entries))), None)
    if first is None:
        return len(lines), len(lines)
    end = first
    while end < len(lines) and is_bibliographic(lines[end].text):
        end += 1
    return first, end


def _entries(lines: Sequence[_PrintedLine]) -> list[Piece]:
    """Entries of a bibliography, each on one line; an entry that was broken over lines ends where its year stands."""
    entries: list[Piece] = []
    open_entry: list[str] = []
    mark = ""
    for number, line in enumerate(lines, 1):
        found = _ITEM.match(line.text)
        if found and not open_entry:
            mark = _mark(found)
        open_entry.append(line.text[found.end() if found else 0 :].strip())
        if _YEAR.search(line.text) or number == len(lines):
            entries.append(Piece("reference", " ".join(open_entry), mark=mark))
            open_entry, mark = [], ""
    return entries


def _mark(item: re.Match[str]) -> str:
    return f"{item[3]}. " if item[3] else "• "


def _body(lines: Sequence[_PrintedLine], title: str | None) -> list[Piece]:
    pieces: list[Piece] = []
    for i, line in enumerate(lines):
        text = line.text.strip()
        found = _ITEM.match(line.text)
        if found:
            level = 1 + len(found[1]) // 4
            pieces.append(Piece("item", line.text[found.end() :].strip(), level, _mark(found)))
        elif title and text.casefold() == title.casefold():
            pieces.append(Piece("heading", text, 1))
        elif line.looks_like_heading and (line.after_blank or not _blank_lines(lines)) and not _labels_next(lines, i):
            pieces.append(Piece("heading", text))
        else:
            pieces.append(Piece("paragraph", text))
    return pieces


def _blank_lines(lines: Sequence[_PrintedLine]) -> bool:
    return any(line.after_blank for line in lines[1:])


def _labels_next(lines: Sequence[_PrintedLine], i: int) -> bool:
    """Whether the next line stands directly under this one on a page that separates its paragraphs."""
    return _blank_lines(lines) and i + 1 < len(lines) and not lines[i + 1].after_blank and not lines[i + 1].is_item
