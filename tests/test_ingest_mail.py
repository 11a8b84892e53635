"""E-mails kept as text."""

from __future__ import annotations

import datetime

import pytest

from ingest.read.metadata import Stated
from ingest.read.text.letter import headers_in
from ingest.read.text.plain import read_plain_text

MAIL = """\
Return-Path: <kim@x.example>
Received: from mx.x.example
\tby y.example; Mon, 5 Feb 2024 08:00:00 +0100
From: =?utf-8?q?K=C3=ADm_Dahl?= <kim@x.example>
To: Ann Poe <ann@x.example>,
 Bob Roe <bob@x.example>
Subject: Re: Ladder
Date: Mon, 5 Feb 2024 08:00:00 +0100

Hello Ann,

the ladder is in the barn. Please bring it back before dark, as I
need it on Tuesday.

On Sun, 4 Feb 2024, Ann Poe wrote:
> Where is the ladder? It is not where
> it was.
> > It was in the shed.

-- \n\
Kim Dahl
Barn 3
"""


def test_headers_are_metadata_and_one_row() -> None:
    pieces, dropped, stated = read_plain_text(MAIL)
    assert stated == Stated(title="Ladder", revised=datetime.date(2024, 2, 5), authors="Kím Dahl")
    assert (pieces[0].kind, pieces[0].text) == ("heading", "Ladder")
    assert pieces[1].kind == "row"
    assert pieces[1].text == (
        "From: Kím Dahl <kim@x.example> | To: Ann Poe <ann@x.example>, Bob Roe <bob@x.example> | "
        "Subject: Re: Ladder | Date: Mon, 5 Feb 2024 08:00:00 +0100"
    )
    assert dropped == [
        "Return-Path: <kim@x.example>",
        "Received: from mx.x.example",
        "by y.example; Mon, 5 Feb 2024 08:00:00 +0100",
    ]


def test_the_lines_of_a_mail_are_joined() -> None:
    texts = [piece.text for piece in read_plain_text(MAIL)[0]]
    assert "the ladder is in the barn. Please bring it back before dark, as I need it on Tuesday." in texts


def test_quotes_and_the_signature_are_kept_and_told_apart() -> None:
    pieces = read_plain_text(MAIL)[0]
    assert [(p.kind, p.level, p.mark, p.text) for p in pieces[-4:]] == [
        ("paragraph", 0, "", "On Sun, 4 Feb 2024, Ann Poe wrote:"),
        ("item", 1, "> ", "Where is the ladder? It is not where it was."),
        ("item", 2, ">> ", "It was in the shed."),
        ("row", 1, "-- ", "Kim Dahl | Barn 3"),
    ]


def test_a_mail_that_is_answered_states_nothing_of_the_answer() -> None:
    text = (
        "I agree with that.\n\n-----Original Message-----\nFrom: Bob Roe\nSent: Monday, May 6, 2024 9:15 AM\n"
        "To: Ann Poe\nSubject: Roof\n\nThe roof leaks.\n"
    )
    pieces, _, stated = read_plain_text(text)
    assert stated == Stated()
    assert [(p.kind, p.text) for p in pieces] == [
        ("paragraph", "I agree with that."),
        ("heading", "Original Message"),
        ("row", "From: Bob Roe | Sent: Monday, May 6, 2024 9:15 AM | To: Ann Poe | Subject: Roof"),
        ("paragraph", "The roof leaks."),
    ]


def test_a_memo_is_headed_as_a_mail_is() -> None:
    _, _, stated = read_plain_text(
        "MEMORANDUM\n\nTO: All staff\nFROM: Ann Poe\nDATE: May 6, 2024\nRE: Keys\n\nHand them in."
    )
    assert stated == Stated(title="Keys", revised=datetime.date(2024, 5, 6), authors="Ann Poe")


@pytest.mark.parametrize(
    "block",
    [
        ["From: here on it rains.", "It will not stop."],
        ["To: nobody", "Subject: nothing"],
        ["Date: 3 May 2024", "Present: Ann"],
    ],
)
def test_other_labels_are_no_headers(block: list[str]) -> None:
    assert headers_in(block) is None
