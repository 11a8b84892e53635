"""Many texts become unit vectors, as fast as this machine makes them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from ingest.embed.encoder import SentenceEncoder, Vectors
from ingest.embed.forward import Forward, device
from ingest.errors import needing

LEAST_COSINE = 0.999
_PRECISIONS = ("float32", "bfloat16")
_AS_THEY_ARE = "sentence-transformers"
# By fewer no speed can be told, and little is to be gained.
_FEW = 32
_SECONDS = 2.0


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
        """The precision that embeds `sample` fastest and gives the encoder's own vectors; else the encoder itself."""
        wanted = self._encoder.encode(sample)
        ways: dict[str, Forward] = {}
        for name in _PRECISIONS:
            with suppress(RuntimeError):  # of torch, where it cannot do this here
                way = Forward(self._encoder, name)
                if float((way.encode(sample) * wanted).sum(axis=1).min()) >= LEAST_COSINE:
                    ways[name] = way
        # The least of several times, in turn, is that in which nothing else was going on.
        times = dict.fromkeys(ways, float("inf"))
        until = time.perf_counter() + _SECONDS
        while len(times) > 1 and time.perf_counter() < until:
            for name in times:
                started = time.perf_counter()
                ways[name].encode(sample)
                times[name] = min(times[name], time.perf_counter() - started)
        return min(times, key=times.__getitem__, default=_AS_THEY_ARE)

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


def open_bulk(name: str, remembered: Path, threads: int) -> BulkEncoder:
    """The encoder of that `name`, for a process that is to keep so many processors busy, or as many as torch takes."""
    with needing("index"):
        import torch

    torch.set_num_threads(min(threads, torch.get_num_threads()))
    return BulkEncoder(SentenceEncoder.open(name), remembered)


def is_plain(encoder: SentenceEncoder) -> bool:
    """Whether what `encoder` is given is a text's tokens and nothing before them."""
    model = encoder.model
    return (
        type(model[0]).__name__ == "Transformer"
        and hasattr(model.tokenizer, "backend_tokenizer")
        and model.default_prompt_name is None
    )
