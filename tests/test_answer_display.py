"""An answer as text and as HTML, as `print` and a notebook show it."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from bees import answer_of, cite, rendered

from answer import Answer, Citation, Remark, Statement
from ingest import Block

HOSTILE = '<script>alert("1")</script><img src=x onerror=\'alert(2)\'> & "quoted"'


class Seen(HTMLParser):
    """The text, the tags with their attributes, and the addresses of links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links = "", list[str | None]()
        self.tags, self.attributes = set[str](), set[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def _various() -> list[Answer]:
    """Answers of every kind that is shown in a way of its own."""
    plain = answer_of(cite(1, "Six weeks."), cite(2, "About six weeks.", "digest", "pending"))
    lead, item = cite(1, "We pay for none of these:"), cite(2, "lost discs")
    listed = "We lend:\n\n• rafts\n• of wood \n\n• ropes"
    items = (Block("item", 12, 17, 1), Block("item", 20, 28, 2))
    return [
        plain,
        replace(plain, resolved_question="How long do they live?"),
        replace(
            plain, statements=(), status="insufficient_evidence", text="No.", nearest=plain.citations, citations=()
        ),
        replace(plain, statements=(Statement("They live on.", (1, 2), "generated"),)),
        replace(plain, statements=(replace(plain.statements[0], about="The bee"),), notices=(Remark("x", "Look."),)),
        replace(answer_of(lead, item), statements=(Statement(lead.quote, (1,)), Statement(item.quote, (2,), under=0))),
        answer_of(replace(cite(1, "  pay --now\n\n    --all"), blocks=(Block("code", 0, 22, 0),))),
        answer_of(replace(cite(1, listed), blocks=items)),
        answer_of(replace(cite(1, "Six."), url=None, file="hive.pdf", page_label="iv", references=("Harrow K.",))),
    ]


@pytest.mark.parametrize("answer", _various())
def test_what_is_printed_is_what_the_command_line_prints(answer: Answer) -> None:
    assert f"{answer}\n" == rendered(answer)
    assert repr(answer).startswith("Answer(question=")


@pytest.mark.parametrize("answer", _various())
def test_a_notebook_shows_all_that_is_printed_but_where_on_a_page_a_link_leads(answer: Answer) -> None:
    shown = "".join(Seen(answer._repr_html_()).text.split())
    for line in str(answer).splitlines():
        assert "".join(line.split()) in shown


def test_a_citation_is_printed_with_its_quote_and_its_place() -> None:
    citation = cite(3, "Six weeks.", status="pending")
    assert str(citation).splitlines() == [
        "[3] Bees › Life",
        "    “Six weeks.”",
        "    review pending",
        f"    {citation.url}",
    ]
    assert repr(citation).startswith("Citation(number=3")


def test_a_link_leads_to_the_quote_and_names_the_page() -> None:
    citation = replace(cite(1, "Six weeks."), url="https://example.org/bees?a=1&b=2#:~:text=Six%20weeks.")
    seen = Seen(answer_of(citation)._repr_html_())
    assert seen.links == [citation.url]
    assert "https://example.org/bees?a=1&b=2" in seen.text and "text=" not in seen.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/x", "http://[", '"><b>'])
def test_only_addresses_of_the_web_are_links(url: str) -> None:
    seen = Seen(replace(cite(1, "Six weeks."), url=url)._repr_html_())
    assert seen.links in ([], ["http://["])
    assert url in seen.text


def test_nothing_that_a_source_or_a_question_says_is_mark_up() -> None:
    citation = _hostile(cite(1, HOSTILE), url=f"https://example.org/{HOSTILE}")
    other = _hostile(cite(2, HOSTILE + "2"), url=None, read_by_ocr=True)
    answer = replace(
        answer_of(citation, other),
        question=HOSTILE,
        resolved_question=HOSTILE + "?",
        text=HOSTILE,
        statements=(
            Statement(HOSTILE, (1,), about=HOSTILE),
            Statement(HOSTILE, (1, 2), "generated"),
        ),
        notices=(Remark("x", HOSTILE, (1,)),),
        nearest=(citation,),
    )
    for shown in (answer, replace(answer, statements=()), citation, other):
        seen = Seen(shown._repr_html_())
        assert seen.tags <= {"div", "span", "b", "i", "em", "small", "code", "br", "a"}
        assert seen.attributes <= {"style", "href", "target", "rel"}
        assert seen.text.count(HOSTILE) >= 3


def _hostile(citation: Citation, **fields: object) -> Citation:
    named = dict.fromkeys(["document_id", "title", "publisher", "section", "revised", "review_status"], HOSTILE)
    return replace(citation, **named | {"file": HOSTILE, "page_label": HOSTILE, "references": (HOSTILE,)} | fields)
