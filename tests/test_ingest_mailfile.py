"""Mails, made here and read again."""

from __future__ import annotations

import datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import told

from ingest.read.kinds import read


def mail(body: str = "", **heads: str) -> EmailMessage:
    message = EmailMessage()
    for name, said in {"from_": "Ann Roe <ann@x.example>", "subject": "Keys", **heads}.items():
        message[name.strip("_")] = said
    if body:
        message.set_content(body)
    return message


def lines(message: EmailMessage | bytes) -> list[str]:
    return told(read(message if isinstance(message, bytes) else bytes(message), ".eml")[0])


TOP = ["# Keys", "From: Ann Roe <ann@x.example>"]


def test_a_mail_has_its_subject_as_title_and_says_from_whom_to_whom_and_when() -> None:
    message = mail("It is here.\n", to="bob@x.example", date="Fri, 03 May 2024 10:00:00 +0000")
    assert lines(message) == [*TOP, "To: bob@x.example", "Date: Fri, 03 May 2024 10:00:00 +0000", "It is here."]
    stated = read(bytes(message), ".eml")[2]
    assert (stated.title, stated.authors, stated.revised) == ("Keys", "Ann Roe", datetime.date(2024, 5, 3))


def test_the_heads_of_a_mail_are_decoded() -> None:
    data = b"From: =?utf-8?b?w4RubmU=?= <a@x.example>\nSubject: =?iso-8859-1?q?Schl=FCssel?=\n\nHier.\n"
    assert lines(data)[:2] == ["# Schlüssel", "From: Änne <a@x.example>"]


def test_lines_that_are_full_are_joined_and_lists_and_quotes_told() -> None:
    body = (
        "Hi Bob,\n\nthe spare key of the house lies on the desk and you may\nhave it.\n\n- one\n- two\n  and more\n"
        "1) first\n\n> What of the key?\n\nAnn\nDesk 5\n-----\n"
    )
    assert lines(mail(body))[2:] == [
        "Hi Bob,",
        "the spare key of the house lies on the desk and you may have it.",
        "  • one",
        "  • two and more",
        "  1. first",
        "What of the key?",
        "Ann",
        "Desk 5",
    ]


def test_the_plain_text_is_read_where_there_are_both() -> None:
    message = mail("The plain text.\n")
    message.add_alternative("<p>The page.</p>", subtype="html")
    assert lines(message)[2:] == ["The plain text."]


def test_a_page_is_read_where_there_is_no_plain_text() -> None:
    message = mail()
    message.set_content("<p>The key is at the <b>front desk</b> of the house.</p>", subtype="html")
    assert lines(message)[2:] == ["The key is at the front desk of the house."]


def test_attachments_are_named() -> None:
    message = mail("See the plan.\n")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="plan.pdf")
    message.add_attachment("Not read.", filename="notes.txt")
    inner = mail("Inner.\n", subject="Old")
    message.add_attachment(inner)
    assert lines(message)[2:] == ["See the plan."]
    assert read(bytes(message), ".eml")[1] == [
        "attachment: plan.pdf",
        "attachment: notes.txt",
        "attachment: message/rfc822",
    ]


@pytest.mark.parametrize("charset", ["iso-8859-1", "no-such-charset", "utf-8"])
def test_a_body_is_decoded_as_it_says_or_as_it_can(charset: str) -> None:
    data = f"From: a@x.example\nSubject: S\nContent-Type: text/plain; charset={charset}\n\n".encode() + b"Caf\xe9.\n"
    assert lines(data)[-1] == "Café."


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"just words\n", "is no mail"), (b"From: a@x.example\nSubject: S\n\n", "a mail without text")],
)
def test_what_is_no_mail_is_told(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".eml")


HEADS = st.sampled_from(
    ["From: ", "Subject: ", "Date: ", "To: ", "Content-Type: ", "Content-Disposition: ", "MIME-Version: "]
)
SAID = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "multipart/mixed; boundary=b",
            "text/html",
            "text/plain; charset=x",
            "=?x?q?a?=",
            "attachment; filename*=x'y'z",
        ]
    ),
)


@settings(max_examples=100, deadline=None)
@given(heads=st.lists(st.tuples(HEADS, SAID).map("".join), max_size=6), body=st.text(max_size=30))
def test_no_heads_raise_anything_but_a_value_error(heads: list[str], body: str) -> None:
    try:
        assert read(("\n".join(heads) + "\n\n--b\n" + body).encode(errors="replace"), ".eml")[0]
    except ValueError:
        return


def test_lines_of_a_flowed_mail_are_joined() -> None:
    head = b"From: Ann <a@x.example>\nSubject: Keys\nContent-Type: text/plain; format=flowed{}\n\n"
    body = b"They are not \nhere.\n> Are they \n> there?\nNo.\n"
    assert lines(head.replace(b"{}", b"") + body)[2:] == ["They are not here.", "Are they there?", "No."]
    body = b"They are un \nlocked. \n"
    assert lines(head.replace(b"{}", b"; delsp=yes") + body)[2:] == ["They are unlocked."]


def test_a_page_with_something_struck_out_comes_before_the_plain_text() -> None:
    message = mail("It costs 7 9 crowns.\n")
    message.add_alternative("<p>It costs <s>7</s> 9 crowns.</p>", subtype="html")
    assert lines(message)[2:] == ["It costs 9 crowns."]
