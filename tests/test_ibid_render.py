from __future__ import annotations

import io
from dataclasses import replace

import pytest
from bees import TITLE, answer_of, cite, rendered
from rich.console import Console

from answer import Statement
from ibid.opening import Indexed
from ibid.render import show_hits, show_indexed, show_kept
from ingest import Block, Built, Kept, LeftOut, Passage, Plan, Updated
from retriever import Hit


def test_a_quote_that_is_the_statement_is_not_given_twice() -> None:
    shown = rendered(answer_of(cite(1, "Six weeks."), cite(2, "About six weeks.")))
    assert shown.count("Six weeks.") == 1
    assert "“About six weeks.”" in shown
    assert shown.startswith("Six weeks. [1][2]\n\n[1][2] Bees › Life\n")


def test_what_was_read_by_ocr_says_so_and_stands_apart_from_what_was_not() -> None:
    cited = cite(1, "Six weeks."), replace(cite(2, "Five weeks."), read_by_ocr=True)
    typed, by_ocr = rendered(answer_of(*cited)).split("[2] Bees › Life")
    assert "read by OCR" not in typed
    assert "review status not stated · read by OCR" in by_ocr


def test_a_source_without_date_or_review_says_so() -> None:
    assert "no revision date · review status not stated" in rendered(answer_of(cite(1, "Six weeks.")))


def test_what_no_source_of_the_corpus_states_is_not_told_of_each() -> None:
    silent = rendered(replace(answer_of(cite(1, "Six weeks.")), states=()))
    assert "revision date" not in silent and "review" not in silent and "\n    \n" not in silent
    dated = rendered(replace(answer_of(cite(1, "Six weeks.")), states=("revised",)))
    assert "\n    no revision date\n" in dated


def test_of_many_changes_and_files_that_were_not_read_the_first_are_listed() -> None:
    listed = _listed(_indexed(5_000), False)
    assert (
        listed[0]
        == "Would index 5,000 documents (5,000 added, 0 revised, 0 removed, 0 unchanged): 1 passage to embed, in 1.0 s."
    )
    assert [line for line in listed if "added: " in line][-1] == "    added: d19"
    assert "    and 4,980 more: --verbose lists them all" in listed
    assert listed[-22:-20] == ["Not read: 5,000 files", "    f0.xyz is of no kind"]
    assert "more" not in "".join(_listed(_indexed(20), False))
    assert len(_listed(_indexed(5_000), True)) == 1 + 5_000 + 1 + 5_000


def _indexed(many: int) -> Indexed:
    names, left_out = (
        tuple(f"d{n}" for n in range(many)),
        tuple(LeftOut(f"f{n}.xyz", "is of no kind") for n in range(many)),
    )
    plan = Plan(names, (), (), (), (), passages=1, embedded=1, rebuilt=True, differences=(), left_out=left_out)
    return Indexed(Updated(Built(None, 0, False, plan)), seconds=1.0, dry_run=True)


def _listed(indexed: Indexed, verbose: bool) -> list[str]:
    console = Console(file=io.StringIO(), width=200)
    show_indexed(console, indexed, verbose)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_what_was_found_is_ranked_without_a_number_that_says_nothing() -> None:
    passage = Passage("p", "bees", "sha256:0", TITLE, "Life", (), start=0, end=10, text="Six weeks.")
    console = Console(file=io.StringIO(), width=80)
    show_hits(console, [Hit(passage, rank=1, score=0.713, dense=0.7, topic=0.6, coverage=0.7, lexical=6.4)])
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "1. Bees › Life\n    Six weeks.\n"


def test_brackets_are_no_markup() -> None:
    assert "Note: Ask a beekeeper [1]. [1]" in rendered(answer_of(cite(1, "[bold]Six weeks.[/bold]")))


@pytest.mark.parametrize("width", [10, 40, 80])
def test_lines_fit_a_terminal_and_addresses_stay_whole(width: int) -> None:
    answer = answer_of(cite(1, "Workers that hatch in summer live for about six weeks.", "digest", "pending"))
    lines = rendered(answer, terminal=True, width=width).splitlines()
    assert all(len(line) <= max(width, 24) for line in lines if "https:" not in line)
    assert sum(answer.citations[0].url in line for line in lines if answer.citations[0].url) == 1


def test_the_question_is_repeated_only_where_it_was_read_otherwise() -> None:
    assert "Read as" not in rendered(answer_of(cite(1, "Six weeks.")))


def test_what_a_quote_is_about_is_shown_in_brackets() -> None:
    answer = answer_of(cite(1, "It is red."))
    told = replace(answer, statements=(replace(answer.statements[0], about="The ball"),))
    assert "[The ball:] It is red. [1]" in rendered(told)


def test_a_file_is_cited_with_its_page_as_it_is_called_in_print_and_its_section() -> None:
    citation = replace(
        cite(1, "Six weeks."), url=None, file="hive.pdf", page=4, page_label="iv", section_path=("Workers",)
    )
    assert "\n[1] Bees\n" in rendered(answer_of(citation))
    assert "\n    hive.pdf, page iv, Workers › Life\n" in rendered(answer_of(citation))
    linked = replace(citation, url="https://example.org/hive.pdf")
    assert "\n[1] Bees › Workers › Life, page iv\n" in rendered(answer_of(linked))
    assert "\n    https://example.org/hive.pdf\n" in rendered(answer_of(linked))


def test_an_item_stands_under_what_leads_it_in() -> None:
    lead, item = cite(1, "We pay for none of these:"), cite(2, "lost discs")
    led = (Statement(lead.quote, (1,)), Statement(item.quote, (2,), under=0))
    shown = rendered(replace(answer_of(lead, item), statements=led))
    assert shown.startswith("We pay for none of these: [1]\n    • lost discs [2]\n")


def test_code_keeps_its_lines_and_a_list_in_a_list_is_set_in() -> None:
    code = replace(cite(1, "  pay --now\n    --all"), blocks=(Block("code", 0, 21, 0),))
    assert rendered(answer_of(code)).startswith("      pay --now\n        --all\n    [1]\n")
    text = "We lend:\n\n• rafts\n• of wood"
    items = (Block("item", 12, 17, 1), Block("item", 20, 27, 2))
    assert rendered(answer_of(replace(cite(1, text), blocks=items))).startswith(
        "We lend:\n\n• rafts\n  • of wood [1]\n"
    )


def test_a_generation_of_an_older_format_is_listed_with_what_makes_it_anew() -> None:
    kept = [Kept("000002-b", True, "then", {"d": "1"}), Kept("000001-a", False, "", {}, outdated=True)]
    console = Console(file=io.StringIO(), width=120)
    show_kept(console, kept)
    assert isinstance(console.file, io.StringIO)
    new, old = console.file.getvalue().splitlines()
    assert "1 document" in new and "published" in new
    assert "older format; ibid index makes it anew" in old and "unreadable" not in old
