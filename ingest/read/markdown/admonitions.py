"""The lines that the tools that publish Markdown add to it: boxes, tabs, modules and comments, as plain Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingest.read.markdown.shortcodes import fence_of

_KINDS = frozenset(
    (
        *("abstract", "admonition", "attention", "bug", "callout", "caution", "danger", "details", "dropdown", "error"),
        *("example", "failure", "hint", "important", "info", "note", "question", "quote", "seealso", "success"),
        *("summary", "tip", "todo", "warning"),
    )
)
_BOX = re.compile(r'( *)(?:(?:!!!|\?\?\?\+?) ?([\w-]+)(?: [\w-]+){0,5}?(?: +"([^"]*)")?|===[!+]? +"([^"]*)") *$')
_CONTAINER = re.compile(r" *:{3,} *(?:([\w-]+)|\{\.?(?:callout-)?([\w-]*)[^}]*\})?(?:\[([^\]]*)\]| +([^{}]*))? *$")
_DIRECTIVE = re.compile(r" *(`{3,}|~{3,}|:{3,}) *\{([\w-]+)\} *(.*)$")
_OPTION = re.compile(r" *:[\w-]+:(?: .*)?$")
_ALERT = re.compile(r"( {0,12}(?:> ?){1,9})\[!([\w-]+)\][+-]? *(.*)$")
_HIGHLIGHT = re.compile(r"\s*\{[{%]<? ?(?:highlight|codeblock)\b ?([\w+-]*)[^{}]*[>%]?\}\}?\s*$")
_END_HIGHLIGHT = re.compile(r"\s*\{[{%]<? ?(?:/ ?|end)(?:highlight|codeblock) ?[>%]?\}\}?\s*$")
_COMMENT = re.compile(r"\s*\{%-? ?comment ?-?%\}\s*$")
_END_COMMENT = re.compile(r"\s*\{%-? ?endcomment ?-?%\}\s*$")
_MODULE = re.compile(
    r"import(?: [^'\"]{1,200})? from ['\"]|import ['\"].*['\"];?$|import (?:[\w, ]+)?\{$|"
    r"export (?:default|const|let|var|function|async)\b|export \{|export \* from ['\"]"
)
_END_MODULE = re.compile(r"[^'\"]*from ['\"].*|\s*$|[})\]]+;?\s*$")
_LEFT_OUT = re.compile(
    r"\s*(?:\[TOC\]|\[\[_?TOC_?\]\]|\{?--8<--.*|\\(?:newpage|pagebreak|tableofcontents)|\*\[[^\]]{1,80}\]:.*|"
    r"!INCLUDE.*|!\[\[.*\]\])\s*$"
)
_MARKER = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)]) +\S")
_LONGEST = 2000  # characters of a line that may be an addition

Line = tuple[str, bool]


def without_additions(text: str) -> str:
    """Markdown without the lines that MkDocs, Docusaurus, MyST, Quarto, GitHub, Obsidian, Jekyll and MDX add.

    What these show stays: the titles and contents of boxes and tabs.  Code stays as it is.
    """
    lines = _marked(_with_fences(text.split("\n")))
    return "\n".join(_with_leads(list(_contents(_rewritten(_without_modules(lines))))))


def _with_fences(lines: Iterable[str]) -> Iterator[str]:
    """The lines without comments of Jekyll, the code that it highlights fenced."""
    in_comment = False
    for line in lines:
        highlight = _HIGHLIGHT.match(line[:_LONGEST])
        if in_comment:
            in_comment = not _END_COMMENT.match(line[:_LONGEST])
        elif _COMMENT.match(line[:_LONGEST]):
            in_comment = True
        elif highlight:
            yield f"```{highlight[1]}"
        else:
            yield "```" if _END_HIGHLIGHT.match(line[:_LONGEST]) else line


def _marked(lines: Iterable[str]) -> Iterator[Line]:
    """The lines, each with whether it is code; directives of MyST that look like fenced code are opened."""
    fence = ""
    closing: list[str] = []
    in_options = False
    for line in lines:
        found = fence_of(line)
        directive = _DIRECTIVE.match(line[:_LONGEST])
        if fence:
            yield line, True
            if found and found[0].startswith(fence) and not found[1]:
                fence = ""
        elif directive and directive[2] in _KINDS:
            closing.append(directive[1])
            in_options = True
            kind = "" if directive[2] in ("admonition", "dropdown") else directive[2].capitalize()
            yield from (("", False), (_led(directive[3]) or kind, False), ("", False))
        elif closing and line.strip() == closing[-1]:
            closing.pop()
            yield "", False
        elif not (in_options and _OPTION.match(line[:_LONGEST])):
            in_options = False
            fence = found[0] if found else ""
            yield line, bool(found)


def _without_modules(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines without what MDX takes from other modules or gives to them."""
    in_module = False
    for line, is_code in lines:
        if in_module:
            in_module = not _END_MODULE.match(line[:_LONGEST])
        elif not is_code and _MODULE.match(line[:_LONGEST]):
            in_module = any(line.count(opening) > line.count(closing) for opening, closing in ("{}", "()", "[]"))
        else:
            yield line, is_code


def _rewritten(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, those that open a container or an alert as its title."""
    for line, is_code in lines:
        short = "" if is_code or len(line) > _LONGEST else line
        if short.lstrip().startswith(":::") and (container := _CONTAINER.match(short)):
            yield from (("", False), (_title(container), False), ("", False))
        elif alert := _ALERT.match(short):
            yield from ((alert[1] + (_led(alert[3]) or alert[2].capitalize()), False), (alert[1].rstrip(), False))
        elif not _LEFT_OUT.match(short):
            yield line, is_code


def _title(container: re.Match[str]) -> str:
    """What is shown above the contents: a title, or the kind where that is one that is shown."""
    kind = container[1] or container[2] or ""
    return _led(container[3] or container[4] or "") or (kind.capitalize() if kind in _KINDS else "")


def _led(title: str) -> str:
    """A title that somebody wrote for a box or a tab, so that it leads in what stands there."""
    bare = title.strip()
    return bare if not bare or bare[-1] in ".!?:;" else f"{bare}:"


def _contents(lines: Iterable[Line]) -> Iterator[str]:
    """The lines, the contents of boxes and tabs, which are four columns further in, moved back."""
    boxes: list[int] = []
    for line, is_code in lines:
        indent = len(line) - len(line.lstrip(" "))
        while boxes and line.strip() and indent < boxes[-1] + 4:
            boxes.pop()
        opened = None if is_code or len(line) > _LONGEST else _BOX.match(line)
        moved = 4 * len(boxes)
        if opened:
            boxes.append(indent)
            title = next((one for one in (opened[3], opened[4]) if one is not None), None)
            title = (opened[2] or "").capitalize() if title is None else _led(title)
            yield from ("", line[:indent][moved:] + title, "")
        else:
            yield line[moved:] if line[:moved].isspace() or not moved else line.lstrip(" ")


def _with_leads(lines: list[str]) -> Iterator[str]:
    """The lines, those that lead in the next list parted from the one above, which would take them in."""
    for number, line in enumerate(lines):
        if line.endswith(":") and line[0] != " " and not _MARKER.match(line) and 0 < number < len(lines) - 1:
            yield from [""] * bool(_MARKER.match(lines[number - 1]) and _MARKER.match(lines[number + 1]))
        yield line
