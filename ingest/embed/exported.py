"""A sentence encoder that was exported: the same vectors, from onnxruntime and a tokenizer alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ingest.embed.encoder import Vectors, whole_words
from ingest.embed.network import Network, export_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Ids = Sequence[int]
# How many tokens are embedded at once: more is hardly faster, and takes memory.
_TOKENS = 512
# To run the network once more takes as long as to run it on so many tokens more.
_PADDING = 16
# Texts embedded by themselves are questions, and those that are still read are few.
_ALONE = 8


class ExportedEncoder:
    """What `export_encoder` wrote: the mean of the last layer's states, as sentence-transformers has it.

    It may be used from several threads at once.
    """

    def __init__(self, name: str, fingerprint: str, network: Network) -> None:
        """Use `open`."""
        self.name = name
        self.fingerprint = fingerprint
        self._network = network
        self._kept: tuple[int, ...] = ()
        self._alone: dict[tuple[int, ...], dict[int, npt.NDArray[np.float32]]] = {}

    def keep(self, layers: Sequence[int]) -> None:
        """Of a text that is embedded by itself, keep what these layers make of it for who asks for its states next."""
        self._kept = tuple(layers)

    @classmethod
    def open(cls, index: Path, name: str, fingerprint: str) -> ExportedEncoder:
        """The export in the folder `index` of the encoder of that name and fingerprint.

        Raises ExportError where there is none or it is not whole.
        """
        weights = fingerprint.rpartition("@")[2]
        return cls(name, fingerprint, Network.open(export_folder(index, weights), weights))

    def load(self) -> None:
        """Load the network and the tokenizer now, rather than when they are first needed."""
        self._network.load()
        _ = self._tokenizer

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._network.facts["dimension"])

    @property
    def layers(self) -> int:
        """How many layers the network has."""
        return int(self._network.facts["layers"])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension)."""
        tokens = [self._tokenizer.encode(text).ids for text in texts]
        if len(texts) == 1 and self._kept:
            self._keep_alone(tokens[0])
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for places in batches(tokens, _TOKENS, _PADDING):
            (states,), mask = self.states([tokens[place] for place in places], [self.layers])
            weights = mask[:, :, None].astype(np.float32)
            vectors[places] = (states * weights).sum(axis=1) / weights.sum(axis=1)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def states(
        self, tokens: Sequence[Ids], layers: Sequence[int]
    ) -> tuple[list[npt.NDArray[np.float32]], npt.NDArray[np.int64]]:
        """What each of `layers` (0: what enters the first) makes of the `tokens` of some texts, and which are padding.

        Of shape (texts, longest, dimension) each, and (texts, longest), 1 for a token and 0 for padding.
        """
        if len(tokens) == 1 and (made := self._alone.get(tuple(tokens[0]), {})).keys() >= set(layers):
            return [made[layer] for layer in layers], np.ones((1, len(tokens[0])), dtype=np.int64)
        longest = max(map(len, tokens))
        ids = np.zeros((len(tokens), longest), dtype=np.int64)
        mask = np.zeros((len(tokens), longest), dtype=np.int64)
        for row, given in enumerate(tokens):
            ids[row, : len(given)] = given
            mask[row, : len(given)] = 1
        return self._network.run([f"layer_{layer}" for layer in layers], {"ids": ids, "mask": mask}), mask

    def _keep_alone(self, tokens: Ids) -> None:
        """Have the states of one text ready for `states`."""
        wanted = sorted({*self._kept, self.layers})
        made, _ = self.states([tokens], wanted)
        if len(self._alone) >= _ALONE:
            self._alone = {}
        self._alone[tuple(tokens)] = dict(zip(wanted, made, strict=True))

    @property
    def tokenizer_file(self) -> Path:
        """Where the tokenizer is, as `tokenizers` reads it."""
        return self._network.folder / "tokenizer.json"

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self.tokenizer_file))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words, in lower case, that the tokenizer's vocabulary holds whole."""
        return whole_words(self._tokenizer.get_vocab())


def batches(tokens: Sequence[Ids], most: int, padding: int) -> Iterator[list[int]]:
    """The places of texts of like length, the longest last, as many as make up `most` tokens with their padding.

    That is `padding` tokens at most.
    """
    batch: list[int] = []
    held = 0
    for place in sorted(range(len(tokens)), key=lambda place: len(tokens[place])):
        longest = len(tokens[place])
        whole = (len(batch) + 1) * longest
        if batch and (whole > most or whole - held - longest > padding):
            yield batch
            batch, held = [], 0
        batch.append(place)
        held += longest
    if batch:
        yield batch
