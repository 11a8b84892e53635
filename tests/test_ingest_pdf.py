"""PDFs: columns, hyphens, tables, lists, running lines and page numbers, on files written by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pdfs import column, pdf, words

from ingest import Document, Source, SourceError, load
from ingest.read.pdf.reader import read_pdf


def texts(*pages: list[str], **entries: str | tuple[bytes, bytes]) -> list[str]:
    return [piece.text for piece in read_pdf(pdf(*pages, **entries))[0]]


def told(*pages: list[str], **entries: str | tuple[bytes, bytes]) -> list[str]:
    return read_pdf(pdf(*pages, **entries))[1]


def marked(*pages: list[str]) -> list[tuple[str, int, str]]:
    return [(p.mark, p.level, p.text) for p in read_pdf(pdf(*pages))[0] if p.kind == "item"]


LEFT = column(
    72,
    700,
    "Alphamab is a small drug that slows the",
    "growth of some tumors for a while, and it",
    "is given once a day by mouth with-",
    "out food. It is not for all pa-",
    "tients.",
)
RIGHT = column(
    320,
    700,
    "Betamab is another drug that is given",
    "by injection under the skin every four",
    "weeks. Its effects are mild in most long-",
    "acting forms, unlike those of long-acting ones.",
)
COLUMNS = [
    "Alphamab is a small drug that slows the growth of some tumors for a while, and it is given once a day by mouth "
    "without food. It is not for all patients.",
    "Betamab is another drug that is given by injection under the skin every four weeks. Its effects are mild in most "
    "long-acting forms, unlike those of long-acting ones.",
]
TITLE = words(72, 740, "Two drugs", 18)
CELLS = [["Drug", "Dose", "Way"], ["Alphamab", "5 mg", "by mouth"], ["Betamab", "10 mg", "by injection"]]
TABLE = [words(72 + 100 * j, 500 - 20 * i, cell) for i, row in enumerate(CELLS) for j, cell in enumerate(row)]
RULES = [f"70 {514 - 20 * i} m 370 {514 - 20 * i} l S" for i in range(4)]
RULES += [f"{70 + 100 * j} 514 m {70 + 100 * j} 454 l S" for j in range(4)]
ROWS = [
    "Drug | Dose | Way",
    "Drug: Alphamab | Dose: 5 mg | Way: by mouth",
    "Drug: Betamab | Dose: 10 mg | Way: by injection",
]


def test_columns_are_read_one_after_the_other_in_whatever_order_the_file_holds_them() -> None:
    by_rows = [line for pair in zip(LEFT, [*RIGHT, ""], strict=True) for line in pair]
    assert texts([TITLE, *LEFT, *RIGHT]) == texts([TITLE, *by_rows]) == ["Two drugs", *COLUMNS]


def test_what_stands_below_columns_is_read_after_both() -> None:
    assert texts([*LEFT, *RIGHT, words(72, 600, "A closing line."), words(72, 560, "Coda", 14)]) == [
        *COLUMNS,
        "A closing line.",
        "Coda",
    ]


def test_a_ruled_table_gives_its_rows_in_its_place() -> None:
    above, below = column(72, 560, "The doses are these:"), column(72, 420, "They may change.")
    assert texts([*above, *TABLE, *RULES, *below]) == ["The doses are these:", *ROWS, "They may change."]


def test_a_table_without_rules_is_told_by_the_gaps_that_its_rows_share() -> None:
    assert texts(TABLE) == ROWS


PAPER = pdf(
    [
        words(72, 770, "Things 3", 8),
        TITLE,
        *column(72, 700, "Alphamab is a drug. It is given in this way:"),
        *column(72, 670, "1. First as a pill that is taken before", "   meals.", "2. Then with water."),
        *column(72, 600, "A last paragraph that does not end on this"),
        words(300, 30, "1"),
    ],
    [
        words(72, 770, "Things 4", 8),
        *column(72, 740, "page but on the next one. It has an end.", ""),
        *column(72, 700, "Last revised: May 3, 2024"),
        words(72, 660, "References", 14),
        *column(72, 640, "1. Roe J. On it. J Things. 1996", "    Dec;10(4):697-705."),
        *column(72, 600, "2. Doe M. On that. J Things. 2001;1:1."),
        words(300, 30, "2"),
    ],
)


@pytest.fixture
def paper(tmp_path: Path) -> Document:
    (tmp_path / "paper.pdf").write_bytes(PAPER)
    return load(Source("paper", tmp_path / "paper.pdf"))


def test_pages_are_kept_and_a_paragraph_goes_on_over_their_end(paper: Document) -> None:
    assert len(paper.pages) == 2 and paper.pages[0] == 0
    assert paper.text[paper.pages[1] :].startswith("page but on the next one.")
    assert [paper.page_at(paper.text.index(word)) for word in ("Alphamab", "A last", "It has", "Roe")] == [1, 1, 2, 2]
    assert Document.from_json(json.loads(json.dumps(paper.to_json()))) == paper
    assert "does not end on this page but on the next one." in paper.text


def test_title_lists_date_and_references_are_found(paper: Document) -> None:
    assert (paper.title, str(paper.revised)) == ("Two drugs", "2024-05-03")
    assert "\n1. First as a pill that is taken before meals.\n2. Then with water." in paper.text
    assert [(r.number, r.authors, r.year) for r in paper.references] == [(1, "Roe J", 1996), (2, "Doe M", 2001)]


def test_running_heads_and_page_numbers_are_dropped_and_told(paper: Document) -> None:
    assert paper.dropped == ("Things 3", "1", "Things 4", "2")
    assert "Things 3" not in paper.text


MARKS: dict[str, Callable[[float], str]] = {
    "bullet": lambda y: words(72, y, "\xb7"),
    "of Dingbats": lambda y: words(72, y, "n", font=3),
    "of Symbol": lambda y: words(72, y, "\xb7", font=4),
    "o": lambda y: words(72, y, "o"),
    "dash": lambda y: words(72, y, "-"),
    "drawn": lambda y: f"72 {y + 4} m 72 {y + 6} 76 {y + 6} 76 {y + 4} c 76 {y + 2} 72 {y + 2} 72 {y + 4} c f",
}


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)
def test_bullets_of_every_font_are_seen(mark: Callable[[float], str]) -> None:
    items = ["a net that is mended", "a line with three hooks", "bread"]
    rows = [mark(640 - 14 * n) + " " + words(90, 640 - 14 * n, item) for n, item in enumerate(items)]
    found = read_pdf(pdf([*column(72, 660, "Who fishes brings:"), *rows]))[0]
    assert [(p.kind, p.mark, p.text) for p in found[1:]] == [("item", "• ", item) for item in items]


@pytest.mark.parametrize("marks", ["a) b) c)", "(i) (ii) (iii)", "A. B. C.", "1.1 1.2 1.3", "i. ii. iii."])
def test_marks_of_letters_and_figures_stay_as_they_are(marks: str) -> None:
    lines = [f"{mark} a fish" for mark in marks.split()]
    assert [mark for mark, _, _ in marked(column(72, 600, *lines))] == [f"{mark} " for mark in marks.split()]


def test_initials_and_figures_within_a_sentence_are_no_marks() -> None:
    assert texts(
        column(72, 600, "M. Roe catches the fish,", "J. Doe sells them, and on page", "12. of the book it is told.")
    ) == ["M. Roe catches the fish, J. Doe sells them, and on page 12. of the book it is told."]


def test_a_list_in_a_list_is_deeper() -> None:
    lines = [(72, "\xb7 fish"), (90, "- of the sea"), (90, "- of the river"), (72, "\xb7 bread")]
    page = [words(x, 600 - 14 * n, text) for n, (x, text) in enumerate(lines)]
    assert [(level, text) for _, level, text in marked(page)] == [
        (1, "fish"),
        (2, "of the sea"),
        (2, "of the river"),
        (1, "bread"),
    ]


RUNNING = [
    "The boats that go out before dawn are those of the",
    "older men, who know where the herring stands in",
    "spring, and who come home before the wind turns and",
    "the sea is too high for boats as small as theirs.",
]


def numbered(*numbers: int, x: float = 50) -> list[str]:
    return [
        *column(72, 600, *RUNNING),
        *(words(x, 600 - 14 * n, str(number)) for n, number in enumerate(numbers) if number),
    ]


def test_numbers_that_count_the_lines_are_dropped_and_told() -> None:
    said = [" ".join(RUNNING)]
    for page, numbers in ((numbered(1, 2, 3, 4), "1234"), (numbered(7, 8, 9, 0, x=560), "789")):
        found, dropped, _ = read_pdf(pdf(page))
        assert ([piece.text for piece in found], dropped) == (said, list(numbers))


def test_lines_that_are_set_far_apart_are_one_paragraph_and_labels_are_not() -> None:
    assert texts([words(72, 600 - 27 * n, line) for n, line in enumerate(RUNNING)]) == [" ".join(RUNNING)]
    page = [*column(72, 700, *RUNNING), *(words(72, 600 - 27 * n, name) for n, name in enumerate(("Name", "Berth")))]
    assert texts(page) == [" ".join(RUNNING), "Name", "Berth"]


def test_a_list_whose_numbers_stand_apart_keeps_them() -> None:
    page = [
        w
        for n in range(4)
        for w in (words(72, 600 - 14 * n, f"{n + 1}."), words(100, 600 - 14 * n, f"Fish of kind {n}."))
    ]
    assert [mark for mark, _, _ in marked(page)] == ["1. ", "2. ", "3. ", "4. "]


def test_notes_at_the_foot_are_in_no_sentence_that_goes_over_the_page() -> None:
    note = [words(72, 60, "1", 5), words(76, 57, "Of which there are nine in this harbour.", 8)]
    second = column(72, 700, "it is sold by the bakers there.")
    line = "BT /F1 10 Tf 72 700 Td (Who has caught fish brings it to the market, where) Tj /F1 6 Tf 4 Ts (1) Tj 0 Ts ET"
    first = [line, *note]
    found = read_pdf(pdf(first, second))[0]
    assert [(piece.mark, piece.text, piece.page) for piece in found] == [
        ("¹ ", "Of which there are nine in this harbour.", 1),
        ("", "Who has caught fish brings it to the market, where¹ it is sold by the bakers there.", 1),
    ]


def test_a_line_as_small_as_the_notes_is_none_to_part_them_from() -> None:
    fish = column(72, 700, *(f"Fish number {n} is sold at the market." for n in range(9)))
    small = words(72, 71, "Sizes are in inches, as ever.", 9.5)
    found = read_pdf(pdf([*fish, small, words(72, 57, "* Or a line.", 8)]))[0]
    assert [piece.mark for piece in found][-1] == ""


def test_a_list_that_goes_over_the_page_is_not_cut_by_a_note() -> None:
    first = [*column(72, 700, "Who fishes brings:"), words(72, 680, "1. a net"), words(72, 57, "* Or a line.", 8)]
    found = read_pdf(pdf(first, [words(72, 700, "2. bread")]))[0]
    assert [piece.mark + piece.text for piece in found][2:] == ["2. bread", "* Or a line."]


@pytest.mark.parametrize(
    ("end", "begin", "said"),
    [
        ("a self-", "made net", "a self-made net"),
        ("the net-", "work of men", "the network of men"),
        ("from 10-", "12 boats", "from 10-12 boats"),
        ("the Anglo-", "Saxon coast", "the Anglo-Saxon coast"),
        ("with pre-", "and postwar boats", "with pre- and postwar boats"),
        ("nets of well-", "known men", "nets of well-known men"),
    ],
)
def test_hyphens_at_the_end_of_a_line(end: str, begin: str, said: str) -> None:
    assert texts(column(72, 600, f"They mend {end}", f"{begin} there.")) == [f"They mend {said} there."]


def test_running_heads_may_take_turns_and_be_of_several_lines() -> None:
    pages = [
        [
            words(72, 770, ("The book of fish", "Herring and cod")[n % 2], 8),
            words(72, 760, f"Printed in spring, sheet {n}", 8),
            *column(72, 700, f"On day {n} they catch {('cod', 'eel', 'hake', 'ling', 'plaice', 'sole')[n]}."),
            words(72, 40, f"Chapter {n // 2} of fish  {n + 11}", 8),
        ]
        for n in range(6)
    ]
    fish = ("cod", "eel", "hake", "ling", "plaice", "sole")
    assert texts(*pages) == [f"On day {n} they catch {name}." for n, name in enumerate(fish)]
    assert len(told(*pages)) == 18


def test_headings_that_count_are_none_of_the_furniture() -> None:
    pages = [[words(72, 740, f"Rule {n}", 16), *column(72, 700, f"Fish of kind {n} is thrown back.")] for n in range(4)]
    assert texts(*pages)[:2] == ["Rule 0", "Fish of kind 0 is thrown back."]


def test_code_keeps_its_lines_and_its_indentation() -> None:
    code = ["def catch(net):", "    fish = net.pull()", "    return fish # all of it"]
    lines = [words(72, 560 - 12 * n, line, font=5) for n, line in enumerate(code)]
    found = read_pdf(pdf([*column(72, 660, "It is written as follows, and read by all:", *RUNNING), *lines]))[0]
    assert [(piece.kind, piece.text) for piece in found][1:] == [("code", "\n".join(code))]


USER, OWNER = (b"sesame", b"owner"), (b"", b"owner")


def test_a_file_that_only_its_owner_may_change_is_read() -> None:
    assert texts(column(72, 600, "The fish is fresh."), password=OWNER) == ["The fish is fresh."]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.4\nxx", "damaged"),
        (b"no", "no PDF"),
        (pdf([]), "holds no text"),
        (pdf(), "no pages"),
        (PAPER[:400], "damaged"),
        (PAPER[:-400], "cut off"),
        (pdf(LEFT, password=USER), "password"),
        (b"", "is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(SourceError) as caught:
        load(Source("a", tmp_path / "a.pdf"))
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'a.pdf'}: ")
