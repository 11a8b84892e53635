"""A library in a Haystack pipeline, over made-up leaflets."""

from __future__ import annotations

import asyncio

import pytest
from leaflets import garden

from answer import QuestionError
from ibid.api import Library

haystack = pytest.importorskip("haystack", reason="there is no Haystack; install it with: pip install 'ibid[haystack]'")
pytestmark = pytest.mark.usefixtures("plain_weights", "no_network")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return garden(tmp_path_factory.mktemp("garden"))


def test_documents_say_where_they_stand(library: Library) -> None:
    from ibid.haystack import IbidRetriever

    found = IbidRetriever(library).run("drawbacks of verdolin", top_k=2)["documents"]
    assert [document.id for document in found] == [
        hit.passage.id for hit in library.search("drawbacks of verdolin", k=2)
    ]
    best = found[0]
    assert best.meta["document_id"] == "tomatoes" and best.meta["section"] == "Verdolin (Growfast)"
    assert best.meta["source"].startswith("https://example.org/t#:~:text=")
    assert best.meta["id"] == best.id and best.meta["page"] is None
    assert library.source("tomatoes").text[best.meta["start"] : best.meta["end"]] == best.content
    assert best.score == best.meta["score"] >= found[1].score


def test_nobody_is_told_of_what_the_tests_do() -> None:
    from haystack.telemetry._telemetry import telemetry

    assert telemetry is None


def test_it_drops_into_a_pipeline(library: Library) -> None:
    from haystack.components.builders import PromptBuilder

    from ibid.haystack import IbidRetriever

    pipeline = haystack.Pipeline()
    pipeline.add_component("ibid", IbidRetriever(library, top_k=3))
    template = "{% for d in documents %}[{{ d.meta.document_id }}] {{ d.content }}\n{% endfor %}{{ question }}"
    pipeline.add_component("prompt", PromptBuilder(template, required_variables=["documents", "question"]))
    pipeline.connect("ibid.documents", "prompt.documents")
    question = "What are the drawbacks of verdolin?"
    given = {"ibid": {"query": question}, "prompt": {"question": question}}
    prompt = pipeline.run(given)["prompt"]["prompt"]
    assert "[tomatoes] Verdolin is a man-made feed." in prompt
    assert asyncio.run(pipeline.run_async(given))["prompt"]["prompt"] == prompt


def test_what_is_no_question_and_what_is_no_argument_are_refused(library: Library) -> None:
    from ibid.haystack import IbidRetriever

    with pytest.raises(QuestionError, match="empty"):
        IbidRetriever(library).run(" ")
    with pytest.raises(TypeError, match="kk"):
        IbidRetriever(library, kk=3)
