"""Build the documentation as a site in site/ and tell what is wrong with its links.

A page lies where its Markdown lies, a README as index.html, and the files that it links to lie beside it as they are.
The site works from a disk and loads nothing from elsewhere.  Where a link is dead nothing is built, and the exit code
is 1, with one line for each: `file:line: what is wrong`.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from copy import deepcopy
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

sys.path.insert(0, str(Path(__file__).parents[1]))
from tools.pages import Link, Page, dead, pages

ROOT = Path(__file__).parents[1]
ASSETS = Path(__file__).parent / "site"
# What can be scrolled has to be reached by the keyboard.
_SCROLLS = 'tabindex="0" role="group"'
_FRAME = """<!doctype html>
<html lang="en" data-up="{up}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}style.css">
<script defer src="{up}sections.js"></script>
<script defer src="{up}search.js"></script>
</head>
<body>
<header><a href="{up}index.html">ibid</a><button popovertarget="pages">Pages</button></header>
<nav id="pages" popover aria-label="Pages">
<div hidden><label for="search">Search</label><input id="search" type="search" autocomplete="off">
<p id="told" role="status"></p><ul id="found"></ul></div>
<div id="list">
{pages}
</div>
</nav>
<main>
{content}</main>
</body>
</html>
"""


def build(groups: dict[str, list[Page]], root: Path, site: Path) -> None:
    """Write the site of pages whose links are all alive; what was in its folder is gone."""
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(ASSETS, site)
    known = {page.path: page for some in groups.values() for page in some}
    sections = [section for page in known.values() for section in _sections(page)]
    (site / "sections.js").write_text(f"const sections = {json.dumps(sections, ensure_ascii=False)};\n", "utf-8")
    for page in known.values():
        for link in page.links:
            path, _ = page.target(link)
            if not link.is_outside and path not in known:
                (site / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / path, site / path)
        whole = _FRAME.format(
            up="../" * (len(page.path.parts) - 1),
            title=escape(page.title if page.path == Path("README.md") else f"{page.title} · ibid"),
            pages="\n".join(_list(groups, page)),
            content=_content(page, known),
        )
        (site / _place(page)).parent.mkdir(parents=True, exist_ok=True)
        (site / _place(page)).write_text(whole, encoding="utf-8")


def _place(page: Page) -> PurePosixPath:
    """Where a page lies in the site."""
    path = PurePosixPath(page.path.as_posix())
    return path.with_name("index.html") if path.name == "README.md" else path.with_suffix(".html")


def _list(groups: dict[str, list[Page]], here: Page) -> Iterator[str]:
    """The pages by their groups, with the sections of the one that is shown."""
    up = "../" * (len(here.path.parts) - 1)
    for group, some in groups.items():
        yield f"<h2>{escape(group)}</h2>\n<ul>"
        for page in some:
            current = ' aria-current="page"' if page is here else ""
            yield f'<li><a href="{up}{_place(page)}"{current}>{escape(page.label)}</a>'
            below = [heading for heading in page.headings if heading.level == 2]
            if page is here and below:
                yield "<ul>"
                yield from (f'<li><a href="#{quote(one.anchor)}">{escape(one.words)}</a></li>' for one in below)
                yield "</ul>"
            yield "</li>"
        yield "</ul>"


def _content(page: Page, known: dict[Path, Page]) -> str:
    """The page as HTML, its links to pages of the site, its headings with a link to themselves, tables to scroll in."""
    tokens = deepcopy(page.tokens)
    for token in tokens:
        for child in token.children or []:
            for name in ("href", "src"):
                if (target := child.attrGet(name)) is not None:
                    child.attrSet(name, _address(page, known, Link(str(target), 0)))
    renderer = _renderer()
    return str(renderer.renderer.render(tokens, renderer.options, {}))


def _renderer() -> MarkdownIt:
    """What makes HTML of the tokens of a page."""
    made = MarkdownIt("commonmark")
    made.add_render_rule("table_open", lambda *_: f'<div class="wide" {_SCROLLS} aria-label="Table"><table>\n')
    made.add_render_rule("table_close", lambda *_: "</table></div>\n")
    made.add_render_rule("th_open", lambda _, tokens, at, *__: f"<{_head(tokens[at + 1])}>")
    made.add_render_rule("th_close", lambda _, tokens, at, *__: f"</{_head(tokens[at - 1])}>\n")
    made.add_render_rule("fence", _fence)
    made.add_render_rule("image", _image)
    made.add_render_rule("heading_close", _heading_close)
    return made


def _head(inline: Token) -> str:
    """A head of a column that says nothing is none."""
    return "th" if inline.content else "td"


def _fence(_: RendererHTML, tokens: Sequence[Token], at: int, *__: object) -> str:
    return f'<pre {_SCROLLS} aria-label="Example"><code>{escape(tokens[at].content)}</code></pre>\n'


def _image(made: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    picture = made.image(tokens, at, options, env)
    return f'<span class="wide" {_SCROLLS} aria-label="Picture">{picture}</span>'


def _heading_close(_: RendererHTML, tokens: Sequence[Token], at: int, *__: object) -> str:
    tag, anchor, words = tokens[at].tag, str(tokens[at - 2].attrGet("id")), tokens[at - 1].content
    mark = f'<a href="#{quote(anchor)}" aria-label="Link to {escape(words)}">#</a>' if tag > "h1" else ""
    return f"{mark}</{tag}>\n"


def _address(page: Page, known: dict[Path, Page], link: Link) -> str:
    """Where a link of a page leads in the site."""
    path, anchor = page.target(link)
    if link.is_outside or path not in known:
        return link.target
    fragment = f"#{quote(anchor)}" if anchor else ""
    if known[path] is page and fragment:
        return fragment
    return f"{'../' * (len(page.path.parts) - 1)}{_place(known[path])}{fragment}"


def _sections(page: Page) -> Iterator[list[str]]:
    """What is searched: the page, the anchor, its name, the words of a heading, and the text below that."""
    headings = iter(page.headings)
    section: list[str] = []
    for before, token in zip([None, *page.tokens], page.tokens, strict=False):
        if before and before.type == "heading_open":
            if section:
                yield section
            heading = next(headings)
            section = [str(_place(page)), heading.anchor, page.label, heading.words, ""]
        elif section and token.type in ("inline", "fence"):
            section[4] += f" {token.content}"
    if section:
        yield section


def main() -> int:
    """Build, or tell what is wrong."""
    groups = pages(ROOT)
    wrong = [*dead(ROOT, (page for some in groups.values() for page in some))]
    if wrong:
        sys.stderr.write("".join(f"{line}\n" for line in wrong))
        return 1
    build(groups, ROOT, ROOT / "site")
    sys.stdout.write("site/index.html\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
