"""Which questions tell what a new index does to answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Ibid
from fakes import BagEncoder, page

from eval import GOLD
from ibid.impacting import questions_of
from ibid.places import Places, bundled_corpus
from ingest import FileCatalog, Suggested, Suggestion, update


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A folder of one page, indexed."""
    places = Places(tmp_path / "corpus", tmp_path / "index")
    places.corpus.mkdir()
    (places.corpus / "d.md").write_text(page(0))
    update(FileCatalog(places.index), places.corpus, BagEncoder())
    return places


def test_of_documents_of_ones_own_what_is_suggested_is_asked(places: Places) -> None:
    assert questions_of(places, None) == []
    old = places.catalog.published()
    places.catalog.suggest(old, Suggested((Suggestion("What is the dose?", "d", "Dose", 0, 9),)))
    # What can be asked of the newest is not found out yet.
    (places.corpus / "d.md").write_text(page(1))
    update(FileCatalog(places.index), places.corpus, BagEncoder())
    (question,) = questions_of(places, None)
    assert (question.id, question.question, question.vital) == ("d", "What is the dose?", ())


def test_gold_questions_are_those_given_or_of_the_bundled_documents(places: Places, tmp_path: Path) -> None:
    (tmp_path / "dev.jsonl").write_text("\n".join((GOLD / "dev.jsonl").read_text().splitlines()[:3]))
    assert len(questions_of(places, tmp_path)) == 2
    assert len(questions_of(Places.of(bundled_corpus(), tmp_path), None)) > 100


def test_where_no_question_is_known_it_is_told_what_to_give(ibid: Ibid, places: Places) -> None:
    ran = ibid("impact", places.corpus, "--index", places.index)
    assert ran.code == 2 and "--gold" in ran.complaint and str(places.corpus) in ran.complaint.replace("\n", "")
    ran = ibid("index", places.corpus, "--index", places.index, "--gate")
    assert ran.code == 2 and "gold questions" in ran.complaint
