"""An index as a LangChain retriever, for chains that are there already."""

from __future__ import annotations

from answer import Citation
from ibid.api import Library
from ingest.extras import needing
from retriever import Hit

with needing("langchain"):
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

_KNOWN = (
    *("document_id", "revision", "title", "publisher", "revised", "review_status", "license"),
    *("section", "page", "page_label", "start", "end", "url", "file", "read_by_ocr"),
)


class IbidRetriever(BaseRetriever):
    """Gives the best `k` passages of a library for a question, best first.

    The metadata of each say where it stands: `source` (its address, else its file, else its id), `id` (that of the
    passage), `document_id`, `section`, `page` (its number, from 1) and `page_label` (what it is called in print),
    `start` and `end` (offsets in the text of the source), `url` (at the passage, where the words are those of the
    page), `read_by_ocr` (whether they were read off a picture), what is known of the source, and `score`, in [0, 1].
    Raises QuestionError where the question is empty, too long, or not text.
    """

    library: Library
    k: int = 4

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(hit, cited) for hit, cited in self.library.search_cited(query, self.k)]


def _document(hit: Hit, cited: Citation) -> Document:
    metadata = {name: getattr(cited, name) for name in _KNOWN} | {"score": hit.score, "id": hit.passage.id}
    metadata["source"] = cited.url or cited.file or cited.document_id
    return Document(page_content=cited.quote, id=hit.passage.id, metadata=metadata)
