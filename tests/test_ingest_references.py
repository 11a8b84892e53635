"""Entries of a bibliography: what is read is right, and what is in doubt is not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import Reference, load, read_corpus
from ingest.documents.references import read_references


def read(entry: str, mark: str = "") -> Reference:
    return read_references(entry, [(0, len(entry), mark)])[0]


def test_a_journal_article_is_taken_apart() -> None:
    found = read(
        "Roe J, Doe MA, et al. Bees. A view (of hives). Horm Bee Res. 1996 Dec;10(4):6. doi: 10.1000/x(9)1. PMID: 77."
    )
    assert (found.authors, found.title) == ("Roe J, Doe MA, et al", "Bees. A view (of hives)")
    assert (found.year, found.doi, found.pmid, found.url) == (1996, "10.1000/x(9)1", "77", None)


def test_a_year_in_parentheses_is_read() -> None:
    found = read("Roe, J., & Doe, M. (2020). On it all. Journal of Bees, 4(2), 1-9. https://doi.org/10.1234/ab.c.")
    assert (found.authors, found.title, found.year) == ("Roe, J., & Doe, M", "On it all", 2020)
    assert (found.doi, found.url) == ("10.1234/ab.c", "https://doi.org/10.1234/ab.c")


def test_a_title_whose_end_is_in_doubt_is_none() -> None:
    assert read("Roe J. Is it so? A view. N. Engl. J. Bees. 2019;4:1.").title is None


@pytest.mark.parametrize(
    "entry",
    [
        "Society of Bees. Guidelines. V.2.2024. Accessed at www.example.org/a.pdf. on August 4, 2024.",
        "Hepatitis C. Guidance for all.",
        "Agency: It grants approval. Available at www.example.org/a.pdf. Accessed August 8, 2024.",
    ],
)
def test_a_date_of_access_is_no_year_and_a_body_no_person(entry: str) -> None:
    found = read(entry)
    assert (found.authors, found.title, found.year, found.doi) == (None, None, None, None)
    assert found.url in (None, "www.example.org/a.pdf")


def test_a_number_is_the_printed_one_or_the_place_in_the_list() -> None:
    text = "Roe\nDoe\nPoe"
    ranges = [(0, 3), (4, 7), (8, 11)]

    def numbers(*printed: str) -> list[int | None]:
        return [r.number for r in read_references(text, [(*r, m) for r, m in zip(ranges, printed, strict=True)])]

    assert numbers("", "", "") == numbers("• ", "• ", "• ") == numbers("1. ", "1. ", "1. ") == [1, 2, 3]
    assert numbers("3. ", "5. ", "[7] ") == [3, 5, 7]
    assert numbers("3. ", "", "4. ") == [3, None, 4]
    assert read("[12] Roe J. On it. Bees. 2001;1:1.").number == 12


@pytest.mark.parametrize("name", ["corpus", "seeds"])
def test_the_entries_of_the_pages_are_read(root: Path, name: str, request: pytest.FixtureRequest) -> None:
    folder = root / "corpus" if name == "corpus" else request.getfixturevalue("originals")
    pages = {source.id: load(source) for source in read_corpus(folder).sources}
    found = [(r.year, r.pmid) for page in list(pages.values()) for r in page.references]
    assert sorted(found, key=str) == sorted(
        [
            (1996, "9113318"),
            (2005, "16001675"),
            (2006, "16479142"),
            (1989, "2545062"),
            (2025, "39282913"),
            *[(2017, None)] * 2,
            *[(2025, None)] * 2,
            *[(None, None)] * 4,
        ],
        key=str,
    )
    assert all((r.title is None) == (r.authors is None) for page in pages.values() for r in page.references)
