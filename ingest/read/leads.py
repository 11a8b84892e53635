"""What leads a block in: that without which it would say something else, or nothing."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ingest.english import DENIAL, FUNCTION_WORDS
from ingest.read.clean import is_within
from ingest.read.heads import is_value
from ingest.read.layout import Block

# The most words of a paragraph before a table that is its caption.
_CAPTION = 8
_FRAGMENT = 4  # the most words of a paragraph that says nothing without its heading
_NAME = 8  # the same of one that begins with no word such as "the", as a mere name of something may
_BARE = 3  # the most words of one that ends with a colon and leads in nothing without its heading: "These are:"
_ALIKE = 20  # the most words of one that does so behind another
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)\.(\d{1,3})[.)]? ")
_STOPS = re.compile(r"[.!?] ")
# What calls a note, behind a word or the end of a sentence; behind a short word it is a power ("m²").
_CALL = re.compile(r"(?:[^\W\d_]{3}|[.,;:!?)\]\"'”’])([⁰¹²³⁴-⁹]+|[*†‡§¶]+|[ᵃ-ᶻ]+)(?![⁰¹²³⁴-⁹*†‡§¶ᵃ-ᶻ])")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def led(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, each with what leads it in.

    That is, for an item, the item it belongs to, or else the paragraph or the heading directly before its list, as "We
    pay for none of these" would be lost else; for a row, the caption of its table, or what ends with a colon before it,
    or its heading; for code, what ends with a colon directly before it; for a paragraph, what ends with a colon
    directly before it.  What is a fragment is led in by such a paragraph further above, where only fragments stand
    between, or by its heading; and so is a paragraph that leads in a list, and a heading by the one above it.  The
    title leads in nothing but fragments in a list or a table directly under it, as it stands over all of the page.
    A whole sentence, or a row with its heads, is led in only by what is left open or denies something.
    """
    lines = _LeadBuilder(text)
    for number, block in enumerate(blocks):
        lines.take(number, block)
    return _noted(text, _needed(text, lines.blocks))


