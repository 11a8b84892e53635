"""What the frozen encoder makes of the texts that are trained on, made when first needed and kept in memory."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from answer.reader.network import Foundation
from answer.reader.pairs import Ids


class States:
    """Token states, bfloat16, of shape (tokens, 2 * width), by the tokens of a text."""

    def __init__(self, foundation: Foundation) -> None:
        """Make them with `foundation`."""
        self._foundation = foundation.eval()
        self._kept: dict[Ids, Tensor] = {}

    @torch.no_grad()
    def of(self, texts: Iterable[Ids]) -> dict[Ids, Tensor]:
        """The states of each of `texts`."""
        wanted = list(dict.fromkeys(texts))
        missing = [text for text in wanted if text not in self._kept]
        if missing:
            longest = max(map(len, missing))
            ids = torch.tensor([[*text, *[0] * (longest - len(text))] for text in missing])
            made = self._foundation(ids, (ids != 0).long()).to(torch.bfloat16)
            self._kept |= {text: m[: len(text)].clone() for text, m in zip(missing, made, strict=True)}
        return {text: self._kept[text] for text in wanted}
