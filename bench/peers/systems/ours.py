"""ibid, passages alone; its indexes are made by `prepare`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stage import PASSAGES

import ibid


class System:
    """Dense and lexical search fused, as `ibid search` does."""

    def __init__(self, made: Path, index: Path) -> None:
        self._index = index
        self._remembered = made / "precision.json"

    def build(self, texts: Sequence[str], vectors: Any) -> None:
        raise NotImplementedError("made by `prepare`")

    def open(self) -> None:
        self._library = ibid.open(index=self._index, reader="none")

    def search(self, question: str) -> list[str]:
        return [hit.passage.embedded_text for hit in self._library.search(question, PASSAGES)]

    def embed(self, texts: Sequence[str]) -> None:
        from ingest import BulkEncoder, SentenceEncoder

        if not hasattr(self, "_bulk"):
            self._bulk = BulkEncoder(SentenceEncoder.open(), self._remembered)
        self._bulk.encode(texts)
