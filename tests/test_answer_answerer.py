"""A question becomes an Answer, over made-up leaflets and an encoder that counts words."""

from __future__ import annotations

import datetime
import gc
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leaflets import (
    DRAWBACKS,
    INFORMATION,
    MARROWS,
    OFF_TOPIC,
    ORDINARY,
    PENDING,
    STORED,
    TOMATOES,
    WordEncoder,
    check_quotes,
    document,
    following,
    generation,
    made,
    untimed,
)

from answer import Answer, Answerer, Conversation, Memory, Remark, Statement, verify
from answer.decide import Decision
from answer.memory import StandaloneAnswer
from ingest import EncoderMismatch, Generation, Vectors
from retriever import Retriever

pytestmark = pytest.mark.usefixtures("plain_weights")


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    tomatoes = document(TOMATOES, "tomatoes", url="https://example.org/t", review_status="reviewed")
    marrows = document(MARROWS, "marrows", review_status="pending")
    return made(tmp_path_factory.mktemp("garden"), tomatoes, marrows, notices=[INFORMATION, PENDING])


def test_an_answer_quotes_what_answers(answerer: Answerer) -> None:
    answer = answerer.ask(DRAWBACKS)
    assert answer.status == "answered" and answer.reason is None and answer.nearest == ()
    assert answer.statements[0] == Statement(
        "The main drawbacks of verdolin are yellow leaves, weak stems, and a bitter taste.", (1,)
    )
    assert answer.citations[0].section == "Verdolin (Growfast)"
    assert answer.text.startswith(answer.statements[0].text + " [1]")
    assert answer.generation == answerer.generation.name
    assert 0.5 < answer.confidence == round(answer.confidence, 4) <= 1
    check_quotes(answer, answerer)


def test_a_name_is_answered_by_its_other_name(answerer: Answerer) -> None:
    answer = answerer.ask("What are the drawbacks of Growfast?")
    assert answer.statements[0] == answerer.ask(DRAWBACKS).statements[0]


