"""The reader that comes with the package: a small network on the frozen sentence encoder, run by onnxruntime."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from answer.errors import ReaderError
from answer.reader.pairs import LONGEST_QUESTION, Ids, lay_out
from answer.reader.reading import Reader, Reading, Stretch, shipped_folder
from answer.reader.tokens import Tokenization, Tokens
from answer.shipped import shipped
from ingest import Encoder, ExportedEncoder, ExportError
from ingest.embed.network import DIGITS, Network, export_folder

States = npt.NDArray[np.float16]
Logits = npt.NDArray[np.float32]

_TURN = 100  # readings


class AdaptedReader(Reader):
    """Reads as `export_reader` exported it, and as `reader.json` says.

    What the frozen encoder makes of a stretch does not depend on the question, and is kept: a stretch read again costs
    about a third of the first time.
    """

    def __init__(
        self, index: Path, encoder: Encoder | None = None, folder: Path | None = None, *, remembered: int = 500
    ) -> None:
        """Use what was exported into the folder `index` of the reader in `folder` (None: the one beside this module).

        An `encoder` that is the export of the one it was made for is used for it too.  The states of at most
        `remembered` texts are kept, some 200 kB for one of 136 tokens, for as long as they are read now and then.
        Raises ReaderError where there is no export.
        """
        self._settings = read_settings(folder or shipped_folder())
        weights = self._settings["weights"]
        try:
            self._network = Network.open(export_folder(index, weights), weights)
        except ExportError as error:
            raise ReaderError(str(error)) from error
        self.encoder = reading_encoder(index, encoder, folder)
        # What is read is mostly what was searched for, and embedded for that.
        self.encoder.keep([self._settings["lower"], self.encoder.layers])
        self.name = "ibid-reader"
        self.fingerprint = f"{self.name}@{weights[:DIGITS]}"
        self._most = remembered
        # Of the texts that were read last, and of those that were before them: see `_take_note`.
        self._states: dict[Ids, States] = {}
        self._earlier: dict[Ids, States] = {}
        self._readings = 0
        self._lock = Lock()

    @cached_property
    def _tokenization(self) -> Tokenization:
        return Tokenization(self.encoder.tokenizer_file.parent)

    def load(self) -> None:
        """Load the networks now."""
        try:
            self.encoder.load()
            self._network.load()
        except ExportError as error:
            raise ReaderError(str(error)) from error
        _ = self._tokenization

    def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
        """What the network says of each stretch, in their order."""
        asked = self._tokenization.tokens(question, LONGEST_QUESTION)
        texts = [self._text(stretch) for stretch in stretches]
        states = self._remembered([asked.ids, *(t.ids for t in texts)])
        # One at a time: more at once is no faster in one thread, and takes memory.
        return [
            self._reading(stretch, text, *self._logits(asked.ids, text.ids, states))
            for stretch, text in zip(stretches, texts, strict=True)
        ]

    def _text(self, stretch: Stretch) -> Tokens:
        return self._tokenization.tokens(stretch.text, self._settings["longest"], stretch.lead)

    def _remembered(self, texts: Sequence[Ids]) -> dict[Ids, States]:
        """The states of `texts`, made where they are not kept."""
        with self._lock:
            kept = self._earlier | self._states
        known = {t: kept[t] for t in texts if t in kept}
        # Half the bytes do as well.
        lower = self._settings["lower"]
        known |= {t: foundation(self.encoder, lower, t).astype(np.float16) for t in set(texts) - known.keys()}
        with self._lock:
            self._take_note(known)
        return known

    def _take_note(self, known: dict[Ids, States]) -> None:
        """Keep states; those that were read neither since the last turn nor between that and the one before go.

        A turn comes after so many readings, so that of pages which are published no more little is kept for long.
        """
        self._readings += 1
        if self._readings > _TURN or len(self._states | known) > self._most // 2:
            self._earlier, self._states, self._readings = self._states, {}, 0
        self._states |= known

    def _logits(self, asked: Ids, text: Ids, states: Mapping[Ids, States]) -> tuple[Logits, Logits]:
        """The relevance of the tokens from the passage's first mark on, and pooled logits."""
        ids, side, shift = lay_out([(asked, text)])
        values = np.concatenate((states[asked], states[text]), dtype=np.float32)[None]
        (tokens,), (pooled,) = self._network.run(["tokens", "pooled"], {"states": values, "ids": ids, "side": side})
        return tokens[shift:, 0], pooled

    def _reading(self, stretch: Stretch, text: Tokens, tokens: Logits, pooled: Logits) -> Reading:
        calibration = self._settings["calibration"]
        ranges = [text.within(s) for s in stretch.sentences]
        relevance = [float(tokens[s:e].mean()) if e > s else -9.0 for s, e in ranges]
        features = {"pooled": float(pooled[0]), "sentence": max(relevance, default=-9.0)}
        weights = calibration["answerable"]
        return Reading(
            answerable=_chance(weights["intercept"] + sum(weights[name] * value for name, value in features.items())),
            sentences=tuple(_chance(calibration["sentence"][0] * r + calibration["sentence"][1]) for r in relevance),
            support=_chance(calibration["support"][0] * float(pooled[1]) + calibration["support"][1]),
        )


def read_settings(folder: Path) -> Mapping[str, Any]:
    """What the `reader.json` in `folder` says; ReaderError where there is none."""
    try:
        settings: Mapping[str, Any] = json.loads(shipped(folder / "reader.json"))
    except (OSError, ValueError) as error:
        raise ReaderError(f"no reader in {folder}: {error}; make one with: make reader") from error
    return settings


def reading_encoder(index: Path, encoder: Encoder | None = None, folder: Path | None = None) -> ExportedEncoder:
    """The encoder that the reader in `folder` was made for: `encoder`, if that is it, or its export in `index`.

    Raises ReaderError where there is none.
    """
    settings = read_settings(folder or shipped_folder())
    name, base = settings["encoder"], settings["encoder_weights"][:DIGITS]
    if isinstance(encoder, ExportedEncoder) and encoder.fingerprint.endswith(f"@{base}"):
        return encoder
    try:
        return ExportedEncoder.open(index, name, f"{name}@{base}")
    except ExportError as error:
        raise ReaderError(str(error)) from error


def reader_weights() -> tuple[str, str]:
    """The hashes (hex) of the encoder that the reader of the package was made for, and of its own weights."""
    settings = read_settings(shipped_folder())
    return settings["encoder_weights"], settings["weights"]


def foundation(encoder: ExportedEncoder, lower: int, text: Ids) -> npt.NDArray[np.float32]:
    """For each token its state after the `lower` layers and after all, of shape (tokens, 2 * width)."""
    ((low,), (high,)), _ = encoder.states([text], [lower, encoder.layers])
    return np.concatenate((low, high), axis=1)


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
