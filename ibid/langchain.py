"""A library in LangChain: its passages for a chain that is there already, and its answers for an agent."""

from __future__ import annotations

from typing import Any, Literal

from answer import LONGEST_QUESTION, Answer, QuestionError
from ibid.api import Library
from ibid.metadata import metadata
from ingest.errors import needing

with needing("langchain"):
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.tools import ArgsSchema, BaseTool, ToolException
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["IbidRetriever", "IbidTool"]


class IbidRetriever(BaseRetriever):
    """Gives the best `k` passages of a library for a question, best first, with the metadata of `ibid.metadata`.

    Raises QuestionError where the question is empty, too long, or not text.
    """

    model_config = ConfigDict(extra="forbid")

    library: Library
    k: int = Field(4, ge=1)

    # LangChain hands on what `invoke` is given beside the question only to those that name an argument of their own.
    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return [
            Document(page_content=cited.quote, id=hit.passage.id, metadata=metadata(hit, cited))
            for hit, cited in self.library.search_cited(query, self.k if k is None else k)
        ]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(description=f"One question in plain English, at most {LONGEST_QUESTION:,} characters.")


class IbidTool(BaseTool):
    """Answers a question of an agent as text, quotes and citations as they are printed, and the record as artifact.

    Each question stands alone.  One that is empty, too long, or not text is told to the agent as an error.
    """

    model_config = ConfigDict(extra="forbid")

    library: Library
    name: str = "answer_from_sources"
    description: str = (
        "Answers a question with what a set of sources says, and only that: every statement is a quotation with its "
        "citation, or the sources are said not to answer. The question has to stand alone."
    )
    args_schema: ArgsSchema | None = _Asked
    response_format: Literal["content", "content_and_artifact"] = "content_and_artifact"
    handle_tool_error: Any = True

    def _run(self, question: str) -> tuple[str, dict[str, Any]]:
        try:
            return _told(self.library.ask(question))
        except QuestionError as error:
            raise ToolException(str(error)) from error

    async def _arun(self, question: str) -> tuple[str, dict[str, Any]]:
        try:
            return _told(await self.library.aask(question))
        except QuestionError as error:
            raise ToolException(str(error)) from error


def _told(answer: Answer) -> tuple[str, dict[str, Any]]:
    return str(answer), answer.to_json()
