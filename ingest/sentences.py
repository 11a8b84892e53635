"""Sentence boundaries, as ranges.

syntok was the best of the segmenters tried on page text and bibliographies (against pySBD, which cuts "V.2.2024." off
and ends a sentence at "approx."); what it misses is a reference mark that follows the stop ("no benefit.2,3 However").
"""

from __future__ import annotations

import re

_NUMBERS = r"\d{1,3}(?:[,–-] ?\d{1,3})*"
_RAISED = r"[¹²³⁰⁴-⁹]+(?:[,–-] ?[¹²³⁰⁴-⁹]+)*"
_MARK_AFTER_STOP = re.compile(rf"(?<=[a-z)%][.!?])(?:\[?{_NUMBERS}\]?| \[{_NUMBERS}\]|{_RAISED})\s+(?=[A-Z])")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """The `[start, end)` ranges of the sentences of one block, without the white space between them.

    Together the ranges cover every character of `text` that is not white space.
    """
    from syntok import segmenter

    # A token's text may differ from the source ("can't"), so only where tokens begin is taken from syntok.
    starts = {sentence[0].offset for paragraph in segmenter.analyze(text) for sentence in paragraph if sentence}
    for found in _MARK_AFTER_STOP.finditer(text):
        starts = {start for start in starts if not found.start() <= start < found.end()} | {found.end()}
    ordered = sorted(starts - {0})
    ranges: list[tuple[int, int]] = []
    for start, end in zip([0, *ordered], [*ordered, len(text)], strict=True):
        piece = text[start:end]
        if piece.strip():
            ranges.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
    return ranges
