"""The documentation: no link in it is dead, and the site that is made of it is whole by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from tools.docs import build
from tools.pages import dead, pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_LED = re.compile(r'(?:href|src)="([^"]*)"')
Told = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "site"
    build(pages(root), root, folder)
    return folder


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """What is wrong with a page, docs/a.md, that lies beside others."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "tool.py").write_text("pass\n")
    (tmp_path / "docs" / "my file.txt").write_text("text\n")
    (tmp_path.parent / "beyond.md").write_text("# Beyond\n")
    (tmp_path / "README.md").write_text("# Top\n\n## Two words, `code` & more\n\n## Same\n\n## Same\n\n## Ça va\n")

    def tell(text: str) -> list[str]:
        (tmp_path / "docs" / "a.md").write_text(text, encoding="utf-8")
        return [*dead(tmp_path, (page for some in pages(tmp_path).values() for page in some))]

    return tell


def test_no_link_of_the_documentation_is_dead(root: Path) -> None:
    all_pages = [page for some in pages(root).values() for page in some]
    names = {page.path.as_posix() for page in all_pages}
    assert names >= {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md"}
    assert names >= {"bench/README.md", *(path.relative_to(root).as_posix() for path in root.glob("docs/*.md"))}
    assert len([link for page in all_pages for link in page.links]) > 40
    assert [*dead(root, all_pages)] == []


@pytest.mark.parametrize(
    "link",
    [
        "[a](../README.md)",
        "[a](../README.md#top)",
        "[a](../README.md#two-words-code--more)",
        "[a](../README.md#same-1)",
        "[a](../README.md#%C3%A7a-va)",
        "[a](#here)",
        "[a](a.md#here)",
        "[a](../tools/tool.py)",
        "[a](my%20file.txt)",
        "![a](<my file.txt>)",
        "[a](https://example.org/x#y)",
        "<mailto:someone@example.org>",
        "[a][b]\n\n[b]: ../README.md",
        "`[a](no.md)` and `<b>`",
        "```sh\n[a](no.md) <b>\n```",
        "a [1] or [x], (y)",
        "<!-- a mark -->",
    ],
)
def test_a_link_that_leads_somewhere_is_let_be(told: Told, link: str) -> None:
    assert told(f"# Here\n\n{link}\n") == []


@pytest.mark.parametrize(
    ("link", "what"),
    [
        ("[a](no.md)", "no such file: no.md"),
        ("![a](no.png)", "no such file: no.png"),
        ("[a](README.md)", "no such file: README.md"),
        ("[a](/README.md)", "leads out of the project: /README.md"),
        ("[a](../../beyond.md)", "leads out of the project: ../../beyond.md"),
        ("[a](../tools)", "a folder, not a file: ../tools"),
        ("[a](#there)", "no such heading: #there"),
        ("[a](../README.md#same-2)", "no such heading: ../README.md#same-2"),
        ("[a](../README.md#Top)", "no such heading: ../README.md#Top"),
        (
            "[a](../tools/tool.py#pass)",
            "no page of the documentation, so no headings to link to: ../tools/tool.py#pass",
        ),
        ("[a](htps://example.org)", "no address that a reader can open: htps://example.org"),
        ("[a](https:///x)", "no address that a reader can open: https:///x"),
        ("[a][b]", "looks like a link and is none: [a][b]"),
        ("[a](my file.txt)", "looks like a link and is none: [a](my file.txt)"),
        ("x <a href='no.md'>y</a>", "HTML, in which links are not looked for; write it as Markdown: <a"),
        ("<details>", "HTML, in which links are not looked for; write it as Markdown: <details>"),
        ("<!-- a --> <b>", "HTML, in which links are not looked for; write it as Markdown: <!--"),
    ],
)
def test_a_dead_link_is_told_by_its_line(told: Told, link: str, what: str) -> None:
    assert f"docs/a.md:5: {what}" in told(f"# Here\n\nSome words,\nmore [of](../README.md) them,\n{link}\n")


def test_each_of_some_dead_links_is_told_where_it_stands(told: Told) -> None:
    assert told("# A\n\n[a][b]\n\n[b]: no.md\n") == ["docs/a.md:3: no such file: no.md"]
    text = "# A\n\n- [a](no.md) and\n  [b](no.md)\n\n| x |\n| --- |\n| y |\n| [c](no.md) |\n\n> [d\n> e](no.md)\n"
    assert [line.split(": ")[0] for line in told(text)] == ["docs/a.md:3", "docs/a.md:4", "docs/a.md:9", "docs/a.md:12"]


def test_the_site_is_whole_and_asks_for_nothing_from_elsewhere(site: Path) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert len(texts) > 10
    for path, text in texts.items():
        for led in _LED.findall(text):
            name, _, anchor = led.partition("#")
            if not re.match(r"[a-z]+:", led):
                there = (path.parent / unquote(name)).resolve() if name else path
                assert there.is_file(), (path, led)
                assert not anchor or f'id="{unquote(anchor)}"' in texts[there], (path, led)
        assert re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="(?!data:,")[a-z]+:', text) == []
    style = (site / "style.css").read_text(encoding="utf-8")
    assert "url(" not in style and "@import" not in style


def test_every_page_lists_all_pages(site: Path, root: Path) -> None:
    titles = [page.label for some in pages(root).values() for page in some]
    for path in site.rglob("*.html"):
        listed = path.read_text(encoding="utf-8").partition('<div id="list">')[2].partition("<main>")[0]
        assert all(f">{title}</a>" in listed for title in titles)
        assert listed.count('aria-current="page"') == 1


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_it_is_read_and_searched_off_a_disk(browser: Browser, site: Path, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    page.on(
        "request", lambda request: None if request.url.startswith(("file:", "data:")) else wrong.append(request.url)
    )
    for path in site.rglob("*.html"):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto((site / "docs" / "scale.html").as_uri())
    if width < 960:
        assert not page.get_by_label("Search").is_visible()
        page.get_by_role("button", name="Pages").click()
    assert page.get_by_role("link", name="Threat model").is_visible()
    # With `preload` it would ask for the style again, which no page off a disk may.
    assert [found["id"] for found in Axe().run(page, options={"preload": False}).response["violations"]] == []
    page.get_by_role("link", name="What gives way first").first.click()
    if width < 960:
        assert not page.get_by_label("Search").is_visible()
        page.get_by_role("button", name="Pages").click()
    page.get_by_label("Search").fill("nosuchword")
    assert page.get_by_text("No section has all of these words.").is_visible()
    page.get_by_label("Search").fill("TAKES too long")
    page.locator("#found a").first.click()
    page.wait_for_url("**/docs/threat-model.html#what-takes-too-long")
    assert wrong == []
    context.close()
