"""Which words of the turns before a question needs to stand alone: a small network on the frozen encoder.

Term selection, as in QuReTeC (Voskarides et al. 2020, https://arxiv.org/abs/2005.11723): two narrow layers of a
transformer over what the encoder that the reader is made for makes of the turns and the question together.
`tools/train_resolver.py` fits them.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from answer.reader import Reader
from answer.reader.adapted import AdaptedReader, reading_encoder
from answer.reader.tokens import Tokenization
from answer.shipped import shipped
from ingest import FUNCTION_WORDS, WORD, Encoder, ExportedEncoder, analyze
from ingest.english import any_of

WEIGHTS = Path(__file__).parent / "resolver.npz"
SEGMENTS = 3
FACTS = 3
LAYERS, HEADS = 2, 4
# Of the turns together, in tokens; the oldest words are left out first.
_LONGEST = 160
_ANSWER = 400
_GAP = re.compile(
    rf"(?:[ -](?:{any_of('function.prepositions.light', 'function.articles')}|and))*[ -]['\"(]?", re.IGNORECASE
)
Floats = npt.NDArray[np.float32]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it was understood, and what was said to it."""

    question: str
    said: str


@dataclass(frozen=True, slots=True)
class CandidateTerm:
    """A telling word of the turns: `text[start:end]` of segment number `segment`, of SEGMENTS."""

    segment: int
    start: int
    end: int
    word: str


def segments(turns: Sequence[Turn]) -> tuple[str, str, str]:
    """What is looked at of the turns: the question before the last, the last, and what was said to it."""
    before = turns[-2].question if len(turns) > 1 else ""
    return before, turns[-1].question, turns[-1].said[:_ANSWER]


def candidates(parts: Sequence[str]) -> list[CandidateTerm]:
    """The words of the segments that are no function words."""
    return [
        CandidateTerm(number, found.start(), found.end(), found[0])
        for number, part in enumerate(parts)
        for found in WORD.finditer(part)
        if found[0].lower().replace("’", "'") not in FUNCTION_WORDS and analyze(found[0])
    ]


def lay_out(tokenization: Tokenization, parts: Sequence[str], question: str) -> tuple[tuple[int, ...], list[int]]:
    """The turns and the question as one text in tokens, and where in it each of them begins."""
    rows = [tokenization.tokens(part, _LONGEST).ids[1:-1] for part in (*parts, question)]
    left = _LONGEST - len(rows[-1])
    kept: list[tuple[int, ...]] = []
    for row in rows[-2::-1]:
        kept.insert(0, row[: max(0, left)])
        left -= len(row)
    opening, closing = tokenization.tokens("", 2).ids
    ids: list[int] = [opening]
    starts = []
    for row in (*kept, rows[-1]):
        starts.append(len(ids))
        ids += row
    return (*ids, closing), starts


def segment_of(starts: Sequence[int], tokens: int) -> npt.NDArray[np.int64]:
    """The segment that each token stands in, from 1 on; the question is the last, and the marks around all are 0."""
    found = np.zeros(tokens, dtype=np.int64)
    for number, (start, end) in enumerate(zip(starts, (*starts[1:], tokens - 1), strict=True), 1):
        found[start:end] = number
    return found


def facts(
    tokenization: Tokenization, starts: Sequence[int], parts: Sequence[str], question: str
) -> tuple[list[CandidateTerm], list[Range], Floats]:
    """The candidates, the tokens of each, and plain facts of every token, (tokens, FACTS); 0 of what is none of theirs.

    The facts: whether the question has the word too, whether it is written as a name, and in how many of the
    segments it stands.
    """
    own = frozenset(analyze(question))
    stems = [frozenset(analyze(part)) for part in parts]
    offsets = [tokenization.tokens(part, _LONGEST) for part in parts]
    found, ranges = [], []
    tokens = starts[-1] + len(tokenization.tokens(question, _LONGEST).ids) - 1
    known = np.zeros((tokens, FACTS), dtype=np.float32)
    for word in candidates(parts):
        first, last = offsets[word.segment].within((word.start, word.end))
        first, last = first - 1 + starts[word.segment], last - 1 + starts[word.segment]
        if last <= first or last > starts[word.segment + 1]:
            continue
        terms = frozenset(analyze(word.word))
        begins = word.start == 0 or parts[word.segment][: word.start].rstrip()[-1:] in ".?!:"
        known[first:last] = (
            terms <= own,
            word.word[0].isupper() and not begins,
            sum(terms <= s for s in stems) / SEGMENTS,
        )
        found.append(word)
        ranges.append((first, last))
    return found, ranges, known


