"""What leads in a list, a row or a fragment: without it a quote would say the opposite."""

from pathlib import Path

import pytest

from ingest import load
from ingest.source import Source


def led(folder: Path, text: str, suffix: str = ".md") -> dict[str, str]:
    """What leads in each block of a text, by the block."""
    path = folder / f"page{suffix}"
    path.write_text(text, encoding="utf-8")
    document = load(Source("page", path))
    return {
        document.text[block.start : block.end]: " / ".join(document.text[s:e] for s, e in document.leads(number))
        for number, block in enumerate(document.blocks)
        if block.kind not in ("heading", "heads")
    }


def test_fragments_are_led_in_by_their_heading_however_many_there_are(tmp_path: Path) -> None:
    found = led(
        tmp_path, "# Cover\n\n## Not covered\n\nFrost.\n\nRust on gates.\n\nWear of the hinges and of the locks.\n"
    )
    assert set(found.values()) == {"Not covered"}


def test_a_sentence_among_fragments_is_led_in_as_they_are_whatever_follows(tmp_path: Path) -> None:
    text = "# Cover\n\n## Not covered\n\nFrost.\n\nThe wear of old hinges and of all their pins.\n\nRust.\n"
    fees = "A gate is painted for nine crowns by those who work in the harbour. " * 9
    found = led(tmp_path, f"{text}\n## Fees\n\n{fees}")
    assert found["The wear of old hinges and of all their pins."] == "Not covered"


def test_items_are_led_in_by_their_heading_even_as_sentences(tmp_path: Path) -> None:
    found = led(tmp_path, "# Hall\n\n## Never do this\n\n- Open both of the gates.\n- Swim.\n")
    assert set(found.values()) == {"Never do this"}


def test_a_heading_is_led_in_by_the_one_above_it(tmp_path: Path) -> None:
    found = led(tmp_path, "# Cover\n\n## Exclusions\n\n### Frost\n\n- pipes\n")
    assert found == {"pipes": "Exclusions / Frost"}


@pytest.mark.parametrize("lead", ["We pay for none of these", "We pay for none of these. Ask us.", "None of:"])
def test_items_are_led_in_by_the_paragraph_before_them(tmp_path: Path, lead: str) -> None:
    found = led(tmp_path, f"# Cover\n\n{lead}\n\n- frost that comes in the night before the gates open.\n- rust\n")
    assert {found[item] for item in found if item != lead} == {lead}


def test_a_sentence_before_a_list_comes_with_its_heading(tmp_path: Path) -> None:
    found = led(tmp_path, "# Cover\n\n## What we do not pay\n\nThe list is long, and we add to it.\n\n- rust\n")
    assert found["rust"] == "What we do not pay / The list is long, and we add to it."


def test_what_ends_with_a_colon_leads_in_the_paragraphs_below(tmp_path: Path) -> None:
    found = led(
        tmp_path,
        "# Hall\n\nNot permitted:\n\nDogs in the yard.\n\nKites\n\nThe hall was built by the people of the town.\n",
    )
    assert list(found.values()) == ["", "Not permitted:", "Not permitted:", ""]


def test_a_line_in_bold_leads_in_the_fragments_below(tmp_path: Path) -> None:
    found = led(tmp_path, "# Hall\n\n## Rules\n\n**Not permitted**\n\nDogs in the yard\n\nKites\n")
    assert found["Kites"] == found["Dogs in the yard"] == "Rules / Not permitted"


def test_a_numbered_paragraph_is_led_in_by_that_of_which_it_is_a_part(tmp_path: Path) -> None:
    found = led(tmp_path, "# Cover\n\n2.3 The fund does not pay for\n\n2.3.1 frost,\n\n2.3.2 rust.\n")
    assert found["2.3.2 rust."] == "2.3 The fund does not pay for"


def test_what_goes_on_in_an_item_is_led_in_by_it(tmp_path: Path) -> None:
    found = led(tmp_path, "# Hall\n\nDo not bring:\n\n- dogs\n\n  small ones either\n\n- kites\n")
    assert found["small ones either"] == "Do not bring: / dogs"


def test_rows_are_led_in_by_their_heading(tmp_path: Path) -> None:
    found = led(tmp_path, "# Cover\n\n## Not covered\n\n| Loss | Since |\n|--|--|\n| frost | 2020 |\n")
    assert found == {"Loss: frost | Since: 2020": "Not covered"}


def test_a_first_row_that_may_be_heads_leads_in_the_others(tmp_path: Path) -> None:
    page = "<h1>Cover</h1><table><tr><td>Paid</td><td>Not paid</td></tr><tr><td>fire</td><td>rust</td></tr></table>"
    assert led(tmp_path, page, ".html")["fire | rust"] == "Cover / Paid | Not paid"


def test_a_table_of_values_has_no_such_row(tmp_path: Path) -> None:
    page = "<h1>Cover</h1><table><tr><td>Frost</td><td>2020</td></tr><tr><td>Rust</td><td>2021</td></tr></table>"
    assert led(tmp_path, page, ".html") == {"Frost | 2020": "Cover", "Rust | 2021": "Cover"}
