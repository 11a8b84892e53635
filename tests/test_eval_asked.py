"""The set `asked`, a small one made up in its layout: where its sentences stand, and its figures."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fakes import ByName
from hypothesis import given
from hypothesis import strategies as st
from leaflets import WordEncoder

from answer import Reader, Reading, Resolver, Stretch
from eval.errors import DatasetError
from eval.folders import asked_folders
from eval.public import evaluate_set
from eval.public.excerpts import AskedPassage, Excerpt, document_with, ranges_of, read_asked
from eval.public.figures import Row
from ingest import FUNCTION_WORDS, WORD, analyze

pytestmark = pytest.mark.usefixtures("plain_weights")

# By the id of their excerpt: the heading of each passage and its text; a sentence ends at a stop.
EXCERPTS = {
    "E1": [
        ("Verdolin › Use", "Verdolin is sprayed on leaves.  It keeps\nwell in sheds."),
        ("Verdolin › Drawbacks", "Known drawbacks:\n\nDrawbacks of verdolin are weak stems. Slugs like it."),
    ],
    "E2": [("Quillex", "Quillex is poured round roots. Gloves protect the gardener.")],
    **{f"F{n}": [(f"Moss {n}", f"Moss number{n} grows.")] for n in range(6)},
    "Z9": [("Kites", "Hemp makes strong lines. The tail steadies, with many bows of paper, a kite in gusts of wind.")],
}


def question(name: str, split: str, kind: str, text: str, sentences: Sequence[int], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    told = {
        "id": name,
        "excerpt": name.partition("-")[0],
        "split": split,
        "kind": kind,
        "history": [],
        "question": text,
    }
    return told | {"answerable": bool(sentences), "sentences": list(sentences), "also": [], "near": []} | more


QUESTIONS = [
    question("E1-01", "test", "direct", "What are the drawbacks of verdolin?", [3]),
    question("E1-02", "test", "absent", "How dear is a toy?", [], near=[0]),
    question(
        "E1-03",
        "test",
        "follow",
        "And its drawbacks?",
        [3],
        history=["Where is verdolin sprayed?"],
        standalone="What are the drawbacks of verdolin?",
    ),
    question("E1-04", "test", "direct", "Where is verdolin sprayed?", [0]),
    question("E2-01", "dev", "direct", "How is quillex poured?", [0], also=[1]),
    question("Z9-01", "test", "lay", "Why won't my toy wobble?", [1]),
    *(question(f"F{n}-01", "train", "direct", f"Which moss has number{n}?", [0]) for n in range(6)),
]
WORDS = WordEncoder(
    "how dear toy wobble won't my why are known " + " ".join(t for e in EXCERPTS.values() for _, t in e)
)


def sentences_in(text: str) -> list[tuple[int, int]]:
    """Ranges of what ends at a stop or a colon, without the white space between."""
    found, start = [], 0
    for place, sign in enumerate(text):
        if sign in ".:":
            start += len(text[start:]) - len(text[start:].lstrip())
            found.append((start, place + 1))
            start = place + 1
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of public data with this set."""
    folder = tmp_path / "data" / "asked"
    folder.mkdir(parents=True)
    excerpts = [
        {
            "id": name,
            "source": "made up",
            "document": name.lower(),
            "passages": [{"heading": heading, "text": text} for heading, text in passages],
            "sentences": [
                {"passage": number, "text": text[s:e], "start": s, "end": e}
                for number, (_, text) in enumerate(passages)
                for s, e in sentences_in(text)
            ],
        }
        for name, passages in EXCERPTS.items()
    ]
    for name, rows in (("excerpts", excerpts), ("questions", QUESTIONS)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder.parent


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_questions_of_a_split_come_with_their_excerpts(data: Path) -> None:
    questions = {q.id: q for q in read_asked(data, "test", "dev")}
    assert set(questions) == {"E1-01", "E1-02", "E1-03", "E1-04", "E2-01", "Z9-01"}
    follow_up = questions["E1-03"]
    assert (follow_up.standalone, questions["E1-01"].standalone) == ("What are the drawbacks of verdolin?",) * 2
    assert not questions["E1-02"].answerable and questions["E1-02"].near == {0}
    assert questions["E2-01"].telling == {0, 1}
    assert follow_up.excerpt.said([3, 0]) == "Verdolin is sprayed on leaves. Drawbacks of verdolin are weak stems."


def test_a_line_that_lacks_something_is_told(data: Path) -> None:
    (data / "asked" / "questions.jsonl").write_text('{"id": "E1-01", "excerpt": "E1"}\n')
    with pytest.raises(DatasetError, match=r"questions\.jsonl:1: lacks 'split'"):
        read_asked(data, "test")


def test_an_excerpt_is_a_document_under_its_headings(data: Path) -> None:
    document = document_with(read_asked(data, "test")[0].excerpt)
    assert (document.id, document.title) == ("E1", "Verdolin")
    assert [section.heading for section in document.sections if section.heading != document.title] == [
        "Use",
        "Drawbacks",
    ]
    assert "It keeps" in document.text and "\nwell in sheds." in document.text
    assert document.section_at(document.text.index("Slugs")).heading == "Drawbacks"


def test_sentences_that_are_taken_out_are_gone_and_the_others_are_not(data: Path) -> None:
    excerpt = read_asked(data, "test")[0].excerpt
    document = document_with(excerpt, frozenset({1, 3}), "E1-less")
    left = flat(document.text)
    assert document.id == "E1-less"
    assert [flat(sentence) in left for sentence in excerpt.sentences] == [True, False, True, False, True]


def test_the_ranges_of_sentences_are_where_they_stand_in_the_document(data: Path) -> None:
    excerpt = read_asked(data, "test")[0].excerpt
    document = document_with(excerpt)
    found = ranges_of(excerpt, document, range(5))
    assert [flat(document.text[s:e]) for s, e in found] == [flat(sentence) for sentence in excerpt.sentences]
    assert ranges_of(excerpt, document, [3]) == (found[3],)
    assert ranges_of(excerpt, document, []) == ()


words = st.lists(st.sampled_from(["ab", "a", "b", "ba.", "a-b", "1", "é", "ab:"]), min_size=1, max_size=4)
spaces = st.sampled_from([" ", "  ", "\n", " \n\n", "\t"])
# Sentences, each with the white space, or the words of nobody, behind it.
sentences = st.lists(st.tuples(words, spaces, st.sampled_from(["", "", "* "])), min_size=1, max_size=4)


@given(st.lists(sentences, min_size=1, max_size=3))
def test_ranges_are_found_however_white_space_is_laid_out_and_though_sentences_are_alike(
    made: list[list[tuple[list[str], str, str]]],
) -> None:
    passages: list[AskedPassage] = []
    for number, told in enumerate(made):
        text, ranges = "", []
        for words_, space, nobodys in told:
            sentence = space.join(words_)
            text += nobodys
            ranges.append((len(text), len(text) + len(sentence)))
            text += sentence + space
        first = sum(len(p.sentences) for p in passages)
        passages.append(AskedPassage(f"Title › Part {number}", text, tuple(ranges), first))
    excerpt = Excerpt("E", "made up", "e", tuple(passages))
    document = document_with(excerpt)
    found = ranges_of(excerpt, document, range(len(excerpt.sentences)))
    assert [flat(document.text[s:e]) for s, e in found] == [flat(sentence) for sentence in excerpt.sentences]


def test_calibration_asks_the_dev_questions_over_excerpts_of_one_kind(data: Path) -> None:
    (folder,) = asked_folders(data)
    (document,), (asked,) = folder.documents, folder.asked
    assert (document.id, asked.id, asked.question) == ("E2", "E2-01", "How is quillex poured?")
    assert [(name, document.text[s:e]) for name, s, e in asked.right] == [
        ("E2", "Quillex is poured round roots."),
        ("E2", "Gloves protect the gardener."),
    ]


def test_calibration_puts_six_excerpts_of_a_kind_into_a_folder(data: Path) -> None:
    more = [question(f"F{n}-02", "dev", "direct", f"Which moss has number{n}?", [0]) for n in range(6)]
    (data / "asked" / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*QUESTIONS, *more]))
    assert [len(folder.documents) for folder in asked_folders(data)] == [6, 1]


