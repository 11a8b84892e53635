"""Chroma with the embedding function that it has by default: the same encoder in onnxruntime."""

from __future__ import annotations

from pathlib import Path

import chromadb
from chromadb.utils.embedding_functions import ONNXMiniLM_L6_V2
from systems import chroma


class System(chroma.System):
    """The same, but for what embeds."""

    def _open_function(self, made: Path) -> chromadb.EmbeddingFunction[chromadb.Documents]:
        # It would be downloaded here; what is there is taken.
        ONNXMiniLM_L6_V2.DOWNLOAD_PATH = made
        return ONNXMiniLM_L6_V2()
