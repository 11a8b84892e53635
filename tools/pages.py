"""The pages of the documentation, and what is wrong with their links.

A link may lead to a page, to a heading of one, to any file of the project, or to an address of the web, which is not
asked whether it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

GROUPS = {
    "Use": ("README.md", "docs/*.md"),
    "Run": ("deploy/*.md",),
    "The project": ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md", "bench/results/*.md"),
}
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_COMMENT = re.compile(r"(?:<!--(?:[^-]|-(?!->))*-->\s*)+")
_BROKEN = re.compile(r"\]\(|\]\[")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level from 1, its words, and what a link to it names after `#`."""

    level: int
    words: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link or a picture: where it leads as it is written, and the line, from 1, that it stands in."""

    target: str
    line: int

    @property
    def is_outside(self) -> bool:
        """Whether it has a scheme or a host, and so leads to the web."""
        parts = urlsplit(self.target)
        return bool(parts.scheme or parts.netloc)


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file, by its path in the project."""

    path: Path
    tokens: list[Token]
    headings: list[Heading]
    links: list[Link]
    faults: list[tuple[int, str]]
    """What is no link, or cannot be looked at, and its line."""

    @property
    def title(self) -> str:
        """The words of its first heading."""
        return self.headings[0].words if self.headings else self.path.as_posix()

    @property
    def label(self) -> str:
        """What a list of pages calls it."""
        return self.title.partition(":")[0]

    @property
    def anchors(self) -> set[str]:
        """What a link to it can name after `#`."""
        return {heading.anchor for heading in self.headings}

    def target(self, link: Link) -> tuple[Path, str]:
        """The path in the project that a link leads to, with `..` where it leaves the project, and its anchor."""
        parts = urlsplit(link.target)
        if not parts.path:
            return self.path, unquote(parts.fragment)
        whole: list[str] = []
        for part in (self.path.parent / unquote(parts.path)).parts:
            if part == ".." and whole and whole[-1] != "..":
                whole.pop()
            else:
                whole.append(part)
        return Path(*whole), unquote(parts.fragment)


def read(root: Path, path: Path) -> Page:
    """A page; its headings have the anchor as their attribute `id`."""
    tokens = _PARSER.parse((root / path).read_text(encoding="utf-8"))
    page = Page(path, tokens, [], [], [])
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline" and before and before.type == "heading_open":
            heading = _heading(before, token, page.anchors)
            before.attrSet("id", heading.anchor)
            page.headings.append(heading)
        if token.type == "inline":
            _look(page, token)
        elif token.type == "html_block":
            _look_at_html(page, token.content, _line(token))
    return page


def pages(root: Path, groups: dict[str, tuple[str, ...]] = GROUPS) -> dict[str, list[Page]]:
    """The pages of each group: those that are named in that order, those of a folder by their titles."""
    found: dict[str, list[Page]] = {}
    for group, patterns in groups.items():
        found[group] = []
        for pattern in patterns:
            some = [read(root, path.relative_to(root)) for path in root.glob(pattern)]
            found[group] += sorted(some, key=lambda page: page.title.casefold())
    return found


def dead(root: Path, all_pages: Iterable[Page]) -> Iterator[str]:
    """What is wrong with the links of pages, a line each: `file:line: what`."""
    known = {page.path: page for page in all_pages}
    for page in known.values():
        wrong = [*page.faults, *((link.line, _wrong(root, known, page, link)) for link in page.links)]
        yield from (f"{page.path.as_posix()}:{line}: {what}" for line, what in sorted(wrong) if what)


def _wrong(root: Path, known: dict[Path, Page], page: Page, link: Link) -> str:
    """What is wrong with a link, or nothing."""
    if link.is_outside:
        parts = urlsplit(link.target)
        fine = parts.scheme == "mailto" or (parts.scheme in ("http", "https") and parts.netloc)
        return "" if fine else f"no address that a reader can open: {link.target}"
    path, anchor = page.target(link)
    if path.is_absolute() or ".." in path.parts:
        return f"leads out of the project: {link.target}"
    if path in known:
        return "" if not anchor or anchor in known[path].anchors else f"no such heading: {link.target}"
    if not (root / path).is_file():
        return f"{'a folder, not a file' if (root / path).is_dir() else 'no such file'}: {link.target}"
    return f"no page of the documentation, so no headings to link to: {link.target}" if anchor else ""


def _heading(opened: Token, inline: Token, taken: set[str]) -> Heading:
    """The heading with its anchor, which is what GitHub makes of its words."""
    words = "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))
    anchor = plain = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
    number = 0
    while anchor in taken:
        number += 1
        anchor = f"{plain}-{number}"
    return Heading(int(opened.tag[1:]), words, anchor)


def _look(page: Page, inline: Token) -> None:
    """Find the links of a paragraph, a heading or a cell, and what was meant to be one."""
    at = 0
    for child in inline.children or []:
        target = child.attrGet("href" if child.type == "link_open" else "src")
        if target is not None:
            # What is written elsewhere, as a definition, is told by the line of the link before it.
            found = max(inline.content.find(way, at) for way in (str(target), unquote(str(target))))
            at = max(at, found)
            page.links.append(Link(str(target), _line(inline, at)))
            at += len(str(target)) if found >= 0 else 0
        elif child.type == "text" and (broken := _BROKEN.search(child.content)):
            where = inline.content.find(child.content)
            line = _line(inline, max(where, 0) + broken.start())
            page.faults.append((line, f"looks like a link and is none: {child.content.strip()}"))
        elif child.type == "html_inline":
            _look_at_html(page, child.content, _line(inline, max(inline.content.find(child.content), 0)))


def _look_at_html(page: Page, html: str, line: int) -> None:
    if not _COMMENT.fullmatch(html):
        page.faults.append((line, f"HTML, in which links are not looked for; write it as Markdown: {html.split()[0]}"))


def _line(token: Token, at: int = 0) -> int:
    """The line, from 1, of a place in what a token holds."""
    return (token.map[0] if token.map else 0) + 1 + token.content.count("\n", 0, at)
