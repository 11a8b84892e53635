"""The report page in a browser: sorted, filtered, read question by question, by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from reported import HOSTILE, QUESTIONS, garden

from eval import render, score

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
NAMES = [question.id for question in QUESTIONS]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("garden")
    run = garden(folder)
    file = folder / "report.html"
    file.write_text(render(run, score(run)), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def report(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def listed(report: Page) -> list[str]:
    rows: list[str] = report.locator("#table tbody tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    return rows


def sorted_by(report: Page, column: str) -> str | None:
    return report.locator("#table").get_by_role("columnheader", name=column).get_attribute("aria-sort")


def at_question(report: Page, text: str) -> None:
    """Wait for the page of a question: an address is at its place before what it shows is."""
    report.locator("#question h1", has_text=text).wait_for()


def at_overview(report: Page) -> None:
    report.locator("#overview").wait_for()


def focused(report: Page) -> str:
    text: str = report.evaluate("document.activeElement.textContent")
    return text


def is_as_wide_as_its_window(report: Page) -> bool:
    fits: bool = report.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fits


def background(report: Page) -> list[int]:
    colour: str = report.evaluate("getComputedStyle(document.body).backgroundColor")
    return [int(part) for part in colour[4:-1].split(",")]


def test_it_asks_for_no_other_file(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.goto(f"{address}#q=v1")
    assert {url.partition("#")[0] for url in asked if not url.startswith("data:")} == {address}


def test_what_another_run_said_stands_on_the_page_of_a_question(page: Page, tmp_path: Path) -> None:
    run = garden(tmp_path)
    file = tmp_path / "beside.html"
    file.write_text(render(run, score(run), run), encoding="utf-8")
    page.goto(f"{file.as_uri()}#q=v1")
    said = page.locator("#question .answer")
    assert said.count() == 2 and "every 3 weeks" in said.nth(1).inner_text()
    page.goto(file.as_uri())
    assert page.get_by_role("region", name="Beside another run").locator("tbody tr").count() > 5
    assert is_as_wide_as_its_window(page)


def test_a_column_is_sorted_up_and_then_down(report: Page) -> None:
    assert listed(report) == NAMES
    report.get_by_role("button", name="Question").click()
    assert (listed(report), sorted_by(report, "Question")) == (sorted(NAMES), "ascending")
    report.get_by_role("button", name="Question").press("Enter")
    assert (listed(report), sorted_by(report, "Question")) == (sorted(NAMES, reverse=True), "descending")
    report.get_by_role("button", name="Confidence").press("Space")
    assert (sorted_by(report, "Question"), sorted_by(report, "Confidence")) == (None, "ascending")
    shown = [float(text) for text in report.locator("#table tbody td:nth-child(4)").all_inner_texts()]
    assert shown == sorted(shown)


def test_words_kinds_and_outcomes_leave_some_and_say_how_many(report: Page) -> None:
    count = report.locator("#count")
    assert (count.inner_text(), count.get_attribute("aria-live")) == ("5 questions", "polite")
    report.get_by_label("Words").fill("VERDOLIN often")
    assert (listed(report), count.inner_text()) == (["v1"], "1 of 5 questions")
    report.get_by_label("Words").fill("")
    report.get_by_role("combobox", name="Kind").select_option("off_topic")
    assert listed(report) == ["o1", "h1"]
    report.get_by_label("Outcome").select_option("failed")
    assert listed(report) == ["h1"]
    report.get_by_role("combobox", name="Kind").select_option("")
    assert listed(report) == ["v2", "h1"]


def test_an_outcome_of_the_summary_leads_to_its_questions(report: Page) -> None:
    report.get_by_role("link", name="not retrieved").click()
    report.get_by_text("1 of 5 questions").wait_for()
    assert listed(report) == ["v2"]


def test_a_question_is_followed_and_left_again(report: Page) -> None:
    report.get_by_role("link", name="And its drawbacks?").click()
    at_question(report, "And its drawbacks?")
    assert focused(report) == "And its drawbacks?"
    assert report.title().startswith("And its drawbacks?")
    page = report.locator("#question")
    for text in (
        "As for verdolin: And its drawbacks?",
        "How often is verdolin sprayed?",
        "missed · vital",
        "found · vital",
    ):
        assert page.get_by_text(text).first.is_visible()
    assert "No passage that search found" in page.inner_text()
    assert not report.locator("#overview").is_visible()
    report.get_by_role("link", name="All questions").click()
    at_overview(report)
    assert focused(report) == "And its drawbacks?"
    report.go_back()
    at_question(report, "And its drawbacks?")


def test_a_quote_is_highlighted_in_its_place_and_the_evidence_underlined(report: Page, address: str) -> None:
    report.goto(f"{address}#q=v1")
    place = report.locator(".place", has=report.locator("mark u"))
    assert place.locator("mark").last.inner_text() == "It is sprayed on the leaves every 3 weeks."
    assert place.locator("u").inner_text() == "It is sprayed on the leaves every 3 weeks."
    assert "Ripe 🍅🍅 ones." in place.inner_text()
    assert "The main drawbacks of verdolin" in place.inner_text()
    number = place.get_attribute("id", timeout=1000)
    report.locator(".answer a", has_text=str(number).replace("quote-", "[")).click()
    assert report.evaluate("document.activeElement.id") == number


def test_keys_go_through_the_questions_that_are_listed(report: Page) -> None:
    report.get_by_label("Outcome").select_option("ok")
    assert listed(report) == ["v1", "q1", "o1"]
    report.get_by_role("link", name="How often").press("Enter")
    at_question(report, "How often")
    for key, expected in (
        ("j", "q1"),
        ("ArrowRight", "o1"),
        ("j", "o1"),
        ("k", "q1"),
        ("ArrowLeft", "v1"),
        ("k", "v1"),
    ):
        report.keyboard.press(key)
        at_question(report, next(q.question for q in QUESTIONS if q.id == expected))
    report.keyboard.press("Escape")
    at_overview(report)


def test_letters_typed_into_the_filter_stay_there(report: Page) -> None:
    report.get_by_label("Words").press_sequentially("jk")
    assert (report.get_by_label("Words").input_value(), report.locator("#overview").is_visible()) == ("jk", True)


def test_what_a_measure_means_is_opened_by_keyboard(report: Page) -> None:
    name = report.locator(".strata summary", has_text="Vital nuggets said")
    meaning = report.get_by_text("What an answer must hold and did")
    assert not meaning.is_visible()
    name.focus()
    report.keyboard.press("Enter")
    assert meaning.is_visible()


def test_markup_in_a_question_or_a_source_is_text(report: Page, address: str) -> None:
    report.goto(f"{address}#q=h1")
    assert " ".join(HOSTILE.split()) in report.locator("#question h1").inner_text()
    assert "<img src=x onerror=alert(1)>" in report.locator("#question .place").first.inner_text()
    assert report.locator("img").count() == 0


@pytest.mark.parametrize("place", ["", "#q=v1", "#q=v2", "#q=o1", "#q=h1"])
def test_a_phone_shows_it_without_scrolling_sideways(page: Page, address: str, place: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address + place)
    assert page.locator("#question" if place else "#overview").is_visible()
    assert is_as_wide_as_its_window(page)


def test_it_is_dark_where_dark_is_wanted(report: Page) -> None:
    assert min(background(report)) > 200
    report.emulate_media(color_scheme="dark")
    assert max(background(report)) < 60
    stroke = report.locator(".plots path[stroke='var(--accent)']").first
    assert stroke.evaluate("line => getComputedStyle(line).stroke") == "rgb(174, 187, 230)"


def test_print_shows_tables_whole(report: Page) -> None:
    report.emulate_media(media="print")
    assert report.locator("#table").is_visible()
    assert not report.locator(".filters").is_visible()
    assert report.locator(".wide").evaluate("box => getComputedStyle(box).maxHeight") == "none"


def test_a_question_that_is_not_there_leads_to_all(report: Page, address: str) -> None:
    report.goto(f"{address}#q=gone")
    at_overview(report)
    assert listed(report) == NAMES
