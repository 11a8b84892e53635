"""The search view of the web page: passages with the words that were sought, and the way to their places and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from asking import COST, ask, focused

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.model]
SOUGHT = "high blood pressure"


def seek(page: Page, words: str) -> None:
    page.get_by_label("What to search for").fill(words)
    page.keyboard.press("Enter")
    page.locator(".hits > li").first.wait_for()


def test_passages_are_found_with_their_places_and_the_words_that_were_sought(page: Page, address: str) -> None:
    found = page.request.post(f"{address}v1/search", data={"question": SOUGHT, "k": 10}).json()
    page.goto(address)
    page.get_by_role("link", name="Search", exact=True).click()
    assert page.get_by_label("What to search for").evaluate("field => field === document.activeElement")
    seek(page, SOUGHT)
    assert page.url == f"{address}search?q=high+blood+pressure" and page.title() == f"{SOUGHT} – Search – ibid"
    places = page.locator(".hits h2").all_inner_texts()
    assert len(places) == len(found["hits"]) == 10
    first = found["citations"][0]
    assert places[0] == " › ".join([first["title"], *first["section_path"], first["section"]])
    marked = {text.lower() for text in page.locator(".hits > li").first.locator("mark.word").all_inner_texts()}
    assert {"high", "blood", "pressure"} <= marked
    text = page.locator(".hits > li").first.locator(".passage").inner_text()
    assert "".join(first["quote"].split("\n")[0]) in text


def test_a_passage_is_opened_in_its_place_and_the_way_back_closes_it(page: Page, address: str) -> None:
    page.goto(f"{address}search?q=high+blood+pressure")
    second = page.locator(".hits a").nth(1)
    second.click()
    page.get_by_text("Passage 2 of 10").wait_for()
    page.locator("#panel mark.quote").first.wait_for()
    assert page.url.endswith("#passage=2")
    page.go_back()
    page.locator("#panel").wait_for(state="hidden")
    assert page.locator(".hits > li").count() == 10
    second.click()
    page.locator("#panel mark.quote").first.wait_for()
    page.keyboard.press("Escape")
    page.wait_for_url(f"{address}search?q=high+blood+pressure")
    assert focused(page) == second.inner_text()
    page.goto("about:blank")
    page.goto(f"{address}search?q=high+blood+pressure#passage=2")
    page.get_by_text("Passage 2 of 10").wait_for()
    page.get_by_role("button", name="Close the source").click()
    page.wait_for_url(f"{address}search?q=high+blood+pressure")


def test_the_way_back_leads_from_one_search_to_the_one_before_and_to_the_thread(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, COST)
    page.get_by_role("link", name="All passages that were found").click()
    page.locator(".hits > li").first.wait_for()
    assert page.get_by_label("What to search for").input_value() == COST
    seek(page, SOUGHT)
    page.wait_for_url(f"{address}search?q=high+blood+pressure")
    page.go_back()
    page.wait_for_function("question => document.getElementById('sought').value === question", arg=COST)
    page.go_back()
    page.locator(".turn .refusal").wait_for()
    assert not page.locator("#searching").is_visible()


def test_more_passages_come_below_those_that_are_there(page: Page, address: str) -> None:
    page.goto(f"{address}search?q=high+blood+pressure")
    page.locator(".hits > li").nth(9).wait_for()
    before = page.locator(".hits h2").all_inner_texts()
    page.get_by_role("button", name="More passages").click()
    page.locator(".hits > li").nth(10).wait_for()
    after = page.locator(".hits h2").all_inner_texts()
    assert after[:10] == before and focused(page) == after[10]


def test_what_is_sought_can_be_asked(page: Page, address: str) -> None:
    page.goto(f"{address}search?q=How+is+lanreotide+given%3F")
    page.get_by_role("link", name="Ask it as a question").click()
    page.locator(".turn .tools").wait_for()
    assert page.locator(".turn h2").all_inner_texts() == ["How is lanreotide given?"]


def test_a_search_that_fails_is_made_again(browser: Browser, address: str) -> None:
    page = browser.new_page()  # the browser complains of the refusal
    told = {"status": 503, "detail": "12 questions are waiting already", "mend": "try again in 2 s", "code": "busy"}
    page.route(
        "**/v1/search",
        lambda route: route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(told)),
    )
    page.goto(f"{address}search?q=octreotide")
    page.get_by_text("12 questions are waiting already; try again in 2 s.").wait_for()
    page.unroute("**/v1/search")
    page.get_by_role("button", name="Retry").click()
    page.locator(".hits > li").first.wait_for()
    page.close()
