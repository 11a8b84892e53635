"""Reference marks: told from real numbers, tied to their entries, and left out of what is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import Document, Source, load, read_corpus
from ingest.documents.marks import find_marks, is_mark, without


def marks(text: str, entries: int = 4) -> list[tuple[str, tuple[int, ...]]]:
    found = find_marks(text, [(0, len(text))], range(1, entries + 1))
    return [(text[mark.start : mark.end], mark.numbers) for mark in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It grows in these cases 1. It shrinks in rats 2.", [("1", (1,)), ("2", (2,))]),
        ("It grows in cases 1 and so on, seen in NETs 1, and in patients 2, 3", [("1", (1,)), ("2, 3", (2, 3))]),
        ("There was harm 1. There was no benefit.2,3 However, it went on.", [("1", (1,)), ("2,3", (2, 3))]),
        ("Seen in mice 1-3. Seen in rats 4.", [("1-3", (1, 2, 3)), ("4", (4,))]),
        ("It was seen [4] in rats.", [("[4]", (4,))]),
        ("It was seen.¹ It was not².", [("¹", (1,)), ("²", (2,))]),
    ],
)
def test_marks_are_found_with_their_numbers(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert marks(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Injected 2 to 4 times a day. In 72% of rats, growth rose.",
        "Guidelines V.2.2024. See the page of August 8, 2025. A second of May 3.",
        "Receptors of type 2. A trial in phase 3, of tumors of grade 1.",
        "It binds to GLP-1. It binds to GLP-1, too. See No.2 However, not.",
        "There were at least 3. There was one of 2. Two of HER 2.",
        "An area of 5 m². A volume of 3 cm³.",
        "In wards 3, 20 patients. In wards 2, 10 nurses.",
        "Harm was seen [1-1-1] in rats. It was not [2-1], nor [0-0]. See cell 1–2–3.",
    ],
)
def test_a_real_number_is_no_mark_even_beside_marks(text: str) -> None:
    assert marks(text) == []
    assert marks(f"Seen in mice 1. {text} Seen in rats 2.") == [("1", (1,)), ("2", (2,))]


def test_a_page_without_references_has_no_bare_marks() -> None:
    assert marks("Seen in mice 1. Seen in rats 2.", entries=0) == []
    assert marks("Seen in mice [1]. Seen in rats [2].", entries=0) == [("[1]", (1,)), ("[2]", (2,))]


def test_numbers_that_do_not_begin_as_a_list_does_are_no_marks() -> None:
    assert marks("Seen in mice 3. Seen in rats 4.") == []
    assert marks("Seen in mice 1. Seen in rats 40. Seen in cats 2.") == [("1", (1,)), ("2", (2,))]


def test_a_mark_goes_with_the_space_before_it_and_nothing_else() -> None:
    assert without("In cases 1. In NETs 1, too.", [(9, 10), (20, 21)]) == "In cases. In NETs, too."
    assert without("No mark.", []) == "No mark."
    assert all(map(is_mark, ("1", "2, 3", "[4]", "1-3", "¹,²")))
    assert not any(map(is_mark, ("one", "1.", "in 3", "", "5 mg")))


PAGE = """# T

It grows in cases 1. It shrinks 2, 3.

- It is so in rats 1

## References

1. Roe. 2001;1:1.
2. Doe. 2002;1:1.
"""


def test_marks_are_tied_to_entries_and_a_missing_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE)
    page = load(Source("page", tmp_path / "page.md"))
    assert page.unresolved_marks == (3,)
    assert page.differences == ("page: mark 3 has no entry in its list of references",)
    second = page.sentences[1]
    assert page.reading_text(second.start, second.end) == "It shrinks."
    assert page.cited(second.start, second.end) == ("Doe. 2002;1:1.", "[3] (no such entry on the page)")
    assert page.cited(0, 1) == ()


def check(page: Document, numbers: list[tuple[int, ...]], unresolved: tuple[int, ...]) -> None:
    assert [mark.numbers for mark in page.marks] == numbers
    assert page.unresolved_marks == unresolved
    for mark in page.marks:
        assert any(s.start < mark.start and mark.end <= s.end for s in page.sentences)
        assert page.text[mark.start - 1] == " "


ARTICLE: list[tuple[int, ...]] = [(1,), (1,), (2, 3), (2,), (1,), (2,), (4,), (1,), (2,)]


@pytest.mark.parametrize(
    ("name", "numbers", "unresolved"),
    [
        ("acs-pnet-other-drugs", [], ()),
        ("acs-gi-net-targeted-drugs", [], ()),
        ("droracle-semaglutide-net", ARTICLE, (3, 4)),
    ],
)
def test_the_marks_of_the_digests(
    root: Path, name: str, numbers: list[tuple[int, ...]], unresolved: tuple[int]
) -> None:
    source = next(s for s in read_corpus(root / "corpus").sources if s.id == name)
    check(load(source), numbers, unresolved)


@pytest.mark.parametrize(
    ("name", "numbers", "unresolved"),
    [
        ("acs-pnet-other-drugs", [], ()),
        ("acs-gi-net-targeted-drugs", [], ()),
        ("droracle-semaglutide-net", ARTICLE, (3, 4)),
    ],
)
def test_the_marks_of_the_originals(
    originals: Path, name: str, numbers: list[tuple[int, ...]], unresolved: tuple[int]
) -> None:
    source = next(s for s in read_corpus(originals).sources if s.id == name)
    check(load(source), numbers, unresolved)


@given(st.text("0123456789-–,; []¹².a", max_size=40))
def test_whatever_stands_there_marks_lie_in_the_text(text: str) -> None:
    assert all(0 <= mark.start < mark.end <= len(text) for mark in find_marks(text, [(0, len(text))], [1, 2, 3]))
