"""What the tests of the web page do in it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

SIDE_EFFECTS = "What are the side effects of cabozantinib?"
SEMAGLUTIDE = "Is semaglutide safe with a neuroendocrine tumor?"
COST = "What does insulinoma cost?"


def put(page: Page, question: str) -> None:
    """Ask in the field, and wait for nothing."""
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def ask(page: Page, question: str) -> Locator:
    """Ask in the field, and wait for the answer: its turn."""
    done = page.locator(".turn .tools")
    count = done.count()
    put(page, question)
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


def fail_with(page: Page, detail: str, mend: str, code: str) -> None:
    """Let the server refuse every question of the page, until `page.unroute` of "**/v1/answers"."""
    told = json.dumps({"detail": detail, "mend": mend, "code": code})
    body = f"event: problem\ndata: {told}\n\n"
    page.route("**/v1/answers", lambda route: route.fulfill(content_type="text/event-stream", body=body))


def take_uploads(page: Page, address: str, left_out: Sequence[dict[str, str]] = ()) -> list[tuple[str, bytes | None]]:
    """Let the page, which is to be loaded after this, find a server that takes files: the path and the body of each.

    It has a file "old.md" already, reads for as long as it takes to ask it twice, and leaves out what is `left_out`.
    """
    taken: list[tuple[str, bytes | None]] = []
    polls = 0

    def start(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace('data-uploads="off"', 'data-uploads="on"'))

    def take(route: Route) -> None:
        nonlocal polls
        name = route.request.url.split("/")[-1]
        if name == "old.md":
            told = {
                "status": 409,
                "detail": "there is a file of this name",
                "mend": "replace it",
                "code": "file_exists",
            }
            route.fulfill(status=409, content_type="application/problem+json", body=json.dumps(told))
            return
        taken.append((name, route.request.post_data_buffer))
        polls = 0
        route.fulfill(status=201, json={})

    def tell(route: Route) -> None:
        nonlocal polls
        polls += 1
        is_reading = bool(taken) and polls < 3
        state = "indexing" if is_reading else "idle"
        last = {"left_out": list(left_out), "fault": None}
        route.fulfill(json={"state": state, "last": last, "limit": 2_000_000, "kinds": [".md", ".pdf"]})

    page.route(re.compile(re.escape(address) + r"(\?.*)?$"), start)
    page.route("**/v1/uploads/*", take)
    page.route("**/v1/uploads", tell)
    return taken


def focused(page: Page) -> str:
    """The name or the text of what has the focus."""
    text: str = page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent")
    return text


def is_as_wide_as_its_window(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fits