def _needed(text: str, blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the leads that tell nothing that they need."""
    found: list[Block] = []
    denies: list[bool] = []
    for block in blocks:
        lead = None if block.lead is None else blocks[block.lead]
        is_denied = block.lead is not None and denies[block.lead]
        is_told = lead is None or is_denied or _is_open(text, lead) or not _is_whole(text, block, lead)
        found.append(block if is_told else replace(block, lead=None))
        denies.append(is_denied or bool(DENIAL.search(text, block.start, block.end)))
    return found


def _is_open(text: str, block: Block) -> bool:
    """Whether something has to follow a block: it ends with a colon, or as no sentence does, or asks."""
    end = text[block.end - 1]
    return end in ":?" if block.kind == "heading" else block.kind in ("item", "row") or end not in ".!"


def _is_whole(text: str, block: Block, lead: Block) -> bool:
    """Whether a block says by itself what it says."""
    content = text[block.start : block.end]
    if block.kind == "heading":
        return False
    if block.kind == "row":
        return lead.kind == "heading" and ": " in content
    return content[-1] in ".!?" and not is_within(content, _FRAGMENT)


def climbs(text: str, blocks: Sequence[Block], block: Block, heading: Block) -> bool:
    """Whether a block that is led in by a heading is led in by the one above that as well.

    A few words are, as "pipes" under "Exclusions" and "Frost"; of others it would be much ado, but for a denial.
    """
    if is_within(text[block.start : block.end], _FRAGMENT):
        return True
    while heading.lead is not None:
        heading = blocks[heading.lead]
        if DENIAL.search(text, heading.start, heading.end):
            return True
    return False


class _LeadBuilder:
    """The blocks so far, each with its lead, and what can lead in those that follow."""

    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self._text = text
        self._headings: list[int] = []
        self._opens: int | None = None  # the paragraph or heading directly before what comes, or before its list
        self._open: int | None = None  # the paragraph with a colon, below which there were only fragments
        self._above: list[int] = []  # the items, one in the other, that are open
        self._clauses: dict[str, int] = {}  # the paragraphs under the heading that have numbers such as "2.3"
        self._is_headed = False  # whether the table has heads
        self._first: int | None = None  # the first row of a table without heads, where it may be heads
        self._is_list = False  # whether the block before is a fragment in a paragraph

    def take(self, number: int, block: Block) -> None:
        """Take a block, which is the `number`th."""
        self.blocks.append(block)
        self._is_list = self._is_list and block.kind == "paragraph"
        match block.kind:
            case "heading":
                self._take_heading(number, block)
            case "item" | "row":
                self._take_part(number, block)
            case "paragraph":
                self._take_paragraph(number, block)
            case "code":
                if self._opens == number - 1 and self._ends_open(number - 1):
                    self._lead(number, number - 1)
            case "heads":
                self._first, self._is_headed = None, True
                if number and self.blocks[number - 1].kind in ("item", "code"):
                    self._opens, self._above = self._heading(), []
            case _:
                self._opens, self._open, self._above = None, None, []

    def _take_heading(self, number: int, block: Block) -> None:
        while self._headings and not 0 < self.blocks[self._headings[-1]].level < block.level:
            self._headings.pop()
        self._lead(number, self._heading())
        self._headings.append(number)
        self._opens, self._open, self._above = number, None, []
        self._clauses = {}

    def _take_paragraph(self, number: int, block: Block) -> None:
        is_fragment = self._is_fragment(block) and (not self._is_stopped(block) or self._is_first(number))
        is_like_one = self._is_list and self._is_like_one(block)
        self._is_list = is_like_one or (is_fragment and (self._is_name(block) or not self._is_stopped(block)))
        clause = self._clause(number, block, is_fragment)
        if clause is not None:
            self._lead(number, clause)
        elif self._opens == number - 1 and self._open == number - 1:
            self._lead(number, number - 1)
        elif is_fragment:
            self._lead(number, self._heading() if self._open is None or block.level else self._open)
        elif is_like_one:
            self._lead(number, self._heading())
        if self._ends_open(number) or block.level:
            self._open = number
        elif not is_fragment:
            self._open = None
        self._opens, self._above = number, []

    def _clause(self, number: int, block: Block, is_fragment: bool) -> int | None:
        """The paragraph that a numbered one is a part of: "2.3" of "2.3.1"."""
        found = _NUMBER.match(self._text[block.start : block.end])
        if not found:
            return None
        self._clauses[f"{found[1]}.{found[2]}"] = number
        above = self._clauses.get(found[1])
        if above is None or (not is_fragment and self._text[self.blocks[above].end - 1] in ".!?"):
            return None
        return above

    def _take_part(self, number: int, block: Block) -> None:
        """Take an item of a list or a row of a table."""
        before = self.blocks[number - 1].kind if number else "heading"
        if block.kind == "row" and before not in ("row", "heads"):
            self._first, self._is_headed = number if self._is_like_heads(block) else None, False
        if (block.kind == "row" and before in ("item", "code")) or (block.kind == "item" and before == "row"):
            self._opens, self._above = self._heading(), []
        elif block.kind == "item" and before == "code" and not self._above:
            self._opens = self._heading()
        while self._above and self.blocks[self._above[-1]].level >= block.level:
            self._above.pop()
        lead = self._above[-1] if self._above else self._opener(block)
        if block.kind == "row" and before == "row" and self._first is not None:
            lead = self._first
        self._lead(number, lead)
        self._above += [number] if block.kind == "item" else []
        self._open = None

    def _is_like_heads(self, block: Block) -> bool:
        """Whether the first row of a table of two columns without heads may be them: "Insured | Not insured"."""
        cells = self._text[block.start : block.end].split(" | ")
        return len(cells) == 2 and not any(map(is_value, cells)) and ": " not in cells[0]

    def _opener(self, block: Block) -> int | None:
        """What leads in the list or the table that a block stands in."""
        opens = self._opens
        if opens is None:
            return self._heading()
        opener = self.blocks[opens]
        if self._is_quoted(block) and not self._ends_open(opens):
            return None
        if opener.kind == "heading":
            is_bare = self._is_fragment(block) and not (block.kind == "row" and self._is_headed)
            return opens if opener.level != 1 or is_bare else None
        is_caption = self._is_within(opener, _CAPTION)
        if block.kind == "row" and not is_caption and not self._ends_open(opens):
            return self._heading()
        if opener.lead is None and (not self._ends_open(opens) or self._is_within(opener, _BARE)):
            self._lead(opens, self._heading())
        return opens

    def _is_quoted(self, block: Block) -> bool:
        """Whether a block is what a mail quotes of another."""
        return block.kind == "item" and self._text[self._text.rfind("\n", 0, block.start) + 1 : block.start][:1] == ">"

    def _heading(self) -> int | None:
        """The heading over what comes, unless that is the title."""
        if not self._headings or self.blocks[self._headings[-1]].level == 1:
            return None
        return self._headings[-1]

    def _lead(self, number: int, lead: int | None) -> None:
        self.blocks[number] = replace(self.blocks[number], lead=lead)

    def _is_within(self, block: Block, words: int) -> bool:
        return is_within(self._text[block.start : block.end], words)

    def _ends_open(self, number: int) -> bool:
        return self._text[self.blocks[number].end - 1] == ":"

    def _is_fragment(self, block: Block) -> bool:
        end = self._text[block.end - 1]
        is_short = self._is_within(block, _FRAGMENT)
        return end != ":" and (is_short or self._is_name(block) or end not in ".!?")

    def _is_name(self, block: Block) -> bool:
        first = self._text[block.start : block.end].split(None, 1)[0]
        return self._is_within(block, _NAME) and first.lower() not in FUNCTION_WORDS

    def _is_stopped(self, block: Block) -> bool:
        return self._text[block.end - 1] in ".!?"

    def _is_first(self, number: int) -> bool:
        """Whether a paragraph stands directly under a heading or a label, or behind a fragment there."""
        is_under = number > 0 and self._opens == number - 1
        before = self.blocks[number - 1] if is_under else None
        return before is not None and (before.kind == "heading" or self._open == number - 1 or self._is_list)

    def _is_like_one(self, block: Block) -> bool:
        content = self._text[block.start : block.end]
        return content[-1] != ":" and is_within(content, _ALIKE) and not _STOPS.search(content)


def note_marker(text: str, block: Block) -> str:
    """What calls a note, as it stands in the text ("¹"); empty where a block is no note."""
    if block.kind != "paragraph":
        return ""
    return text[text.rfind("\n", 0, block.start) + 1 : block.start].strip(" .)(").translate(_RAISED)


def calls_note(text: str, marker: str) -> bool:
    """Whether a note that is called by `marker` is called in a text."""
    return bool(marker) and any(call[1] == marker for call in _CALL.finditer(text))


def _noted(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with what calls it as the lead of each note: the last call before it, or else the first behind it."""
    calls: dict[str, list[int]] = defaultdict(list)
    for call in _CALL.finditer(text):
        calls[call[1]].append(call.start(1))
    starts = [block.start for block in blocks]
    found: list[Block] = []
    for block in blocks:
        places = calls.get(note_marker(text, block), [])
        if places:
            place = places[max(0, bisect_left(places, block.start) - 1)]
            block = replace(block, lead=max(0, bisect_left(starts, place) - 1))
        found.append(block)
    return tuple(found)
