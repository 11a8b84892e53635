"""Passages: what they hold, where they end, and what they are known by."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invariants import check_passages

from ingest import Document, Source, SourceError, cut_passages, load

BITS = st.sampled_from(
    [
        "\n# A\n",
        "\n## B\n",
        "\n### C\n\n",
        "\n- ",
        "\n  • ",
        "\n1. ",
        "\n",
        "\n\n",
        "\n\nReferences\n\n",
        "\n## References\n\n",
        "Roe J. On it. J Things. 1996 Dec;10(4):697-705.\n",
        "Last revised: May 3, 2024",
        "e.g. ",
        "\x1d",
        "\x1e",
        "𝔘𝔘 ",
        "A drug slows the growth of some tumors, though not of all of them.\n",
        "It is small. ",
        "Why? ",
        "x" * 70,
        "日本。",
    ]
)
ANY_TEXT = st.lists(BITS | st.text(max_size=8), max_size=40).map("".join) | st.text(max_size=100)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("passages")


def read(folder: Path, text: str, suffix: str = ".md") -> Document:
    path = folder / f"page{suffix}"
    path.write_text(text, encoding="utf-8", newline="")
    return load(Source("page", path))


@given(text=ANY_TEXT, suffix=st.sampled_from([".md", ".txt"]), size=st.sampled_from([10, 40, 80, 600]))
@settings(deadline=None, max_examples=250)
def test_passages_hold_all_matter_and_nothing_else_for_any_text(
    folder: Path, text: str, suffix: str, size: int
) -> None:
    try:
        document = read(folder, text, suffix)
    except SourceError:
        return
    check_passages(document, size)


def passages(folder: Path, text: str, size: int = 600) -> list[str]:
    return [p.text for p in cut_passages(read(folder, text), size)]


def test_short_blocks_of_one_section_share_a_passage(folder: Path) -> None:
    assert passages(folder, "# T\n\nOne is here.\n\nTwo is here.\n\n## B\n\nThree is here.\n") == [
        "One is here.\n\nTwo is here.",
        "Three is here.",
    ]


def test_a_cut_falls_between_blocks_before_it_falls_between_sentences(folder: Path) -> None:
    text = "Alpha one here. Alpha two here.\n\nBeta one here. Beta two here.\n"
    assert passages(folder, text, 50) == ["Alpha one here. Alpha two here.", "Beta one here. Beta two here."]


def test_a_long_block_is_cut_between_sentences(folder: Path) -> None:
    text = "Alpha one here. Alpha two here. Alpha three here."
    assert passages(folder, text, 35) == ["Alpha one here. Alpha two here.", "Alpha three here."]


def test_a_sentence_that_is_too_long_is_cut_at_a_space(folder: Path) -> None:
    found = passages(folder, "word " * 40, 50)
    assert len(found) > 1
    assert {word for passage in found for word in passage.split(" ")} == {"word"}


@pytest.mark.parametrize("word", ["tumor ", "x"])
def test_a_sentence_without_end_is_cut_as_any_other_in_little_memory(folder: Path, word: str) -> None:
    whole = word * (400_000 // len(word))
    tracemalloc.start()
    document = read(folder, f"# T\n\n{whole}\n", ".txt")
    passages = list(cut_passages(document, 600))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    short = read(folder, f"# T\n\n{whole[:30_000]}\n", ".txt")
    cuts = [(p.start, p.end) for p in cut_passages(short, 600)]
    assert [(p.start, p.end) for p in passages][: len(cuts) - 1] == cuts[:-1]
    check_passages(document, 600)
    assert most < 16 * len(whole)


def test_a_bullet_stays_with_its_item(folder: Path) -> None:
    found = passages(folder, "- first item of the list\n- second item of the list\n", 30)
    assert found == ["first item of the list", "• second item of the list"]


def test_a_drug_that_only_the_bibliography_names_is_in_no_passage(folder: Path) -> None:
    for references in ("## References\n\n- Roe. On gammamab. 2019.\n", "## Works cited\n\nRoe. On gammamab. 2019.\n"):
        assert "gammamab" not in "".join(passages(folder, f"# T\n\nAlphamab is here.\n\n{references}"))
    page = read(
        folder,
        "A title\n\nAlphamab is a small drug that slows the growth of some tumors for a while.\n\n"
        "Roe J. Gammamab in rats. J Things. 2011;4:1-9.\n\nDoe M. Gammamab in mice. J Things. 2012;4:1-9.",
        ".txt",
    )
    assert len(page.references) == 2
    assert not [p for p in cut_passages(page) if "Gammamab" in p.text]


def test_the_embedded_text_has_each_heading_once_outermost_first(folder: Path) -> None:
    document = read(folder, "# T\n\nIntro.\n\n## A\n\nOne.\n\n### B\n\nTwo.\n")
    found = list(cut_passages(document))
    assert [p.heading for p in found] == ["T", "T › A", "T › A › B"]
    assert found[2].embedded_text == "T › A › B\nTwo."
    assert [p.searched_text for p in found] == ["Intro.", "A\nOne.", "A\nB\nTwo."]


def test_a_passage_is_known_by_document_revision_and_range(folder: Path) -> None:
    text = "# T\n\nOne.\n\n## A\n\nTwo.\n"
    first = list(cut_passages(read(folder, text)))
    again = list(cut_passages(read(folder, text)))
    changed = list(cut_passages(read(folder, text.replace("Two", "Six"))))
    assert [p.id for p in first] == [p.id for p in again]
    assert not {p.id for p in first} & {p.id for p in changed}
    assert first[0].text_hash == changed[0].text_hash
    assert first[1].text_hash != changed[1].text_hash
