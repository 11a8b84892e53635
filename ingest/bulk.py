"""Many texts become unit vectors, as fast as this machine makes them."""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np

from ingest.encoder import SentenceEncoder, Vectors
from ingest.exported import batches

LEAST_COSINE = 0.999
_PRECISIONS = ("float32", "bfloat16")
_AS_THEY_ARE = "sentence-transformers"
# By fewer no speed can be told, and little is to be gained.
_FEW = 32
_SECONDS = 2.0
# How many tokens are embedded at once.  A processor is fastest while what passes through it stays in its caches.
_TOKENS = {"cpu": 2048, "cuda": 65536}


class BulkEncoder:
    """A sentence encoder for many texts: in batches of like length, in the precision that is fastest here.

    Its vectors are those of the encoder but for rounding: their cosine is LEAST_COSINE at least, which is made sure of
    before a precision is used.
    """

    def __init__(self, encoder: SentenceEncoder, remembered: Path) -> None:
        """Embed as `encoder` does; what is fastest is measured once, and written into the file `remembered`."""
        self.name = encoder.name
        # The encoder's own, whatever the precision: passages embedded in bfloat16 may be compared with each other and
        # with questions embedded in float32: the weights are the same, and a rounding to bfloat16 moves the cosine of a
        # question and a passage by some thousandths, to either side.  What may not be compared is other weights.
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._remembered = remembered
        self._way: SentenceEncoder | Forward | None = None

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._encoder.dimension

    @property
    def words(self) -> frozenset[str]:
        """The words that the encoder knows whole."""
        return self._encoder.words

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension); of few texts those of the encoder itself."""
        if len(texts) < _FEW or not is_plain(self._encoder):
            return self._encoder.encode(texts)
        if self._way is None:
            choices = self._choices()
            if self._here not in choices:
                choices[self._here] = self._measure(texts[:: len(texts) // _FEW][:_FEW])
                self._remember(choices)
            self._way = self._open(choices[self._here])
        return self._way.encode(texts)

    def _open(self, name: str) -> SentenceEncoder | Forward:
        return self._encoder if name == _AS_THEY_ARE else Forward(self._encoder, name)

    def _measure(self, sample: Sequence[str]) -> str:
        """The fastest way to embed `sample` that gives the encoder's own vectors."""
        wanted = self._encoder.encode(sample)
        ways: dict[str, SentenceEncoder | Forward] = {_AS_THEY_ARE: self._encoder}
        for name in _PRECISIONS:
            with suppress(RuntimeError):  # of torch, where it cannot do this here
                way = self._open(name)
                if float((way.encode(sample) * wanted).sum(axis=1).min()) >= LEAST_COSINE:
                    ways[name] = way
        # The least of several times, in turn, is that in which nothing else was going on.
        times = dict.fromkeys(ways, float("inf"))
        until = time.perf_counter() + _SECONDS
        while time.perf_counter() < until:
            for name in times:
                started = time.perf_counter()
                ways[name].encode(sample)
                times[name] = min(times[name], time.perf_counter() - started)
        return min(times, key=times.__getitem__)

    @cached_property
    def _here(self) -> str:
        """Weights, machine and library: of others, another way may be the fastest."""
        import torch

        if device() == "cuda":
            machine = torch.cuda.get_device_name()
        else:
            able = sorted(name for name, value in torch.cpu.get_capabilities().items() if value is True)
            machine = f"{torch.cpu.get_capabilities()['cpu_name']}, {torch.get_num_threads()} threads, {' '.join(able)}"
        return f"{self.fingerprint}, torch {torch.__version__}, {machine}"

    def _choices(self) -> dict[str, str]:
        """What was measured before, by weights and machine; nothing where the file is not what it was."""
        try:
            choices = json.loads(self._remembered.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        known = (*_PRECISIONS, _AS_THEY_ARE)
        return {key: way for key, way in choices.items() if way in known} if isinstance(choices, dict) else {}

    def _remember(self, choices: dict[str, str]) -> None:
        with suppress(OSError):  # it is measured again next time
            self._remembered.parent.mkdir(parents=True, exist_ok=True)
            new = self._remembered.with_name(f"{self._remembered.name}.{os.getpid()}")
            new.write_text(json.dumps(choices, indent=1), encoding="utf-8")
            new.replace(self._remembered)


class Forward:
    """The network of an encoder in one precision, on the graphics card where there is one."""

    def __init__(self, encoder: SentenceEncoder, precision: str) -> None:
        """Of `encoder`, which has to be a plain one: see `is_plain`; `precision` is a type of torch's, by its name."""
        import torch

        self._device = device()
        self._tokenizer = encoder.tokenizer
        self._padding = encoder.model.tokenizer.pad_token_id or 0
        self._model = copy.deepcopy(encoder.model).to(self._device, getattr(torch, precision)).eval()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension)."""
        import torch

        tokens = self._tokens(texts)
        made = []
        with torch.inference_mode():
            for places in batches(tokens, _TOKENS[self._device]):
                ids = np.full((len(places), len(tokens[places[-1]])), self._padding, dtype=np.int64)
                mask = np.zeros_like(ids)
                for row, place in enumerate(places):
                    ids[row, : len(tokens[place])] = tokens[place]
                    mask[row, : len(tokens[place])] = 1
                given = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
                states = self._model({name: tensor.to(self._device) for name, tensor in given.items()})
                # Left on the device until all is under way: to fetch a vector is to wait for it.
                made.append((places, states["sentence_embedding"].float()))
        vectors = np.zeros((len(texts), made[0][1].shape[1]), dtype=np.float32)
        for places, rows in made:
            vectors[places] = rows.cpu().numpy()
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text; each processor takes its share of the texts."""
        share = -(-len(texts) // (os.cpu_count() or 1))
        shares = [list(texts[first : first + share]) for first in range(0, len(texts), share)]
        with ThreadPoolExecutor(len(shares)) as pool:
            return [encoding.ids for encoding in chain(*pool.map(self._tokenizer.encode_batch_fast, shares))]


def device() -> str:
    """Where many texts are embedded: cuda where torch has it, else cpu."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def is_plain(encoder: SentenceEncoder) -> bool:
    """Whether what `encoder` is given is a text's tokens and nothing before them."""
    model = encoder.model
    return (
        type(model[0]).__name__ == "Transformer"
        and hasattr(model.tokenizer, "backend_tokenizer")
        and model.default_prompt_name is None
    )
