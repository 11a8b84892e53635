"""A library in Haystack: its passages for a pipeline that is there already."""

from __future__ import annotations

import asyncio

from ibid.api import Library
from ibid.metadata import metadata
from ingest.errors import needing

with needing("haystack"):
    from haystack import Document, component

__all__ = ["IbidRetriever"]


@component
class IbidRetriever:
    """Gives the best `top_k` passages of a library for a query, best first, with the metadata of `ibid.metadata`.

    Raises QuestionError where the query is empty, too long, or not text.
    """

    def __init__(self, library: Library, top_k: int = 4) -> None:
        """Search `library`, for `top_k` passages where a run asks for no other number."""
        self._library = library
        self._top_k = top_k

    @component.output_types(documents=list[Document])
    def run(self, query: str, top_k: int | None = None) -> dict[str, list[Document]]:
        """The passages, as `documents`."""
        found = self._library.search_cited(query, top_k or self._top_k)
        documents = [
            Document(id=hit.passage.id, content=cited.quote, meta=metadata(hit, cited), score=hit.score)
            for hit, cited in found
        ]
        return {"documents": documents}

    @component.output_types(documents=list[Document])
    async def run_async(self, query: str, top_k: int | None = None) -> dict[str, list[Document]]:
        """`run`, in a thread."""
        return await asyncio.to_thread(self.run, query, top_k)
