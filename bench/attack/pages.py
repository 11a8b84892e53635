"""Documents whose every place holds a payload, and a browser that reads them on all that ibid shows."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Whatever would be run says so here.
_HOOK = "window.hits = 0; window.hit = () => { window.hits += 1; };"
_ALLOWED = ("data:image/svg+xml", "blob:", "about:")
# What each document speaks of, by the number of its payload.
NAMES = ("zorblax{}", "quillex{}", "verdolin{}")
Found = dict[str, list[str]]


def write_corpus(folder: Path, payloads: Sequence[str]) -> None:
    """A plain text, a page and a Markdown file for each payload; with it in names, titles, notices, tables and code."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, payload in enumerate(payloads):
        name = payload.replace("/", "∕").replace("\n", " ")[:80]
        said = f"Zorblax{number} waters {' '.join(payload.split())} every morning."
        name = f"{number} {name}.txt"
        (folder / name).write_text(f"Garden {payload}\n\n{said}\n", encoding="utf-8")
        shown = html.escape(payload)
        (folder / f"page{number}.html").write_text(
            f"<title>{shown}</title><h1>Planting {shown}</h1><p>Quillex{number} grows beside {shown} in spring.</p>"
            f"<h2>Sowing {shown}</h2><table><tr><th>Name</th><th>{shown}</th></tr>"
            f"<tr><td>Marrow{number}</td><td>{shown}</td></tr></table><pre>{shown}</pre>",
            encoding="utf-8",
        )
        (folder / f"notes{number}.md").write_text(
            f"# Notes {payload}\n\nVerdolin{number} is sprayed on `{payload}` in summer.\n\n```\n{payload}\n```\n\n"
            f"| Plant | Feed |\n| --- | --- |\n| Tomato{number} | {payload.replace('|', ' ')} |\n",
            encoding="utf-8",
        )
        quoted = json.dumps(payload)
        rows.append(
            f'[[source]]\nid = "page{number}"\nfile = "page{number}.html"\ntitle = {quoted}\npublisher = {quoted}\n'
            f"url = {json.dumps('javascript:hit()//' + payload)}\nreview_status = {quoted}\nlicense = {quoted}\n"
            f'[[source]]\nid = "text{number}"\nfile = {json.dumps(name)}\n'
            f'[[source]]\nid = "notes{number}"\nfile = "notes{number}.md"\n'
        )
    rows += [f'[[notice]]\nkind = "attack"\ntext = {json.dumps(payload)}\n' for payload in payloads[:5]]
    (folder / "sources.toml").write_text("\n".join(rows), encoding="utf-8")


def write_gold(folder: Path, payloads: Sequence[str]) -> None:
    """A gold question for each payload, which it holds: half are answered as they are to be, half are not."""
    folder.mkdir()
    rows: list[dict[str, object]] = [{"format": 2}]
    for number, payload in enumerate(payloads):
        on_one_line = " ".join(payload.split())
        evidence = {"document": f"text{number}", "section": f"Garden {on_one_line}", "pattern": "every morning"}
        rows.append(
            {
                "id": f"payload-{number}",
                "stratum": "single_fact",
                "question": f"What waters {on_one_line} as zorblax{number} does?",
                "expected": "answered",
                "nuggets": [
                    {"pattern": "every morning", "importance": "vital"},
                    {"pattern": re.escape(payload if number % 2 else "never at all"), "importance": "vital"},
                ],
                "contradictions": [re.escape(payload)],
                "short_answers": [payload],
                "evidence": [evidence],
            }
        )
    (folder / "dev.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@contextmanager
def watched(browser: Browser, own: Sequence[str]) -> Iterator[tuple[Page, Found]]:
    """A page that tells what it was made to do: run a hook, open a dialog or a window, ask other than its `own`."""
    found: Found = {"run": [], "dialogs": [], "windows": [], "requests": []}
    context = browser.new_context()
    context.add_init_script(_HOOK)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("dialog", lambda dialog: (found["dialogs"].append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda opened: found["windows"].append(opened.url))

    def ask(request: object) -> None:
        url = request.url  # type: ignore[attr-defined]
        if not url.startswith((*own, *_ALLOWED)):
            found["requests"].append(url)

    page.on("request", ask)
    try:
        yield page, found
    finally:
        context.close()


def settle(page: Page, found: Found, where: str) -> None:
    """Wait for what is shown, move over it, and note whether a payload was run or has become an element."""
    page.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    if page.evaluate("window.hits"):
        found["run"].append(where)
    # What is not run today because of the policy would be by another browser.
    alive = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) =>
            /^on/i.test(a.name) || (/^(href|src|action|data|srcdoc|style)$/i.test(a.name)
            && /javascript:|127\\.0\\.0\\.2|hit\\(/i.test(a.value) && !a.value.startsWith("./"))))
            .map((e) => e.outerHTML.slice(0, 200))"""
    )
    found["run"] += [f"{where}: {element}" for element in alive]


def show_answers(page: Page, found: Found, url: str, questions: Sequence[str]) -> int:
    """Ask each, look at its sources and at what is found; gives how many answers showed a payload."""
    showing = 0
    for question in questions:
        page.goto(url)
        page.get_by_label("Your question").fill(question)
        page.keyboard.press("Enter")
        page.locator(".turn .tools").first.wait_for()
        settle(page, found, f"answer to {question}")
        text = page.locator(".turn").first.inner_text()
        showing += any(sign in text for sign in ("hit(", "127.0.0.2", "alert(", "javascript:"))
        number = page.locator(".statement .cite").first
        if number.count():
            number.click()
            page.locator("#panel mark.quote").first.wait_for()
            settle(page, found, f"source of {question}")
    return showing


def show_rest(page: Page, found: Found, url: str, ids: Sequence[str]) -> None:
    """Look at the start with its suggestions, the list of the sources, some of them, and what a search finds."""
    for place in ("", "#sources", *(f"#source={name}" for name in ids), "search?q=garden+planting+notes"):
        page.goto("about:blank")
        page.goto(url + place)
        page.wait_for_load_state("networkidle")
        settle(page, found, place or "start")


def show_files(page: Page, found: Found, files: Sequence[Path]) -> None:
    """Look at pages that were written as files: a diff, a report."""
    for file in files:
        page.goto(file.as_uri())
        page.wait_for_load_state("networkidle")
        settle(page, found, file.name)
