"""Words that stand for each other."""

from __future__ import annotations

from pathlib import Path

from leaflets import TOMATOES, WordEncoder, document, generation

from ingest import FileCatalog, Generation, analyze, build, read_corpus
from retriever import Retriever, Terms
from retriever.synonyms import Synonyms

ROWS = (("greenfly", "aphid"), ("weak stems", "floppy stalks", "flop over"), ("feed", "plant food"))


def test_they_are_found_whatever_the_form_of_their_words_the_longest_first() -> None:
    text = "Do floppy stalks come from greenflies or plant food?"
    found = Synonyms(ROWS).find(text)
    assert [text[s.start : s.end] for s in found] == ["floppy stalks", "greenflies", "plant food"]
    assert found[0].others == ("weak stems", "flop over")
    assert Synonyms(()).find(text) == []
    assert Synonyms(ROWS).of("weak stem") == ("floppy stalks", "flop over")


def made(folder: Path) -> tuple[Retriever, Terms]:
    encoder = WordEncoder("stalks floppy what makes")
    build(FileCatalog(folder), [document(TOMATOES, "tomatoes")], (), encoder, synonyms=ROWS)
    generation = Generation.open(folder)
    assert generation.synonyms == ROWS
    known = Terms(generation, encoder)
    return Retriever(generation, encoder, known), known


def test_a_question_in_other_words_asks_for_what_the_corpus_says(tmp_path: Path) -> None:
    _, known = made(tmp_path)
    asked = known.asked("What makes floppy stalks?")
    (phrase,) = [word for word in asked if word.word == "floppy stalks"]
    assert phrase.others == (("weak", "stem"), ("flop", "over"))
    assert known.holds(phrase, frozenset(analyze("Verdolin gives weak stems.")))
    assert known.holds(phrase, frozenset(analyze("They flop over.")))
    assert not known.holds(phrase, frozenset(analyze("Verdolin has weak leaves.")))


def test_a_word_in_another_form_asks_for_its_synonyms_too(tmp_path: Path) -> None:
    _, known = made(tmp_path)
    (asked,) = known.asked("greenflies?")
    assert known.holds(asked, frozenset(analyze("Aphids eat leaves.")))
    assert not known.holds(asked, frozenset(analyze("Slugs eat leaves.")))


def test_a_phrase_is_as_telling_as_the_most_telling_word_that_is_said_for_it(tmp_path: Path) -> None:
    _, known = made(tmp_path)
    (phrase,) = known.asked("weak stems?")
    assert phrase.weight == known.idf("floppi") > max(known.idf("weak"), known.idf("stem"))


def test_synonyms_count_in_search_but_are_not_searched_for(tmp_path: Path) -> None:
    retriever, known = made(tmp_path)
    (hit,) = [hit for hit in retriever.search("floppy stalks") if "weak stems" in hit.passage.text]
    assert (hit.coverage, hit.lexical) == (1.0, 0.0)
    assert known.names.expand("What makes floppy stalks?") == "What makes floppy stalks?"


def test_an_index_with_other_synonyms_is_another_generation(tmp_path: Path) -> None:
    encoder = WordEncoder()
    before = generation(tmp_path, document(TOMATOES, "tomatoes"), encoder=encoder)
    again = build(FileCatalog(tmp_path), [document(TOMATOES, "tomatoes")], (), encoder, synonyms=ROWS)
    assert again.published and again.generation != before.name and again.embedded == 0


def test_the_bundled_corpus_has_synonyms(root: Path) -> None:
    rows = read_corpus(root / "corpus").synonyms
    assert any("glucose" in row and "sugar" in row for row in rows)


def test_a_word_of_a_synonym_is_not_taken_for_a_slip(tmp_path: Path) -> None:
    _, known = made(tmp_path)
    assert known.spelling.correct("Do aphids flop over?").changes == ()
