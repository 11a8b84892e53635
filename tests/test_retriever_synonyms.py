"""Words that stand for each other."""

from __future__ import annotations

from pathlib import Path

from test_retriever_search import TOMATOES, WordEncoder, document, generation

from ingest import Corpus, Generation, analyze, build
from retriever import Terms
from retriever.synonyms import Synonyms

ROWS = (("greenfly", "aphid"), ("weak stems", "floppy stalks", "flop over"), ("feed", "plant food"))


def test_they_are_found_whatever_the_form_of_their_words_the_longest_first() -> None:
    text = "Do floppy stalks come from greenflies or plant food?"
    found = Synonyms(ROWS).find(text)
    assert [text[s.start : s.end] for s in found] == ["floppy stalks", "greenflies", "plant food"]
    assert found[0].others == ("weak stems", "flop over")
    assert Synonyms(()).find(text) == []
    assert Synonyms(ROWS).of("weak stem") == ("floppy stalks", "flop over")


def terms(folder: Path) -> Terms:
    encoder = WordEncoder("stalks floppy what makes")
    build(folder, [document(TOMATOES, "tomatoes")], (), encoder, synonyms=ROWS)
    made = Generation.open(folder)
    assert made.synonyms == ROWS
    return Terms(made, encoder)


def test_a_question_in_other_words_asks_for_what_the_corpus_says(tmp_path: Path) -> None:
    known = terms(tmp_path)
    asked = known.asked("What makes floppy stalks?")
    (phrase,) = [word for word in asked if word.word == "floppy stalks"]
    assert known.match(phrase, frozenset(analyze("Verdolin gives weak stems."))) == 1.0
    assert known.match(phrase, frozenset(analyze("Verdolin is sprayed."))) < 1.0
    searched = known.names.expand("What makes floppy stalks?")
    assert searched == "What makes floppy stalks?", "search is not led astray by them"


def test_an_index_with_other_synonyms_is_another_generation(tmp_path: Path) -> None:
    encoder = WordEncoder()
    made = generation(tmp_path, document(TOMATOES, "tomatoes"), encoder=encoder)
    again = build(tmp_path, [document(TOMATOES, "tomatoes")], (), encoder, synonyms=ROWS)
    assert again.published and again.generation != made.name and again.embedded == 0


def test_the_bundled_corpus_has_synonyms(root: Path) -> None:
    rows = Corpus.read(root / "corpus").synonyms
    assert any("glucose" in row and "sugar" in row for row in rows)


def test_a_word_of_a_synonym_is_not_taken_for_a_slip(tmp_path: Path) -> None:
    assert terms(tmp_path).spelling.mend("Do aphids flop over?").changes == ()
