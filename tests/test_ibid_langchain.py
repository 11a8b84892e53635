"""An index in a LangChain chain, over made-up leaflets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from leaflets import DRAWBACKS, OFF_TOPIC, garden
from pydantic import ValidationError

from answer import Answer, QuestionError
from ibid.api import Library
from ibid.langchain import IbidRetriever, IbidTool

pytestmark = pytest.mark.usefixtures("plain_weights")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return garden(tmp_path_factory.mktemp("garden"))


def test_documents_say_where_they_stand(library: Library) -> None:
    found = IbidRetriever(library=library, k=2).invoke("drawbacks of verdolin")
    assert len(found) == 2
    best = found[0]
    assert best.metadata["document_id"] == "tomatoes"
    assert best.metadata["section"] == "Verdolin (Growfast)"
    assert best.metadata["url"].startswith("https://example.org/t#:~:text=")
    assert best.metadata["review_status"] == "reviewed"
    assert best.metadata["read_by_ocr"] is False
    text = library.source("tomatoes").text
    assert text[best.metadata["start"] : best.metadata["end"]] == best.page_content
    assert best.metadata["score"] >= found[1].metadata["score"] >= 0
    assert best.id == best.metadata["id"] != found[1].id
    assert best.metadata["source"] == best.metadata["url"]
    assert best.metadata["page"] is None


def test_it_finds_what_search_finds(library: Library) -> None:
    found = IbidRetriever(library=library).invoke("quillex")
    assert [d.id for d in found] == [hit.passage.id for hit in library.search("quillex", k=4)]


def test_async_and_batch_find_the_same(library: Library) -> None:
    retriever = IbidRetriever(library=library, k=3)
    questions = ["quillex", "verdolin", "gloves"]
    found = retriever.batch(questions)
    assert asyncio.run(retriever.abatch(questions)) == found
    assert asyncio.run(retriever.ainvoke("quillex")) == found[0]


def test_how_many_is_said_when_it_is_asked_and_what_is_unknown_refused(library: Library) -> None:
    retriever = IbidRetriever(library=library, k=3)
    assert len(retriever.invoke("tomatoes", k=1)) == 1 < len(retriever.invoke("tomatoes"))
    with pytest.raises(TypeError, match="topk"):
        retriever.invoke("tomatoes", topk=1)


def test_it_drops_into_a_chain(library: Library) -> None:
    prompts: list[str] = []

    def joined(documents: list[Document]) -> str:
        return "\n".join(f"[{d.metadata['document_id']}] {d.page_content}" for d in documents)

    def heard(prompt: object) -> object:
        prompts.append(str(prompt))
        return prompt

    chain = (
        {"passages": IbidRetriever(library=library, k=2) | joined, "question": RunnablePassthrough()}
        | ChatPromptTemplate.from_template("{passages}\n\n{question}")
        | RunnableLambda(heard)
        | FakeListChatModel(responses=["Yellow leaves.", "Weak stems."])
        | StrOutputParser()
    )
    assert chain.invoke("What are the drawbacks of verdolin?") == "Yellow leaves."
    assert asyncio.run(chain.ainvoke("What are the drawbacks of verdolin?")) == "Weak stems."
    assert prompts[0] == prompts[1]
    assert "[tomatoes] Verdolin is a man-made feed." in prompts[0]


def test_what_is_no_question_is_refused(library: Library) -> None:
    with pytest.raises(QuestionError, match="empty"):
        IbidRetriever(library=library).invoke(" ")


@pytest.mark.parametrize("given", [{"kk": 3}, {"k": 0}, {"k": "many"}])
@pytest.mark.parametrize("kind", [IbidRetriever, IbidTool])
def test_what_is_no_argument_is_refused(library: Library, kind: type, given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        kind(library=library, **given)


def _calling(question: object, **more: object) -> dict[str, Any]:
    """What an agent calls the tool with."""
    return {"type": "tool_call", "id": "1", "name": "answer_from_sources", "args": {"question": question, **more}}


@pytest.mark.parametrize("question", [DRAWBACKS, OFF_TOPIC])
def test_a_tool_answers_with_what_is_printed_and_the_record_beside_it(library: Library, question: str) -> None:
    tool = IbidTool(library=library)
    answer = library.ask(question)
    for message in (tool.invoke(_calling(question)), asyncio.run(tool.ainvoke(_calling(question)))):
        assert message.status == "success"
        assert message.content == str(answer)
        assert message.artifact | {"timings_ms": {}} == answer.to_json() | {"timings_ms": {}}
        assert Answer.from_json(message.artifact).citations == answer.citations


def test_a_tool_says_what_it_takes(library: Library) -> None:
    schema = IbidTool(library=library).tool_call_schema.model_json_schema()
    assert list(schema["properties"]) == schema["required"] == ["question"]
    assert schema["properties"]["question"]["description"].endswith("2,000 characters.")
    with pytest.raises(ValidationError, match="Extra inputs"):
        IbidTool(library=library).invoke(_calling("Why?", conversation="x"))


def test_an_agent_is_told_what_is_no_question(library: Library) -> None:
    tool = IbidTool(library=library)
    for message in (tool.invoke(_calling(" ")), asyncio.run(tool.ainvoke(_calling(" ")))):
        assert message.status == "error"
        assert "the question is empty" in message.content
