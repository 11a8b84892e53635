"""txtai's Embeddings, with its texts in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from stage import PASSAGES
from txtai import Embeddings


class System:
    """FAISS, and the texts in SQLite; transformers embeds."""

    METHOD = "transformers"
    MODEL = "encoder"

    def __init__(self, made: Path, index: Path) -> None:
        self._index = str(index)
        # Longer texts are cut where sentence-transformers cuts them.
        self._encoder = {"path": str(made / self.MODEL), "method": self.METHOD, "maxlength": 256}
        self._embeddings: Embeddings | None = None
        # Asked from several threads at once, it ends the process.
        self._turn = Lock()

    def build(self, texts: Sequence[str], vectors: Any) -> None:
        if vectors is None:
            embeddings = Embeddings(**self._encoder, content=True)
        else:
            # It asks for the vectors of texts: those that are there.
            rows = {text: row for row, text in enumerate(texts)}
            embeddings = Embeddings(
                method="external", transform=lambda asked: vectors[[rows[text] for text in asked]], content=True
            )
        embeddings.index(list(texts))
        embeddings.config.pop("transform", None)
        embeddings.save(self._index)

    def open(self) -> None:
        self._embeddings = Embeddings()
        self._embeddings.load(self._index, config=self._encoder)

    def search(self, question: str) -> list[str]:
        assert self._embeddings
        with self._turn:
            return [found["text"] for found in self._embeddings.search(question, PASSAGES)]

    def embed(self, texts: Sequence[str]) -> None:
        assert self._embeddings
        self._embeddings.batchtransform(list(texts), "data")
