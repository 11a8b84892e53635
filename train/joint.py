"""The teacher: a whole encoder that reads question and passage together, changed by matrices of low rank (LoRA).

Hu et al. 2022, https://arxiv.org/abs/2106.09685.  The encoder's own weights stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from answer.reader.network import POOLED_HEADS, TOKEN_HEADS

RANK = 32


class LowRank(nn.Module):
    """A frozen linear layer, and a change of it of rank RANK that begins as none."""

    def __init__(self, own: nn.Linear, rank: int = RANK) -> None:
        """Change `own`."""
        super().__init__()
        self.own = own.requires_grad_(False)
        self.down = nn.Parameter(torch.empty(rank, own.in_features))
        self.up = nn.Parameter(torch.zeros(own.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, values: Tensor) -> Tensor:
        """What the changed layer makes of `values`."""
        made: Tensor = self.own(values)
        return made + functional.linear(functional.linear(values, self.down), self.up, None) * 2.0


class JointNetwork(nn.Module):
    """Logits a token (TOKEN_HEADS) and a pair (POOLED_HEADS), of question and passage read together."""

    def __init__(self, folder: Path, rank: int = RANK) -> None:
        """The encoder in `folder`, changed by low rank, and new heads on it."""
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            str(folder), hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, add_pooling_layer=False
        ).requires_grad_(False)
        for parent, name, child in list(_linears(self.encoder.encoder.layer)):
            setattr(parent, name, LowRank(child, rank))
        width = self.encoder.config.hidden_size
        self.token_hidden = nn.Linear(width, width // 2)
        self.token_out = nn.Linear(width // 2, len(TOKEN_HEADS))
        self.pooled_hidden = nn.Linear(2 * width, width // 2)
        self.pooled_out = nn.Linear(width // 2, len(POOLED_HEADS))

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of shape (pairs, tokens, 1) and (pairs, 2), for int64 `ids` and `mask` of shape (pairs, tokens)."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        tokens = self.token_out(functional.gelu(self.token_hidden(hidden)))
        weights = mask.to(hidden.dtype).unsqueeze(2)
        mean = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
        pooled = self.pooled_out(functional.gelu(self.pooled_hidden(torch.cat((hidden[:, 0], mean), dim=1))))
        return tokens, pooled

    def trained(self) -> dict[str, nn.Parameter]:
        """What training changes, by name."""
        return {name: p for name, p in self.named_parameters() if p.requires_grad}


def _linears(module: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    for parent in module.modules():
        for name, child in parent.named_children():
            if isinstance(child, nn.Linear):
                yield parent, name, child
