"""A library in LlamaIndex: its passages for a query engine that is there already."""

from __future__ import annotations

import asyncio

from answer import Citation
from ibid.api import Library
from ibid.metadata import metadata
from ingest.errors import needing
from retriever import Hit

with needing("llamaindex"):
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

__all__ = ["IbidRetriever"]


class IbidRetriever(BaseRetriever):
    """Gives the best `k` passages of a library for a question, best first, with the metadata of `ibid.metadata`.

    Raises QuestionError where the question is empty, too long, or not text.
    """

    def __init__(self, library: Library, k: int = 4) -> None:
        """Search `library`, for `k` passages."""
        super().__init__()
        self._library = library
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._library.search_cited(query_bundle.query_str, self._k)
        return [_node(hit, cited) for hit, cited in found]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: Hit, cited: Citation) -> NodeWithScore:
    node = TextNode(id_=hit.passage.id, text=cited.quote, metadata=metadata(hit, cited))
    return NodeWithScore(node=node, score=hit.score)
