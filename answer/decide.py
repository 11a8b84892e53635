"""Do the sources answer the question?  One probability from a few signs, and the reason of a refusal."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

from answer.evidence import Evidence
from answer.expectation import expectation, without_frame
from answer.record import Reason
from ingest import WORD
from retriever import Asked, Terms

WEIGHTS = Path(__file__).parent / "decision.json"
# By whether a model has read the evidence.
SIGNS = {
    "read": ("relevance", "absent", "expected", "strange"),
    "weighed": ("score", "attributes", "absent", "expected", "strange"),
}
_OFF_TOPIC = 0.35
_READ = 3
_HARDLY, _HALF = 0.3, 0.5
_EDGE = 1e-4
# Said of anything and by anyone: that they are missing tells nobody what is.
_LITTLE = (
    "ask asks bad bring case come dont far get getting give go going half happen happens im keep let long many mean",
    "means meant much need needs now once put ready reckon right since stand stay take tell thing today together",
    "tonight use used using want wonder wonders wont",
    "aunt brother dad daughter father friend gran grandma grandpa granny husband mom mother mum nan neighbor neighbour",
    "partner sister son uncle wife",
)
_SAY_LITTLE = frozenset(word for words in _LITTLE for word in words.split())


@dataclass(frozen=True, slots=True)
class Decision:
    """`probability` that the evidence answers; `missing` are words of the question that it does not hold.

    `lacks` is whether no evidence holds the kind of thing asked for: a year, a price, a number of something.
    """

    probability: float
    answers: bool
    reason: Reason | None
    missing: tuple[str, ...]
    lacks: bool = False


def signs(question: str, evidence: Sequence[Evidence], terms: Terms) -> dict[str, float]:
    """What is known of whether `evidence` (best first) answers `question`; the names are those of SIGNS.

    relevance: the log odds of the greatest probability that a sentence is part of the answer, where a model has read
    them; score: that of the best evidence; attributes: how much of the words that are no names the passage of the best
    evidence holds, in [0, 1]; absent: the part of the words that hardly anything found holds, in [0, 1]; expected: 1
    where one of the best that speak of what is named holds the kind of thing asked for, else 0; strange: how many words
    are from neither the corpus nor the encoder's vocabulary.
    """
    if not evidence:
        return dict.fromkeys(SIGNS["weighed"], 0.0)
    wanted = expectation(question, terms.names.pairs(question))
    asked = asked_of(question, terms)
    held = evidence[0].passage_terms | evidence[0].terms
    found = _found(evidence)
    names = set(terms.names.find(question))

    def of_it(e: Evidence) -> bool:
        """A figure of something else is not what is asked for."""
        return not names or any(terms.names.speaks_of(name, e.terms) for name in names)

    attributes = [terms.match(word, held) for word in asked if names.isdisjoint(word.word.split())]
    absent = [terms.match(word, found) < _HARDLY for word in asked]
    read = [e.relevance for e in evidence if e.relevance is not None]
    return {
        **({"relevance": _log_odds(max(read))} if read else {}),
        "score": evidence[0].score,
        "attributes": fmean(attributes) if attributes else 1.0,
        "absent": fmean(absent) if absent else 0.0,
        "expected": float(not wanted.is_demanded or any(wanted.met_by(e.text) for e in evidence[:_READ] if of_it(e))),
        "strange": float(len(strange_words(question, terms))),
    }


def _log_odds(chance: float) -> float:
    chance = min(1 - _EDGE, max(_EDGE, chance))
    return math.log(chance / (1 - chance))


def strange_words(question: str, terms: Terms) -> list[str]:
    """The words of the question that neither the corpus nor the encoder's vocabulary has, as they are written."""
    return [found[0] for found in WORD.finditer(question) if terms.spelling.is_strange(found[0])]


@cache
def _fitted() -> Mapping[str, Any]:
    return dict(json.loads(WEIGHTS.read_text(encoding="utf-8")))


def probability(values: Mapping[str, float]) -> float:
    """Logistic regression over the signs, with the weights of `decision.json` (made by `make calibrate`)."""
    kind = kind_of(values)
    weights = _fitted()[kind]["weights"]
    return 1 / (1 + math.exp(-(weights["intercept"] + sum(weights[name] * values[name] for name in SIGNS[kind]))))


def kind_of(values: Mapping[str, float]) -> str:
    """Which of SIGNS `values` are."""
    return "read" if "relevance" in values else "weighed"


def decide(question: str, evidence: Sequence[Evidence], terms: Terms, threshold: float | None = None) -> Decision:
    """Answer where the probability reaches the threshold (None: the fitted one); else say why not."""
    values = signs(question, evidence, terms)
    least = _fitted()[kind_of(values)]["threshold"] if threshold is None else threshold
    chance = probability(values)
    missing = _missing(question, evidence, terms)
    lacks = not values["expected"]
    listed = terms.spelling.listed(question)
    if listed:
        # What only a bibliography names is not said by the page, however near the rest of the question comes.
        chance = min(chance, 1 - chance)
    if evidence and chance >= least and not (listed and least > 0):
        return Decision(chance, True, None, missing)
    if listed:
        return Decision(chance, False, "not_in_sources", tuple(listed))
    strange = strange_words(question, terms)
    is_far = max((e.similarity for e in evidence), default=0.0) < _OFF_TOPIC
    if not evidence or (is_far and not any(map(terms.subjects.is_subject, terms.names.find(question)))):
        return Decision(chance, False, "off_topic", missing)
    if strange or lacks or missing:
        return Decision(chance, False, "not_in_sources", tuple(strange) or missing, lacks)
    return Decision(chance, False, "weak_evidence", missing)


def _missing(question: str, evidence: Sequence[Evidence], terms: Terms) -> tuple[str, ...]:
    """The words of the question that nothing found holds, or else those that the best evidence does not."""
    asked = asked_of(question, terms)
    best = evidence[0].passage_terms | evidence[0].terms if evidence else frozenset()
    absent = tuple(a.word for a in asked if terms.match(a, _found(evidence)) < _HARDLY)
    return absent or tuple(a.word for a in asked if terms.match(a, best) < _HALF)


def asked_of(question: str, terms: Terms) -> list[Asked]:
    """The words of the question that tell what would answer it."""
    return [word for word in terms.asked(without_frame(question)) if word.word not in _SAY_LITTLE]


def _found(evidence: Sequence[Evidence]) -> frozenset[str]:
    return frozenset[str]().union(*(e.passage_terms | e.terms for e in evidence))
