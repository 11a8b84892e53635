"""The reader's weights in a file: what training changed in the encoder's upper layers, in bytes, and the heads.

A changed matrix is kept as its difference from the encoder's own, each row scaled to whole numbers from -127 to 127;
the difference is small, and so is what the rounding costs.  All else is kept in float16.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import BertModel
from transformers.utils import logging as transformers_logging

from answer.reader.network import Foundation, ReadingNetwork

_SCALE = ".scale"


def encoder_model(folder: Path) -> BertModel:
    """The sentence encoder in `folder`, as a plain network."""
    logging.getLogger("transformers").setLevel(logging.ERROR)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return BertModel.from_pretrained(
        str(folder),
        attn_implementation="eager",
        add_pooling_layer=False,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )


def new_networks(encoder: BertModel, lower: int) -> tuple[Foundation, ReadingNetwork]:
    """The frozen encoder, and a reader whose layers are copies of its layers above the first `lower`."""
    upper = encoder.encoder.layer[lower:]
    network = ReadingNetwork(encoder.config, len(upper))
    for layer, model in zip(network.layers, upper, strict=True):
        layer.load_state_dict(model.state_dict())
    return Foundation(encoder, lower), network


def save_network(network: ReadingNetwork, encoder: BertModel, lower: int, path: Path) -> None:
    """Write what differs from `encoder` to `path`."""
    base = new_networks(encoder, lower)[1].state_dict()
    kept: dict[str, Tensor] = {}
    for name, value in network.state_dict().items():
        if name.startswith("layers.") and value.ndim == 2:
            change = value.float() - base[name].float()
            scale = (change.abs().amax(dim=1, keepdim=True) / 127).clamp(min=1e-12)
            kept[name] = (change / scale).round().to(torch.int8).contiguous()
            kept[name + _SCALE] = scale.to(torch.float32).contiguous()
        else:
            kept[name] = value.to(torch.float16).contiguous()
    save_file(kept, path)


def mean_network(folder: Path, paths: Sequence[Path], lower: int) -> ReadingNetwork:
    """The mean of several networks of one training (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482)."""
    first, *others = (load_network(folder, path, lower) for path in paths)
    weights = [network.state_dict() for network in (first, *others)]
    first.load_state_dict({name: torch.stack([w[name] for w in weights]).mean(dim=0) for name in weights[0]})
    return first


def load_network(folder: Path, path: Path, lower: int) -> ReadingNetwork:
    """What `save_network` wrote to `path` of a network on the encoder in `folder`, in float32."""
    network = new_networks(encoder_model(folder), lower)[1]
    base = network.state_dict()
    kept = load_file(path)
    for name, value in kept.items():
        if name + _SCALE in kept:
            base[name] = base[name] + value.float() * kept[name + _SCALE]
        elif not name.endswith(_SCALE):
            base[name] = value.float()
    network.load_state_dict(base)
    return network.eval().requires_grad_(False)