def rows(data: Path, reader: Reader | None = None) -> dict[tuple[str, str, str], Row]:
    result = evaluate_set("asked", data, data.parent / "work", WORDS, reader)
    return {(row.test, row.system, row.measure): row for row in result.rows}


def test_its_figures_are_as_worked_by_hand(data: Path) -> None:
    found = rows(data)
    # Four questions have an answer.  The layman's shares no word with it: its excerpt comes behind all others, and it
    # is refused.  The others are found, answered and refused as they should be.
    shares = {key: (row.n, row.value) for key, row in found.items()}
    assert shares["passage found", "ibid", "Success@5"] == (4, 0.75)
    assert shares["passage found, lay", "ibid", "Success@5"] == (1, 0.0)
    for system in ("ibid", "BM25"):
        n, value = shares["excerpt found", system, "nDCG@10"]
        assert n == 4 and 0.75 <= value <= (3 + 1 / math.log2(6)) / 4
    assert shares["answered rightly", "ibid", "share"] == (4, 0.75)
    assert shares["refused rightly", "ibid", "share"] == (1, 1.0)
    assert shares["answers and refusals", "ibid", "balanced"] == (5, pytest.approx((0.75 + 1) / 2))
    # Over four pairs of which one ties.
    assert shares["answerable or not", "ibid", "AUROC"] == (5, pytest.approx((3 + 0.5) / 4))
    assert shares["excerpt whole or without its answer", "ibid", "pairs"] == (4, 0.75)
    assert shares["right sentence first", "ibid", "share"][1] >= 0.75
    assert shares["follow-ups told rightly", "stand-alone", "share"] == (1, 1.0)


class Counting(Reader):
    """Takes a sentence for part of the answer where it holds two of the telling words of the question."""

    name = fingerprint = "counting"

    def load(self) -> None: ...

    def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
        asked = telling(question)
        found = []
        for stretch in stretches:
            chances = tuple(0.9 if len(asked & telling(stretch.text[s:e])) > 1 else 0.1 for s, e in stretch.sentences)
            found.append(Reading(max(chances, default=0.1), chances))
        return found


def telling(text: str) -> set[str]:
    return {term for word in WORD.findall(text.lower()) if word not in FUNCTION_WORDS for term in analyze(word)}


def test_a_follow_up_is_told_rightly_where_it_is_resolved_and_not_as_it_was_asked(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Resolver, "beside", lambda reader: ByName())
    found = rows(data, Counting())
    followed = {system: row.value for (test, system, _), row in found.items() if test == "follow-ups told rightly"}
    assert followed == {"stand-alone": 1.0, "automatic": 1.0, "as asked": 0.0}


def test_what_was_chosen_is_measured_by_what_is_right_of_it_and_what_it_lacks(data: Path) -> None:
    found = rows(data, Counting())
    # Three questions are answered with the right sentence alone; to the layman's nothing is chosen.
    assert found["sentences chosen", "ibid", "F1"].value == pytest.approx(0.75)
    assert found["right sentence first", "ibid", "share"].n == 4
