"""Do the sources answer the question?  One probability, from what was read, and the reason of a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answer.evidence import Evidence, chance, fitted, weighed
from answer.question import ParsedQuestion
from answer.record import Refused
from retriever import Terms

# What is known of all that was read, by whether a model has read it; the names are those of the fitted weights.
FEATURES = {
    "read": ("answerable", "out_of_vocabulary"),
    "unread": ("similarity", "coverage", "out_of_vocabulary"),
}
_OFF_TOPIC = 0.35


@dataclass(frozen=True, slots=True)
class Decision:
    """`probability` that the evidence answers; `missing` are words of the question that it does not hold."""

    probability: float
    answers: bool
    reason: Refused | None
    missing: tuple[str, ...]


def features(question: ParsedQuestion, evidence: Sequence[Evidence]) -> dict[str, float]:
    """What is known of whether `evidence`, best first, answers `question`.

    answerable: the greatest log odds that the reader gives a passage; similarity, coverage: the greatest of any
    evidence; out_of_vocabulary: how many words are from neither the corpus nor the encoder's vocabulary.
    """
    names = (name for name in FEATURES[kind_of(evidence)] if name != "out_of_vocabulary")
    known = {name: max((e.features[name] for e in evidence), default=0.0) for name in names}
    return known | {"out_of_vocabulary": float(len(question.out_of_vocabulary))}


def kind_of(evidence: Sequence[Evidence]) -> str:
    """Which of FEATURES is known of the evidence."""
    return "read" if evidence and "relevance" in evidence[0].features else "unread"


def decide(
    question: ParsedQuestion, evidence: Sequence[Evidence], terms: Terms, threshold: float | None = None
) -> Decision:
    """Answer where the probability reaches the threshold (None: the fitted one); else say why not."""
    kind = kind_of(evidence)
    least = fitted()["decision"][kind]["threshold"] if threshold is None else threshold
    odds = weighed("decision", kind, features(question, evidence))
    # What only a bibliography names is not said by the page, however near the rest of the question comes.
    probability = chance(-abs(odds) if question.listed else odds)
    missing = tuple(question.listed) or question.out_of_vocabulary or _missing(question, evidence, terms)
    if evidence and probability >= least and not (question.listed and least > 0):
        return Decision(probability, True, None, missing)
    if question.listed:
        return Decision(probability, False, "not_in_sources", missing)
    if max((e.features["similarity"] for e in evidence), default=0.0) < _OFF_TOPIC:
        return Decision(probability, False, "off_topic", missing)
    return Decision(probability, False, "not_in_sources" if missing else "weak_evidence", missing)


def _missing(question: ParsedQuestion, evidence: Sequence[Evidence], terms: Terms) -> tuple[str, ...]:
    """The words of the question that nothing read holds, or else those that the best evidence does not."""
    best = evidence[0].passage_terms if evidence else frozenset[str]()
    absent = tuple(a.word for a in question.asked if not terms.holds(a, _held(evidence)))
    return absent or tuple(a.word for a in question.asked if not terms.holds(a, best))


def _held(evidence: Sequence[Evidence]) -> frozenset[str]:
    return frozenset[str]().union(*(e.passage_terms | e.terms for e in evidence))
