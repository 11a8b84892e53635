"""An answer about bees that nothing was asked for, its citations, and how a terminal shows it."""

from __future__ import annotations

import io

from rich.console import Console

from answer import Answer, Citation, Remark, Statement
from ibid.render import show_answer

TITLE = "Bees"


def cite(number: int, quote: str, license_: str | None = None, status: str | None = None) -> Citation:
    """A citation of the page about bees."""
    return Citation(
        number=number,
        document_id="bees",
        revision="sha256:0",
        title=TITLE,
        publisher=None,
        url="https://example.org/a-rather-long-address/that-no-line-break-may-fall-into/bees",
        section="Life",
        revised=None,
        review_status=status,
        license=license_,
        quote=quote,
        start=0,
        end=len(quote),
        quote_hash="sha256:0",
    )


def answer_of(*citations: Citation) -> Answer:
    """An answer whose one statement is cited so often."""
    return Answer(
        question="How  long do bees live?",
        resolved_question="How long do bees live?",
        status="answered",
        text="",
        statements=(Statement(citations[0].quote, tuple(c.number for c in citations)),),
        citations=citations,
        notices=(Remark("information", "Ask a beekeeper [1].", (1,)),),
        reason=None,
        nearest=(),
        confidence=0.9,
        generation="g",
        timings_ms={},
        tokens=None,
    )


def rendered(answer: Answer, terminal: bool = False, width: int = 80) -> str:
    """What a terminal of this width shows, or a file where it is none."""
    console = Console(
        file=io.StringIO(), force_terminal=terminal, width=width, highlight=False, markup=False, color_system=None
    )
    show_answer(console, answer)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
