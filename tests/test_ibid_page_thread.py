"""The thread of the web page: questions in haste, what is kept of it, the way there and back, what a quote is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from asking import COST, SIDE_EFFECTS, answer_with, ask, fail_with, put, record_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.model]
LANREOTIDE = "How is lanreotide given?"


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


def asked_of(page: Page) -> list[str]:
    """The questions that are sent to the server from now on, in order."""
    asked: list[str] = []

    def note(route: Route) -> None:
        if "event-stream" in route.request.headers["accept"]:
            asked.append(json.dumps(route.request.post_data_json))
        route.fallback()

    page.route("**/v1/answers", note)
    return asked


def shown(page: Page) -> list[str]:
    return page.locator(".turn h2, .turn .statement, .turn .refusal, .turn .notice").all_inner_texts()


def test_a_thread_is_there_again_after_a_reload_and_the_way_back_and_goes_on(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, SIDE_EFFECTS)
    ask(page, COST)
    before, asked = shown(page), asked_of(page)
    page.reload()
    page.locator(".turn .tools").nth(1).wait_for()
    assert shown(page) == before
    page.goto("about:blank")
    page.go_back()
    page.locator(".turn .tools").nth(1).wait_for()
    assert shown(page) == before and asked == []
    conversation = page.evaluate("JSON.parse(sessionStorage.getItem('ibid-thread')).conversation")
    ask(page, "And of everolimus?")
    assert conversation and json.loads(asked[0])["conversation"] == conversation
    assert page.locator(".turn").nth(2).locator(".understood").inner_text().startswith("Understood as")


def test_a_thread_that_the_server_has_forgotten_is_gone_on_with_anew(browser: Browser, address: str) -> None:
    page = browser.new_page()  # the browser complains of the refusal
    page.goto(address)
    ask(page, SIDE_EFFECTS)
    page.evaluate(
        """() => { const thread = JSON.parse(sessionStorage.getItem("ibid-thread"));
        sessionStorage.setItem("ibid-thread", JSON.stringify({ ...thread, conversation: "long-gone" })); }"""
    )
    page.reload()
    page.locator(".turn .tools").wait_for()
    asked = asked_of(page)
    turn = ask(page, LANREOTIDE)
    assert [json.loads(one)["conversation"] for one in asked] == ["long-gone", None]
    assert turn.get_by_text("taken on its own").is_visible() and page.locator(".turn").count() == 2
    page.close()


def test_a_thread_is_cleared_for_good(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, SIDE_EFFECTS)
    page.get_by_role("button", name="Clear the conversation").click()
    page.reload()
    page.locator("#start .topic").first.wait_for()
    assert page.locator(".turn").count() == 0 and page.evaluate("sessionStorage.length") == 0


def test_a_question_without_an_answer_is_kept_with_its_retry(page: Page, address: str) -> None:
    page.goto(address)
    fail_with(page, "this client asks too often", "try again in 9 s", "too_many_requests")
    put(page, SIDE_EFFECTS)
    page.get_by_role("button", name="Retry").wait_for()
    page.unroute("**/v1/answers")
    hold(page)
    put(page, LANREOTIDE)
    page.locator(".turn").nth(1).wait_for()
    page.reload()
    page.get_by_text("asks too often; try again in 9 s.").wait_for()
    page.get_by_text("The page was left before the answer came.").wait_for()
    page.unroute("**/v1/answers")
    page.get_by_role("button", name="Retry").first.click()
    page.locator(".turn .tools").wait_for()
    assert page.locator(".turn h2").all_inner_texts() == [LANREOTIDE, SIDE_EFFECTS]


def test_a_link_that_failed_is_followed_again_by_a_reload_and_leaves_one_turn(page: Page, address: str) -> None:
    fail_with(page, "12 questions are waiting already", "try again in 2 s", "busy")
    page.goto(f"{address}#q=How+is+lanreotide+given%3F")
    page.get_by_role("button", name="Retry").wait_for()
    page.unroute("**/v1/answers")
    page.reload()
    page.locator(".turn .tools").wait_for()
    assert page.locator(".turn h2").all_inner_texts() == [LANREOTIDE]


@pytest.mark.parametrize(
    "forbid",
    [
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
    ],
)
def test_where_nothing_can_be_kept_it_goes_on_without(page: Page, address: str, forbid: str) -> None:
    page.add_init_script(forbid)
    page.goto(address)
    assert ask(page, SIDE_EFFECTS).locator(".statement").count() > 0
    assert page.get_by_text("It cannot be kept here").is_visible()
    page.reload()
    page.locator(".turn .tools").wait_for()  # its address asks for it
    assert page.locator(".turn").count() == 1


def test_questions_that_were_asked_come_back_into_the_field_one_by_one(page: Page, address: str) -> None:
    page.goto(address)
    field = page.get_by_label("Your question")
    assert field.evaluate("field => field === document.activeElement")
    ask(page, SIDE_EFFECTS)
    ask(page, COST)
    found = []
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown"):
        field.press(key)
        found.append(field.input_value())
    assert found == [COST, SIDE_EFFECTS, SIDE_EFFECTS, COST, "", ""]
    field.fill("mine")
    field.press("ArrowUp")
    assert field.input_value() == "mine"


def test_a_slash_goes_to_the_field_but_is_written_within_one(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, SIDE_EFFECTS).get_by_role("button", name="No", exact=True).click()
    page.get_by_label("What was wrong?").press("/")
    assert page.get_by_label("What was wrong?").input_value() == "/"
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("/")
    page.keyboard.type("a/b")
    assert page.get_by_label("Your question").input_value() == "a/b"


def test_the_reader_finds_the_place_again_where_they_left_the_thread(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 800, "height": 400})
    page.goto(address)
    ask(page, SIDE_EFFECTS)
    ask(page, LANREOTIDE)
    page.evaluate("scrollTo(0, 150)")
    for name in ("Sources", "Search"):
        page.get_by_role("link", name=name, exact=True).evaluate("link => link.click()")  # which stands out of sight
        page.get_by_role("heading", name=name, exact=True).wait_for()
        page.go_back()
        page.locator(".turn").first.wait_for()
        assert page.evaluate("scrollY") == 150
    page.reload()
    page.locator(".turn").first.wait_for()
    assert page.evaluate("scrollY") == 150


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
