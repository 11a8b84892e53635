"""Answers with the real encoder, from the bundled corpus and, where they are here, the original pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from answer import Answer, Answerer, Conversation, Resolver, verify
from ingest import FileCatalog, Generation, SentenceEncoder, build, load, read_corpus

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("plain_weights")]

TARGETED, OTHER, ADVISORY = "acs-gi-net-targeted-drugs", "acs-pnet-other-drugs", "droracle-semaglutide-net"
COMMON = ["nausea", "vomiting", "diarrhea", "constipation", "fatigue", "poor appetite", "high blood pressure"]
RARE = ["bleeding", "clotting", "liver damage", "wound healing", "fetus", "palmar-plantar erythrodysesthesia"]
EVEROLIMUS = ["mouth sores", "infections", "loss of appetite", "diarrhea", "tiredness", "cough", "blood sugar"]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.open()


@pytest.fixture(scope="module", params=["bundled", "originals"])
def answerer(
    request: pytest.FixtureRequest, encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Answerer:
    bundled: Path = request.getfixturevalue("index")
    index = bundled
    if request.param == "originals":
        corpus = read_corpus(request.getfixturevalue("originals"))
        index = tmp_path_factory.mktemp("originals")
        build(FileCatalog(index), [load(source) for source in corpus.sources], corpus.notices, encoder)
    return Answerer(Generation.open(index), encoder, resolver=Resolver.open(bundled, encoder))


def sections(answer: Answer) -> set[tuple[str, str]]:
    return {(c.document_id, c.section) for c in answer.citations}


def said(answer: Answer) -> str:
    return " ".join(s.text for s in answer.statements)


def test_side_effects_are_quoted_all_and_from_their_section(answerer: Answerer) -> None:
    answer = answerer.ask("What are the side effects of cabozantinib?")
    assert answer.status == "answered"
    assert sections(answer) == {(TARGETED, "Cabozantinib (Cabometyx)")}
    assert [word for word in (*COMMON, *RARE) if word not in said(answer)] == []
    assert {v.status for v in verify(answer.to_json(), answerer.generation)} == {"exact"}


def test_a_follow_up_is_understood_and_answered(answerer: Answerer) -> None:
    talk = Conversation()
    assert "once a day" in said(answerer.ask("How is everolimus taken?", talk))
    answer = answerer.ask("And its side effects?", talk)
    assert "everolimus" in answer.resolved_question.lower()
    assert (TARGETED, "Everolimus (Afinitor)") in sections(answer)
    assert any(word in said(answer) for word in EVEROLIMUS)


def test_a_fact_that_two_pages_state_alike_is_told_once(answerer: Answerer) -> None:
    answer = answerer.ask("Who can inject somatostatin analogs at home?")
    told = [s for s in answer.statements if "home" in s.text]
    assert len(told) == 1
    assert {answer.citations[n - 1].document_id for n in told[0].citations} <= {TARGETED, OTHER}


def test_a_drug_that_only_a_bibliography_names_is_refused_by_name(answerer: Answerer) -> None:
    answer = answerer.ask("What is pembrolizumab used for?")
    assert (answer.status, answer.reason, answer.statements) == ("insufficient_evidence", "not_in_sources", ())
    title = answerer.generation.document(OTHER).title
    assert f"“pembrolizumab” stands only in the list of references of “{title}”" in answer.text


def test_an_off_topic_question_is_refused_with_what_comes_nearest(answerer: Answerer) -> None:
    answer = answerer.ask("Who won the football world cup in 2014?")
    assert (answer.status, answer.reason, answer.statements) == ("insufficient_evidence", "off_topic", ())
    assert answer.nearest
    for citation in answer.nearest:
        read = answerer.generation.document(citation.document_id)
        assert read.text[citation.start : citation.end] == citation.quote


def test_only_an_answer_from_a_page_under_review_says_so(answerer: Answerer) -> None:
    answer = answerer.ask("Is Ozempic safe for patients with a neuroendocrine tumor?")
    assert {c.document_id for c in answer.citations} == {ADVISORY}
    (pending,) = [r for r in answer.notices if r.kind == "pending_review"]
    assert pending.citations == tuple(c.number for c in answer.citations)
    other = answerer.ask("How is everolimus taken?")
    assert other.status == "answered"
    assert [r.kind for r in other.notices if r.kind == "pending_review"] == []


def test_a_misspelt_drug_is_understood(answerer: Answerer) -> None:
    answer = answerer.ask("What are the side effects of cabozantinb?")
    assert answer.resolved_question == "What are the side effects of cabozantinib?"
    assert [r.kind for r in answer.notices if r.kind == "spelling"] == ["spelling"]


def test_a_brand_name_stands_for_the_drug(answerer: Answerer) -> None:
    assert (TARGETED, "Everolimus (Afinitor)") in sections(answerer.ask("What are the side effects of Afinitor?"))


def test_a_thing_is_not_said_to_be_what_another_of_its_kind_is(answerer: Answerer) -> None:
    said = [statement.text for statement in answerer.ask("What is octreotide?").statements]
    assert said and not any(text.startswith("Lanreotide") for text in said)


def test_the_words_of_every_text_are_no_names(answerer: Answerer) -> None:
    assert answerer.terms.names.find("As a pill, or in the arm?") == []
