"""The telling words of a question, and which of them a text holds."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leaflets import MARROWS, ORDINARY, TOMATOES, WordEncoder, document, generation
from rapidfuzz.distance import DamerauLevenshtein

from ingest import analyze
from retriever import Terms
from retriever.spelling import _grouped, _nearest

EXTRA = """# Other feeds

Marrowmax was once sold as a quillox. A glove, two gloves and a gardener's apron belong to it.

Quillax is a dye. Slow Release Pellets (SRP) last long.
"""


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Terms:
    folder = tmp_path_factory.mktemp("terms")
    encoder = WordEncoder(TOMATOES + MARROWS + EXTRA + ORDINARY + " glover")
    documents = [document(TOMATOES, "tomatoes"), document(MARROWS, "marrows"), document(EXTRA, "extra")]
    return Terms(generation(folder, *documents, encoder=encoder), encoder)


def held(text: str) -> frozenset[str]:
    return frozenset(analyze(text))


def test_idf_worked_by_hand(tmp_path: Path) -> None:
    sections = "".join(f"## S{n}\n\nThe ball{' and net' if n == 0 else ''} counts.\n\n" for n in range(4))
    encoder = WordEncoder()
    terms = Terms(generation(tmp_path, document(f"# T\n\n{sections}"), encoder=encoder), encoder)
    assert terms.idf("ball") == pytest.approx(math.log(1 + 0.5 / 4.5))
    assert terms.idf("net") == pytest.approx(math.log(1 + 3.5 / 1.5))
    assert terms.idf("unheard") == pytest.approx(math.log(1 + 4.5 / 0.5))


def test_what_is_asked_about_are_the_words_of_matter_each_once(terms: Terms) -> None:
    asked = terms.asked("What are the drawbacks of Verdolin, and is the drawback of VERDOLIN rare?")
    assert [a.word for a in asked] == ["drawbacks", "verdolin", "rare"]
    assert [a.terms for a in asked] == [("drawback",), ("verdolin",), ("rare",)]
    assert asked[2].weight == terms.idf("rare") > asked[1].weight
    assert terms.asked("What is it?") == []


def test_a_word_that_is_asked_about_is_known_as_a_name_or_as_none(terms: Terms) -> None:
    asked = terms.asked("What is the brand name of verdolin?")
    assert [(a.word, a.is_name) for a in asked] == [("brand", False), ("name", False), ("verdolin", True)]


def test_a_word_that_is_asked_about_brings_its_other_names(terms: Terms) -> None:
    growfast, srp, slug = terms.asked("growfast SRP slug")
    assert growfast.others == (("verdolin",),)
    assert srp.others == (("slow", "releas", "pellet"),)
    assert slug.others == ()


def test_a_text_says_by_which_of_its_words_it_holds_what_is_asked(terms: Terms) -> None:
    text = "Verdolin (Growfast) has a drawback; so have slow pellets, and the RELEASE of pellets slowly."
    assert terms.said(terms.asked("What are the drawbacks of growfast?"), text) == ["verdolin", "growfast", "drawback"]
    # A name of several words is held where all of them are.
    assert terms.said(terms.asked("SRP"), text) == ["slow", "pellets", "release"]
    assert terms.said(terms.asked("SRP"), "Slow pellets.") == []


@pytest.mark.parametrize(
    ("question", "read", "changes"),
    [
        ("Is Verdolyn safe?", "Is verdolin safe?", (("Verdolyn", "verdolin"),)),
        ("Is vedrolin safe?", "Is verdolin safe?", (("vedrolin", "verdolin"),)),
        ("Is marowmas safe?", "Is marrowmax safe?", (("marowmas", "marrowmax"),)),
        ("Which glovs?", "Which glove?", (("glovs", "glove"),)),
        ("verdolim or blomwell?", "verdolin or bloomwell?", (("verdolim", "verdolin"), ("blomwell", "bloomwell"))),
    ],
)
def test_a_slip_is_put_right(terms: Terms, question: str, read: str, changes: tuple[tuple[str, str], ...]) -> None:
    corrected = terms.spelling.correct(question)
    assert (corrected.text, corrected.changes) == (read, changes)


@pytest.mark.parametrize(
    "question",
    [
        "Is quillix safe?",  # quillex, quillox or quillax
        "Is zandolin safe?",  # two slips, and another beginning
        "Is a glavus safe?",  # two slips in a short word
        "Which glovers?",  # the plural of an ordinary word, one slip from gloves
        "Is verrdollinn safe?",  # three slips
        "Do plants of banana weather?",  # ordinary words
        "Is Verdolin sold, and was quillex?",  # names of the corpus
        "Do Verdoline and Verdolins help?",  # of one stem with a name
        "Is there an SRP2 or a slg?",  # no word, and too short
        "What about apples or a plant-feed?",  # a plural, and a compound of ordinary words
    ],
)
def test_what_is_right_or_in_doubt_is_left_alone(terms: Terms, question: str) -> None:
    corrected = terms.spelling.correct(question)
    assert (corrected.text, corrected.changes) == (question, ())


def test_names_are_the_words_that_are_not_ordinary(terms: Terms) -> None:
    assert terms.names.find("Is Quillex poured like Verdolin, or like quillex?") == ["quillex", "verdolin"]
    assert terms.names.has("quillexs")
    assert not terms.names.has("slugs")
    assert not terms.names.has("fernozil"), "what no passage holds"


def test_another_name_stands_for_a_name_in_both_directions(terms: Terms) -> None:
    assert terms.names.aliases(["verdolin"]) == ["growfast"]
    assert terms.names.aliases(["growfast"]) == ["verdolin"]
    assert terms.names.aliases(["growfast", "verdolin"]) == []
    assert terms.names.aliases(["slugs"]) == []
    assert terms.names.aliases(["srp"]) == ["slow release pellets"]


def test_a_question_is_searched_with_the_other_names_behind_it(terms: Terms) -> None:
    assert terms.names.expand("Is Growfast or quillex safe?") == "Is Growfast or quillex safe? (verdolin, bloomwell)"
    assert terms.names.expand("Is it safe?") == "Is it safe?"


def test_a_question_is_not_searched_with_words_that_are_rarer(tmp_path: Path) -> None:
    encoder = WordEncoder("slow release pellets dry")
    read = document("# T\n\nSlow release pellets (SRP) last.\n\n## S\n\nSRP dry.\n\n## V\n\nSRP last.\n")
    names = Terms(generation(tmp_path, read, encoder=encoder), encoder).names
    assert names.aliases(["srp"]) == ["slow release pellets"]
    assert names.expand("Do SRP last?") == "Do SRP last?"


def test_an_ordinary_word_is_not_taken_for_initials(tmp_path: Path) -> None:
    encoder = WordEncoder("age advanced growing edge of the vine")
    read = document("# T\n\nThe advanced growing edge (AGE) of the vine.\n")
    names = Terms(generation(tmp_path, read, encoder=encoder), encoder).names
    assert names.expand("What is AGE?") == "What is AGE? (advanced growing edge)"
    assert names.expand("At what age?") == "At what age?"


@pytest.mark.parametrize("question", ["Does fernozil help?", "Is Fernozil safe?", "fernozil"])
def test_a_name_that_only_a_bibliography_holds_is_found_with_its_document(terms: Terms, question: str) -> None:
    assert list(terms.spelling.listed(question).values()) == ["tomatoes"]


@pytest.mark.parametrize(
    "question", ["Is it for a 3-year-old vine?", "Is Verdolin safe?", "What effects?", "Effects?", "WHAT EFFECTS?"]
)
def test_an_ordinary_word_of_a_bibliography_is_no_listed_name(terms: Terms, question: str) -> None:
    assert terms.spelling.listed(question) == {}


@pytest.mark.parametrize(
    ("word", "is_out_of_vocabulary"),
    [
        ("zorbitane", True),
        ("XQZ", True),
        ("xqz", False),  # slang or a slip
        ("verdolinn", False),  # a misspelling
        ("rdoli", False),  # part of a word
        ("banana", False),
        ("bananas", False),
        ("bannana", False),  # a misspelling of an ordinary word
        ("slugs", False),
    ],
)
def test_an_out_of_vocabulary_word_is_from_neither_corpus_nor_language(
    terms: Terms, word: str, is_out_of_vocabulary: bool
) -> None:
    assert terms.spelling.is_out_of_vocabulary(word) == is_out_of_vocabulary


def test_the_out_of_vocabulary_words_of_a_question_are_given_as_they_are_written(terms: Terms) -> None:
    assert terms.spelling.out_of_vocabulary("Is Zorbitane or XQZ as good as verdolin?") == ["Zorbitane", "XQZ"]
    assert terms.spelling.out_of_vocabulary("Is verdolin a feed?") == []


def test_a_text_holds_a_word_by_itself_in_any_form_or_by_another_name(terms: Terms) -> None:
    verdolin, drawback, slug = terms.asked("verdolin drawback slug")
    assert terms.holds(verdolin, held("Verdolin helps."))
    assert terms.holds(verdolin, held("Growfast helps."))
    assert terms.holds(drawback, held("It has drawbacks."))
    assert not terms.holds(slug, held("Growfast has drawbacks."))
    assert not terms.holds(slug, frozenset())


def test_a_text_holds_a_name_of_several_words_only_by_all_of_them(terms: Terms) -> None:
    (srp,) = terms.asked("SRP?")
    assert terms.holds(srp, held("Pellets of slow release"))
    assert not terms.holds(srp, held("Slow pellets"))


def test_coverage_weighs_words_by_how_telling_they_are(terms: Terms) -> None:
    asked = terms.asked("verdolin drawbacks")
    verdolin, drawback = (terms.idf(term) for term in ("verdolin", "drawback"))
    assert terms.coverage(asked, held("Drawbacks of verdolin")) == 1
    assert terms.coverage(asked, held("verdolin")) == pytest.approx(verdolin / (verdolin + drawback))
    assert terms.coverage(asked, held("nothing")) == 0
    assert terms.coverage(asked, held("growfast")) == terms.coverage(asked, held("verdolin"))
    assert terms.coverage([], held("verdolin")) == 0


@pytest.mark.parametrize("question", ["verdolin slugs shed", "expensive plots", "zorbitane quillex"])
@pytest.mark.parametrize("text", ["", "Verdolin", "a bed of slugs", TOMATOES])
def test_coverage_lies_between_0_and_1(terms: Terms, question: str, text: str) -> None:
    assert 0 <= terms.coverage(terms.asked(question), held(text)) <= 1 + 1e-9


WORDS = st.text("abc", min_size=1, max_size=11)


@given(WORDS, st.sets(WORDS, max_size=30))
def test_the_nearest_words_are_those_that_a_look_at_every_word_finds(word: str, words: set[str]) -> None:
    slips = 2 if len(word) >= 8 else 1
    apart = {other: DamerauLevenshtein.distance(word, other) for other in words if len(other) >= 5}
    near = {o: d for o, d in apart.items() if d <= slips and (d <= 1 or o[0] == word[0])}
    wanted = sorted(other for other in near if near[other] == min(near.values())) if len(word) >= 5 else []
    assert _nearest(word, _grouped(words)) == wanted
