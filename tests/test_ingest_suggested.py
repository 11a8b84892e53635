"""What can be asked of a generation is kept beside it, and goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder, page

from ingest import FileCatalog, Suggested, Suggestion, examine, published, update

DOSE = Suggestion("What is the dose?", "d", "Dose", 38, 60)
OTHER = Suggestion("What is it of?", "e", "Page 1", 0, 38)
FOUND = Suggested((DOSE, OTHER), {"d": "sha256:1", "e": "sha256:2"})


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    publish(tmp_path / "index", 1)
    return tmp_path / "index"


def publish(index: Path, dose: int) -> str:
    (index.parent / "corpus" / "d.md").write_text(page(0).replace("5 mg", f"{dose} mg"))
    update(FileCatalog(index), index.parent / "corpus", BagEncoder(), keep=2)
    return published(index)


def test_suggestions_are_read_of_their_generation_and_of_one_document(index: Path) -> None:
    FileCatalog(index).suggest(published(index), FOUND)
    assert FileCatalog(index).suggested(published(index)) == FOUND
    assert FOUND.of() == (DOSE, OTHER) and FOUND.of("e") == (OTHER,)
    assert examine(index) == []


def test_a_generation_without_suggestions_has_none(index: Path) -> None:
    FileCatalog(index).suggest(published(index), FOUND)
    newer = publish(index, 2)
    assert FileCatalog(index).suggested(newer) is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 0, "suggestions": [], "revisions": {}}', '{"format": 1}']
)
def test_what_is_damaged_or_was_made_by_another_version_suggests_nothing(index: Path, content: str) -> None:
    FileCatalog(index).suggest(published(index), FOUND)
    (file,) = (index / "suggestions").iterdir()
    file.write_text(content)
    assert FileCatalog(index).suggested(published(index)) is None


def test_suggestions_go_with_their_generation(index: Path) -> None:
    first = published(index)
    FileCatalog(index).suggest(first, FOUND)
    publish(index, 2)
    assert FileCatalog(index).suggested(first)
    publish(index, 3)
    assert FileCatalog(index).suggested(first) is None


def test_nothing_is_kept_of_a_generation_that_has_gone_and_no_litter(index: Path) -> None:
    (index / "suggestions").mkdir()
    (index / "suggestions" / f".{published(index)}.json").write_text("{")
    FileCatalog(index).suggest("000009-00000000", FOUND)
    assert list((index / "suggestions").iterdir()) == []


def test_a_generation_that_is_open_knows_what_is_found_out_later(index: Path) -> None:
    generation = FileCatalog(index).open()
    assert generation.suggestions() == ()
    FileCatalog(index).suggest(generation.name, FOUND)
    assert generation.suggestions() == (DOSE, OTHER)
