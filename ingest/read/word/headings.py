"""Headings that only their look tells of: short paragraphs that are wholly bold, underlined or large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingest.read.clean import is_within
from ingest.read.word.blocks import Block, WordParagraph

_WORDS = 14  # the most words of a heading
_LARGER = 1.15  # how much larger than the body a heading is at least


def headings_by_look(blocks: Sequence[Block]) -> dict[int, int]:
    """The numbers of the blocks that look like headings, and their depth from 1, where no style says which are.

    A heading is set apart by its look from what follows it; the larger it is, the higher it stands.  The first block
    is the title where none is as large.
    """
    told = [(n, block) for n, block in enumerate(blocks) if not isinstance(block, WordParagraph) or block.text]
    prose = [block for _, block in told if isinstance(block, WordParagraph) and block.level is None]
    if any(isinstance(block, WordParagraph) and block.level for _, block in told):
        return {}
    usual = common_size(prose)
    stands_out = [isinstance(block, WordParagraph) and _stands_out(block, usual) for _, block in told]
    if sum(stands_out) * 2 > len(told) and sum(stands_out) > 1 and not _alternate(stands_out):
        return {}
    ranks: dict[int, tuple[int, bool]] = {}
    for place, (number, block) in enumerate(told):
        leads_on = place + 1 < len(told) and not all(stands_out[place + 1 :])
        if stands_out[place] and leads_on and isinstance(block, WordParagraph):
            ranks[number] = (block.size, block.is_bold)
    order = sorted(set(ranks.values()), reverse=True)
    depths = {number: order.index(rank) + 1 for number, rank in ranks.items()}
    firsts = [number for number, depth in depths.items() if depth == 1]
    has_title = any(block.level == 0 for _, block in told if isinstance(block, WordParagraph))
    if len(firsts) == 1 and firsts[0] != told[0][0] and not has_title:  # one amid the text is no title
        return {number: depth + 1 for number, depth in depths.items()}
    return depths


def common_size(paragraphs: Sequence[WordParagraph]) -> int:
    """The size of most letters, in half points."""
    sizes: Counter[int] = Counter()
    for paragraph in paragraphs:
        for span in paragraph.spans:
            sizes[span.size] += len(span.text)
    return sizes.most_common(1)[0][0] if sizes else 0


def _stands_out(paragraph: WordParagraph, usual: int) -> bool:
    text = paragraph.text
    is_short = is_within(text, _WORDS) and text[-1] not in ".,;" and any(map(str.isalpha, text))
    is_bullet = paragraph.place is not None and paragraph.place.is_bullet
    is_apart = paragraph.is_bold or paragraph.is_underlined or paragraph.size >= usual * _LARGER
    return paragraph.level is None and not paragraph.is_contents and is_short and is_apart and not is_bullet


def _alternate(stands_out: Sequence[bool]) -> bool:
    """Whether no more than two headings come before other text each time."""
    return not any(all(stands_out[place : place + 3]) for place in range(len(stands_out) - 2))
