"""What can be quoted from a passage: sentences with what they lean on, and lists with their lead-in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from answer.orders import gives_orders
from ingest import Document, analyze
from ingest.documents.document import Block, Range, Sentence
from ingest.english import any_of

LONGEST_LIST = 700
_LONGEST_CHAIN = 2
_LABEL = re.compile(r"^(?P<label>[^.:;]{3,60}?)(?::| is | are | has | have | may | can | make | makes )")
_THINGS = any_of("function.demonstratives", "function.pronouns.things")
_ANAPHOR = re.compile(
    rf"^(?:[^.,;:]{{1,25}}, )?(?:{_THINGS}|that|such|either|both)\b",
    re.IGNORECASE,
)
# "The usual causes of these faults": close to the beginning, so that nothing before it says which.
_POINTER = re.compile(
    rf"^(?:[^\s,;:]+ ){{1,6}}(?:{any_of('function.demonstratives')}) (?P<what>\w+ ?\w*)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class QuotableUnit:
    """A range of a document that can be quoted.

    `own` is where its own sentence begins, behind what it leans on.  `leads` are the ranges of what leads it in,
    outermost first, without which it would say something else.  `context` is the unit as it is read, with its headings,
    what leads it in and what it is about; `about` is what a pronoun in it stands for, where the unit does not say so,
    else empty.
    """

    start: int
    own: int
    end: int
    block: int
    leads: tuple[Range, ...]
    context: str
    about: str


def units(document: Document, start: int, end: int) -> Iterator[QuotableUnit]:
    """The sentences, or whole lists, that begin in `[start, end)`; a list is given once, with its lead-in.

    What gives orders to the machine that reads it is left out.
    """
    done: set[int] = set()
    for sentence in document.sentences_in(start, end):
        is_colophon = document.blocks[sentence.block].kind == "colophon"
        lead = headings(document, sentence.start, is_colophon)
        whole = whole_list(document, sentence.block)
        if whole is None:
            first = _antecedent(document, sentence)
            text = document.reading_text(first, sentence.end)
            if gives_orders(text):
                continue
            leads = document.leads(sentence.block)
            is_led = any(not _is_heading(document, start) for start, _ in leads)
            about = "" if is_colophon or is_led else _about(document, sentence.block, first, text)
            label = about or _item_label(document, sentence.block, first)
            opening = f"{label}: " if label and not lead.endswith(f"{label}: ") else ""
            led = "".join(f"{document.reading_text(s, e)} " for s, e in leads if not _is_heading(document, s))
            yield QuotableUnit(
                first, sentence.start, sentence.end, sentence.block, leads, lead + led + opening + text, about
            )
        elif whole[0] not in done:
            done.add(whole[0])
            text = document.reading_text(whole[0], whole[1])
            leads = document.leads(document.block_at(whole[0]))
            yield QuotableUnit(whole[0], whole[0], whole[1], sentence.block, leads, lead + text, "")


def _is_heading(document: Document, start: int) -> bool:
    return document.blocks[document.block_at(start)].kind == "heading"


def headings(document: Document, position: int, is_colophon: bool) -> str:
    """The headings above a position.

    The title heads all of a page, and so tells its sentences apart only where they speak of the page itself.
    """
    section = document.section_at(position)
    if section.heading == document.title and not is_colophon:
        return ""
    return "".join(f"{heading}: " for heading in (*section.path, section.heading))


def whole_list(document: Document, number: int) -> Range | None:
    """The range of the list, or the code, with a lead-in ("... include:") that a block stands in or leads in.

    It is None where it is too long.  Of a list in a list it is the inner one, where that has a lead-in of its own.
    """
    blocks = document.blocks
    opener: int | None = number
    while opener is not None:
        block = blocks[opener]
        if block.kind in ("paragraph", "item") and document.text[block.end - 1] == ":":
            end = _end_of_list(blocks, opener)
            if block.end < end <= block.start + LONGEST_LIST:
                return block.start, end
        opener = block.lead
    return None


def _end_of_list(blocks: Sequence[Block], opener: int) -> int:
    """Where the items, or the code, that a block leads in end; at its own end, where there are none."""
    if opener + 1 < len(blocks) and blocks[opener + 1].kind == "code":
        return blocks[opener + 1].end
    depth = blocks[opener].level if blocks[opener].kind == "item" else 0
    items = takewhile(lambda b: b.kind == "item" and b.level > depth, islice(blocks, opener + 1, None))
    return max((block.end for block in items), default=blocks[opener].end)


def _antecedent(document: Document, sentence: Sentence) -> int:
    """Where a quote of a sentence has to begin: at the sentence before it where it opens with a pronoun."""
    before = document.sentences_in(document.blocks[sentence.block].start, sentence.start)
    first = sentence
    for earlier in before[: -_LONGEST_CHAIN - 1 : -1]:
        if not leans(document.text[first.start : first.end]):
            break
        first = earlier
    return first.start


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
