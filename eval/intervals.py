"""How sure a score is: what it would have been with other questions of the same kind.

Questions about one text are alike, so whole clusters of them are drawn and not single questions (Cameron, Gelbach and
Miller 2008); else an interval is too narrow.  A cluster is what rests on one document.  That needs documents enough:
with fewer than 10 there is next to nothing to draw from, and a cluster is then what rests on one section of a document.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eval.confidence import Floats
from eval.gold import Question
from eval.manifest import SEED

REPLICATES = 2000
FEWEST_DOCUMENTS = 10
LEVEL = 0.95


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