def test_passages_are_searched_by_all_names(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    encode, embedded = answerer.encoder.encode, list[str]()
    monkeypatch.setattr(answerer.encoder, "encode", lambda texts: (embedded.extend(texts), encode(texts))[1])
    answerer.ask("Is Growfast cheap?")
    assert embedded == ["Is Growfast cheap? (verdolin)"]


def test_what_two_leaflets_say_alike_is_told_once_with_both_citations(answerer: Answerer) -> None:
    answer = answerer.ask(STORED)
    assert answer.statements[0].citations == (1, 2)
    assert {c.document_id for c in answer.citations[:2]} == {"tomatoes", "marrows"}
    assert "children. [1][2]" in answer.text
    check_quotes(answer, answerer)


def test_leaflets_that_differ_in_a_figure_are_both_told(answerer: Answerer) -> None:
    answer = answerer.ask("How many times a week is quillex poured round the roots?")
    assert len({s.text for s in answer.statements}) == 2
    assert {c.document_id for c in answer.citations} == {"tomatoes", "marrows"}
    assert all(len(s.citations) == 1 for s in answer.statements)


def test_each_of_two_subjects_is_answered(answerer: Answerer) -> None:
    answer = answerer.ask("What are the drawbacks of verdolin and quillex?")
    quotes = [s.text for s in answer.statements]
    assert any("yellow leaves" in quote for quote in quotes)
    assert any("strong smell" in quote for quote in quotes)
    check_quotes(answer, answerer)


def test_a_list_is_quoted_whole(answerer: Answerer) -> None:
    answer = answerer.ask("When should I wear gloves?")
    assert answer.statements[0].text.startswith("Wear gloves whenever you:")
    assert "rinse the spray bottle" in answer.statements[0].text
    check_quotes(answer, answerer)


def test_what_a_page_says_of_itself_can_be_quoted(answerer: Answerer) -> None:
    assert "Last revised: May 3, 2024" in answerer.ask("When was the page on tomatoes last revised?").text


def test_two_leaflets_that_differ_in_figures_alone_are_both_told_and_whose_they_are(tmp_path: Path) -> None:
    said = "# Feeding\n\n## Verdolin\n\nNinety drops of verdolin are enough for {} plants.\n"
    reviewed = document(said.format(12), "leaflet", publisher="The club", review_status="reviewed")
    dated: Any = {"publisher": "A reader", "review_status": "pending", "revised": datetime.date(2023, 2, 1)}
    answerer = made(tmp_path, reviewed, document(said.format(9), "letter", **dated))
    answer = answerer.ask("For which plants are ninety drops of verdolin?")
    assert "12 plants" in answer.text and "9 plants" in answer.text
    (told,) = [r for r in answer.notices if r.kind == "conflict"]
    assert "The club, no date, reviewed" in told.text and "A reader, 2023-02-01, pending" in told.text
    assert {answer.citations[n - 1].document_id for n in told.citations} == {"leaflet", "letter"}
    check_quotes(answer, answerer)


@pytest.mark.parametrize(
    "other",
    ["Of verdolin, 90 drops are enough for twelve plants.", "Verdolin is kept for 9 weeks in a cool shed."],
)
def test_leaflets_that_say_the_same_or_speak_of_something_else_do_not_disagree(tmp_path: Path, other: str) -> None:
    one = document("# Feeding\n\n## Verdolin\n\nNinety drops of verdolin are enough for 12 plants.\n", "leaflet")
    answerer = made(tmp_path, one, document(f"# Letters\n\n## Verdolin\n\n{other}\n", "letter"))
    answer = answerer.ask("What is verdolin?")
    assert {c.document_id for c in answer.citations} == {"leaflet", "letter"}
    assert [r.kind for r in answer.notices] == []


def test_a_part_of_a_question_that_the_sources_do_not_answer_is_told(answerer: Answerer) -> None:
    answer = answerer.ask("What are the drawbacks of verdolin, and who won the football match?")
    assert answer.status == "answered" and "yellow leaves" in answer.text
    (told,) = [r for r in answer.notices if r.kind == "partial"]
    assert "“who won the football match?”" in told.text
    assert not [r for r in answerer.ask(DRAWBACKS).notices if r.kind == "partial"]


def test_of_very_many_questions_in_one_the_first_are_answered_and_the_others_named(answerer: Answerer) -> None:
    asked = [f"what does feed {number} cost?" for number in range(40)]
    answer = answerer.ask(" ".join([DRAWBACKS, *asked]))
    assert answer.status == "answered" and "yellow leaves" in answer.text
    (told,) = [r.text for r in answer.notices if r.text.startswith("So many questions")]
    assert told.endswith(f"“{asked[7]}”, “{asked[8]}”, “{asked[9]}” and 30 more.")


def test_a_question_that_is_asked_again_and_again_is_one(answerer: Answerer) -> None:
    assert answerer.parse(" ".join([DRAWBACKS] * 60)).parts == ()


def test_an_off_topic_question_is_refused_with_what_comes_nearest(answerer: Answerer) -> None:
    answer = answerer.ask(OFF_TOPIC)
    assert answer.is_refusal and answer.reason == "off_topic"
    assert (answer.statements, answer.citations) == ((), ())
    assert "do not answer this" in answer.text
    assert answer.confidence < 0.5
    assert 1 <= len(answer.nearest) <= 2
    assert [c.number for c in answer.nearest] == list(range(1, len(answer.nearest) + 1))
    check_quotes(answer, answerer)


def test_what_comes_nearest_says_different_things(answerer: Answerer) -> None:
    answer = answerer.ask("What price has a shed to keep feed away from children, on a banana week?")
    assert answer.is_refusal
    assert len({c.quote for c in answer.nearest}) == 2
    assert sum("cool shed" in c.quote for c in answer.nearest) == 1


def test_a_name_from_a_bibliography_is_refused_by_name_and_place(answerer: Answerer) -> None:
    answer = answerer.ask("What are the drawbacks of fernozil?")
    assert answer.is_refusal and answer.reason == "not_in_sources"
    assert "“fernozil” stands only in the list of references of “Feeding tomatoes”" in answer.text


def test_an_out_of_vocabulary_name_is_refused_by_name(answerer: Answerer) -> None:
    answer = answerer.ask("What price has zorbitane?")
    assert answer.is_refusal
    assert "zorbitane" in answer.text or answer.reason == "off_topic"


def test_information_is_told_once_with_every_answer_and_never_stated(answerer: Answerer) -> None:
    for question in (DRAWBACKS, STORED, OFF_TOPIC):
        answer = answerer.ask(question)
        assert [r for r in answer.notices if r.kind == "information"] == [Remark("information", "Ask a gardener too.")]
        assert "Ask a gardener" not in answer.text
        assert all("gardener" not in s.text for s in answer.statements)


def test_a_pending_review_is_told_where_such_a_source_is_cited(answerer: Answerer) -> None:
    answer = answerer.ask(STORED)
    (pending,) = [r for r in answer.notices if r.kind == "pending_review"]
    assert pending.text == PENDING.text
    assert [answer.citations[n - 1].document_id for n in pending.citations] == ["marrows"]


@pytest.mark.parametrize("question", [DRAWBACKS, OFF_TOPIC])
def test_a_pending_review_is_not_told_elsewhere(answerer: Answerer, question: str) -> None:
    assert [r.kind for r in answerer.ask(question).notices] == ["information"]


def test_a_pending_review_is_told_where_the_corpus_has_no_words_for_it(tmp_path: Path) -> None:
    answer = made(tmp_path, document(MARROWS, "marrows", review_status="pending")).ask(STORED)
    assert answer.notices == (Remark("pending_review", "A source cited here is still pending review.", (1,)),)


def test_a_corpus_without_notices_has_none(tmp_path: Path) -> None:
    assert made(tmp_path, document(MARROWS, "marrows")).ask(STORED).notices == ()


def test_a_spelling_correction_is_told(answerer: Answerer) -> None:
    answer = answerer.ask("What are the drawbacks of Verdolyn?")
    assert answer.question == "What are the drawbacks of Verdolyn?"
    assert answer.resolved_question == DRAWBACKS
    assert answer.notices[0] == Remark("spelling", "Read “Verdolyn” as “verdolin”.")
    assert answer.statements == answerer.ask(DRAWBACKS).statements


def test_a_follow_up_is_answered_as_it_was_resolved(answerer: Answerer) -> None:
    talk, resolving = Conversation(), following(answerer)
    resolving.ask("How often is quillex poured?", talk)
    answer = resolving.ask("And its drawbacks?", talk)
    assert (answer.question, answer.resolved_question) == ("And its drawbacks?", "As for quillex: And its drawbacks?")
    assert "strong smell" in answer.text
    assert [turn.question for turn in talk.turns] == ["How often is quillex poured?", answer.resolved_question]
    assert talk.turns[-1].said == " ".join(s.text for s in answer.statements)


def test_without_a_resolver_a_follow_up_is_taken_as_it_stands(answerer: Answerer) -> None:
    talk = Conversation()
    answerer.ask("How often is quillex poured?", talk)
    assert answerer.ask("And its drawbacks?", talk).resolved_question == "And its drawbacks?"


def test_a_later_part_of_a_question_is_resolved_by_the_part_before_it(answerer: Answerer) -> None:
    question = "How often is quillex poured, and what are its drawbacks?"
    text = following(answerer).ask(question).text
    assert "twice a week" in text and "strong smell" in text
    assert "drawbacks of verdolin" not in text and "drawbacks of verdolin" in answerer.ask(question).text


def test_questions_outside_of_a_conversation_know_nothing_of_each_other(answerer: Answerer) -> None:
    resolving = following(answerer)
    resolving.ask("How often is quillex poured?")
    assert resolving.ask("And its drawbacks?").resolved_question == "And its drawbacks?"


@pytest.mark.parametrize("question", [DRAWBACKS, STORED, OFF_TOPIC, "Is it?", "?", "…", "🦔"])
def test_the_same_question_twice_gives_the_same_answer(answerer: Answerer, question: str) -> None:
    first, second = answerer.ask(question), answerer.ask(question)
    assert untimed(first) == untimed(second)
    assert untimed(made_again(answerer).ask(question)) == untimed(first)


def test_what_was_said_is_said_again_without_a_search_as_often_as_it_is_asked(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping = Answerer(answerer.generation, answerer.encoder, memory=Memory(2))
    searched: list[str] = []
    real = Retriever.search_all
    monkeypatch.setattr(
        Retriever, "search_all", lambda self, asked, k: (searched.extend(asked), real(self, asked, k))[1]
    )
    first, followed = keeping.ask(DRAWBACKS), Conversation()
    assert untimed(keeping.ask(DRAWBACKS)) == untimed(first)
    assert keeping.ask(DRAWBACKS, followed).timings_ms.keys() == {"resolve", "total"}
    assert searched == [DRAWBACKS]
    # It is another thing to be made to answer; and of three questions two are kept.
    assert keeping.ask(DRAWBACKS, compel=True).statements
    keeping.ask(STORED)
    keeping.ask(DRAWBACKS)
    assert searched == [DRAWBACKS, DRAWBACKS, STORED, DRAWBACKS]
    searched.clear()
    assert untimed(answerer.ask(DRAWBACKS)) == untimed(answerer.ask(DRAWBACKS)) == untimed(first)
    assert searched == [DRAWBACKS, DRAWBACKS]


def test_what_was_said_from_generations_that_nobody_asks_any_more_is_forgotten(answerer: Answerer) -> None:
    told = StandaloneAnswer(Decision(0.1, False, "not_in_sources", ()), "", (), (), (), ())
    memory = Memory()
    for number in range(100):
        memory.keep(f"generation {number}", DRAWBACKS, False, told)
        memory.keep("one that is asked for by name", DRAWBACKS, False, told)
    assert memory.recall("generation 99", DRAWBACKS, False) is told
    assert memory.recall("one that is asked for by name", DRAWBACKS, False) is told
    assert not any(memory.recall(f"generation {number}", DRAWBACKS, False) for number in range(99))


def test_a_follow_up_knows_what_was_said_whether_or_not_it_was_said_before(answerer: Answerer) -> None:
    keeping = following(answerer, Memory())
    for _ in range(2):
        talk = Conversation()
        told = keeping.ask("How often is quillex poured?", talk)
        assert [turn.said for turn in talk.turns] == [" ".join(s.text for s in told.statements)] != [""]
        assert keeping.ask("And its drawbacks?", talk).resolved_question == "As for quillex: And its drawbacks?"


def made_again(answerer: Answerer) -> Answerer:
    return Answerer(answerer.generation, answerer.encoder)


def test_what_a_quote_is_about_stands_in_brackets_before_it_where_it_does_not_say_so(tmp_path: Path) -> None:
    answerer = made(tmp_path, document("# Care\n\n## Verdolin\n\nThe main drawbacks of this feed are weak stems.\n"))
    answer = answerer.ask(DRAWBACKS, compel=True)
    (said,) = answer.statements
    assert (said.about, said.text) == ("Verdolin", "The main drawbacks of this feed are weak stems.")
    assert answer.text.startswith("[Verdolin:] The main drawbacks of this feed")
    assert answer.citations[0].quote == said.text
    assert verify(answer.to_json(), answerer.generation)[0].status == "exact"
    assert Answer.from_json(answer.to_json()) == answer


def test_timings_add_up(answerer: Answerer) -> None:
    timings = answerer.ask(DRAWBACKS).timings_ms
    assert list(timings) == ["resolve", "search", "read", "total"]
    assert min(timings.values()) >= 0
    assert timings["total"] == pytest.approx(sum(timings.values()) - timings["total"], abs=0.05)


def test_an_index_of_another_encoder_is_refused(answerer: Answerer) -> None:
    with pytest.raises(EncoderMismatch, match=r"words@1.*words@9"):
        Answerer(answerer.generation, WordEncoder(fingerprint="words@9"))


def test_a_revision_date_reaches_the_citation(tmp_path: Path) -> None:
    leaflet = document(MARROWS, "marrows", revised=datetime.date(2023, 2, 1))  # type: ignore[arg-type]
    assert made(tmp_path, leaflet).ask(STORED).citations[0].revised == "2023-02-01"


nouns = st.sampled_from(["ball", "net", "cork bat", "referee", "Zubrik", "long rope", "team of 9", "red, wet flag"])
verbs = st.sampled_from(["holds", "never touches", "crosses", "may move", "is not", "needs 3 of"])
openings = st.sampled_from(
    ["The {} {} the {}.", "It {1} a {2} ({0}).", "A {} {} it; the {} — “too”.", "Größe {} {} {}!"]
)
sentences = st.builds(lambda form, a, v, b: form.format(a, v, b), openings, nouns, verbs, nouns)
paragraphs = st.lists(sentences, min_size=1, max_size=4).map(" ".join)
lists = st.lists(sentences, min_size=1, max_size=3).map(
    lambda items: "They say:\n\n" + "\n".join(f"- {i}" for i in items)
)
pages = st.lists(st.one_of(paragraphs, lists, nouns.map(lambda noun: f"## {noun}")), min_size=1, max_size=6)


@given(st.lists(pages, min_size=1, max_size=2), st.lists(nouns, min_size=1, max_size=2), verbs)
@settings(max_examples=25, deadline=None)
def test_every_statement_is_a_verbatim_range_of_a_source(texts: list[list[str]], asked: list[str], verb: str) -> None:
    documents = [document("# Page\n\nA page.\n\n" + "\n\n".join(blocks), f"d{n}") for n, blocks in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder:
        answerer = made(Path(folder), *documents)
        answer = answerer.ask(f"What {verb} {' and '.join(asked)}?", compel=True)
    assert answer.statements
    check_quotes(answer, answerer)


def test_no_text_is_embedded_twice(tmp_path: Path) -> None:
    seen: list[str] = []

    class Counting(WordEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            seen.extend(texts)
            return super().encode(texts)

    encoder = Counting(TOMATOES + MARROWS + ORDINARY)
    answerer = Answerer(generation(tmp_path, document(TOMATOES, "tomatoes"), encoder=encoder), encoder)
    seen.clear()
    answerer.ask("How is quillex given?")
    assert seen and len(seen) == len(set(seen))
    before = len(seen)
    answerer.ask("How is quillex given?")
    assert len(seen) == before


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what is open is told by Linux only")
@pytest.mark.parametrize(
    "question", [STORED, DRAWBACKS, OFF_TOPIC, "What are the drawbaks of verdolin?", "What is Zanthoril good for?"]
)
def test_an_answerer_that_is_let_go_leaves_no_file_open(tmp_path: Path, question: str) -> None:
    made(tmp_path, document(TOMATOES, "tomatoes"), document(MARROWS, "marrows"))

    def opened() -> int:
        again = Answerer(Generation.open(tmp_path), WordEncoder(TOMATOES + MARROWS + ORDINARY), memory=Memory())
        again.ask(question)
        return len(list(Path("/proc/self/fd").iterdir()))

    opened()
    gc.collect()
    # The garbage of a large process is collected seldom.
    gc.disable()
    try:
        assert len({opened() for _ in range(5)}) == 1
    finally:
        gc.enable()
