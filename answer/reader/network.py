"""The network of the reader: it reads a question and a passage together, from what a frozen encoder made of each.

The lower layers of a sentence encoder see question and passage apart, so that what they make of a passage can be kept.
Layers that are copies of its upper ones, trained, then see both together.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel
from transformers.models.bert.modeling_bert import BertLayer

from answer.reader.pairs import PASSAGE, QUESTION

TOKEN_HEADS = ("relevance",)
POOLED_HEADS = ("answerable", "support")
_FEATURES = 6


class Foundation(nn.Module):
    """The frozen encoder: for each token its state after the lower layers, and after all of them."""

    def __init__(self, encoder: BertModel, lower: int) -> None:
        """Take `encoder`, of which `lower` layers lie below the reader's own."""
        super().__init__()
        self.encoder = encoder.requires_grad_(False)
        self._lower = lower

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """States of shape (texts, tokens, 2 * width), for int64 inputs of shape (texts, tokens)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
        return torch.cat((states.hidden_states[self._lower], states.last_hidden_state), dim=2)


class ReadingNetwork(nn.Module):
    """Logits a token (TOKEN_HEADS) and a pair (POOLED_HEADS)."""

    def __init__(self, config: BertConfig, layers: int) -> None:
        """`layers` layers of the shape of `config`, and the heads on them."""
        super().__init__()
        width = config.hidden_size
        self.layers = nn.ModuleList(BertLayer(config) for _ in range(layers))  # type: ignore[no-untyped-call]
        self.matches = nn.Linear(_FEATURES, width)
        self.token_hidden = nn.Linear(2 * width + _FEATURES, width)
        self.token_out = nn.Linear(width, len(TOKEN_HEADS))
        self.token_plain = nn.Linear(_FEATURES, len(TOKEN_HEADS), bias=False)
        self.pooled_hidden = nn.Linear(4 * width + 2 * _FEATURES, width)
        self.pooled_out = nn.Linear(width, len(POOLED_HEADS))
        self.pooled_plain = nn.Linear(2 * _FEATURES, len(POOLED_HEADS), bias=False)
        nn.init.normal_(self.matches.weight, std=0.05)
        nn.init.zeros_(self.pooled_plain.weight)
        with torch.no_grad():
            # What is known to help before anything is learned: rare words met, and nearness in meaning.
            self.token_plain.weight.copy_(torch.tensor([[0.0, 4.0, 0.0, 1.0, 6.0, 0.0]]))

    def forward(self, states: Tensor, ids: Tensor, side: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of shape (pairs, tokens, 1) and (pairs, 2).

        states: (pairs, tokens, 2 * width), the question's before the passage's; ids: the tokens, int64; side: QUESTION,
        PASSAGE or 0, which is padding, int64.  The first and last token of a side are its marks.
        """
        low, high = states.chunk(2, dim=2)
        inner = (ids != ids[:, :1]) & (ids != _last_of_question(ids, side))
        question, passage = inner & (side == QUESTION), inner & (side == PASSAGE)
        features = _matches(low, high, ids, question, passage)
        hidden = low + self.matches(features)
        mask = torch.where((side > 0)[:, None, None, :], 0.0, torch.finfo(torch.float16).min).to(hidden.dtype)
        for layer in self.layers:
            hidden = layer(hidden, mask)
        asked, read = _mean(hidden, question), _mean(hidden, passage)
        against = hidden * asked.unsqueeze(1)
        tokens = self.token_out(functional.gelu(self.token_hidden(torch.cat((hidden, against, features), dim=2))))
        held = features.masked_fill(~question.unsqueeze(2), 1.0).amin(dim=1)
        plain = torch.cat((_mean(features, question), held), dim=1)
        pair = torch.cat((hidden[:, 0], asked, read, asked * read, plain), dim=1)
        pooled = self.pooled_out(functional.gelu(self.pooled_hidden(pair)))
        return tokens + self.token_plain(features), pooled + self.pooled_plain(plain)


def _last_of_question(ids: Tensor, side: Tensor) -> Tensor:
    """The mark that ends a question, of shape (pairs, 1)."""
    last = (side == QUESTION).sum(dim=1, keepdim=True) - 1
    return ids.gather(1, last)


def _mean(values: Tensor, where: Tensor) -> Tensor:
    weights = where.to(values.dtype).unsqueeze(-1)
    return (values * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


def _matches(low: Tensor, high: Tensor, ids: Tensor, question: Tensor, passage: Tensor) -> Tensor:
    """How each token is met by the other side, of shape (pairs, tokens, 6).

    Whether the very token is there, and the same by how rare it is; its best cosine there, after the lower layers and
    after all; its cosine to the other side's mean; and whether it is the passage's.
    """
    across = (question.unsqueeze(2) & passage.unsqueeze(1)) | (passage.unsqueeze(2) & question.unsqueeze(1))
    same = ((ids.unsqueeze(2) == ids.unsqueeze(1)) & across).any(dim=2).to(low.dtype)
    # Vocabularies of word pieces are in the order of frequency.
    rare = (ids.clamp(min=1000) - 999).to(torch.float32).log().to(low.dtype) / 10.3
    found = [same, same * rare]
    for states in (low, high):
        unit = functional.normalize(states, dim=2)
        found.append((unit @ unit.transpose(1, 2)).masked_fill(~across, 0.0).amax(dim=2))
    unit = functional.normalize(high, dim=2)
    means = functional.normalize(torch.stack((_mean(high, passage), _mean(high, question)), dim=1), dim=2)
    toward = unit @ means.transpose(1, 2)
    found.append(torch.where(question, toward[:, :, 0], toward[:, :, 1]) * (question | passage))
    found.append(passage.to(low.dtype))
    return torch.stack(found, dim=2)
