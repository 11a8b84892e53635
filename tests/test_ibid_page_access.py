"""The web page for everybody: by keyboard, by ear, in a small window, in the dark, on paper; and safely."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from asking import (
    COST,
    SEMAGLUTIDE,
    SIDE_EFFECTS,
    ask,
    fail_with,
    focused,
    is_as_wide_as_its_window,
    open_source,
    put,
    take_uploads,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.model]
SIZES = [(360, 740), (768, 1024), (1440, 900)]


def at_start(page: Page) -> None:
    page.locator("#start .topic").first.wait_for()


def at_answer(page: Page) -> None:
    ask(page, SIDE_EFFECTS)
    ask(page, "And of everolimus?")
    page.locator(".more .topic").first.wait_for()


def at_refusal(page: Page) -> None:
    ask(page, COST)


def at_source(page: Page) -> None:
    open_source(page, ask(page, SEMAGLUTIDE), 2)


def at_library(page: Page) -> None:
    page.get_by_role("link", name="Sources", exact=True).click()
    page.locator(".sources li").first.wait_for()


def at_one_source(page: Page) -> None:
    at_library(page)
    page.get_by_role("link", name="Targeted Therapy").click()
    page.locator("#library .text").wait_for()


def at_forms(page: Page) -> None:
    turn = ask(page, SIDE_EFFECTS)
    turn.get_by_role("button", name="Change the question").click()
    turn.get_by_role("button", name="No", exact=True).click()
    turn.get_by_text("About this answer").click()
    page.evaluate("document.getElementById('problem').textContent = 'The server cannot be reached.'")


def at_failure(page: Page) -> None:
    fail_with(page, "this client asks too often", "try again in 9 s", "too_many_requests")
    put(page, "I was told many things and forgot most of them. " * 20)
    page.get_by_role("button", name="Retry").wait_for()


def at_peek(page: Page) -> None:
    ask(page, SIDE_EFFECTS).locator(".statement .cite").first.hover()
    page.locator("#peek").wait_for()


def at_search(page: Page) -> None:
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("What to search for").fill("high blood pressure")
    page.keyboard.press("Enter")
    page.locator(".hits > li").first.wait_for()


def at_passage(page: Page) -> None:
    at_search(page)
    page.locator(".hits a").nth(1).click()
    page.locator("#panel mark.quote").first.wait_for()


def at_uploads(page: Page) -> None:
    take_uploads(page, page.url, [{"file": "scan.pdf", "why": "holds no text"}])
    page.reload()
    at_library(page)
    named = [{"name": name, "mimeType": "text/plain", "buffer": b"Dig."} for name in ("dug.md", "scan.pdf")]
    page.get_by_label("choose files").set_input_files(named)  # type: ignore[arg-type]
    page.get_by_text("Not read: it holds no text").wait_for()


VIEWS = [
    *(at_start, at_forms, at_answer, at_refusal, at_source, at_library, at_one_source),
    *(at_failure, at_peek, at_search, at_passage, at_uploads),
]


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_and_nothing_sticks_out_sideways(
    page: Page, address: str, view: Callable[[Page], None]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="there is no axe-playwright-python").Axe()
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    view(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert is_as_wide_as_its_window(page), f"at {width}"
        for scheme in ("light", "dark") if width != 768 else ():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = axe.run(page)
            assert found.violations_count == 0, f"{scheme}, at {width}: {found.generate_report()}"


def test_a_source_is_beside_a_wide_answer_and_over_a_narrow_one(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    at_source(page)
    answer, panel = page.locator(".said").bounding_box(), page.locator("#panel").bounding_box()
    assert answer and panel and answer["x"] + answer["width"] <= panel["x"]
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator("#panel:modal").wait_for()
    panel = page.locator("#panel").bounding_box()
    assert panel and panel["width"] == 360


def test_all_of_it_works_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#question:focus").wait_for()
    page.keyboard.type(SIDE_EFFECTS)
    page.keyboard.press("Enter")
    page.locator(".turn .tools").wait_for()
    page.locator(".turn .cite").first.focus()
    assert focused(page).startswith("Source 1: Targeted Therapy")
    page.keyboard.press("Enter")
    page.locator("#panel mark.quote").wait_for()
    assert focused(page).startswith("Targeted Therapy")
    page.keyboard.press("Tab")
    assert focused(page) == "Text of the source"
    page.keyboard.press("Escape")
    page.locator("#panel").wait_for(state="hidden")
    assert focused(page).startswith("Source 1: Targeted Therapy")


def test_the_first_stop_of_the_keyboard_leads_past_the_head(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="ibid").focus()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("#question:focus").count() == 1


def test_a_number_shows_its_quote_to_a_mouse_and_to_the_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    cite, tip = ask(page, SIDE_EFFECTS).locator(".statement .cite").first, page.get_by_role("tooltip")
    described = "cite => document.getElementById(cite.getAttribute('aria-describedby') ?? '')?.textContent ?? null"
    cite.hover()
    tip.wait_for()
    assert "high blood pressure" in cite.evaluate(described)
    tip.hover()  # it may be gone over
    page.wait_for_timeout(300)
    assert tip.is_visible()
    page.mouse.move(0, 0)
    tip.wait_for(state="hidden")
    assert cite.evaluate(described) is None
    page.keyboard.press("Tab")  # from here the focus is shown
    page.set_viewport_size({"width": 800, "height": 300})
    page.evaluate("scrollTo(0, 10_000)")
    cite.focus()
    page.wait_for_timeout(300)
    around, own = cite.bounding_box(), tip.bounding_box()
    assert around and own and min(abs(around["y"] - own["y"] - own["height"]), abs(own["y"] - around["y"] - 24)) < 10
    page.set_viewport_size({"width": 1280, "height": 900})
    cite.press("Enter")
    page.locator("#panel mark.quote").wait_for()
    assert not tip.is_visible()
    cite.focus()
    page.keyboard.press("Escape")  # closes the quote, then the source
    assert not tip.is_visible() and page.locator("#panel").is_visible()
    page.keyboard.press("Escape")
    page.locator("#panel").wait_for(state="hidden")


def test_a_finger_opens_the_source_and_shows_no_quote_beside_the_number(browser: Browser, address: str) -> None:
    page = browser.new_page(has_touch=True, viewport={"width": 390, "height": 800})
    page.goto(address)
    ask(page, SIDE_EFFECTS).locator(".statement .cite").first.tap()
    page.locator("#panel mark.quote").first.wait_for()
    page.wait_for_timeout(300)
    assert not page.get_by_role("tooltip").is_visible()
    page.close()


def test_a_change_of_the_question_that_is_given_up_gives_the_focus_back(page: Page, address: str) -> None:
    page.goto(address)
    turn = ask(page, SIDE_EFFECTS)
    turn.get_by_role("button", name="Change the question").press("Enter")
    assert focused(page) == "The question as it shall be understood"
    page.keyboard.press("Escape")
    assert focused(page) == "Change the question"


def test_an_answer_is_told_to_a_screen_reader_as_it_arrives(page: Page, address: str) -> None:
    page.goto(address)
    turn = ask(page, SIDE_EFFECTS)
    said = turn.locator("[aria-live=polite]")
    assert said.get_attribute("aria-busy") == "false"
    assert "high blood pressure" in said.inner_text()
    assert turn.get_by_role("heading", name=SIDE_EFFECTS).is_visible()
    for role in ("banner", "main", "navigation", "search"):
        assert page.get_by_role(role).count() == 1  # type: ignore[arg-type]


def test_it_is_dark_where_that_is_preferred(page: Page, address: str) -> None:
    brightness = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(address)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness.append(int(colour[4:-1].split(",")[0]))
    assert brightness[0] > 200 and brightness[1] < 60


def test_where_the_colours_are_the_readers_own_numbers_have_an_edge(page: Page, address: str) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(address)
    cite = ask(page, SIDE_EFFECTS).locator(".cite").first
    assert cite.evaluate("cite => getComputedStyle(cite).borderTopStyle") == "solid"
    field = page.locator("#composer").evaluate("form => getComputedStyle(form).backgroundColor")
    assert field == page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_in_a_low_window_the_field_does_not_stand_before_the_answer(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(address)
    sources = ask(page, SIDE_EFFECTS).locator(".cited").bounding_box()
    field = page.locator("#composer").bounding_box()
    assert sources and field and sources["y"] + sources["height"] <= field["y"]
    assert is_as_wide_as_its_window(page)


def test_nothing_moves_where_that_is_preferred(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    open_source(page, ask(page, SIDE_EFFECTS), 1)
    assert page.evaluate("document.getAnimations().length") == 0


def test_on_paper_the_answer_stands_with_its_sources_and_without_buttons(page: Page, address: str) -> None:
    page.goto(address)
    turn = ask(page, SIDE_EFFECTS)
    page.emulate_media(media="print")
    assert turn.locator(".statement").first.is_visible() and turn.locator(".printed").is_visible()
    assert not turn.locator(".tools").is_visible() and not page.locator("#composer").is_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_it_asks_no_other_host_and_keeps_to_its_policy(page: Page, address: str, view: Callable[[Page], None]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    response = page.goto(address)
    view(page)
    assert set(asked) == {urlsplit(address).netloc}
    policy = response.headers["content-security-policy"] if response else ""
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_a_script_that_is_put_in_does_not_run(browser: Browser, address: str) -> None:
    page = browser.new_page()  # the browser complains of what it holds back
    page.goto(address)
    page.evaluate(
        """() => { const put = document.createElement("div"); put.innerHTML = "<img src=x onerror='window.ran = 1'>";
        addEventListener("securitypolicyviolation", () => (window.held = 1)); document.body.append(put); }"""
    )
    page.wait_for_function("window.held === 1")
    assert page.evaluate("window.ran") is None
    page.close()
