"""What stands above a Markdown text and says what it is."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.markdown.frontmatter import front_matter
from ingest.read.metadata import Stated

BODY = "\nThe ferry leaves at nine.\n"
DAY = datetime.date(2023, 2, 1)


@pytest.mark.parametrize(
    "above",
    [
        "---\ntitle: Ferry\ndate: 2023-02-01\nauthor: Ann Poe\n---\n",
        "---\r\ntitle: 'Ferry'\r\ndate: 2023-02-01T08:00:00Z\r\nauthors: [Ann Poe]\r\n---\r\n".replace("\r\n", "\n"),
        '+++\ntitle = "Ferry"\ndate = 2023-02-01\nauthors = ["Ann Poe"]\n+++\n',
        ';;;\n{"title": "Ferry", "updated": "1 February 2023", "author": "Ann Poe"}\n;;;\n',
        '---json\n{"title": "Ferry", "updated": "2023/02/01", "author": "Ann Poe <ann@x.example>"}\n---\n',
        '{\n  "title": "Ferry", "lastmod": "February 1, 2023", "author": {"name": "Ann Poe"}\n}\n',
        "% Ferry\n% Ann Poe\n% 1 February 2023\n",
        "Title: Ferry\nAuthor: Ann Poe\nDate: 2023-02-01\n",
        "---\ntitle: Ferry\nlast_update:\n  date: 2023-02-01\nauthors:\n  - name: Ann Poe\n    url: https://x.example\n...\n",
    ],
)
def test_it_is_metadata_and_no_text(above: str) -> None:
    stated, body, dropped = front_matter(above + BODY)
    assert stated == Stated(title="Ferry", revised=DAY, authors="Ann Poe")
    assert body.strip() == BODY.strip()
    assert dropped == []


def test_what_was_changed_last_counts_before_what_was_written() -> None:
    stated, _, _ = front_matter("---\ndate: 2020-01-01\nupdated: 2023-02-01\n---\n")
    assert stated.revised == DAY


def test_a_licence_and_several_authors_are_read_and_the_rest_is_told() -> None:
    stated, body, dropped = front_matter(
        "---\nauthors:\n- Ann Poe\n- Bob Roe\nlicense: CC BY 4.0\ntags: [a]\nsummary: >\n  More.\n---\nText."
    )
    assert stated == Stated(authors="Ann Poe, Bob Roe", license="CC BY 4.0")
    assert (body.strip(), dropped) == ("Text.", ["front matter: tags, summary"])


@pytest.mark.parametrize("above", ["---\n---\n", "---\n# nothing\n---\n", "+++\n+++\n"])
def test_an_empty_one_states_nothing(above: str) -> None:
    stated, body, dropped = front_matter(above + BODY)
    assert (stated, body.strip(), dropped) == (Stated(), BODY.strip(), [])


@pytest.mark.parametrize(
    ("matter", "fence", "kind"),
    [
        ("title: [unclosed", "---", "YAML"),
        ("title = ", "+++", "TOML"),
        ("{", ";;;", "JSON"),
        ("a: b: c", "---", "YAML"),
    ],
)
def test_one_that_cannot_be_read_is_text_and_told(matter: str, fence: str, kind: str) -> None:
    stated, body, dropped = front_matter(f"{fence}\n{matter}\n{fence}\n{BODY}")
    assert stated == Stated()
    assert matter in body
    assert dropped[0].startswith(f"front matter that is no {kind} was read as text: ")


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule stands above.\n\n---\n",
        "---\nJust words.\n---\n",
        "Note: this is text.\n\nMore.",
        "{braces} in text",
        "---",
    ],
)
def test_what_only_looks_like_it_is_text(text: str) -> None:
    assert front_matter(text) == (Stated(), text, [])


def test_a_date_that_is_none_is_no_date() -> None:
    assert front_matter("---\ndate: 2023-13-45\n---\n")[0] == Stated()


def test_deep_nesting_and_aliases_do_no_harm() -> None:
    front_matter("---\na: " + "[" * 9000 + "\n---\n")
    bomb = "a: &a [x, x]\n" + "".join(
        f"{n}: &{n} [{'*' + m}, {'*' + m}]\n" for m, n in zip("abcdefghijklmn", "bcdefghijklmno", strict=True)
    )
    front_matter(f"---\n{bomb}---\n")


@given(st.sampled_from(["---", "+++", ";;;"]), st.text(max_size=80))
def test_no_front_matter_raises(fence: str, matter: str) -> None:
    front_matter(f"{fence}\n{matter}\n{fence}\n")


@pytest.mark.parametrize("before", ["\n\n", "<!-- made by hand -->\n", " \n"])
def test_blank_lines_and_a_comment_may_stand_before_it(before: str) -> None:
    stated, body, _ = front_matter(f"{before}---\ntitle: Ferry\n---\n{BODY}")
    assert (stated.title, body.strip()) == ("Ferry", BODY.strip())


def test_a_colon_in_a_value_makes_it_no_text() -> None:
    stated, body, _ = front_matter(f"---\ntitle: Ferry: the times\nauthor: Ann Poe\n---\n{BODY}")
    assert (stated.title, stated.authors, body.strip()) == ("Ferry: the times", "Ann Poe", BODY.strip())
