"""The furniture of a site, told from the matter of the page that stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.read.html.article import find_article
from ingest.read.html.hidden import clear, words_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_BEFORE = (
    r"(?:(?:site|page|main|top|bottom|global|primary|secondary|left|right|mobile|desktop|header|footer|post|entry|"
    r"article|blog|content|widget|wp|block|js|is|has|mw|vector|theme|doc|the|jp|td|elementor|[a-z])-)*"
)
_AFTER = (
    r"(?:-(?:bar|list|links?|buttons?|btns?|nav|menu|wrapper|wrap|container|widget|box|block|inner|outer|area|section|"
    r"panel|popup|modal|overlay|dialog|items?|icons?|module|region|placeholder|row|group|posts?|articles|content|"
    r"stories|slot|holder|unit|top|bottom|left|right|header|footer|main|sm|md|lg|\d+))*"
)


def _named(names: str) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}(?:{names}){_AFTER}")


# What is furniture wherever it stands.
_SURE = _named(
    r"bread-?crumbs?|skip-(?:to|link|nav)\S*|cookie-?(?:banner|notice|consent|bar|law|message|popup|alert|info|policy)|"
    r"consent-?(?:banner|manager|bar)|gdpr|onetrust\S*|cybotcookiebot\S*|share-?(?:this|buttons?|bar|links?|tools?)|"
    r"social-?(?:share|sharing|media|links|icons|buttons)|sharedaddy|addtoany\S*|pagination|pager|paginator|"
    r"newsletter(?:-?(?:signup|form|subscribe|subscription))?|adsbygoogle|advert(?:s|isements?|ising)?|ads?|sponsored|"
    r"comments?-?(?:form|list|respond|thread)|disqus\S*|edit-?(?:link|section|this-page)|mw-editsection|"
    r"nav-?(?:header|footer)|headerlink|hash-link|permalink|anchor-?link|copy-?btn|clipboard-copy|back-?to-?top|"
    r"linenos?|line-?numbers?|lineno-\S+|gutter|blob-num|hljs-ln-numbers|jump-to-nav|mw-cite-backlink|footnote-?back\S*|"
    r"reversefootnote|related-?(?:posts?|articles?|stories)|prev-?next|post-navigation"
)
# What is furniture where it says little but links.
_LIKELY = _named(
    r"nav|nav-?bar|navigation|menus?|side-?bar|related|recommend\S*|promo\S*|social|shar(?:e|ing)|toolbar|tool-?box|"
    r"tags?|toc|table-of-contents|footer|header|masthead|top-?bar|sub-?nav|catlinks|nav-?box|subscribe|search|login|"
    r"user-?menu|languages?|author-?links|more-from\S*|trending|popular|recent|comments?|widget|meta"
)
_EDGE = frozenset(("header", "footer"))
_EDGE_NAME = re.compile(r"(?:(?:site|page|global|main)-?)?(?:header|footer|masthead)")
_IN_MATTER = frozenset(("main", "article", "section", "blockquote", "figure", "td", "li", "dd"))
_ROLES = frozenset(("navigation", "search", "menu", "menubar", "toolbar", "tablist", "doc-toc"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NOTE = re.compile(r"\s*(?:[*†‡§¹²³⁴-⁹]|\[\d+\])")
_LINE = re.compile(
    r"(?:skip to (?:the )?(?:main )?content|menu|search|share(?: (?:this|on)\b.{0,40})?|print(?: this page)?|tweet|"
    r"e-?mail(?: this page)?|log ?in|sign in|(?:back to )?top|read more|next|previous|copy(?: link)?|advertisement|"
    r"close|table of contents|\d+ min(?:ute)?s? read)\W*",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"(?:copyright\b|©|\(c\) \d{4})|all rights reserved", re.IGNORECASE)
_SHORT = 120  # characters
_LINKED = 0.5
_MOST = 0.5
_LONG_WORD = 8  # characters; what is written without spaces is counted by them
_BUSY = 60  # words in links
_SENTENCE = 8  # the fewest words of what is told


@dataclass(frozen=True, slots=True)
class _Tally:
    """The words of an element, those of them in links, and those in sentences that are not."""

    words: int
    linked: int
    told: int

    @property
    def is_linked(self) -> bool:
        return self.linked > _LINKED * self.words


def is_site_line(line: str) -> bool:
    """Whether a paragraph is a word of the site's own, or its copyright."""
    return bool(_LINE.fullmatch(line)) or (len(line) < _SHORT and bool(_COPYRIGHT.match(line)))


def without_site(page: _Element) -> list[str]:
    """Take the furniture of its site out of a page, and tell its words.

    Furniture is what HTML calls so (nav, and the header and the footer of the page), what its makers call so by class
    or id, and the rest of the site around the one element that is called main, or article, and holds most of the words.
    Where much of what is then left is links, the rest of the site is what stands around the article, unless more is
    told there than in the article.
    """
    body = page.find("body")
    body = page if body is None else body
    dropped = _dropped(body, _furniture(body, _tallies(body)))
    tallies = _tallies(body)
    core = _core(body, tallies)
    if core is not None:
        dropped += _dropped(body, _around(body, core, tallies))
    else:
        dropped += _dropped(body, _lists_of_links(body, tallies))
    tallies = _tallies(body)
    if tallies[body].linked > _BUSY and (article := find_article(body)) is not None:
        while article is not body and _adds_little(article.getparent(), article, tallies):
            article = article.getparent()
        outside = tallies[body].linked - tallies[article].linked, tallies[body].told - tallies[article].told
        if outside[0] > _BUSY and outside[1] <= tallies[article].told:
            dropped += _dropped(body, _around(body, article, tallies, is_sure=True))
    return dropped


