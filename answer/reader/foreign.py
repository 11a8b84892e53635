"""Other models of transformers in the reader's place: cross-encoders, and models for question answering."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from answer.errors import ReaderError
from answer.reader.reading import Reader, Reading, Stretch
from ingest.embed.encoder import model_hash
from ingest.errors import needing

_TOKENS = 384
_PAIRS = 16
LONGEST = 30
_NONE = -1e4
Logits = npt.NDArray[np.float32]


class _ForeignReader(Reader):
    """What the two kinds share: how they are loaded, and how they are asked."""

    _class: str

    def __init__(self, name: str, folder: Path) -> None:
        """Read with the model in `folder`."""
        self.name = name
        self.fingerprint = f"{name}@{model_hash(folder)[:16]}"
        self._folder = folder

    @cached_property
    def _model(self) -> tuple[Any, Any]:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        with needing("index"):
            import transformers

        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(str(self._folder), use_fast=True)
            model = getattr(transformers, self._class).from_pretrained(str(self._folder))
        except (OSError, ValueError, RuntimeError) as error:
            raise ReaderError(f"{self._folder} cannot be loaded as a reader: {error}") from error
        return tokenizer, model.eval()

    def load(self) -> None:
        """Load the model now."""
        _ = self._model

    def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
        """What the model says of each stretch, in their order."""
        return [self._read(question, stretch) for stretch in stretches]

    @abstractmethod
    def _read(self, question: str, stretch: Stretch) -> Reading: ...

    def _ask(self, question: str, texts: Sequence[str]) -> tuple[Any, Any]:
        """What the tokenizer and the model make of `question` with each of `texts`."""
        import torch

        tokenizer, model = self._model
        encoded = tokenizer(
            [question] * len(texts),
            list(texts),
            truncation="only_second",
            max_length=min(_TOKENS, tokenizer.model_max_length),
            padding=True,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        inputs = {k: v for k, v in encoded.items() if k != "offset_mapping"}
        with torch.inference_mode():
            return encoded, model(**inputs)


class ClassifyingReader(_ForeignReader):
    """A cross-encoder: it scores the stretch as a whole, and each of its sentences alone."""

    _class = "AutoModelForSequenceClassification"

    def _read(self, question: str, stretch: Stretch) -> Reading:
        texts = [stretch.text, *(stretch.text[s:e] for s, e in stretch.sentences)]
        chances: list[float] = []
        for at in range(0, len(texts), _PAIRS):
            _, output = self._ask(question, [stretch.lead + text for text in texts[at : at + _PAIRS]])
            logits = output.logits.float()
            if logits.shape[1] > 2:
                raise ReaderError(f"{self.name} tells {logits.shape[1]} classes apart; a reader has one logit or two")
            chance = logits.sigmoid()[:, 0] if logits.shape[1] == 1 else logits.softmax(dim=1)[:, 1]
            chances += chance.tolist()
        whole, *each = chances
        return Reading(whole, tuple(each))


class AnsweringReader(_ForeignReader):
    """A model for question answering: how far its best span stands above "no answer"."""

    _class = "AutoModelForQuestionAnswering"

    def _read(self, question: str, stretch: Stretch) -> Reading:
        encoded, output = self._ask(question, [stretch.lead + stretch.text])
        starts, ends = output.start_logits[0].float().numpy(), output.end_logits[0].float().numpy()
        none = float(starts[0] + ends[0])
        lead = len(stretch.lead)
        ids = encoded.sequence_ids(0)
        ranges = [(s - lead, e - lead) for s, e in encoded["offset_mapping"][0].tolist()]
        inner = np.array([i == 1 and e > 0 for i, (_, e) in zip(ids, ranges, strict=True)])
        if not inner.any():
            return Reading(0.0, (0.0,) * len(stretch.sentences))

        def best(where: npt.NDArray[np.bool_]) -> float:
            return best_span(np.where(where, starts, _NONE), np.where(where, ends, _NONE))

        sentences = []
        for start, end in stretch.sentences:
            where = inner & np.array([s < end and start < e for s, e in ranges])
            sentences.append(_chance(best(where) - none) if where.any() else 0.0)
        return Reading(_chance(best(inner) - none), tuple(sentences))


def best_span(starts: Logits, ends: Logits, longest: int = LONGEST) -> float:
    """The greatest sum of logits, of shape (tokens,), that a span of at most `longest` tokens begins and ends with."""
    lengths = range(min(longest, len(starts)))
    return max(float((starts[: len(starts) - more] + ends[more:]).max()) for more in lengths)


def _chance(margin: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(margin, -30, 30))))
