"""The thread of the web page: questions in haste, the way there and back, and what a quote is about."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from asking import COST, SIDE_EFFECTS, answer_with, ask, record_of

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.model]
LANREOTIDE = "How is lanreotide given?"


def put(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def hold(page: Page) -> list[Route]:
    """The questions of the field from now on, which get no answer before the test gives one."""
    held: list[Route] = []

    def handle(route: Route) -> None:
        if "event-stream" in route.request.headers["accept"]:
            held.append(route)
        else:
            route.fallback()

    page.route("**/v1/answers", handle)
    return held


def first(page: Page, held: list[Route]) -> Route:
    """The first request that was held; it comes some time after what the page shows of it."""
    while not held:
        page.wait_for_timeout(10)
    return held[0]


def test_a_question_asked_while_another_is_answered_stays_in_the_field(page: Page, address: str) -> None:
    page.goto(address)
    held = hold(page)
    put(page, SIDE_EFFECTS)
    put(page, LANREOTIDE)
    page.get_by_role("alert").get_by_text("still being answered").wait_for()
    assert page.get_by_label("Your question").input_value() == LANREOTIDE
    first(page, held).continue_()
    page.locator(".turn .tools").wait_for()
    assert page.locator(".turn h2").all_inner_texts() == [SIDE_EFFECTS]
    assert page.get_by_role("alert").inner_text() == ""
    assert page.get_by_label("Your question").input_value() == LANREOTIDE


def test_what_is_typed_meanwhile_is_not_lost_where_an_answer_fails(page: Page, address: str) -> None:
    page.goto(address)
    held = hold(page)
    put(page, SIDE_EFFECTS)
    page.get_by_label("Your question").fill(LANREOTIDE)
    first(page, held).fulfill(content_type="text/event-stream", body="")
    page.get_by_role("alert").get_by_text("cut off").wait_for()
    assert page.get_by_label("Your question").input_value() == LANREOTIDE


def test_who_comes_back_from_the_sources_finds_the_address_of_the_answer_again(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, SIDE_EFFECTS)
    there, title = page.url, page.title()
    page.get_by_role("link", name="Sources", exact=True).click()
    page.locator(".sources li").first.wait_for()
    page.get_by_role("link", name="Ask", exact=True).click()
    page.locator(".turn").wait_for()
    assert (page.url, page.title()) == (there, title)
    assert parse_qs(urlsplit(page.url).fragment)["q"] == [SIDE_EFFECTS]


def test_what_a_quote_is_about_stands_in_brackets_before_it(page: Page, address: str) -> None:
    record = record_of(page, address, LANREOTIDE)
    record["statements"][1]["about"] = "Somatostatin analogs"
    page.goto(address)
    answer_with(page, record)
    statements = ask(page, LANREOTIDE).locator(".statement")
    told = record["statements"][1]["text"]
    assert statements.nth(1).locator("p").inner_text().startswith(f"[Somatostatin analogs:] {told}")
    assert "[" not in statements.nth(0).inner_text()


def test_a_side_of_a_conflict_says_what_it_is_about(page: Page, address: str) -> None:
    record = record_of(page, address, LANREOTIDE)
    record["statements"][1]["about"] = "Somatostatin analogs"
    numbers = [said["citations"][0] for said in record["statements"][:2]]
    record["notices"].append({"kind": "conflict", "text": "This, or that.", "citations": numbers})
    page.goto(address)
    answer_with(page, record)
    sides = ask(page, LANREOTIDE).locator(".sides blockquote")
    assert sides.nth(0).inner_text() == record["citations"][numbers[0] - 1]["quote"]
    quote = record["citations"][numbers[1] - 1]["quote"]
    assert sides.nth(1).inner_text() == f"[Somatostatin analogs:] {quote}"


def test_the_closest_thing_says_in_which_section_it_stands(page: Page, address: str) -> None:
    near = record_of(page, address, COST)["nearest"]
    page.goto(address)
    shown = ask(page, COST).locator(".near .where").all_inner_texts()
    paths = [
        [*citation["section_path"], citation["section"]]
        for citation in near
        if citation["section"] != citation["title"]
    ]
    assert shown == [f"In “{' › '.join(path)}”" for path in paths]
