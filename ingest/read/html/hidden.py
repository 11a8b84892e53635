"""What of a page is no text to the one who reads it: scripts, what is hidden or struck out, controls.

What a control opens, such as a tab or the answer to a question, is text, and gets what the control says before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from ingest.read.html.styles import HtmlStyles, is_hidden, is_struck
from ingest.read.html.unseen import Sight
from ingest.read.layout import UNSEEN
from ingest.read.outline import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNSEEN = """
script style template iframe frameset noframes embed applet head datalist progress meter map
link meta title desc metadata defs annotation annotation-xml rp
"""
_EMBEDDED = ("object", "audio", "video", "canvas")  # what is in them is shown where they cannot be
_CONTROLS = frozenset(("select", "option", "optgroup", "textarea", "input", "button"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_OPENED = re.compile(
    r"(?=[\w-]*\Z)(?:[\w-]*-)?(?:tab-?(?:pane|panel|content|block)|panel|accordion|collaps\w*|answer|faq|toggle\w*|expand\w*|"
    r"spoiler|disclosure)(?:-[\w-]*)?|tab"
)
_OPENER = re.compile(
    r"(?=[\w-]*\Z)(?:[\w-]*-)?(?:accordion|collapsible|toggle|faq|expand\w*|spoiler|question)(?:-[\w-]*)?"
)
_TOGGLES = ("tab", "pill", "collapse")
_OPENABLE_NAMES = """
div section article ul ol dl dd p table tbody tr li figure pre blockquote
"""
_OPENABLE = frozenset(_OPENABLE_NAMES.split())
_OPENERS = ("a", "button", "li", "div", "label", "span")
_LABELLED = "data-labelled"
_FEW = 20
_ROLES = {
    "table": "table",
    "grid": "table",
    "rowgroup": "tbody",
    "row": "tr",
    "cell": "td",
    "gridcell": "td",
    "columnheader": "th",
    "rowheader": "th",
    "list": "ul",
    "listitem": "li",
}
_DISPLAYS = {
    "table": "table",
    "table-row-group": "tbody",
    "table-header-group": "thead",
    "table-row": "tr",
    "table-cell": "td",
    "table-caption": "caption",
    "list-item": "li",
    "block": "div",
    "flex": "div",
    "grid": "div",
}
_PLAIN = frozenset(("div", "span", "section", "a", "b", "i", "em", "strong", "small", "label", "font"))
_BOXES = frozenset(("div", "section"))
_RAISED = {"super": "sup", "sub": "sub"}
_HAS_WORDS = re.compile(r"\w")
_WORD_LIST = re.compile(r"mso-list:\s{0,9}(?!ignore|none)\S{1,60}\s{1,9}level(\d)", re.IGNORECASE)


def without_hidden(page: _Element) -> list[str]:
    """Take out of a page what nobody reads there, and tell what had words.

    Elements that are given by role or by style what others are by name (tables, lists, headings, raised figures) get
    that name.
    """
    from lxml import etree

    styles = HtmlStyles(page)
    etree.strip_elements(page, *_UNSEEN.split(), with_tail=False)
    told = [line for element in page.iter(*_EMBEDDED) for line in _told(element, "in place of what is embedded: ")]
    etree.strip_elements(page, *_EMBEDDED, with_tail=False)
    opened = _label_panels(page)
    gone: list[_Element] = []
    openable = 0
    sights = [Sight(ground=None if styles.are_elsewhere else Sight().ground)]
    unseen: list[_Element] = []
    walk = etree.iterwalk(page, events=("start", "end"))
    for event, element in walk:
        is_opened = _is_opened(element, opened, styles)
        if event == "end":
            openable -= is_opened
            sights.pop()
            continue
        openable += is_opened
        style = styles.of(element)
        sights.append(sights[-1].within(element, style))
        if is_hidden(element, style) and not (openable and element.tag in _OPENABLE) and not _is_page(element):
            if _holds_mathematics(element):
                continue
            told += [] if _repeats_formula(element) else _told(element, "hidden: ")
        elif is_struck(element, style):
            told += _told(element, "struck out: ")
        elif element.tag in _CONTROLS and not _is_heading_itself(element):
            told += _told(element, "")
        elif element.tag == "noscript" or (element.tag == "label" and _names_field(element)) or _is_symbol(element):
            told += [words for words in _told(element, "") if "<" not in words]
        else:
            unseen += [element] if sights[-1].is_unseen else []
            _name(element, style)
            continue
        gone.append(element)
        walk.skip_subtree()
    for element in gone:
        clear(element)
    return told + [line for element in unseen for line in _without_own(element)]


def clear(element: _Element) -> None:
    """Leave nothing of an element but its place."""
    element.clear(keep_tail=True)
    element.tag = "span"


def words_of(element: _Element) -> str:
    """All words of an element, on one line."""
    return one_line(" ".join(element.itertext()))


def _without_own(element: _Element) -> list[str]:
    """Take out of an element its own words, not those of what is in it, and tell them."""
    words = one_line(" ".join(filter(None, (element.text, *(child.tail for child in element)))))
    element.text = None
    for child in element:
        child.tail = None
    return [f"{UNSEEN}{words}"] if _HAS_WORDS.search(words) else []


def _told(element: _Element, how: str) -> list[str]:
    words = words_of(element)
    return [how + words] if _HAS_WORDS.search(words) else []


def _targets(element: _Element) -> list[str]:
    """The ids of what a control opens."""
    toggle = element.get("data-toggle") or element.get("data-bs-toggle")
    found = (element.get("aria-controls") or "").split()
    if toggle in _TOGGLES or element.get("role") == "tab":
        found += [element.get(name) or "" for name in ("data-target", "data-bs-target", "href")]
    return [name.removeprefix("#") for name in found]


def _label_panels(page: _Element) -> set[str]:
    """Put what a tab or a button says before what it opens, as a summary; the ids of all that can be opened."""
    from lxml import etree

    by_id = {element.get("id"): element for element in page.iter(*_OPENABLE) if element.get("id")}
    pairs = [(control, name) for control in page.iter(*_OPENERS) for name in _targets(control)]
    counts = Counter(name for _, name in pairs)
    labels = [(c, by_id.get(name)) for c, name in pairs if counts[name] == 1 or c.get("role") == "tab"]
    labels += [(button, _panel_after(button)) for button in page.iter("button") if _is_opener(button)]
    for box in page.iter("div"):
        if "tabbed-set" in (box.get("class") or "").split():
            names, panels = (box.xpath(f"./div[contains(@class, '{name}')]/*") for name in ("labels", "content"))
            labels += zip(names, panels, strict=False)
    for control, panel in labels:
        if panel is None or panel.get(_LABELLED) or any(above.tag in _HEADINGS for above in control.iterancestors()):
            continue
        words = words_of(control)
        if words and not one_line(" ".join(islice(panel.itertext(), _FEW))).startswith(words):
            summary = etree.Element("summary")
            summary.text, summary.tail, panel.text = words, panel.text, None
            panel.insert(0, summary)
        panel.set(_LABELLED, "yes")
        clear(control)
    return set(counts)


def _is_opener(button: _Element) -> bool:
    return button.get("aria-expanded") is not None or any(map(_OPENER.fullmatch, (button.get("class") or "").split()))


def _panel_after(button: _Element) -> _Element | None:
    after = button.getnext()
    return after if after is not None and after.tag in ("div", "section", "ul", "p") else None


def _is_opened(element: _Element, opened: set[str], styles: HtmlStyles) -> bool:
    names = (element.get("class") or "").split()
    name = element.get("id")
    return (
        element.get("role") == "tabpanel"
        or name in opened
        or element.get(_LABELLED) is not None
        or any(map(_OPENED.fullmatch, names))
        or not styles.reopened.isdisjoint([*names, name])
    )


def _is_page(element: _Element) -> bool:
    """Whether an element is the page itself, which a script shows once it is loaded."""
    if element.tag in ("html", "body", "main"):
        return True
    return element.tag in ("div", "article") and sum(1 for _ in islice(element.iter("p", "h1"), _FEW)) == _FEW


def _holds_mathematics(element: _Element) -> bool:
    """Whether an element holds a formula for those who do not see the picture of it."""
    is_rendered = element.tag.startswith("mjx") or re.search("math|katex", element.get("class") or "", re.IGNORECASE)
    return bool(is_rendered) and element.find(".//math") is not None


def _repeats_formula(element: _Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag in ("span", "mjx-container") and parent.find(".//math") is not None


def _is_heading_itself(control: _Element) -> bool:
    parent = control.getparent()
    while parent is not None and parent.tag in ("span", "div", "b", "strong"):
        parent = parent.getparent()
    return parent is not None and parent.tag in (*_HEADINGS, "summary", "dt") and words_of(parent) == words_of(control)


def _names_field(label: _Element) -> bool:
    """Whether a label stands before or around a field to be filled in."""
    after = label.getnext()
    fields = [*label.iter("select", "textarea", "input"), *([] if after is None else [after])]
    return any(
        field.tag in ("select", "textarea") or (field.tag == "input" and field.get("type") not in ("checkbox", "radio"))
        for field in fields
    )


def _is_symbol(element: _Element) -> bool:
    """Whether an element is a link that is a mere symbol, as those back from a note or to a heading are."""
    if element.tag != "a" or not (element.get("href") or "").startswith("#"):
        return False
    words = "".join(element.itertext()).strip()
    return bool(words) and not _HAS_WORDS.search(words)


def _name(element: _Element, style: Mapping[str, str]) -> None:
    """Give an element the name of what it is by its role or its style."""
    if style.get("white-space", "").startswith("pre"):
        element.set("data-lines", "")
    role = (element.get("role") or "").lower()
    display = style.get("display", "")
    if word_list := _WORD_LIST.search(element.get("style") or ""):
        element.tag = "li"
        element.set("depth", word_list[1])
    elif role == "heading" and element.tag not in _HEADINGS:
        level = element.get("aria-level", "2")
        element.tag = f"h{level}" if level in tuple("123456") else "h2"
    elif element.tag in _PLAIN:
        if role in _ROLES:
            element.tag = _ROLES[role]
        elif style.get("vertical-align") in _RAISED:
            element.tag = _RAISED[style["vertical-align"]]
        elif display in _DISPLAYS and (element.tag not in _BOXES or _DISPLAYS[display] != "div"):
            element.tag = _DISPLAYS[display]
