"""An answer as Markdown (CommonMark, with the tables of GitHub's), which shows every quote word for word.

What a source does not state of itself, its date for one, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from urllib.parse import urlsplit

from answer.record import Answer, Citation, Statement
from answer.refusal import PLAIN
from ingest import Block

# What has a meaning within a line; the last two would make links, with the backslashes before other signs in them.
_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
# What has one at the beginning of a line: a heading, an item, the line below a heading, or a rule.
_OPENING = re.compile(r"^(\d*)([#+=.)-])")
_SIGNED = re.compile(r"(?P<before>.*?)(?:(?<![^\n])(?P<marker>\S+) )?", re.DOTALL)
_NUMBERED = re.compile(r"\d{1,9}[.)]")
_NOT_IN_ADDRESS = re.compile(r"[<>\s\\]")
_TICKS = re.compile("`+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NUMBERS = re.compile(r"(?<!\\)(?: ?\[\d+\])+(?: \*\(written by a model\)\*)?")
_READ_AS = "Read as: "
_NOTE = "**Note:**"
_SOURCES = "**Sources**"
_Read = Callable[[int, int], str]


def to_markdown(answer: Answer) -> str:
    """The statements with the numbers of their citations, the notices, and the sources; or a refusal in plain words."""
    return "\n\n".join(parts(answer))


def parts(answer: Answer) -> Iterator[str]:
    """What `to_markdown` gives, part by part; an empty line stands between two of them."""
    if answer.resolved_question != " ".join(answer.question.split()):
        yield f"{_READ_AS}{_plain(answer.resolved_question)}"
    if not answer.is_answered:
        yield from _prose(answer.text)
    depth = -1
    for statement in answer.statements:
        # Set in by more than one step, a text would be read as code.
        depth = min(answer.depth(statement), depth + 1)
        yield _statement(answer, statement, depth)
    if answer.nearest:
        yield "The closest thing the sources say, which is not an answer:"
    for near in answer.nearest:
        yield _set_in("\n\n".join([*_laid_out(near), _source([near])]), "> ")
    for notice in answer.notices:
        yield f"{_NOTE} {_plain(notice.text)} {_numbers(notice.citations)}".rstrip()
    if answer.citations:
        yield _sources(answer)


def said(text: str) -> str:
    """What the statements say in a text that `to_markdown` gave: nothing in a refusal, and all of a text of others."""
    told = text.partition(f"\n\n{_SOURCES}\n")[0].split("\n\n")
    told = [part for part in told if not part.startswith((_READ_AS, _NOTE))]
    if told and told[0].startswith(PLAIN):
        return ""
    return " ".join(_ESCAPED.sub(r"\1", _NUMBERS.sub("", part)) for part in told).strip()


def _statement(answer: Answer, statement: Statement, depth: int) -> str:
    """A statement with its numbers, as an item below what leads it in."""
    first = next((c for c in answer.citations if c.number == statement.citations[0]), None)
    is_quote = statement.kind == "quote"
    shown = _laid_out(first) if first and is_quote else _prose(statement.text)
    numbers = _numbers(statement.citations) + ("" if is_quote else " *(written by a model)*")
    if statement.about:
        about = f"\\[{_plain(statement.about)}:\\]"
        shown = [about, *shown] if _is_set_off(shown[0]) else [f"{about} {shown[0]}", *shown[1:]]
    is_item = depth and not _is_set_off(shown[0])
    shown = [*shown, numbers] if _is_set_off(shown[-1]) else [*shown[:-1], f"{shown[-1]} {numbers}"]
    text = "\n\n".join(shown)
    return _set_in(f"- {_set_in(text, '  ').lstrip()}" if is_item else text, "  " * (depth - 1))


def _is_set_off(shown: str) -> bool:
    """Whether it is a table or code, beside which nothing can stand; in a text these signs are escaped."""
    return shown.startswith(("|", "`"))


def _laid_out(citation: Citation) -> list[str]:
    """A quote as it is read: its rows as tables, its code as code, its lists with their depths, the rest as text."""

    def read(start: int, end: int) -> str:
        parts, at = [], start
        for opening, closing in citation.marks:
            if start <= opening and closing <= end:
                parts.append(citation.quote[at:opening].rstrip(" "))
                at = closing
        return "".join([*parts, citation.quote[at:end]])

    shown: list[str] = []
    for kind, pieces in groupby(_pieces(citation, read), lambda piece: piece[0]):
        rows = [(text, block) for _, text, block in pieces]
        if kind == "row":
            shown.append(_table([block for _, block in rows if block], read))
        elif kind == "item":
            shown.append(_list((marker, read(block.start, block.end), block.level) for marker, block in rows if block))
        elif kind == "code":
            shown += [_fenced(read(block.start, block.end)) for _, block in rows if block]
        else:
            shown += [part for text, _ in rows for part in _prose(text)]
    return shown


def _pieces(citation: Citation, read: _Read) -> Iterator[tuple[str, str, Block | None]]:
    """The kinds of what a quote is made of, with its text, or its block and, of an item, the sign before that."""
    done = 0
    for block in citation.blocks:
        before, marker = read(done, block.start), ""
        if block.kind == "item" and (found := _SIGNED.fullmatch(before)):
            before, marker = found["before"], found["marker"] or ""
        if before.strip():
            yield "text", before, None
        if block.kind == "row" and not block.cells:
            yield "text", read(block.start, block.end), None
        else:
            yield block.kind, marker, block
        done = block.end
    if rest := read(done, len(citation.quote)).strip():
        yield "text", rest, None


def _prose(text: str) -> list[str]:
    """Each line of a text as a paragraph."""
    return [_plain(line) for line in text.split("\n") if line.strip()]


def _list(items: Iterable[tuple[str, str, int]]) -> str:
    """A list of items, each with the sign before it and its depth."""
    lines: list[str] = []
    above: list[tuple[int, int]] = []  # the depth of each item that this one stands in, and where its text begins
    for marker, text, level in items:
        above = [(depth, column) for depth, column in above if depth < level]
        column = above[-1][1] if above else 0
        is_numbered = bool(_NUMBERED.fullmatch(marker))
        mark = marker if is_numbered else "-"
        words = _plain(text if is_numbered or marker in ("", "•") else f"{marker} {text}")
        above.append((level, column + len(mark) + 1))
        lines.append(f"{' ' * column}{mark} {words}")
    return "\n".join(lines)


def _table(blocks: Sequence[Block], read: _Read) -> str:
    """Rows as a table of those columns in which something stands; what stands across them begins a row of its own."""
    cells = [cell for block in blocks for cell in block.cells]
    columns = sorted({cell.column for cell in cells if cell.column is not None})
    heads = {cell.column: read(cell.head, cell.start).removesuffix(": ") for cell in cells}
    rows = [[heads.get(column, "") for column in columns]]
    for block in blocks:
        rows += [[read(cell.start, cell.end)] for cell in block.cells if cell.column is None]
        own = {cell.column: read(cell.start, cell.end) for cell in block.cells if cell.column is not None}
        rows += [[own.get(column, "") for column in columns]] if own else []
    width = max(1, len(columns))
    shown = [" | ".join(_plain(cell) for cell in (*row, *[""] * (width - len(row)))) for row in rows]
    return "\n".join(f"| {row} |" for row in (shown[0], " | ".join(["---"] * width), *shown[1:]))


def _fenced(code: str) -> str:
    """Code between fences that are longer than any in it."""
    fence = "`" * max(3, *(len(ticks) + 1 for ticks in ["", *_TICKS.findall(code)]))
    return f"{fence}\n{code}\n{fence}"


def _sources(answer: Answer) -> str:
    """Every place once, with the numbers that point to it; a quote only where no statement gives it."""
    said = {statement.text for statement in answer.statements}
    places: dict[tuple[str, str, str | None, bool], list[Citation]] = {}
    for cited in answer.citations:
        places.setdefault((cited.document_id, cited.sections, cited.url, cited.read_by_ocr), []).append(cited)
    items = []
    for here in places.values():
        quotes = [_set_in("\n\n".join(_laid_out(c)), "> ") for c in here if c.reading_text not in said]
        references = dict.fromkeys(f"The page cites: {_plain(entry)}" for c in here for entry in c.references)
        told = "\n\n".join([f"{_numbers([c.number for c in here])} {_source(here)}", *quotes, *references])
        items.append(f"- {_set_in(told, '  ').lstrip()}")
    if any(cited.license == "digest" for cited in answer.citations):
        items.append("\nDigest: the words are those of a digest of the page, not of the page itself.")
    return "\n".join([_SOURCES, "", *items])


def _source(here: Sequence[Citation]) -> str:
    """What one must know of the source of citations of one place, and where they stand in it."""
    first = here[0]
    pages = list(dict.fromkeys(cited.page_label for cited in here if cited.page_label))
    title = " › ".join(filter(None, (first.title, first.sections)))
    facts = (
        f"{'page' if len(pages) == 1 else 'pages'} {', '.join(pages)}" if pages else None,
        first.publisher,
        f"revised {first.revised}" if first.revised else None,
        "review pending" if first.review_status == "pending" else first.review_status,
        first.license,
        "read by OCR" if first.read_by_ocr else None,
        None if first.url else first.file or first.document_id,
    )
    return " · ".join([_linked(title, first.url), *(_plain(fact) for fact in facts if fact)])


def _linked(title: str, url: str | None) -> str:
    """A title as a link to an address of the web; beside any other, which a click could run."""
    if not url:
        return f"**{_plain(title)}**"
    if urlsplit(url).scheme not in ("http", "https"):
        return f"**{_plain(title)}** · {_plain(url)}"
    address = _NOT_IN_ADDRESS.sub(lambda marker: f"%{ord(marker[0]):02X}", url)
    return f"[{_plain(title)}](<{address}>)"


def _plain(text: str) -> str:
    """A text on one line, in which nothing has a meaning to Markdown."""
    line = " ".join(part.strip() for part in text.strip().splitlines())
    return _OPENING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", line))


def _set_in(text: str, margin: str) -> str:
    """The lines of a text behind a margin."""
    return "\n".join(f"{margin}{line}" if line else margin.rstrip() for line in text.split("\n"))


def _numbers(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)
