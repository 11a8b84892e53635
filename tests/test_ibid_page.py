"""The web page in a browser, in front of a real server: asking, reading sources, copying, links."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from asking import (
    COST,
    SEMAGLUTIDE,
    SIDE_EFFECTS,
    answer_with,
    ask,
    fail_with,
    focused,
    open_source,
    put,
    record_of,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.model]
LANREOTIDE = "How is lanreotide given?"
RISKS = "What are the risks and the benefits of semaglutide?"


@pytest.fixture
def start(page: Page, address: str) -> Page:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    return page


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def copied(page: Page, kind: str) -> str:
    page.get_by_role("button", name=f"Copy as {kind}").click()
    page.locator("#status", has_text="Copied").wait_for(state="attached")
    page.evaluate("document.getElementById('status').textContent = ''")
    return clipboard(page)


def test_an_answer_is_what_the_server_says_with_all_its_citations(start: Page, address: str) -> None:
    record = record_of(start, address, SIDE_EFFECTS)
    turn = ask(start, SIDE_EFFECTS)
    shown = [re.sub(r"\s+", " ", text) for text in turn.locator(".statement").all_inner_texts()]
    assert shown == [f"{said['text']} {' '.join(map(str, said['citations']))}" for said in record["statements"]]
    source = turn.locator(".cited li").inner_text()
    assert "American Cancer Society" in source and "Revised 8 August 2025" in source and "Reviewed" in source


def test_a_number_opens_the_source_at_the_quote(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    panel = open_source(start, ask(start, LANREOTIDE), 2)
    assert "".join(panel.locator("mark.quote").all_text_contents()) == record["citations"][1]["quote"]
    assert panel.locator("h2").inner_text() == record["citations"][1]["title"]
    place, within = panel.locator("mark.quote").bounding_box(), panel.locator(".reading").bounding_box()
    assert place and within
    assert within["y"] <= place["y"] and place["y"] + place["height"] <= within["y"] + within["height"]
    link = panel.get_by_role("link", name="Open the original page")
    assert link.get_attribute("href") == record["citations"][1]["url"]


def test_a_quote_of_several_blocks_is_marked_whole_with_what_the_page_cites_for_it(start: Page, address: str) -> None:
    record = record_of(start, address, RISKS)
    number = next(c["number"] for c in record["citations"] if "\n" in c["quote"] and c["references"])
    panel = open_source(start, ask(start, RISKS), number)
    marked = "".join(panel.locator("mark.quote").all_text_contents())
    quote = record["citations"][number - 1]["quote"]
    assert re.sub(r"\s", "", marked) == re.sub(r"\s|•", "", quote)
    assert panel.locator(".foot li").all_inner_texts() == record["citations"][number - 1]["references"]


def test_offsets_are_counted_in_code_points(start: Page) -> None:
    blocks = [{"kind": "paragraph", "start": 0, "end": 9, "level": 0}]
    marked = start.evaluate(
        """async ({ text, blocks }) => {
            const { textOf } = await import("./document.js");
            const source = { text, blocks, source: { title: "" } };
            return textOf(source, [{ start: 4, end: 7, class: "quote" }]).querySelector("mark").textContent;
        }""",
        {"text": "🧬🧬 a 🩺b cd", "blocks": blocks},
    )
    assert marked == " 🩺b"


def test_the_next_quote_is_one_step_away(start: Page, address: str) -> None:
    cited = [c["document_id"] for c in record_of(start, address, LANREOTIDE)["citations"]]
    panel = open_source(start, ask(start, LANREOTIDE), 1)
    first = panel.locator("mark.quote").first.inner_text()
    panel.get_by_role("button", name="Next quote").click()
    panel.get_by_text(f"Quote 2 of {len(cited)}").wait_for()
    assert panel.locator("mark.quote").first.inner_text() != first
    assert start.locator(".statement .cite[aria-expanded]").inner_text() == "2"


def test_a_follow_up_says_how_it_was_understood_and_can_be_changed(start: Page) -> None:
    ask(start, SIDE_EFFECTS)
    turn = ask(start, "And of everolimus?")
    understood = turn.locator(".understood").inner_text()
    turn.get_by_role("button", name="Change the question").click()
    field = turn.get_by_label("The question as it shall be understood")
    assert field.input_value() in understood and field.input_value() != "And of everolimus?"
    field.fill(LANREOTIDE)
    turn.get_by_role("button", name="Ask this instead").click()
    start.locator(".turn h2", has_text=LANREOTIDE).wait_for()
    assert start.locator(".turn").count() == 3


def test_what_can_be_asked_is_shown_as_questions_and_answered(start: Page, address: str) -> None:
    offered = start.request.get(f"{address}v1/suggestions").json()["suggestions"]
    start.locator("#start .topic").last.wait_for()
    assert start.locator("#start .topic").all_inner_texts() == [one["question"] for one in offered[:3]]
    start.locator("#start .topic").first.click()
    start.locator(".turn .tools").wait_for()
    assert start.locator(".turn h2").inner_text() == offered[0]["question"]
    assert start.locator(".turn .statement").count() > 0


def test_after_an_answer_more_of_its_source_can_be_asked_and_nothing_is_for_that(start: Page, address: str) -> None:
    asked: list[str] = []
    start.on("request", lambda request: asked.append(request.url) if "/v1/answers" in request.url else None)
    turn = ask(start, SIDE_EFFECTS)
    turn.locator(".more .topic").last.wait_for()
    near = turn.locator(".more .topic").all_inner_texts()
    assert len(asked) == 1 and near and SIDE_EFFECTS not in near
    offered = start.request.get(f"{address}v1/suggestions").json()["suggestions"]
    of = {one["question"]: one["document_id"] for one in offered}
    cited = record_of(start, address, SIDE_EFFECTS)["citations"]
    assert of[near[0]] in {citation["document_id"] for citation in cited}
    turn.locator(".more .topic").first.click()
    start.locator(".turn .tools").nth(1).wait_for()
    assert start.locator(".turn").nth(1).locator(".statement").count() > 0
    start.locator(".turn").nth(1).locator(".more .topic").last.wait_for()
    assert near[0] not in start.locator(".turn").nth(1).locator(".more .topic").all_inner_texts()


def test_where_nothing_is_suggested_nothing_is_shown(start: Page) -> None:
    start.route("**/v1/suggestions*", lambda route: route.fulfill(json={"generation": "", "suggestions": []}))
    start.reload()
    start.get_by_text("It reads").wait_for()
    turn = ask(start, SIDE_EFFECTS)
    assert turn.locator(".statement").count() > 0 and start.locator(".topic").count() == 0


def test_what_a_model_wrote_says_so_and_is_copied_with_its_quotes(start: Page, address: str) -> None:
    record = record_of(start, address, SIDE_EFFECTS)
    record["statements"] = [{"text": "Tiredness is common.", "citations": [1], "kind": "generated"}]
    record["citations"] = record["citations"][:1]
    record["notices"] = [{"kind": "generated", "text": "Written by a model (tiny).", "citations": []}]
    answer_with(start, record)
    turn = ask(start, SIDE_EFFECTS)
    assert turn.locator(".statement").inner_text().endswith("written by a model")
    assert turn.locator(".notice.care").inner_text() == "Written by a model (tiny)."
    text = copied(start, "Text")
    assert "Tiredness is common. [1] (written by a model)" in text
    assert record["citations"][0]["quote"].splitlines()[0] in text
    assert "Tiredness is common. [^1] (written by a model)" in copied(start, "Markdown")


def test_a_refusal_shows_the_closest_thing_as_no_answer(start: Page, address: str) -> None:
    near = record_of(start, address, COST)["nearest"]
    turn = ask(start, COST)
    assert "do not answer" in turn.locator(".refusal").inner_text()
    assert turn.locator(".statement").count() == 0
    assert turn.get_by_text("not an answer").is_visible()
    turn.get_by_role("button", name="Read it in its place").first.click()
    assert near[0]["quote"].startswith(start.locator("#panel mark.quote").first.inner_text())


def test_sources_that_disagree_stand_side_by_side(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    record["notices"].append({"kind": "conflict", "text": "Every 4 weeks, or every 2.", "citations": [1, 2]})
    answer_with(start, record)
    turn = ask(start, LANREOTIDE)
    sides = turn.locator(".conflict .sides > li")
    boxes = [side.bounding_box() for side in sides.all()]
    assert len(boxes) == 2 and boxes[0] and boxes[1] and boxes[0]["y"] == boxes[1]["y"]
    sides.nth(1).locator(".cite").click()
    quote = start.locator("#panel mark.quote").first
    quote.wait_for()
    assert quote.inner_text() == record["citations"][1]["quote"]


def test_a_list_in_a_conflict_is_one_side_of_it(start: Page, address: str) -> None:
    record = record_of(start, address, RISKS)
    cited, said = record["citations"][0], record["statements"][0]
    record["citations"] = [cited, cited | {"number": 2}]
    record["statements"] = [said, said | {"citations": [2]}]
    record["notices"] = [{"kind": "conflict", "text": "Yes, or no.", "citations": [1, 2]}]
    answer_with(start, record)
    items = ask(start, RISKS).locator(".sides blockquote li")
    assert items.count() > 1
    assert set(items.evaluate_all("items => items.map(item => getComputedStyle(item).borderTopWidth)")) == {"0px"}


def test_a_quoted_row_is_a_table_and_stands_under_what_leads_it_in(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    cited = record["citations"][0] | {"marks": [], "references": [], "blocks": []}
    cells = [{"column": 1, "head": 0, "start": 6, "end": 11}, {"column": 3, "head": 14, "start": 19, "end": 27}]
    row = {"kind": "row", "start": 0, "end": 27, "level": 1, "lead": None, "cells": cells}
    quotes = [
        cited | {"quote": "Fees:"},
        cited | {"number": 2, "quote": "Plan: River | Fee: 5 | less", "blocks": [row]},
    ]
    said = [{"text": c["quote"], "citations": [c["number"]], "kind": "quote", "about": None} for c in quotes]
    statements = [said[0] | {"under": None}, said[1] | {"under": 0}]
    answer_with(start, record | {"citations": quotes, "statements": statements})
    turn = ask(start, LANREOTIDE)
    table = turn.locator(".statement.under1 table")
    assert table.locator("th[scope=col]").all_inner_texts() == ["Plan", "Fee"]
    assert table.locator("td").all_inner_texts() == ["River", "5 | less"]
    assert (
        min(table.locator("td").evaluate_all("cells => cells.map(cell => cell.offsetWidth)")) >= 72
    )  # no word is broken
    assert "Plan: River | Fee: 5 | less [2]" in copied(start, "Text")


def test_a_source_still_pending_review_is_pointed_out(start: Page) -> None:
    turn = ask(start, SEMAGLUTIDE)
    assert turn.locator(".notice.care .cite").count() > 0
    assert "Review pending" in turn.locator(".cited").inner_text()


def test_what_a_source_says_is_never_markup(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    for statement in record["statements"]:
        statement["text"] = hostile
    for citation in record["citations"]:
        citation |= {"title": hostile, "publisher": hostile, "url": "javascript:alert(3)", "references": [hostile]}
    record["notices"].append({"kind": hostile, "text": hostile, "citations": [1]})
    answer_with(start, record | {"resolved_question": hostile})
    panel = open_source(start, ask(start, LANREOTIDE), 1)
    assert start.locator("img, main script, dialog script").count() == 0
    assert panel.locator("h2").inner_text() == hostile
    assert panel.locator("a[href^=javascript]").count() == 0


def test_an_answer_is_copied_as_text_and_as_markdown(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    ask(start, LANREOTIDE)
    for kind, mark in (("Text", "[1]"), ("Markdown", "[^1]")):
        text = copied(start, kind)
        assert all(said["text"] in text for said in record["statements"])
        assert mark in text and "revised 2025-08-08" in text and record["citations"][0]["url"] in text


def test_citations_are_copied_as_bibtex_one_entry_a_source(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    ask(start, LANREOTIDE)
    text = copied(start, "BibTeX")
    assert re.findall(r"@online\{(.+),", text) == list(dict.fromkeys(c["document_id"] for c in record["citations"]))
    assert "title = {{Targeted Therapy and Other Drugs" in text and "year = {2025}" in text
    assert text.count("{") == text.count("}")


def test_what_was_read_by_ocr_says_so_wherever_it_is_cited(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    record["citations"][0]["read_by_ocr"] = True
    shown = start.evaluate(
        """async (record) => {
            const { cited, refusal } = await import("./answer.js");
            const { asBibtex, asMarkdown, asText } = await import("./copying.js");
            const page = document.createElement("div");
            page.append(...cited(record, () => {}));
            const near = document.createElement("div");
            near.append(...refusal({ ...record, nearest: record.citations }, () => {}).filter(Boolean));
            const copied = [asText, asMarkdown, asBibtex].map((written) => written(record));
            return [page.textContent, near.textContent, ...copied];
        }""",
        record,
    )
    assert [len(re.findall("read by OCR", text, re.IGNORECASE)) for text in shown] == [1] * 5


def test_what_no_source_of_the_corpus_states_is_told_nowhere(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    shown = start.evaluate(
        """async (record) => {
            const { cited, refusal } = await import("./answer.js");
            const { asBibtex, asMarkdown, asText } = await import("./copying.js");
            const bare = record.citations.map((citation) => ({ ...citation, revised: null, review_status: null }));
            const told = (states) => {
                const silent = { ...record, states, citations: bare, nearest: bare };
                const shown = [...cited(silent, () => {}), ...refusal(silent, () => {}).filter(Boolean)];
                const written = [asText, asMarkdown, asBibtex].map((write) => write(silent));
                return [...shown.map((element) => element.textContent), ...written].join(" ").toLowerCase();
            };
            return [told(["revised", "review_status"]), told([])];
        }""",
        record,
    )
    assert [text.count("not stated") > 0 for text in shown] == [True, False]
    assert [text.count("no revision date") > 0 for text in shown] == [True, False]


def test_a_link_gives_the_same_answer_again(start: Page) -> None:
    before = ask(start, SIDE_EFFECTS).locator(".statement").all_inner_texts()
    link = copied(start, "Link")
    assert start.url == link
    start.goto("about:blank")
    start.goto(link)
    start.locator(".turn .tools").wait_for()
    assert start.locator(".statement").all_inner_texts() == before
    assert start.get_by_text("read anew since").count() == 0


def test_a_link_to_an_older_generation_gives_what_was_said_then(start: Page, address: str) -> None:
    kept = start.request.get(f"{address}v1/generations").json()["kept"]
    oldest = kept[-1]["name"]
    start.goto(f"{address}#q=How+many+times+a+day+is+short-acting+octreotide+injected&g={oldest}")
    start.locator(".turn .tools").wait_for()
    assert "2 or 3 times a day" in start.locator(".statement").first.inner_text()
    open_source(start, start.locator(".turn"), 1)
    assert "2 or 3 times a day" in start.locator("#panel mark.quote").first.inner_text()
    start.get_by_role("button", name="Ask it of the present ones").click()
    start.locator(".turn .tools").nth(1).wait_for()
    assert "2 to 4 times a day" in start.locator(".turn").nth(1).locator(".statement").first.inner_text()


def test_the_address_holds_the_question_as_it_was_understood(start: Page) -> None:
    ask(start, SIDE_EFFECTS)
    ask(start, "And of everolimus?")
    (understood,) = parse_qs(urlsplit(start.url).fragment)["q"]
    assert understood.startswith("And of everolimus?") and understood != "And of everolimus?"


def test_a_source_is_read_with_its_revisions_and_what_the_last_one_changed(start: Page, address: str) -> None:
    start.get_by_role("link", name="Sources", exact=True).click()
    start.get_by_role("link", name="Targeted Therapy and Other Drugs").click()
    start.locator("#library .text").wait_for()
    assert start.locator(".revisions li").count() == 2
    changes = start.locator(".change-row.changed").all_text_contents()
    assert any("[removed: or 3][added: to 4]" in text.replace("] [", "][") for text in changes)
    whole = start.request.get(f"{address}v1/sources/acs-gi-net-targeted-drugs").json()
    last = whole["blocks"][-1]
    assert start.locator("#library .text").inner_text().strip().endswith(whole["text"][last["start"] : last["end"]])


def test_what_is_said_of_an_answer_is_kept_by_the_server(start: Page, feedback_folder: Path) -> None:
    turn = ask(start, COST)
    turn.get_by_role("button", name="No", exact=True).click()
    turn.get_by_label("What was wrong?").fill("It does say so.")
    turn.get_by_role("button", name="Send").click()
    turn.get_by_text("that has been kept").wait_for()
    kept = json.loads((feedback_folder / "drafts.jsonl").read_text().splitlines()[-1])
    assert (kept["right"], kept["comment"], kept["item"]["question"]) == (False, "It does say so.", COST)


def test_a_question_that_fails_keeps_its_text_and_is_asked_again_from_its_turn(start: Page) -> None:
    fail_with(start, "12 questions are waiting already", "try again in 2 s", "busy")
    put(start, LANREOTIDE)
    start.get_by_role("alert").get_by_text("12 questions are waiting already; try again in 2 s.").wait_for()
    assert start.locator(".turn h2").all_inner_texts() == [LANREOTIDE]
    start.unroute("**/v1/answers")
    start.get_by_role("button", name="Retry").click()
    start.locator(".turn .tools").wait_for()
    assert start.locator(".turn h2").all_inner_texts() == [LANREOTIDE]
    assert start.locator(".notice.bad").count() == 0


def test_a_question_that_fails_can_be_changed_in_the_field(start: Page) -> None:
    fail_with(start, "the question is no text", "ask in words", "wrong_question")
    put(start, COST)
    start.get_by_role("button", name="Edit the question").click()
    assert start.get_by_label("Your question").input_value() == COST
    assert focused(start) == "" and start.locator(".turn").count() == 0


def test_a_long_question_is_shown_by_its_first_lines_until_one_wants_all(start: Page) -> None:
    turn = ask(start, "I was told many things and forgot most of them. " * 12 + LANREOTIDE)
    heading = turn.locator("h2")
    before = heading.bounding_box()
    turn.get_by_role("button", name="Show all of it").click()
    turn.get_by_role("button", name="Show less").wait_for()
    after = heading.bounding_box()
    assert before and after and after["height"] > 2 * before["height"]
    assert not ask(start, COST).get_by_role("button", name="Show all of it").is_visible()


def test_what_is_no_question_is_answered_in_plain_words(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    told = {"status": "not_a_question", "text": "Hello.\nAsk of these:\n• Octreotide"}
    answer_with(start, record | told | {key: [] for key in ("statements", "citations", "nearest", "notices")})
    put(start, "hello")
    start.locator(".turn .reply").wait_for()
    assert start.locator(".reply p, .reply li").all_inner_texts() == ["Hello.", "Ask of these:", "Octreotide"]
    assert start.locator(".turn .cite, .turn .tools, .turn .feedback").count() == 0


def test_of_each_source_the_closest_thing_alone_is_shown(start: Page, address: str) -> None:
    record = record_of(start, address, COST)
    first = record["nearest"][0]
    listed = [source["id"] for source in start.request.get(f"{address}v1/sources").json()["sources"]]
    other = next(name for name in listed if name != first["document_id"])
    others = [
        first | {"number": 2, "quote": "Another."},
        first | {"number": 3, "document_id": other, "title": "Other", "quote": "A third."},
    ]
    answer_with(start, record | {"nearest": [first, *others]})
    cards = ask(start, COST).locator(".near .title")
    assert cards.all_inner_texts() == [first["title"], "Other"]
    assert "Another." not in copied(start, "Text")


def test_a_heading_stands_as_one_before_what_it_governs(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    cited = record["citations"][0] | {"marks": [], "references": [], "blocks": [], "section": "Not OK"}
    quotes = [cited | {"quote": "Not OK"}, cited | {"number": 2, "quote": "Painted wood"}]
    said = [{"text": c["quote"], "citations": [c["number"]], "kind": "quote", "about": None} for c in quotes]
    answer_with(
        start, record | {"citations": quotes, "statements": [said[0] | {"under": None}, said[1] | {"under": 0}]}
    )
    shown = ask(start, LANREOTIDE).locator(".statement")
    assert [text.split() for text in shown.all_inner_texts()] == [["Not", "OK", "1"], ["Painted", "wood", "2"]]
    heads = "statement => statement.querySelector('p').matches('.heads > p')"
    assert [shown.nth(n).evaluate(heads) for n in range(2)] == [True, False]


def test_a_quote_that_begins_with_an_item_is_a_list_with_its_numbers(start: Page) -> None:
    shown = start.evaluate(
        """async () => {
            const { quoted } = await import("./document.js");
            const block = (start, end) => ({ kind: "item", start, end, level: 1, cells: [] });
            const text = { quote: "Wait.\\n4. Close it.", marks: [], blocks: [block(0, 5), block(9, 18)] };
            const items = (list) => [...list.children].map((item) => item.dataset.sign + item.textContent);
            return quoted(text, () => []).map((one) => [one.tagName, items(one)]);
        }"""
    )
    assert shown == [["UL", ["3.Wait.", "4.Close it."]]]


def test_a_key_is_asked_for_where_the_server_demands_one(browser: Browser, address: str) -> None:
    start = browser.new_page()  # the browser complains of the refusal
    body = json.dumps({"detail": "an API key is needed", "mend": "send it", "code": "no_key", "status": 401})

    def demand(route: Route) -> None:
        if route.request.headers.get("authorization") == "Bearer open-sesame-open-sesame":
            route.fallback()
        else:
            route.fulfill(status=401, content_type="application/problem+json", body=body)

    start.route("**/v1/**", demand)
    start.goto(address)
    start.get_by_label("Your question").fill(LANREOTIDE)
    start.keyboard.press("Enter")
    start.get_by_label("API key").fill("open-sesame-open-sesame")
    start.get_by_role("button", name="Use this key").click()
    start.locator(".turn .tools").wait_for()
    assert start.locator(".statement").count() > 0
    start.close()


def test_a_link_to_a_generation_that_is_gone_offers_the_present_one(browser: Browser, address: str) -> None:
    start = browser.new_page()
    start.goto(f"{address}#q=How+is+lanreotide+given&g=000000-gone")
    start.get_by_role("alert").get_by_text("No such generation is kept").wait_for()
    start.get_by_role("button", name="Ask it of the present sources").click()
    start.locator(".turn .tools").wait_for()
    assert start.locator(".statement").count() > 0
    start.close()


def test_a_conversation_that_was_forgotten_is_begun_anew(start: Page) -> None:
    ask(start, SIDE_EFFECTS)
    start.locator(".more .topic").last.wait_for()  # so that the next request is the question
    body = json.dumps({"detail": "there is no such conversation", "mend": "begin a new one", "code": "no_conversation"})
    told = {"content_type": "text/event-stream", "body": f"event: problem\ndata: {body}\n\n"}
    start.route("**/v1/answers", lambda route: route.fulfill(**told), times=1)
    turn = ask(start, LANREOTIDE)
    assert turn.get_by_text("taken on its own").is_visible() and turn.locator(".statement").count() > 0


def test_a_stream_that_is_cut_off_leaves_no_half_answer(start: Page, address: str) -> None:
    record = record_of(start, address, LANREOTIDE)
    said = json.dumps(record["statements"][0] | {"cited": record["citations"][:1]})
    told = {"content_type": "text/event-stream", "body": f"event: statement\ndata: {said}\n\n"}
    start.route("**/v1/answers", lambda route: route.fulfill(**told))
    start.get_by_label("Your question").fill(LANREOTIDE)
    start.keyboard.press("Enter")
    start.get_by_role("alert").get_by_text("The answer was cut off").wait_for()
    assert start.locator(".turn .statement").count() == 0


def test_a_new_conversation_forgets_what_came_before(start: Page) -> None:
    ask(start, SIDE_EFFECTS)
    start.get_by_role("button", name="Clear the conversation").click()
    assert start.locator(".turn").count() == 0
    assert ask(start, "What are its side effects?").get_by_text("Understood as").count() == 0