class Resolver:
    """Makes a follow-up stand alone."""

    def __init__(self, encoder: ExportedEncoder) -> None:
        """Use `encoder`, on which the weights were fitted; see `open`."""
        with np.load(io.BytesIO(shipped(WEIGHTS))) as kept:
            self._weights = {name: kept[name].astype(np.float32) for name in kept.files if name != "settings"}
            self._threshold = float(json.loads(str(kept["settings"]))["threshold"])
        self._encoder = encoder
        self._tokenization: Tokenization | None = None

    @classmethod
    def open(cls, index: Path, encoder: Encoder) -> Resolver:
        """Use what was exported into the folder `index`, or `encoder` where that is the same.

        Raises ReaderError where it was not exported.
        """
        return cls(reading_encoder(index, encoder))

    @classmethod
    def beside(cls, reader: Reader) -> Resolver | None:
        """Use the encoder of the reader that comes with the package; None for another reader."""
        return cls(reader.encoder) if isinstance(reader, AdaptedReader) else None

    def resolve(self, question: str, turns: Sequence[Turn]) -> str:
        """`question` with what it needs of the turns before it behind it; as it is where it needs nothing."""
        needed = self.needed(question, turns) if turns else []
        return f"{question} (about {', '.join(needed)})" if needed else question

    def needed(self, question: str, turns: Sequence[Turn]) -> list[str]:
        """The words and phrases of the turns that the question needs, in the order in which they were said."""
        self._tokenization = self._tokenization or Tokenization(self._encoder.tokenizer_file.parent)
        parts = segments(turns)
        ids, starts = lay_out(self._tokenization, parts, question)
        words, ranges, known = facts(self._tokenization, starts, parts, question)
        if not words:
            return []
        ((states,),), _ = self._encoder.states([ids], [self._encoder.layers])
        logits = self.logits(states, segment_of(starts, len(ids)), known)
        chances = [1 / (1 + np.exp(-logits[first:last].mean())) for first, last in ranges]
        return phrases(parts, [word for word, p in zip(words, chances, strict=True) if p >= self._threshold])

    def logits(self, states: Floats, segment: npt.NDArray[np.int64], known: Floats) -> Floats:
        """The log odds of each token, (tokens,), that its word is needed."""
        w = self._weights
        x = self._linear("states", states) + w["segment.weight"][segment] + self._linear("facts", known)
        for layer in (f"layers.{number}." for number in range(LAYERS)):
            x = x + self._attention(layer, self._norm(layer + "norm1", x))
            inner = np.maximum(self._linear(layer + "linear1", self._norm(layer + "norm2", x)), 0)
            x = x + self._linear(layer + "linear2", inner)
        return self._linear("out", self._norm("norm", x))[:, 0]

    def _attention(self, layer: str, x: Floats) -> Floats:
        w = self._weights
        made = x @ w[layer + "self_attn.in_proj_weight"].T + w[layer + "self_attn.in_proj_bias"]
        query, key, value = (part.reshape(len(x), HEADS, -1).swapaxes(0, 1) for part in np.split(made, 3, axis=1))
        weights = query @ key.swapaxes(1, 2) / np.sqrt(query.shape[2])
        weights = np.exp(weights - weights.max(axis=2, keepdims=True))
        weights /= weights.sum(axis=2, keepdims=True)
        return self._linear(layer + "self_attn.out_proj", (weights @ value).swapaxes(0, 1).reshape(len(x), -1))

    def _linear(self, name: str, x: Floats) -> Floats:
        made: Floats = x @ self._weights[name + ".weight"].T + self._weights[name + ".bias"]
        return made

    def _norm(self, name: str, x: Floats) -> Floats:
        x = x - x.mean(axis=1, keepdims=True)
        x = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-5)
        made: Floats = x * self._weights[name + ".weight"] + self._weights[name + ".bias"]
        return made


def phrases(parts: Sequence[str], chosen: Sequence[CandidateTerm]) -> list[str]:
    """The chosen words as phrases: what stands together, or with "of", "the" and the like between, as one."""
    runs: list[tuple[int, int, int]] = []
    for word in chosen:
        if runs and runs[-1][0] == word.segment and _GAP.fullmatch(parts[word.segment], runs[-1][2], word.start):
            runs[-1] = (word.segment, runs[-1][1], word.end)
        else:
            runs.append((word.segment, word.start, word.end))
    found: list[tuple[frozenset[str], str]] = []
    for segment, start, end in runs:
        text = re.sub(r"['’]s$", "", parts[segment][start:end])
        terms = frozenset(analyze(text)) - FUNCTION_WORDS
        if not any(terms < other for other, _ in found):
            # What was said before, or in part, is called as it is now, in full.
            found = [(other, known) for other, known in found if not other <= terms]
            found.append((terms, text))
    return [text for _, text in found]
