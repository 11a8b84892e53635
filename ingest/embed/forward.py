"""The network of an encoder, for many texts: batches of like length in low precision, each processor with its own.

Processors that each pass a batch through are faster than all of them at one, where they wait for each other at every
step; and attention is a third of what a small network takes, unless it is done in as few steps as here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ingest.embed.encoder import SentenceEncoder, Vectors
from ingest.embed.exported import batches

if TYPE_CHECKING:
    from torch import Tensor, nn
    from transformers import PreTrainedModel

# How many tokens are embedded at once.  A processor is fastest while what passes through it stays in its caches.
_TOKENS = {"cpu": 1024, "cuda": 65536}
# How many texts a processor cuts into tokens at a time.
_SHARE = 64
_ATTENTION = "ibid_few_tokens"
_FEW_TOKENS = 512
# So many of exp(80) add up to a number still, in bfloat16 and in float32, and exp(-80) is one too.
_STEEPEST = 80.0


class Forward:
    """The network of an encoder in one precision, on the graphics card where there is one."""

    def __init__(self, encoder: SentenceEncoder, precision: str) -> None:
        """Of `encoder`, which has to be a plain one: see `is_plain`; `precision` is a type of torch's, by its name."""
        import torch

        self._device = device()
        self._tokenizer = encoder.tokenizer
        self._padding = encoder.model.tokenizer.pad_token_id or 0
        self._model = copy.deepcopy(encoder.model).to(self._device, getattr(torch, precision)).eval()
        if self._device == "cpu":
            _shorten(cast("PreTrainedModel", self._model[0].auto_model))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension)."""
        with _each_alone() as apply:
            tokens = self._tokens(texts, apply)
            # The longest first, so that no processor has a long one left when the others are done.
            most = _TOKENS[self._device]
            places = list(batches(tokens, most, padding=most))[::-1]
            made = list(apply(lambda rows: self._pass(tokens, rows), places))
        vectors = np.zeros((len(texts), made[0].shape[1]), dtype=np.float32)
        for rows, states in zip(places, made, strict=True):
            vectors[rows] = states.cpu().numpy()
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def _pass(self, tokens: Sequence[Sequence[int]], places: Sequence[int]) -> Tensor:
        """One batch, the texts at `places`, through the network; it may still be under way on a graphics card."""
        import torch

        ids = np.full((len(places), len(tokens[places[-1]])), self._padding, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, place in enumerate(places):
            ids[row, : len(tokens[place])] = tokens[place]
            mask[row, : len(tokens[place])] = 1
        given = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        with torch.inference_mode():
            states = self._model({name: tensor.to(self._device) for name, tensor in given.items()})
            made: Tensor = states["sentence_embedding"].float()
        return made

    def _tokens(self, texts: Sequence[str], apply: Callable[..., Any]) -> list[list[int]]:
        """The tokens of each text."""
        shares = [list(texts[first : first + _SHARE]) for first in range(0, len(texts), _SHARE)]
        return [encoding.ids for encoding in chain(*apply(self._tokenizer.encode_batch_fast, shares))]


def device() -> str:
    """Where many texts are embedded: cuda where torch has it, else cpu."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


@contextmanager
def _each_alone() -> Iterator[Callable[..., Any]]:
    """A `map` by as many threads as torch takes, each of which does by itself what it does."""
    import torch

    threads = torch.get_num_threads()
    with ThreadPoolExecutor(threads, initializer=lambda: torch.set_num_threads(1)) as pool:
        try:
            yield pool.map
        finally:
            pool.shutdown(cancel_futures=True)
            # What a thread sets is what those that come after it begin with.
            torch.set_num_threads(threads)


def _shorten(network: PreTrainedModel) -> None:
    """Let a network of transformers attend as `_attention` does, if it attends both ways and lets that be chosen."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

    plain = not any(getattr(part, "is_causal", False) or _groups(part) > 1 for part in network.modules())
    if plain and getattr(network, "_supports_attention_backend", False):
        AttentionInterface.register(_ATTENTION, _attention)
        AttentionMaskInterface.register(_ATTENTION, sdpa_mask)
        network.set_attn_implementation(_ATTENTION)


def _groups(part: nn.Module) -> int:
    """How many of its queries share a key."""
    return int(getattr(part, "num_key_value_groups", 1))


def _attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float,
    **given: Any,  # noqa: ANN401
) -> tuple[Tensor, None]:
    """Scaled dot-product attention, softmax(q k' / √d) v, by heads: (texts, heads, tokens, width).

    Of few tokens in fewer steps than where the greatest number of a row is first taken off: those that a sound network
    never has are cut off instead.  What is True in `attention_mask`, (texts, 1, tokens, tokens), is seen.
    """
    if query.shape[2] > _FEW_TOKENS:
        from transformers.integrations.sdpa_attention import sdpa_attention_forward

        return sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **given)
    weights = (query * scaling) @ key.transpose(-1, -2)
    weights = weights.clamp_(-_STEEPEST, _STEEPEST).exp_()
    if attention_mask is not None:
        weights *= attention_mask
    return ((weights @ value) / weights.sum(-1, keepdim=True)).transpose(1, 2).contiguous(), None
