"""The words, names and aliases of a corpus."""

from __future__ import annotations

import pytest

from ingest import Passage, Vocabulary
from ingest.index.vocabulary import stem

ORDINARY = frozenset({"a", "and", "dose", "drug", "for", "growth", "is", "limiting", "of", "s", "t", "the", "used"})


def passage(text: str) -> Passage:
    return Passage("id", "d", "r", "T", "S", (), 0, len(text), text)


def vocabulary(*texts: str) -> Vocabulary:
    return Vocabulary.of([], [passage(text) for text in texts], ORDINARY)


def test_words_are_counted_by_passage_and_sorted() -> None:
    words = {w.text: w for w in vocabulary("Alphamab is a drug. alphamab!", "The drug").words}
    assert list(words) == sorted(words)
    assert words["alphamab"].passages == 1
    assert words["drug"].passages == 2
    assert "Alphamab" not in words


def test_headings_count_as_words_of_their_passages() -> None:
    assert {w.text: w.passages for w in vocabulary("one", "two").words}["t"] == 2


def test_a_name_is_what_the_ordinary_words_do_not_hold_whole() -> None:
    names = {w.text for w in vocabulary("Alphamab is used for growth, dose-limiting alphamab-dose").words if w.is_name}
    assert names == {"alphamab", "alphamab-dose"}


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("tumors", "tumor"),
        ("Tumörs", "tumor"),
        ("dose-limiting", "limit"),
        ("alphamab's", "alphamab"),
        ("patients’", "patient"),
        ("—", "—"),
    ],
)
def test_stem_is_the_term_of_the_lexical_index(word: str, term: str) -> None:
    assert stem(word) == term


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("Take alphamab (Brandex) daily.", ("alphamab", "brandex")),
        ("Alphamab (Brandex Depot) is used.", ("alphamab", "brandex")),
        ("Brandex (alphamab) is used.", ("brandex", "alphamab")),
        ("a glucagon-like peptide-1 (GLP-1) receptor", ("glucagon-like peptide-1", "glp-1")),
        ("of the very important polymer (VIP), which", ("very important polymer", "vip")),
        ("called painful plantar edema (PPE, which is red)", ("painful plantar edema", "ppe")),
    ],
)
def test_a_name_in_parentheses_is_an_alias(text: str, alias: tuple[str, str]) -> None:
    assert vocabulary(text).aliases == ((*alias, "d"),)


@pytest.mark.parametrize(
    "text",
    [
        "tumors (also called growths)",
        "one society of many things (NET) x",
        "growth (5 mg)",
        "growth (see below)",
        "no parentheses at all",
        "alphamab (5)",
        "alphamab (B1)",
        "one of (alphamab)",
        "analog release element (ARE) x",
    ],
)
def test_other_parentheses_are_none(text: str) -> None:
    assert vocabulary(text).aliases == ()


def test_what_stands_behind_an_ordinary_word_now_and_then_is_a_remark() -> None:
    often = ["the drug (growth) is old"] * 2
    assert vocabulary(*often).aliases == (("drug", "growth", "d"),)
    assert vocabulary(*often, *["the drug is new"] * 30).aliases == ()


def test_what_has_many_others_behind_it_has_examples_there() -> None:
    assert vocabulary("alphamab (Brandex)", "alphamab (Markin)", "alphamab (Zelvin)", "alphamab (Norvex)").aliases == ()


def test_an_alias_is_listed_once_in_order_of_appearance() -> None:
    found = vocabulary("alphamab (Brandex)", "betamab (Markin) and alphamab (Brandex)")
    assert found.aliases == (("alphamab", "brandex", "d"), ("betamab", "markin", "d"))


def test_no_passages_have_no_words() -> None:
    assert Vocabulary.of([], [], ORDINARY) == Vocabulary((), (), ())
