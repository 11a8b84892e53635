"""The element of a page that holds its article, where trafilatura finds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.read.html.text import BLOCKS

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST = 3_000_000  # bytes of a page in which an article is looked for
_FEWEST = 40  # letters of what is no line of the site
_MOST = 0.9


def find_article(body: _Element) -> _Element | None:
    """The smallest element that holds nearly all of what trafilatura takes for the article of a page."""
    import trafilatura
    from lxml import etree, html

    source = etree.tostring(body, encoding="utf-8", method="html")
    if len(source) > _LARGEST:
        return None
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    found = trafilatura.bare_extraction(
        html.document_fromstring(source, parser=parser), include_comments=False, favor_recall=True
    )
    article = getattr(found, "body", None)
    if article is None:
        return None
    lines = {line for element in article.iter() if len(line := _letters("".join(element.itertext()))) >= _FEWEST}
    return _holder(body, lines)


def _holder(body: _Element, lines: set[str]) -> _Element | None:
    from lxml import etree

    held: dict[_Element, int] = {}
    opened = [0]
    total = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if event == "start":
            opened.append(total)
        else:
            before = opened.pop()
            if total == before and element.tag in BLOCKS and (line := _letters("".join(element.itertext()))) in lines:
                total += len(line)
            held[element] = total - before
    if not total:
        return None
    holder = body
    while (inner := next((child for child in holder if held[child] >= _MOST * total), None)) is not None:
        holder = inner
    return holder


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
