"""Outlook's mails: compound files, written here sector by sector and read again."""

from __future__ import annotations

import datetime

import compressed_rtf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlookfile import mail
from packing import told

from ingest.read.kinds import read


def test_a_mail_is_read_with_its_heads() -> None:
    pieces, dropped, stated = read(
        mail(subject="Keys", sender="Ann Roe", address="ann@x.example", to="Bob", plain="The key is here.\r\n"), ".msg"
    )
    assert told(pieces) == [
        "# Keys",
        "From: Ann Roe <ann@x.example>",
        "To: Bob",
        "Date: 2024-05-03 10:00 UTC",
        "The key is here.",
    ]
    assert dropped == ["attachment: plan.pdf"]
    assert (stated.title, stated.authors, stated.revised) == ("Keys", "Ann Roe", datetime.date(2024, 5, 3))


@pytest.mark.parametrize(
    "body",
    [
        {"page": b"<p>The key of the house is at the desk.</p>"},
        {"rich": compressed_rtf.compress(b"{\\rtf1 The key of the house is at the desk.}", compressed=True)},
    ],
)
def test_another_body_is_read_where_there_is_no_plain_one(body: dict[str, bytes]) -> None:
    assert told(read(mail(subject="Keys", **body), ".msg")[0])[-1] == "The key of the house is at the desk."


@pytest.mark.parametrize("at", range(12, 40))
def test_a_body_that_is_damaged_is_told_as_none(at: int) -> None:
    rich = bytearray(compressed_rtf.compress(b"{\\rtf1 The key of the house is at the desk.}", compressed=True))
    rich[at] ^= 0x55
    with pytest.raises(ValueError, match="is a mail without text"):
        read(mail(subject="Keys", rich=bytes(rich)), ".msg")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x", "is no Outlook mail"),
        (mail(subject="S")[:900], "is no Outlook mail"),
        (mail(subject="S"), "without text"),
    ],
)
def test_what_is_no_mail_is_told(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".msg")


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, 4000), by=st.binary(min_size=1, max_size=8))
def test_no_damage_raises_anything_but_a_value_error(at: int, by: bytes) -> None:
    data = mail(subject="Keys", plain="Here.")
    try:
        assert read(data[:at] + by + data[at + len(by) :], ".msg")[0]
    except ValueError:
        return
