"""What is typed by hand in Word: line breaks, bullets and numbers before paragraphs, captions below their tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.read.word.blocks import Block, WordParagraph, WordTable
from ingest.read.word.runs import TextRun

_ITEM = re.compile(
    r"(?:(?P<tick>(?=[☐☒☑✓✗]))|(?P<bullet>[•‣▪◦●○■])\s*|(?P<dash>[*·–—-])\s+|(?P<number>\d{1,2}\.|\(?(?:[a-z]|\d{1,2}|[ivx]{1,4})\))\s+)(?=\S)"
)
_CAPTION = re.compile(r"caption|beschriftung|légende|epígrafe|didascalia|bijschrift|table title")
_OF_TABLE = re.compile(r"tab", re.IGNORECASE)


def broken(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with a paragraph of its own for each line that a line break sets apart as one."""
    found: list[Block] = []
    for block in blocks:
        if (
            isinstance(block, WordParagraph)
            and "\n" in block.typed
            and not (block.is_heading or block.place or block.is_code)
        ):
            first, *others = _paragraphs(block)
            found += [replace(block, spans=first), *(replace(block, spans=o, struck=[], hidden=[]) for o in others)]
        else:
            found.append(block)
    return found


def _paragraphs(block: WordParagraph) -> list[list[TextRun]]:
    found: list[list[TextRun]] = []
    before: WordParagraph | None = None
    for spans in _lines(block.spans):
        line = replace(block, spans=spans)
        if before is None or _begins(before, line):
            found.append(spans)
        else:
            found[-1] += [TextRun("\n"), *spans]
        before = line if line.text else before
    return found


def _lines(spans: Sequence[TextRun]) -> list[list[TextRun]]:
    found: list[list[TextRun]] = [[]]
    for span in spans:
        first, *others = span.text.split("\n")
        found[-1].append(replace(span, text=first))
        found += [[replace(span, text=other)] for other in others]
    return found


def _begins(before: WordParagraph, line: WordParagraph) -> bool:
    """Whether a line begins a paragraph: behind the end of a sentence, with a bullet, or in a look of its own."""
    if not line.text:
        return False
    is_sentence = before.text[-1:] in (".", "!", "?") and (line.text[0].isupper() or line.text[0].isdigit())
    return is_sentence or bool(_ITEM.match(line.text)) or before.is_bold != line.is_bold


def typed_items(blocks: Sequence[Block]) -> dict[int, tuple[str, str]]:
    """The numbers of the paragraphs that are items by what is typed before them, with mark and text of each.

    What begins with a dash or a number is one only beside another; a box to tick is part of what it stands before.
    """
    found: dict[int, tuple[str, str]] = {}
    kinds: list[str | None] = []
    told = [(n, block) for n, block in enumerate(blocks) if not isinstance(block, WordParagraph) or block.text]
    for number, block in told:
        is_plain = isinstance(block, WordParagraph) and not (block.is_heading or block.place or block.is_contents)
        item = _ITEM.match(block.text) if is_plain and isinstance(block, WordParagraph) else None
        kinds.append(item.lastgroup if item else None)
        if item and isinstance(block, WordParagraph):
            mark = f"{item['number']} " if item["number"] else "" if item.lastgroup == "tick" else "• "
            found[number] = (mark, block.text[item.end() :])
    for place, (number, _) in enumerate(told):
        beside = kinds[max(place - 1, 0) : place] + kinds[place + 1 : place + 2]
        if kinds[place] in ("dash", "number") and kinds[place] not in beside:
            del found[number]
    return found


def with_captions_above(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with the caption of a table before it where it stands below."""
    found = list(blocks)
    for number, block in enumerate(found[:-1]):
        is_above = number > 0 and _is_caption(found[number - 1])
        if isinstance(block, WordTable) and not is_above and _is_caption(found[number + 1]):
            found[number : number + 2] = found[number + 1], block
    return found


def _is_caption(block: Block) -> bool:
    """Whether a paragraph is set as a caption, and speaks of a table."""
    is_set = isinstance(block, WordParagraph) and any(map(_CAPTION.match, block.styles))
    return is_set and isinstance(block, WordParagraph) and bool(_OF_TABLE.match(block.text))
