"""What can be quoted from a passage: sentences with what they lean on, and lists with their lead-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from answer.orders import gives_orders
from ingest import Document, analyze

LONGEST_LIST = 700
_LONGEST_CHAIN = 2
_LABEL = re.compile(r"^(?P<label>[^.:;]{3,60}?)(?::| is | are | has | have | may | can | make | makes )")
_ANAPHOR = re.compile(
    r"^(?:[^.,;:]{1,25}, )?(?:it|its|they|their|these|this|those|that|such|either|both)\b", re.IGNORECASE
)
# "The usual causes of these faults": close to the beginning, so that nothing before it says which.
_POINTER = re.compile(r"^(?:[^\s,;:]+ ){1,6}(?:this|these|those) (?P<what>\w+ ?\w*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A range of a document that can be quoted.

    `own` is where its own sentence begins, behind what it leans on.  `context` is the unit as it is read, with its
    headings and what it is about; `about` is what a pronoun in it stands for, where the unit does not say so, else
    empty.
    """

    start: int
    own: int
    end: int
    block: int
    context: str
    about: str


def units(document: Document, start: int, end: int) -> Iterator[Unit]:
    """The sentences, or whole lists, that begin in `[start, end)`; a list is given once, with its lead-in.

    What gives orders to the machine that reads it is left out.
    """
    lists = list_ranges(document)
    done: set[int] = set()
    for number, sentence in enumerate(document.sentences):
        if not start <= sentence.start < end:
            continue
        is_colophon = document.blocks[sentence.block].kind == "colophon"
        lead = headings(document, sentence.start, is_colophon)
        whole = lists.get(sentence.block)
        if whole is None:
            first = _antecedent(document, number)
            text = document.reading_text(first, sentence.end)
            if gives_orders(text):
                continue
            about = "" if is_colophon else _about(document, sentence.block, first, text)
            label = about or _item_label(document, sentence.block, first)
            opening = f"{label}: " if label and not lead.endswith(f"{label}: ") else ""
            yield Unit(first, sentence.start, sentence.end, sentence.block, lead + opening + text, about)
        elif whole[0] not in done:
            done.add(whole[0])
            text = document.reading_text(whole[0], whole[-1])
            yield Unit(whole[0], whole[0], whole[-1], sentence.block, lead + text, "")


def headings(document: Document, position: int, is_colophon: bool) -> str:
    """The headings above a position.

    The title heads all of a page, and so tells its sentences apart only where they speak of the page itself.
    """
    section = document.section_at(position)
    if section.heading == document.title and not is_colophon:
        return ""
    return "".join(f"{heading}: " for heading in (*section.path, section.heading))


def list_ranges(document: Document) -> dict[int, tuple[int, ...]]:
    """For each block of a list with a lead-in ("… include:"), where the lead-in begins and each of its blocks ends."""
    ranges: dict[int, tuple[int, ...]] = {}
    blocks = document.blocks
    for number, block in enumerate(blocks):
        if block.kind not in ("paragraph", "item") or document.text[block.end - 1] != ":":
            continue
        last = number
        depth = block.level if block.kind == "item" else 0
        while last + 1 < len(blocks) and blocks[last + 1].kind == "item" and blocks[last + 1].level > depth:
            last += 1
        if last > number and blocks[last].end - block.start <= LONGEST_LIST:
            ends = tuple(b.end for b in blocks[number : last + 1])
            ranges |= dict.fromkeys(range(number, last + 1), (block.start, *ends))
    return ranges


def _antecedent(document: Document, number: int) -> int:
    """Where a quote of a sentence has to begin: at the sentence before it where it opens with a pronoun."""
    first = number
    while first > 0 and number - first < _LONGEST_CHAIN and _leans(document, first):
        if document.sentences[first - 1].block != document.sentences[first].block:
            break
        first -= 1
    return document.sentences[first].start


def _leans(document: Document, number: int) -> bool:
    sentence = document.sentences[number]
    return leans(document.text[sentence.start : sentence.end])


def leans(sentence: str) -> bool:
    """Whether a sentence opens with a word for what was spoken of before it."""
    return bool(_ANAPHOR.match(sentence))


def _item_label(document: Document, number: int, start: int) -> str:
    """What the list item that a later sentence of it stands in begins with: "The bicycle (two-wheeler)"."""
    block = document.blocks[number]
    return _beginning(document, number) if block.kind == "item" and start != block.start else ""


def _about(document: Document, number: int, start: int, text: str) -> str:
    """What a text speaks of that has only a pronoun for it; empty where it says so itself.

    That is what the last paragraph of the section that says so begins with, or else the heading of the section.
    """
    if not _points_back(text):
        return ""
    section = document.section_at(start)
    kind = document.blocks[number].kind
    label = ""
    for before in range(number - 1, -1, -1):
        earlier = document.blocks[before]
        if earlier.start < section.start or earlier.kind not in ("paragraph", "item"):
            break
        # Behind a list, "these" are what the list is of, not its last item.
        if earlier.kind == kind and not _points_back(document.text[earlier.start : earlier.end]):
            label = _beginning(document, before)
            break
    if not label and section.heading != document.title:
        label = section.heading
    pointer = _POINTER.match(text)
    named = frozenset(analyze(pointer["what"] if pointer else ""))
    return "" if named & frozenset(analyze(label)) or label.casefold() in text.casefold() else label


def _points_back(text: str) -> bool:
    return bool(_ANAPHOR.match(text) or _POINTER.match(text))


def _beginning(document: Document, number: int) -> str:
    block = document.blocks[number]
    label = _LABEL.match(document.text[block.start : block.end])
    return label["label"] if label else ""
