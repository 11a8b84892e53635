"""Makes the pictures of the web page that README.md shows: `python tools/screenshots.py`."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from ibid.opening import index as make
from ibid.places import Places
from tools.serving import index_twice, serving

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
SWITCHES = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update"
SIDE_EFFECTS = "What are the side effects of cabozantinib?"
SEMAGLUTIDE = "Is semaglutide safe with a neuroendocrine tumor?"
LANREOTIDE = "How is lanreotide given?"
DISPUTED = "Do octreotide and lanreotide work well in insulinoma?"
UNSAID = "What does insulinoma cost?"
SOUGHT = "high blood pressure"
# Of the project's own documents.
OF_A_TABLE = "How is an OpenDocument file read?"
OF_CODE = "How do I follow up from Python?"


@contextmanager
def window(
    browser: Browser, url: str, width: int, height: int, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    """The start page in a window of `width` by `height`, with three pixels of the picture to two of the page."""
    size = {"width": width, "height": height}
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        device_scale_factor=1.5,
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def ask(page: Page, question: str) -> Locator:
    """Ask, and wait for the answer and its suggestions: its turn."""
    count = page.locator(".turn").count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator(".turn").nth(count)
    turn.locator(".tools").wait_for()
    page.wait_for_load_state("networkidle")
    return turn


def open_source(page: Page, turn: Locator, number: int) -> None:
    """Open what the answer cites."""
    turn.locator(".statement .cite", has_text=str(number)).click()
    page.locator("#panel mark.quote").first.wait_for()
    page.mouse.move(0, 0)


def save(page: Page, name: str) -> None:
    """Write a picture of the window."""
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=78, method=6)


def main() -> None:
    """Make all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        arguments = [f"--{switch}" for switch in SWITCHES.split()]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        index = index_twice(Path(folder))
        # The project's own documents have tables and code.
        own = Places.of(FOLDER.parent, Path(folder) / "own")
        make(own)
        with serving("--index", index, "--rate", "0", "--patience", "60") as url:
            with window(browser, url, 1280, 800) as page:
                save(page, "start")
                open_source(page, ask(page, SIDE_EFFECTS), 2)
                save(page, "answer")
                page.keyboard.press("Escape")
                ask(page, "And of everolimus?")
                save(page, "follow-up")
            with window(browser, url, 1280, 800, "dark") as page:
                open_source(page, ask(page, SEMAGLUTIDE), 2)
                save(page, "dark")
            for name, width, height in (("", 1440, 900), ("phone-", 360, 780)):
                with window(browser, url, width, height) as page:
                    turn = ask(page, DISPUTED)
                    turn.locator(".conflict").evaluate("box => box.scrollIntoView()")
                    save(page, f"{name}conflict")
                with window(browser, url, width, height) as page:
                    ask(page, UNSAID)
                    save(page, f"{name}refusal")
            with window(browser, url, 1280, 860) as page:
                page.goto(f"{url}#source=acs-gi-net-targeted-drugs")
                page.locator("#library .changes").wait_for()
                save(page, "revisions")
            with window(browser, url, 360, 780) as page:
                turn = ask(page, LANREOTIDE)
                save(page, "phone")
                open_source(page, turn, 2)
                save(page, "phone-source")
            for name, width, height in (("", 1440, 900), ("phone-", 360, 780)):
                with window(browser, url, width, height) as page:
                    page.goto(f"{url}search?{urlencode({'q': SOUGHT})}")
                    page.locator(".hits > li").first.wait_for()
                    if not name:
                        page.locator(".hits a").nth(1).click()
                        page.locator("#panel mark.quote").first.wait_for()
                    save(page, f"{name}search")
        with serving("--corpus", own.corpus, "--index", own.index, "--rate", "0", "--patience", "60") as url:
            for name, question in (("table", OF_A_TABLE), ("code", OF_CODE)):
                with window(browser, url, 1280, 800) as page:
                    open_source(page, ask(page, question), 1)
                    save(page, name)
        browser.close()


if __name__ == "__main__":
    main()
