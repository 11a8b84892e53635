"""Files that are dropped on the web page: what is sent, what is refused, and what was read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asking import take_uploads

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.model]
SCAN = {"file": "uploads/scan.pdf", "why": "holds no text"}


def file(name: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": b"Water the leeks."}


def test_files_are_sent_and_read_and_the_sources_shown_anew(page: Page, address: str) -> None:
    taken = take_uploads(page, address, [SCAN])
    page.goto(f"{address}#sources")
    page.locator(".sources li").first.wait_for()
    listed: list[str] = []
    page.on("request", lambda request: listed.append(request.url) if request.url.endswith("v1/sources") else None)
    page.get_by_label("choose files").set_input_files([file("my notes.md"), file("scan.pdf")])
    page.get_by_text("Indexing …").wait_for()
    page.get_by_text("Not read: it holds no text").wait_for()
    assert taken == [("my%20notes.md", b"Water the leeks."), ("scan.pdf", b"Water the leeks.")]
    assert page.locator(".uploads li").all_inner_texts() == [
        "my notes.md\nRead",
        "scan.pdf\nNot read: it holds no text",
    ]
    assert len(listed) == 1 and page.locator(".drop .told").inner_text() == ""


def test_a_file_that_is_there_already_is_replaced_only_where_one_says_so(browser: Browser, address: str) -> None:
    page = browser.new_page()  # the browser complains of the refusal
    taken = take_uploads(page, address)
    page.goto(f"{address}#sources")
    page.get_by_label("choose files").set_input_files([file("old.md"), file("new.md")])
    page.get_by_text("There is a file of this name already.").wait_for()
    page.locator(".uploads li", has_text="new.md").get_by_text("Read").wait_for()
    assert [name for name, _ in taken] == ["new.md"]
    page.get_by_role("button", name="Replace it old.md").click()
    page.locator(".uploads li", has_text="old.md").get_by_text("Read").wait_for()
    assert [name for name, _ in taken] == ["new.md", "old.md?replace=true"]
    page.close()


def test_a_file_that_is_too_large_is_not_sent(page: Page, address: str) -> None:
    taken = take_uploads(page, address)
    page.goto(f"{address}#sources")
    page.locator("#files[accept='.md,.pdf']").wait_for(state="attached")
    large: FilePayload = {"name": "large.md", "mimeType": "text/plain", "buffer": bytes(2_000_001)}
    page.get_by_label("choose files").set_input_files(large)
    page.locator(".uploads li", has_text="large.md").get_by_text("It has more than 2 MB.").wait_for()
    assert taken == []


def test_files_are_dropped_anywhere_on_the_list(page: Page, address: str) -> None:
    taken = take_uploads(page, address)
    page.goto(f"{address}#sources")
    page.locator(".drop").wait_for()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.items.add(new File(["Dig."], "dug.md"));
        for (const name of ["dragover", "drop"]) document.querySelector("h1").dispatchEvent(
            new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true })); }"""
    )
    page.locator(".uploads li", has_text="dug.md").get_by_text("Read").wait_for()
    assert taken == [("dug.md", b"Dig.")]


def test_nothing_is_offered_where_the_server_takes_no_files(page: Page, address: str) -> None:
    page.goto(f"{address}#sources")
    page.locator(".sources li").first.wait_for()
    assert page.locator(".drop, input[type=file]").count() == 0
