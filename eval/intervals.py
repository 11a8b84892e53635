"""How sure a score is: what it would have been with other questions of the same kind.

Questions about one text are alike, so whole clusters of them are drawn and not single questions (Cameron, Gelbach and
Miller 2008); else an interval is too narrow.  A cluster is what rests on one document.  That needs documents enough:
with fewer than 10 there is next to nothing to draw from, and a cluster is then what rests on one section of a document.

Where all that was asked came out right, whatever is drawn does so too, and of few clusters hardly anything is drawn: a
bootstrap would then be sure of what it cannot know.  A part of yes-or-no questions, and any score in [0, 1] of few
clusters or of values that are all alike, has the interval of Wilson (1927) instead, for as many questions as those
asked are worth together: n over the design effect (Korn and Graubard 1998; of the intervals for proportions of clusters
that Franco et al. 2019 compare, this covers best), or, where there is too little to tell that effect by, one for each
cluster.  Of values with the same mean in [0, 1] none spread more than yes and no, so it is on the safe side for others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from eval.gold import Question
from eval.manifest import SEED
from eval.measures.measure import Floats

REPLICATES = 2000
FEWEST_DOCUMENTS = 10
LEVEL = 0.95
# With fewer a bootstrap has too little to draw from.
FEWEST_CLUSTERS = 10
NORMAL = NormalDist().inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True)
class Proportion:
    """A mean of values in [0, 1] with its Wilson interval, as of `n` questions that have nothing to do with each other.

    `errors` is how far each cluster draws the mean from where it is, by the number of the cluster.
    """

    value: float
    low: float
    high: float
    n: float
    errors: Floats

    @classmethod
    def of(cls, values: Floats, grouped: npt.NDArray[np.intp]) -> Proportion | None:
        """That of values, NaN where a question has none, in clusters; None where a bootstrap tells more."""
        there = ~np.isnan(values)
        known = values[there]
        if not known.size or known.min() < 0 or known.max() > 1:
            return None
        count = np.unique(grouped[there]).size
        is_few = count < FEWEST_CLUSTERS or known.min() == known.max()
        if not is_few and not np.isin(known, (0, 1)).all():
            return None
        value = float(known.mean())
        errors = np.zeros(int(grouped.max()) + 1)
        np.add.at(errors, grouped[there], (known - value) / known.size)
        variance = value * (1 - value)
        n = float(count) if is_few else min(known.size, variance / float((errors**2).sum()))
        return cls(value, *wilson(value, n), n, errors)


def wilson(part: float, n: float) -> tuple[float, float]:
    """The 95% interval of a part in [0, 1] of `n` > 0 questions, yes or no (Wilson 1927): what it would not contradict.

    The p with (part - p)² = z² p (1 - p) / n.  Of 7 in 7 it is [0.646, 1].
    """
    squared = NORMAL**2 / n
    middle = (part + squared / 2) / (1 + squared)
    half = math.sqrt(squared * (part * (1 - part) + squared / 4)) / (1 + squared)
    return min(part, max(0.0, middle - half)), max(part, min(1.0, middle + half))


def more(a: Proportion, b: Proportion) -> tuple[float, float]:
    """The 95% interval of what part `b` has more than `a`, of the same questions.

    The limits of both squared and added, less for how they go together (Newcombe 1998, method 10): the correlation of
    the errors of their clusters takes the place of that of single pairs.
    """
    together = float(a.errors @ b.errors)
    norm = math.sqrt(float(a.errors @ a.errors) * float(b.errors @ b.errors))
    correlation = together / norm if norm else 0.0
    if correlation > 0:
        spread = math.sqrt(a.value * (1 - a.value) * b.value * (1 - b.value))
        correlation = max(0.0, correlation - 1 / (2 * min(a.n, b.n) * spread))
    reach = [
        math.sqrt(max(0.0, x**2 + y**2 - 2 * correlation * x * y))
        for x, y in ((b.value - b.low, a.high - a.value), (b.high - b.value, a.value - a.low))
    ]
    return b.value - a.value - reach[0], b.value - a.value + reach[1]


def averaged(values: Sequence[float], ends: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The 95% interval of the mean of values that rest on other questions each (Zou and Donner 2008)."""
    middle = sum(values) / len(values)
    low, high = (math.sqrt(sum((v - e[side]) ** 2 for v, e in zip(values, ends, strict=True))) for side in (0, 1))
    return middle - low / len(values), middle + high / len(values)


def clusters(questions: Sequence[Question]) -> npt.NDArray[np.intp]:
    """The number of the cluster of each question, from 0, in the order in which they first come.  Shape (n,).

    A conversation is one; of what stands alone, all whose first evidence is of the same document, or, where there are
    fewer than FEWEST_DOCUMENTS of them, of the same section of it; a question without evidence is one by itself.  A
    conversation is not joined to the sections that it goes through: its turns would join those to each other, and most
    questions of a small corpus would be one cluster.
    """
    documents = {span.document for q in questions for span in q.evidence[:1]}
    numbers: dict[tuple[str | None, ...], int] = {}

    def key(question: Question) -> tuple[str | None, ...]:
        if question.conversation is not None:
            return ("conversation", question.conversation)
        for span in question.evidence[:1]:
            return ("document", span.document, "" if len(documents) >= FEWEST_DOCUMENTS else span.section)
        return ("question", question.id)

    return np.array([numbers.setdefault(key(q), len(numbers)) for q in questions], dtype=np.intp)


def resamples(clusters: npt.NDArray[np.intp], replicates: int = REPLICATES, seed: int = SEED) -> Floats:
    """How often each question is counted when as many clusters as there are are drawn, with replacement: (B, n)."""
    names, place = np.unique(clusters, return_inverse=True)
    if not names.size:
        return np.empty((replicates, 0))
    drawn = np.random.default_rng(seed).multinomial(names.size, np.full(names.size, 1 / names.size), replicates)
    return drawn[:, place].astype(float)


def interval(replicates: Floats) -> tuple[float, float] | None:
    """The middle 95% of the replicates of a score (percentile bootstrap, Efron 1979); None where none has a value.

    Replicates without a value, in which no question that the score rests on was drawn, are left out.
    """
    values = replicates[~np.isnan(replicates)]
    if not values.size:
        return None
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
