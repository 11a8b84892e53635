"""Which words of the turns before a question needs to stand alone: a small network on the frozen encoder.

Term selection, as in QuReTeC (Voskarides et al. 2020, https://arxiv.org/abs/2005.11723), over what the encoder that the
reader is made for makes of the turns and the question together.  `tools/train_resolver.py` fits it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from answer.adapted import AdaptedReader, reading_encoder
from answer.reader import Reader
from answer.tokens import Tokenization
from ingest import FUNCTION_WORDS, WORD, Encoder, ExportedEncoder, analyze

WEIGHTS = Path(__file__).parent / "resolver.npz"
SEGMENTS = 3
# Of the turns together, in tokens; the oldest words are left out first.
_LONGEST = 160
_ANSWER = 400
_GAP = re.compile(r"(?:[ -](?:of|for|in|the|a|an|to|and|with|on|from|by|at))*[ -]['\"(]?", re.IGNORECASE)
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it was understood, and what was said to it."""

    question: str
    said: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A telling word of the turns: `text[start:end]` of segment number `segment`, of SEGMENTS."""

    segment: int
    start: int
    end: int
    word: str


def segments(turns: Sequence[Turn]) -> tuple[str, str, str]:
    """What is looked at of the turns: the question before the last, the last, and what was said to it."""
    before = turns[-2].question if len(turns) > 1 else ""
    return before, turns[-1].question, turns[-1].said[:_ANSWER]


def candidates(parts: Sequence[str]) -> list[Candidate]:
    """The words of the segments that are no function words."""
    return [
        Candidate(number, found.start(), found.end(), found[0])
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


def features(
    tokenization: Tokenization, states: Floats, starts: Sequence[int], parts: Sequence[str], question: str
) -> tuple[list[Candidate], Floats]:
    """The candidates, and what is known of each, (candidates, features).

    states: what the encoder makes of each token of what `lay_out` gives, (tokens, width).  That of the word, by itself
    and against the mean of the question's; and plain facts: where it stands, how it is written, whether the question
    has it too.
    """
    asked = states[starts[-1] : -1].mean(axis=0) if starts[-1] < len(states) - 1 else states[0]
    own = frozenset(analyze(question))
    telling = [w for w in WORD.findall(question) if w.lower() not in FUNCTION_WORDS]
    stems = [frozenset(analyze(part)) for part in parts]
    offsets = [tokenization.tokens(part, _LONGEST) for part in parts]
    found, rows = [], []
    for word in candidates(parts):
        first, last = offsets[word.segment].within((word.start, word.end))
        first, last = first - 1 + starts[word.segment], last - 1 + starts[word.segment]
        limit = starts[word.segment + 1]
        if last <= first or last > limit:
            continue
        state = states[first:last].mean(axis=0)
        terms = frozenset(analyze(word.word))
        begins = word.start == 0 or parts[word.segment][: word.start].rstrip()[-1:] in ".?!:"
        facts = [
            *(float(word.segment == n) for n in range(SEGMENTS)),
            float(terms <= own),
            float(word.word[0].isupper() and not begins),
            float(word.word[0].isdigit()),
            word.start / max(1, len(parts[word.segment])),
            float(sum(terms <= s for s in stems)) / SEGMENTS,
            min(len(telling), 6) / 6,
            min(len(question.split()), 12) / 12,
            float(not telling),
        ]
        found.append(word)
        rows.append(np.concatenate((state, state * asked * 10, np.array(facts, dtype=np.float32))))
    width = 2 * states.shape[1] + SEGMENTS + 8
    return found, np.array(rows, dtype=np.float32).reshape(-1, width)


class Resolver:
    """Makes a follow-up stand alone."""

    def __init__(self, encoder: ExportedEncoder) -> None:
        """Use `encoder`, on which the weights were fitted; see `open`."""
        with np.load(WEIGHTS) as kept:
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
        ((states,),), _ = self._encoder.states([ids], [self._encoder.layers])
        words, known = features(self._tokenization, states, starts, parts, question)
        if not words:
            return []
        w = self._weights
        hidden = np.maximum(known @ w["hidden"] + w["hidden_bias"], 0)
        chances = 1 / (1 + np.exp(-(hidden @ w["out"] + w["out_bias"])[:, 0]))
        return phrases(parts, [word for word, p in zip(words, chances, strict=True) if p >= self._threshold])


def phrases(parts: Sequence[str], chosen: Sequence[Candidate]) -> list[str]:
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
