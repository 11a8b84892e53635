"""What the reader is trained on: a question, a passage, and what is known of the one in the other."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.read.sentences import split_sentences

Range = tuple[int, int]
WORDS = 150


@dataclass(frozen=True, slots=True)
class Example:
    """`sentences` are ranges of `text`; what is `None` is not known and trains nothing.

    answerable: whether the passage answers; relevant: which sentences do, by number; span: the answer itself;
    support: whether the passage supports the question, read as a claim, or contradicts it.
    """

    source: str
    question: str
    title: str
    text: str
    sentences: tuple[Range, ...]
    answerable: bool | None = None
    relevant: frozenset[int] | None = None
    span: Range | None = None
    support: bool | None = None


@lru_cache(maxsize=200_000)
def sentences_of(text: str) -> tuple[Range, ...]:
    """The sentences of `text`, cut as the product cuts them."""
    return tuple(split_sentences(text))


def joined(sentences: Sequence[str]) -> tuple[str, tuple[Range, ...]]:
    """One text of several sentences, and where each of them is in it."""
    ranges: list[Range] = []
    at = 0
    for sentence in sentences:
        ranges.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return " ".join(sentences), tuple(ranges)


def touched(sentences: Sequence[Range], spans: Iterable[Range]) -> frozenset[int]:
    """The numbers of the sentences that overlap one of `spans`."""
    return frozenset(n for start, end in spans for n, (s, e) in enumerate(sentences) if s < end and start < e)


def cut(example: Example, words: int, rng: random.Random) -> Example:
    """A run of whole sentences of about `words` words, with every relevant sentence in it that fits."""
    lengths = [len(example.text[s:e].split()) for s, e in example.sentences]
    if sum(lengths) <= words or not lengths:
        return example
    wanted = sorted(example.relevant or {rng.randrange(len(lengths))})
    first = last = wanted[0]
    total = lengths[first]
    while True:
        sides = [n for n in (first - 1, last + 1) if 0 <= n < len(lengths) and total + lengths[n] <= words]
        if not sides:
            break
        ahead = [n for n in sides if n > last and any(w > last for w in wanted)]
        step = ahead[0] if ahead else rng.choice(sides)
        first, last, total = min(first, step), max(last, step), total + lengths[step]
    start, end = example.sentences[first][0], example.sentences[last][1]
    span = example.span
    return replace(
        example,
        text=example.text[start:end],
        sentences=tuple((s - start, e - start) for s, e in example.sentences[first : last + 1]),
        relevant=None
        if example.relevant is None
        else frozenset(n - first for n in example.relevant if first <= n <= last),
        span=(span[0] - start, span[1] - start) if span and start <= span[0] and span[1] <= end else None,
    )


def without(example: Example, gone: frozenset[int]) -> Example | None:
    """The passage without some of its sentences, which then does not answer; None where nothing is left."""
    kept = [example.text[s:e] for n, (s, e) in enumerate(example.sentences) if n not in gone]
    if not kept:
        return None
    text, ranges = joined(kept)
    return replace(
        example, text=text, sentences=ranges, answerable=False, relevant=frozenset(), span=None, support=None
    )


def chunks(text: str, words: int) -> list[str]:
    """Runs of whole sentences of about `words` words."""
    found: list[str] = []
    run: list[str] = []
    count = 0
    for start, end in sentences_of(text):
        sentence = text[start:end]
        length = len(sentence.split())
        if run and count + length > words:
            found.append(" ".join(run))
            run, count = [], 0
        run.append(sentence)
        count += length
    return [*found, " ".join(run)] if run else found
