"""That no PDF at all raises anything but ValueError, and that none takes longer than its size explains."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import column, pdf, turned, words

from ingest.read.pdf.reader import read_pdf

TEXT = column(72, 700, "The mill turns by day, and by night it", "stands still.")
SAID = "The mill turns by day, and by night it stands still."
RICH = pdf(
    [
        *TEXT,
        "70 600 m 300 600 l S",
        "/Span << /ActualText (mill) >> BDC",
        words(72, 500, "x"),
        "EMC",
        turned(40, 90, "up"),
    ],
    [words(72 + 90 * j, 600 - 16 * i, f"{i}{j}") for i in range(4) for j in range(3)],
    annotations={1: ["<< /Subtype /Widget /FT /Tx /Rect [72 400 200 414] /T (Miller) /V (Ada) >>"]},
    catalog="/PageLabels << /Nums [0 << /S /r >>] >>",
    info="/Title (Mills) /ModDate (D:20240503)",
)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(RICH) - 1), st.binary(max_size=3)), min_size=1, max_size=12))
def test_a_damaged_file_is_read_or_refused(changes: list[tuple[int, bytes]]) -> None:
    data = RICH
    for place, put in changes:
        data = data[:place] + put + data[place + len(put) :]
    try:
        found, dropped, _ = read_pdf(data)
    except ValueError as error:
        assert type(error) is ValueError and str(error)
    else:
        assert all(piece.text and "\n" not in piece.text for piece in found if piece.kind != "code")
        assert all("\n" not in line for line in dropped)


_NUMBERS = st.floats(-1e4, 1e4, allow_nan=False).map(lambda number: f"{number:.2f}")
_OPERATORS = "q Q cm w re f S n W m l c h BT ET Td Tm Tf Tj TJ Ts Tr Tz Tc gs Do BDC EMC g rg k sh BI ID EI sc scn cs"
_OPERATOR = st.sampled_from(_OPERATORS.split())
_OPERAND = st.one_of(
    _NUMBERS, st.sampled_from(["(mill)", "/F1", "/Fm", "/Off", "/Gone", "[(mill) -200 (er)]", "<< /A 1 >>", "("])
)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.lists(_OPERAND, max_size=6), _OPERATOR), max_size=40))
def test_whatever_a_page_says_is_read_or_refused(steps: list[tuple[list[str], str]]) -> None:
    try:
        read_pdf(pdf([*TEXT, *(" ".join([*operands, operator]) for operands, operator in steps)]))
    except ValueError as error:
        assert type(error) is ValueError


def boxes(count: int) -> list[str]:
    return [f"{50 + n % 200 * 2.5} {50 + n // 200 * 5} 2 4 re S" for n in range(count)]


def curves(count: int) -> list[str]:
    return [f"{50 + n % 500} 50 m 60 {60 + n % 300} 70 80 90 {90 + n % 100} c f" for n in range(count)]


def signs(count: int) -> list[str]:
    return [words(20, 780 - 0.7 * n, "the mill turns by day and night" * 3, 4) for n in range(count // 93)]


def figures(count: int) -> list[str]:
    return [words(20 + n % 60 * 9, 780 - n // 60 * 2, str(n % 10), 3) for n in range(count // 8)]


def twins(count: int) -> list[str]:
    return [words(72, 500, "the mill") for _ in range(count // 8)]


@pytest.mark.parametrize("shape", [boxes, curves, signs, figures, twins])
def test_time_grows_with_size_and_the_text_stays(shape: Callable[[int], Sequence[str]]) -> None:
    taken = []
    for count in (2_500, 10_000):
        data = pdf([*TEXT, *shape(count)])
        before = time.process_time()
        found = read_pdf(data)[0]
        taken.append(time.process_time() - before)
        assert any(SAID in piece.text for piece in found) or shape in (signs, figures)
    assert taken[1] < 12 * taken[0] + 1


def test_a_page_that_draws_too_much_is_read_in_part_and_told() -> None:
    nested = [
        f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 60 /Resources << /XObject << /Fm {n} 0 R >> >> >>"
        "\nstream\n/Fm Do /Fm Do /Fm Do /Fm Do /Fm Do /Fm Do /Fm Do /Fm Do      \nendstream"
        for n in range(13, 33)
    ]
    found, dropped, _ = read_pdf(pdf([*TEXT, "/Fm Do"], objects=nested))
    assert [piece.text for piece in found] == [SAID]
    assert dropped == ["page 1 draws more than is looked at: its end is left out"]


def packed(content: bytes, entries: bytes = b"") -> bytes:
    data = zlib.compress(content, 9)
    plain = b"<< /Length 2 >>\nstream\n@@"
    return pdf(["@@"]).replace(
        plain, b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n" % (len(data), entries) + data
    )


def test_a_stream_that_unpacks_to_more_than_is_meant_is_refused_or_cut() -> None:
    text = "\n".join(TEXT).encode()
    assert read_pdf(packed(text))[0][0].text == SAID
    assert read_pdf(packed(text + b" " * 30_000_000))[0][0].text == SAID
    with pytest.raises(ValueError, match="larger than any"):
        read_pdf(packed(text + b" " * 250_000_000))


def test_a_packed_stream_that_is_damaged_is_read_up_to_there() -> None:
    whole = packed("\n".join(TEXT * 40).encode())
    place = whole.index(b"stream\n") + 60
    with pytest.raises(ValueError, match=r"no text|damaged"):
        read_pdf(whole[:place] + b"\xff" * 40 + whole[place + 40 :])
