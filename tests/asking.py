"""What the tests of the web page do in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

SIDE_EFFECTS = "What are the side effects of cabozantinib?"
SEMAGLUTIDE = "Is semaglutide safe with a neuroendocrine tumor?"
COST = "What does insulinoma cost?"


def ask(page: Page, question: str) -> Locator:
    """Ask in the field, and wait for the answer: its turn."""
    done = page.locator(".turn .tools")
    count = done.count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    done.nth(count).wait_for()
    return page.locator(".turn").nth(count)


def open_source(page: Page, turn: Locator, number: int) -> Locator:
    """Press a number of the answer, and wait for the marked quote: the panel."""
    turn.locator(".statement .cite", has_text=str(number)).click()
    page.locator("#panel mark.quote").first.wait_for()
    return page.locator("#panel")


def record_of(page: Page, address: str, question: str) -> dict[str, Any]:
    """The answer record, without the page."""
    record: dict[str, Any] = page.request.post(f"{address}v1/answers", data={"question": question}).json()
    return record


def answer_with(page: Page, record: dict[str, Any]) -> None:
    """Let the server answer every question of the page with `record`."""

    def fulfil(route: Route) -> None:
        if "event-stream" not in route.request.headers["accept"]:
            route.fallback()
            return
        route.fulfill(content_type="text/event-stream", body=f"event: record\ndata: {json.dumps(record)}\n\n")

    page.route("**/v1/answers", fulfil)


def focused(page: Page) -> str:
    """The name or the text of what has the focus."""
    text: str = page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent")
    return text


def is_as_wide_as_its_window(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fits
