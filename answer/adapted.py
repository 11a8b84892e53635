"""The reader that comes with the package: a small network on the frozen sentence encoder."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from answer.errors import ReaderError
from answer.reader import Reader, Reading, Stretch, shipped_folder
from answer.spans import best_span
from answer.tokens import Tokenization, Tokens
from ingest.encoder import model_folder, weights_hash
from ingest.errors import EncoderError

if TYPE_CHECKING:
    from torch import Tensor

    from answer.reading import Foundation, ReadingNetwork

LONGEST_QUESTION = 48
_PAIRS = 16


class AdaptedReader(Reader):
    """Reads with the weights of `reader.safetensors`, as `reader.json` says.

    What the frozen encoder makes of a stretch does not depend on the question, and is kept: a stretch read again costs
    about a third of the first time.
    """

    def __init__(self, folder: Path, *, remembered: int = 1000) -> None:
        """Use `reader.json` and `reader.safetensors` of `folder`; keep the states of at most `remembered` texts.

        Raises ReaderError where the weights, or those of the encoder they were made for, are not the ones named there.
        """
        try:
            self._settings: Mapping[str, Any] = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
            self._weights = folder / "reader.safetensors"
            found = hashlib.sha256(self._weights.read_bytes()).hexdigest()
            self._encoder = model_folder(self._settings["encoder"])
            base = weights_hash(self._encoder)
        except (OSError, ValueError, KeyError, EncoderError) as error:
            raise ReaderError(f"no reader in {folder}: {error}; make one with: make reader") from error
        if found != self._settings["weights"]:
            raise ReaderError(f"{self._weights} is not the file that reader.json names; make it again: make reader")
        if base != self._settings["encoder_weights"]:
            raise ReaderError(f"the reader was made for other weights than those in {self._encoder}; make it again")
        self.name = "ibid-reader"
        self.fingerprint = f"{self.name}@{found[:16]}"
        self._most = remembered
        self._states: dict[tuple[int, ...], Tensor] = {}
        self._lock = Lock()

    @classmethod
    def shipped(cls) -> AdaptedReader:
        """The reader that lies beside this module."""
        return cls(shipped_folder())

    @cached_property
    def _tokenization(self) -> Tokenization:
        return Tokenization(self._encoder)

    @cached_property
    def _networks(self) -> tuple[Foundation, ReadingNetwork]:
        from answer.weights import load_networks

        return load_networks(self._encoder, self._weights, self._settings)

    def load(self) -> None:
        """Load the networks now."""
        _ = self._networks, self._tokenization

    def remember(self, stretches: Sequence[Stretch]) -> None:
        """Make the states of these stretches now, as far as they are to be kept."""
        import torch

        with torch.inference_mode():
            self._remembered([self._text(stretch).ids for stretch in stretches[-self._most :]])

    def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
        """What the network says of each stretch, in their order."""
        import torch

        asked = self._tokenization.tokens(question, LONGEST_QUESTION)
        texts = [self._text(stretch) for stretch in stretches]
        order = sorted(range(len(texts)), key=lambda n: len(texts[n].ids))
        readings: dict[int, Reading] = {}
        with torch.inference_mode():
            states = self._remembered([asked.ids, *(t.ids for t in texts)])
            for at in range(0, len(order), _PAIRS):
                group = order[at : at + _PAIRS]
                tokens, pooled = self._logits(asked, [texts[n] for n in group], states)
                for row, n in enumerate(group):
                    readings[n] = self._reading(stretches[n], texts[n], tokens[row], pooled[row])
        return [readings[n] for n in range(len(stretches))]

    def _text(self, stretch: Stretch) -> Tokens:
        return self._tokenization.tokens(stretch.text, self._settings["longest"], stretch.lead)

    def _remembered(self, texts: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], Tensor]:
        """The states of `texts`, made where they are not kept."""
        import torch

        with self._lock:
            known = {t: self._states[t] for t in texts if t in self._states}
        missing = sorted({t for t in texts if t not in known}, key=len)
        foundation = self._networks[0]
        for at in range(0, len(missing), _PAIRS):
            group = missing[at : at + _PAIRS]
            longest = len(group[-1])
            ids = torch.tensor([[*t, *[0] * (longest - len(t))] for t in group])
            mask = torch.tensor([[1] * len(t) + [0] * (longest - len(t)) for t in group])
            # Half the bytes do as well: a passage of 150 tokens takes some 230 kB.
            made = foundation(ids, mask).to(torch.bfloat16)
            known |= {t: m[: len(t)].clone() for t, m in zip(group, made, strict=True)}
        with self._lock:
            if len(self._states) + len(missing) > self._most:
                self._states.clear()
            self._states |= {t: known[t] for t in missing}
        return known

    def _logits(
        self, asked: Tokens, texts: Sequence[Tokens], states: Mapping[tuple[int, ...], Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Token logits from the passage's first mark on, and pooled logits; row 0 of the tokens is "no answer"."""
        import torch

        from answer.reading import pair

        network = self._networks[1]
        values, ids, side = pair([(asked.ids, t.ids) for t in texts], states)
        tokens, pooled = network(values.to(network.matches.weight.dtype), ids, side)
        passage = tokens[:, len(asked.ids) :].clone()
        passage[:, 0] = tokens[:, 0]
        return passage.to(torch.float32), pooled.to(torch.float32)

    def _reading(self, stretch: Stretch, text: Tokens, tokens: Tensor, pooled: Tensor) -> Reading:
        calibration = self._settings["calibration"]
        logits = tokens[: len(text.ids) - 1].numpy()
        ranges = [text.within(s) for s in stretch.sentences]
        relevance = [float(logits[s:e, 2].mean()) if e > s else -9.0 for s, e in ranges]
        span, margin = (0, 0), -9.0
        if len(logits) > 1:
            first, last, score = best_span(logits[1:, 0], logits[1:, 1])
            margin = score - float(logits[0, 0] + logits[0, 1])
            start, end = text.characters(first + 1, last + 1)
            span = (max(start, 0), max(end, 0))
        signs = {"pooled": float(pooled[0]), "margin": margin, "sentence": max(relevance, default=-9.0)}
        weights = calibration["answerable"]
        return Reading(
            answerable=_chance(weights["intercept"] + sum(weights[name] * value for name, value in signs.items())),
            sentences=tuple(_chance(calibration["sentence"][0] * r + calibration["sentence"][1]) for r in relevance),
            span=span,
            support=_chance(calibration["support"][0] * float(pooled[1]) + calibration["support"][1]),
        )


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
