"""A library in a LlamaIndex query engine, over made-up leaflets."""

from __future__ import annotations

import asyncio

import pytest
from leaflets import garden

from answer import QuestionError
from ibid.api import Library

llama_index = pytest.importorskip(
    "llama_index.core", reason="there is no LlamaIndex; install it with: pip install 'ibid[llamaindex]'"
)
pytestmark = pytest.mark.usefixtures("plain_weights", "no_network")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return garden(tmp_path_factory.mktemp("garden"))


def test_nodes_say_where_they_stand(library: Library) -> None:
    from ibid.llamaindex import IbidRetriever

    found = IbidRetriever(library, k=2).retrieve("drawbacks of verdolin")
    assert [node.node_id for node in found] == [hit.passage.id for hit in library.search("drawbacks of verdolin", k=2)]
    best = found[0]
    assert best.metadata["document_id"] == "tomatoes" and best.metadata["section"] == "Verdolin (Growfast)"
    assert best.metadata["source"].startswith("https://example.org/t#:~:text=")
    assert best.metadata["id"] == best.node_id and best.metadata["page"] is None
    text = library.source("tomatoes").text
    assert text[best.metadata["start"] : best.metadata["end"]] == best.text
    assert best.score == best.metadata["score"] >= (found[1].score or 0)


def test_it_is_awaited(library: Library) -> None:
    from ibid.llamaindex import IbidRetriever

    retriever = IbidRetriever(library)
    found = [(node.node_id, node.score) for node in retriever.retrieve("quillex")]
    assert [(node.node_id, node.score) for node in asyncio.run(retriever.aretrieve("quillex"))] == found
    assert len(found) == 4


def test_it_drops_into_a_query_engine(library: Library) -> None:
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine

    from ibid.llamaindex import IbidRetriever

    engine = RetrieverQueryEngine.from_args(IbidRetriever(library, k=2), llm=MockLLM())
    answered = engine.query("What are the drawbacks of verdolin?")
    assert "Verdolin is a man-made feed." in str(answered)
    assert {node.metadata["document_id"] for node in answered.source_nodes} <= {"tomatoes", "marrows"}


def test_what_is_no_question_and_what_is_no_argument_are_refused(library: Library) -> None:
    from ibid.llamaindex import IbidRetriever

    with pytest.raises(QuestionError, match="empty"):
        IbidRetriever(library).retrieve(" ")
    with pytest.raises(TypeError, match="kk"):
        IbidRetriever(library, kk=3)  # type: ignore[call-arg]
