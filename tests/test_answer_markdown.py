"""An answer as Markdown, as one who shows Markdown shows it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leaflets import document
from markdown_it import MarkdownIt

from answer import Answer, Citation, Remark, Statement
from answer.markdown import said as said_in

SHOWING = MarkdownIt("commonmark").enable(["table", "strikethrough"])
URL = "https://example.org/boats"


def cited(page: str, words: str = "", number: int = 1, **metadata: Any) -> Citation:  # noqa: ANN401
    """All of a page from `words` on."""
    read = document(page, "boats", **metadata)
    start = read.text.index(words) if words else 0
    return Citation.of(number, read, start, len(read.text))


def answered(*citations: Citation, **more: Any) -> Answer:  # noqa: ANN401
    """An answer of which each citation is a statement."""
    made = Answer(
        question="Which  boats?",
        resolved_question="Which boats?",
        status="answered",
        text="t",
        statements=tuple(Statement(c.reading_text, (c.number,)) for c in citations),
        citations=citations,
        notices=(),
        reason=None,
        nearest=(),
        confidence=0.9,
        generation="g",
        timings_ms={},
    )
    return replace(made, **more)


def said(text: str, number: int = 1, **more: Any) -> Citation:  # noqa: ANN401
    """The citation of a quote of its own."""
    base = cited("# Boats\n\nA raft holds six.\n", "A raft", number)
    return replace(base, quote=text, end=len(text), **more)


def shown(answer: Answer) -> str:
    """As HTML."""
    return SHOWING.render(answer.to_markdown())


def first_paragraph(answer: Answer) -> str:
    found = re.match(r"<p>(.*?) ?\[1\]</p>", shown(answer), re.DOTALL)
    assert found, shown(answer)
    return unescape(found[1])


def test_statements_then_notices_then_sources() -> None:
    first = cited("# Boats\n\n## Rescue\n\n### Rafts\n\nA raft holds six.\n", "A raft", url=URL, publisher="The Yard")
    second = replace(said("Six it is.", 2), page=4, page_label="iv", file="hold.pdf", title="Holds", section="Holds")
    answer = answered(
        replace(first, revised="2026-01-02", review_status="pending"),
        second,
        statements=(Statement("A raft holds six.", (1, 2)),),
        notices=(Remark("pending_review", "A source is pending *review*.", (1,)), Remark("information", "Ask.")),
    )
    assert answer.to_markdown() == (
        "A raft holds six. [1][2]\n\n"
        "**Note:** A source is pending \\*review\\*. [1]\n\n"
        "**Note:** Ask.\n\n"
        "**Sources**\n\n"
        "- [1] [Boats › Rescue › Rafts](<https://example.org/boats#:~:text=A%20raft%20holds%20six.>)"
        " · The Yard · revised 2026-01-02 · review pending\n"
        "- [2] **Holds** · page iv · hold.pdf\n\n"
        "  > Six it is."
    )


def test_what_a_source_does_not_state_is_left_out() -> None:
    assert answered(replace(said("Six."), file=None)).to_markdown().endswith("- [1] **Boats** · boats")


def test_a_refusal_is_plain_and_what_comes_closest_is_set_apart() -> None:
    near = said("A raft holds six.", file="boats.md")
    answer = answered(status="insufficient_evidence", text="The sources do not answer this.", nearest=(near,))
    assert answer.to_markdown() == (
        "The sources do not answer this.\n\n"
        "The closest thing the sources say, which is not an answer:\n\n"
        "> A raft holds six.\n>\n> **Boats** · boats.md"
    )


def test_a_table_is_a_table_and_code_is_code() -> None:
    table = "| Plan | Fee | Note |\n| --- | --- | --- |\n| River | 20: a \\| b | |\n"
    page = f"# Fees\n\n{table}\n```\n  pay ``` now\n\n  --all\n```\n"
    html = shown(answered(cited(page, "Plan: River")))
    assert "<th>Plan</th>\n<th>Fee</th>\n</tr>" in html
    assert "<td>River</td>\n<td>20: a | b</td>\n</tr>" in html
    assert "<pre><code>  pay ``` now\n\n  --all\n</code></pre>\n<p>[1]</p>" in html


def test_a_list_keeps_its_lead_its_signs_and_its_depths() -> None:
    html = shown(
        answered(cited("# Boats\n\nWe lend:\n\n- rafts\n  - of wood\n- 5\\. oars\n\n1. first\n2. then\n", "We"))
    )
    assert html.startswith(
        "<p>We lend:</p>\n<ul>\n<li>rafts\n<ul>\n<li>of wood</li>\n</ul>\n</li>\n<li>5. oars</li>\n</ul>\n"
        "<ol>\n<li>first</li>\n<li>then [1]</li>\n</ol>\n"
    )


def test_the_reference_marks_of_a_page_are_no_part_of_what_it_says() -> None:
    page = "# Boats\n\nWe lend 1:\n\n- rafts\n- oars 2\n\n## References\n\n1. Roe. Boats.\n2. Doe. Oars.\n"
    read = document(page, "boats")
    end = read.text.index("oars 2") + len("oars 2")
    citation = Citation.of(1, read, read.text.index("We lend"), end)
    assert citation.marks
    html = shown(answered(citation))
    assert html.startswith("<p>We lend:</p>\n<ul>\n<li>rafts</li>\n<li>oars [1]</li>\n</ul>")
    assert "The page cites: Roe. Boats." in html


def test_an_item_stands_under_what_leads_it_in() -> None:
    texts = ["We lend:", "rafts:", "of wood", "Ask us."]
    citations = [said(text, number) for number, text in enumerate(texts, 1)]
    under = [None, 0, 1, None]
    statements = tuple(Statement(t, (n,), under=u) for n, (t, u) in enumerate(zip(texts, under, strict=True), 1))
    html = re.sub(r"</?p>|\n", "", shown(answered(*citations, statements=statements)))
    assert html.startswith("We lend: [1]<ul><li>rafts: [2]<ul><li>of wood [3]</li></ul></li></ul>Ask us. [4]")


def test_a_row_and_code_under_what_leads_them_in_are_no_items() -> None:
    row = cited("# Fees\n\nThe fees:\n\n| Plan | Fee |\n| --- | --- |\n| River | 20 |\n", "Plan: River", 2)
    statements = (Statement("The fees:", (1,)), Statement(row.quote, (2,), under=0))
    html = shown(answered(said("The fees:"), row, statements=statements))
    assert "<table>" in html and html.index("<li>") > html.index("Sources")


def test_what_a_quote_is_about_and_what_a_model_wrote_is_told() -> None:
    about = answered(said("It is red."), statements=(Statement("It is red.", (1,), about="The *ball*"),))
    assert shown(about).startswith("<p>[The *ball*:] It is red. [1]</p>")
    written = answered(said("It is red."), statements=(Statement("Red it is.", (1,), "generated"),))
    assert shown(written).startswith("<p>Red it is. [1] <em>(written by a model)</em></p>")
    assert "<blockquote>\n<p>It is red.</p>\n</blockquote>" in shown(written)


def test_the_question_is_repeated_only_where_it_was_read_otherwise() -> None:
    assert "Read as" not in answered(said("Six.")).to_markdown()
    assert shown(answered(said("Six."), resolved_question="Which (about *boats*)?")).startswith(
        "<p>Read as: Which (about *boats*)?</p>"
    )


def test_a_digest_and_ocr_are_told() -> None:
    text = answered(replace(said("Six."), license="digest", read_by_ocr=True)).to_markdown()
    assert "digest · read by OCR" in text and "of a digest of the page" in text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example"])
def test_an_address_that_is_none_of_the_web_is_no_link(url: str) -> None:
    assert "href" not in shown(answered(said("Six.", url=url)))


def test_an_address_cannot_end_its_link() -> None:
    html = shown(answered(said("Six.", url="https://e.example/a>) <b> (c", title="A](x) [b", section="A](x) [b")))
    assert '<a href="https://e.example/a%3E)%20%3Cb%3E%20(c">A](x) [b</a>' in html


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(" \\`*_[]<>#|~&$!-+=.)1:/"))
)
@settings(deadline=None)
def test_what_is_shown_is_word_for_word_the_quote(text: str) -> None:
    quote = f"{text} end".strip()
    assert first_paragraph(answered(said(quote))).split() == quote.split()


@pytest.mark.parametrize(
    "quote",
    [
        "# no heading",
        "1. no item",
        "- 5 degrees",
        "--- no rule",
        "=== no line",
        "<b>not bold</b> &amp; [no](link) ![x](y)",
        "see http://e.example/a_b_c and www.e.example/a_b",
        "[1]: https://e.example",
        "snake_case *stars* ~~struck~~ `ticks`",
    ],
)
def test_signs_of_markdown_in_a_quote_are_only_signs(quote: str) -> None:
    assert first_paragraph(answered(said(quote))) == quote


def test_an_address_in_a_quote_makes_no_link() -> None:
    text = answered(said("see http://e.example/a_b and www.e.example")).to_markdown()
    assert "http:/" not in text and "www.e" not in text


def test_what_was_said_is_read_from_it_again() -> None:
    first, second = said("Six *rafts* [a 1] 2."), said("Ask us.", 2)
    answer = answered(first, second, resolved_question="Which (about rafts)?", notices=(Remark("information", "Ask."),))
    assert said_in(answer.to_markdown()) == "Six *rafts* [a 1] 2. Ask us."
    written = replace(answer, statements=(Statement("Six of them.", (1, 2), "generated"),))
    assert said_in(written.to_markdown()) == "Six of them."


def test_a_refusal_said_nothing_and_the_words_of_others_are_taken_as_they_are() -> None:
    refused = "The sources do not answer this: they are about something else."
    assert said_in(answered(status="insufficient_evidence", text=refused, nearest=(said("Six."),)).to_markdown()) == ""
    assert said_in("Verdolin is a feed.\n\nIt is sprayed.") == "Verdolin is a feed. It is sprayed."
