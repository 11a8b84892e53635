"""Tables of a PDF without lines: which words stand in which column."""

from __future__ import annotations

import pytest

from ingest.read.pdf.columns import placed
from ingest.read.pdf.words import PdfWord


def word(text: str, x0: float, x1: float) -> PdfWord:
    return PdfWord(text, x0, x1, 100, 10)


@pytest.mark.parametrize(
    ("first", "second", "end", "told"),
    [
        ((70, 99.5), (103.5, 130), 104, ["Fresh", "fish"]),  # the first ends where its column does
        ((60, 101), (105, 130), 90, ["Fresh", "fish"]),  # the second begins where its column does
        ((60, 92), (101, 130), 104, ["Fresh", "fish"]),  # they stand apart
        ((60, 97), (101, 130), 104, ["Fresh fish"] * 2),
        ((60, 91), (93, 130), 104, ["Fresh fish"] * 2),  # the second stands over both
    ],
)
def test_words_that_follow_each_other_closely_are_cells_where_a_column_begins_or_ends(
    first: tuple[float, float], second: tuple[float, float], end: float, told: list[str]
) -> None:
    cell = [word("Fresh", *first), word("fish", *second)]
    columns = placed([cell], bounds=[100], edges=[(50, end), (109, 150)], lefts=[0, 0])
    assert [" ".join(word.text for word in column) for column in columns] == told