def _adds_little(parent: _Element, article: _Element, tallies: dict[_Element, _Tally]) -> bool:
    """Whether what else stands in the parent of an article is a title, a lead, a note, and not a part of the site."""
    words = tallies[parent].words - tallies[article].words
    return words <= 0.3 * tallies[article].words and tallies[parent].linked - tallies[article].linked <= 0.3 * words


def _tallies(body: _Element) -> dict[_Element, _Tally]:
    from lxml import etree

    found: dict[_Element, _Tally] = {}
    opened: list[tuple[int, int, int]] = []
    words = linked = told = links = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        links += (element.tag in ("a", "button")) * (1 if event == "start" else -1)
        if event == "start":
            opened.append((words, linked, told))
            text = element.text
        else:
            before = opened.pop()
            found[element] = _Tally(words - before[0], linked - before[1], told - before[2])
            text = element.tail
        count = max(len(text.split()), len(text.strip()) // _LONG_WORD) if text else 0
        words += count
        linked += count if links else 0
        told += count if count >= _SENTENCE and not links else 0
    return found


def _furniture(body: _Element, tallies: dict[_Element, _Tally]) -> list[_Element]:
    from lxml import etree

    found: list[_Element] = []
    most = _MOST * tallies[body].words
    matter = 0
    has_title = sum(1 for _ in body.iter("h1"))
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        is_matter = element.tag in _IN_MATTER
        if event == "end":
            matter -= is_matter
            continue
        tally = tallies[element]
        if element is body or not tally.words or element.tag in ("main", "article", "h1"):
            matter += is_matter
            continue
        if _is_furniture(element, tally, tally.words > most, bool(matter), has_title == 1):
            found.append(element)
            walk.skip_subtree()
        matter += is_matter
    return found


def _is_furniture(element: _Element, tally: _Tally, is_most: bool, is_in_matter: bool, is_titled: bool) -> bool:
    names = _names(element)
    if any(map(_SURE.fullmatch, names)):
        return not is_most or tally.is_linked
    is_likely = element.get("role") in _ROLES or any(map(_LIKELY.fullmatch, names))
    if element.tag == "nav" or (is_likely and tally.is_linked and element.find(".//h1") is None):
        return not is_most or tally.is_linked
    if element.tag == "aside":
        return tally.is_linked
    is_edge = element.tag in _EDGE or element.get("role") in ("banner", "contentinfo")
    is_edge = is_edge or (element.tag in ("div", "section") and any(map(_EDGE_NAME.fullmatch, names)))
    if not is_edge or is_in_matter or is_most:
        return False
    if element.tag == "header" or "header" in names:
        return not (is_titled and element.find(".//h1") is not None)
    return not _NOTE.match("".join(element.itertext()).strip()[:3])


def _names(element: _Element) -> list[str]:
    names = (element.get("class") or "").split()[:12]
    names += [element.get("id")] if element.get("id") else []
    return [re.sub(r"[_-]+", "-", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name[:60])).lower().strip("-") for name in names]


def _core(body: _Element, tallies: dict[_Element, _Tally]) -> _Element | None:
    """The element that is called the matter of the page, and holds most of its words."""
    enough = _MOST * tallies[body].words
    mains = [element for element in body.iter() if element.tag == "main" or element.get("role") == "main"]
    for elements in (mains, list(body.iter("article"))):
        large = [element for element in elements if tallies[element].words >= enough > 0]
        if large:
            return large[0]
    return None


def _around(body: _Element, core: _Element, tallies: dict[_Element, _Tally], is_sure: bool = False) -> list[_Element]:
    """What stands around the core, but for the title of the page and for what is said aside."""
    is_sure = is_sure or core.tag == "main" or core.get("role") == "main"
    has_title = core.find(".//h1") is not None
    found: list[_Element] = []
    inside = core
    while inside is not body:
        for beside in [*inside.itersiblings(), *inside.itersiblings(preceding=True)]:
            if not tallies[beside].words:
                continue
            if beside.tag == "h1" or beside.find(".//h1") is not None:
                found += [] if not has_title else [beside]
            elif is_sure:
                found += [] if beside.tag == "aside" and tallies[beside].told else [beside]
            elif not tallies[beside].told or tallies[beside].is_linked:
                found.append(beside)
        inside = inside.getparent()
    return found


def _lists_of_links(body: _Element, tallies: dict[_Element, _Tally]) -> list[_Element]:
    """Lists of links before the first and behind the last prose, of a page that does not say what its matter is."""
    in_order = [e for e in body.iter("p", "ul", "ol", "div", "td", "table", *_HEADINGS) if tallies[e].words]
    prose = [n for n, e in enumerate(in_order) if e.tag in ("p", "h1") and not tallies[e].is_linked]
    found = []
    for number, element in enumerate(in_order):
        at_edge = bool(prose) and not prose[0] < number < prose[-1]
        if at_edge and element.tag in ("ul", "ol") and tallies[element].is_linked:
            before = element.getprevious()
            if number < prose[0] or before is None or before.tag not in _HEADINGS:
                found.append(element)
    return found


def _dropped(body: _Element, elements: list[_Element]) -> list[str]:
    """Take elements out, and tell their words in their order."""
    gone = set(elements)
    told = []
    for element in body.iter():
        if element in gone and (words := words_of(element)):
            told.append(words)
    for element in elements:
        clear(element)
    return [words for words in told if re.search(r"\w", words)]
