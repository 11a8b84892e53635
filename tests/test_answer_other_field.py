"""Nothing in the code knows the subject of the bundled corpus: a corpus of another field is answered from as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import pytest

from eval import Outcome, Told, ask_all, check, read_gold
from ibid.opening import index as make_index
from ibid.opening import open_answerer
from ibid.places import Places
from ingest import Document, SentenceEncoder, load, read_corpus
from ingest.english import FUNCTION_WORDS
from ingest.index.vocabulary import stem

pytestmark = pytest.mark.model

SPORT = Path(__file__).parent / "sport"
LEAST_RECALL = 0.75
LEAST_BALANCED = 0.85
LEAST_FOLLOWED = 0.85
MOST_CHARACTERS = 350

PACKAGES = ("ingest", "retriever", "answer")
# What the bundled corpus writes with a capital, or the encoder does not hold whole, and is plain English all the same.
_ENGLISH = """
advisory american approved august board clinical depot disclaimer dr drugs inject injections lessen march medical
nourish outweigh patients redness regimens review revised safe september shortness society soles sores submitted
targeted therapy tiredness use worsening
"""
ENGLISH = frozenset(_ENGLISH.split())
DRUGS = ("cabozantinib", "Cabometyx", "Afinitor", "octreotide", "Sandostatin", "diazoxide", "Ozempic", "LAR")
TUMORS = ("tumor", "cancers", "insulinoma", "VIPomas", "gastrinoma", "carcinoid", "pNETs", "NETs")
PUBLISHERS = ("AmericanCancerSociety", "DrOracle", "ASCO", "NCCN")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    places = Places.of(SPORT, tmp_path_factory.mktemp("sport"))
    make_index(places)
    answerer = open_answerer(places)
    return ask_all(lambda: {None: answerer}, read_gold(["test"], SPORT / "gold"), workers=1, robust=False)


def recall(outcome: Outcome, told: Told) -> float:
    return fmean(nugget.in_text(told.said) for nugget in outcome.question.vital)


def missed(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    """What answers lack, and what was answered that the sources do not say."""
    lacking = [
        (o.question.id, nugget.pattern.pattern)
        for o in outcomes
        for nugget in o.question.vital
        if not nugget.in_text(o.said)
    ]
    return lacking + [
        (o.question.id, o.said) for o in outcomes if not o.question.is_answerable and not o.answer.is_refusal
    ]


def test_its_gold_questions_are_sound() -> None:
    questions = read_gold(["test"], SPORT / "gold")
    documents = {source.id: load(source) for source in read_corpus(SPORT).sources}
    assert check(questions, {None: documents}) == []
    assert len(questions) >= 20


def test_answers_are_whole_and_short(outcomes: list[Outcome]) -> None:
    answerable = [o for o in outcomes if o.question.is_answerable]
    assert fmean(recall(o, o.told) for o in answerable) >= LEAST_RECALL, missed(outcomes)
    assert fmean(len(o.said) for o in outcomes if not o.answer.is_refusal) <= MOST_CHARACTERS


def test_what_the_sources_say_is_answered_and_what_they_do_not_is_refused(outcomes: list[Outcome]) -> None:
    right_answers = fmean(not o.answer.is_refusal for o in outcomes if o.question.is_answerable)
    right_refusals = fmean(o.answer.is_refusal for o in outcomes if not o.question.is_answerable)
    assert (right_answers + right_refusals) / 2 >= LEAST_BALANCED, missed(outcomes)


def test_follow_ups_are_answered_like_their_stand_alone_form(outcomes: list[Outcome]) -> None:
    follow_ups = [(o, o.manual) for o in outcomes if o.manual and o.question.is_answerable]
    alone = fmean(recall(o, manual) for o, manual in follow_ups)
    assert fmean(recall(o, o.told) for o, _ in follow_ups) >= LEAST_FOLLOWED * alone > 0


def test_every_citation_stands_at_its_place(outcomes: list[Outcome]) -> None:
    given = [o for o in outcomes if not o.answer.is_refusal]
    assert given and all(o.answer.citations for o in given)
    assert [o.question.id for o in outcomes if not o.verified] == []


@dataclass(frozen=True, slots=True)
class Names:
    """What a corpus names: `terms` are stems, in any case, `exact` to the letter: "NET", which "net" is not."""

    terms: frozenset[str]
    exact: frozenset[str]

    def found(self, text: str) -> set[str]:
        """The words of a text, or of a program's names, that are among them."""
        return {word for word in words(text) if word in self.exact or stem(word.lower()) in self.terms}


def words(text: str) -> Iterator[str]:
    for found in re.finditer(r"[^\W\d_]{2,}", text):
        yield from {found[0], *re.split(r"(?<=[a-z])(?=[A-Z][a-z])", found[0])}


def capitalised(document: Document) -> set[str]:
    """The words with a capital that do not open a sentence."""
    found = set()
    for sentence in document.sentences:
        text = document.text[sentence.start : sentence.end]
        found |= {w for w in words(text.lstrip("\"'“(").partition(" ")[2]) if w != w.lower()}
    return found


def names_of(folder: Path, ordinary: frozenset[str]) -> Names:
    """The words of a corpus that are no ordinary ones, those it writes with a capital, its titles and its publishers.

    `ordinary` are words in lower case.
    """
    terms, exact = set(), set()
    for source in read_corpus(folder).sources:
        document = load(source)
        body = " ".join(document.text[s.start : s.end] for s in document.sentences)
        headings = " ".join(section.heading for section in document.sections)
        unusual = {w for w in words(f"{document.id} {headings} {body}") if w.lower() not in ordinary}
        proper = capitalised(document) | set(words(f"{document.title} {document.publisher}"))
        for word in unusual | proper:
            initials = sum(letter.isupper() for letter in word) > 1 and (word not in unusual or len(word) <= 3)
            (exact if initials else terms).add(word if initials else word.lower())
    known = {stem(word) for word in ENGLISH | FUNCTION_WORDS}
    return Names(frozenset({stem(term) for term in terms} - known), frozenset(exact))


@pytest.fixture(scope="module")
def names(root: Path) -> Names:
    return names_of(root / "corpus", frozenset(SentenceEncoder.open().words))


@pytest.mark.parametrize("name", [*DRUGS, *TUMORS, *PUBLISHERS])
def test_a_name_of_the_bundled_corpus_is_seen_wherever_code_may_hold_it(names: Names, name: str) -> None:
    for text in (f'"""About {name}."""', f"x = 1  # like {name}'s", f"get_{name}_of(y)", f'"(?:{name}|z)"'):
        assert names.found(text), text


def test_ordinary_words_are_no_names(names: Names) -> None:
    assert names.found("net = met + under  # the other words of a list, revised in August") == set()


def test_no_code_that_answers_names_a_drug_a_tumor_or_a_publisher(names: Names, root: Path) -> None:
    files = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    assert {path.parts[len(root.parts)] for path in files} == set(PACKAGES)
    named = {str(path.relative_to(root)): names.found(path.read_text(encoding="utf-8")) for path in files}
    assert {path: found for path, found in named.items() if found} == {}


def test_the_other_field_shares_no_name_with_the_bundled_corpus(names: Names) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SPORT.glob("*.md"))]
    assert texts and [names.found(text) for text in texts] == [set() for _ in texts]
