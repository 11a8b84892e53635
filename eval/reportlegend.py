"""What the report calls a measure and an outcome, and what it says of them in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Meaning:
    """A measure as the page shows it.

    A `part` is in [0, 1] and shown in hundredths, a `score` has two decimals, a `number` is rounded.
    """

    group: str
    name: str
    label: str
    kind: Literal["part", "score", "number"]
    words: str


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a question; a sign and a word, so that nothing is told by colour alone."""

    sign: str
    label: str
    words: str


# By the name that `eval.diagnosis` gives them.
OUTCOMES = {
    "ok": Became("✓", "right", "All that is vital was said, and its evidence cited."),
    "not_retrieved": Became(
        "✗", "not retrieved", "No passage that search found has the gold evidence for what is missing."
    ),
    "not_chosen": Became(
        "✗", "not chosen", "Search found the gold evidence for what is missing, but the answer does not quote it."
    ),
    "cut": Became("✗", "cut", "The gold evidence was quoted, but not the part of it that matters."),
    "miscited": Became("✗", "miscited", "What is vital was said, but not with a quote of the gold evidence for it."),
    "wrongly_refused": Became("✗", "wrongly refused", "Search found the gold evidence, and nothing was said."),
    "false_answer": Became("✗", "false answer", "The sources do not answer the question, and yet it was answered."),
    "misnamed": Became("✗", "misnamed", "It was rightly refused, but the refusal does not name what it has to."),
    "contradicts": Became("✗", "contradicts", "The answer also says what its question lists as wrong."),
    "not_verbatim": Became("✗", "not verbatim", "A quote does not stand at its place in the source."),
    "no_reference": Became("✗", "no reference", "What the page itself cites for the answer does not come with it."),
    "no_notice": Became("✗", "no notice", "A notice that has to stand beside the answer is missing."),
}
RIGHTLY_REFUSED = "The sources do not answer the question, and it was refused."

_PARTS = {
    "Answer": {
        "vital_recall": (
            "Vital nuggets said",
            "What an answer must hold and did, of questions that the sources answer; a refusal says nothing of it.",
        ),
        "nugget_recall": ("All nuggets said", "The same over all that a good answer would hold."),
        "critical_exact": ("Critical facts exact", "Figures, units and denials that are there to the letter."),
        "contradiction": ("Contradictions", "Answers that say what their question lists as wrong. Less is better."),
        "exact_match": ("Short answers said", "Short answers that stand word for word in a statement."),
        "redundancy": ("Redundancy", "Word triples of an answer that it has said before. Less is better."),
    },
    "Citation": {
        "verbatim": ("Quotes verbatim", "Answers whose every quote stands letter by letter at its place: all, always."),
        "citation_recall": (
            "Statements supported",
            "Statements whose cited places are gold evidence for what they say (ALCE). One without a nugget has none.",
        ),
        "citation_precision": (
            "Citations needed",
            "Citations without which a statement would lose its support (ALCE).",
        ),
        "right_document": ("Right document", "Questions whose answer cites a document that holds gold evidence."),
        "reference_resolved": ("Second hop", "Answers that carry the reference that the page itself cites for them."),
        "notices": ("Notices given", "Answers that carry each notice that they have to."),
    },
    "Refusing": {
        "right_answers": ("Rightly answered", "Questions that the sources answer and that were answered, not refused."),
        "right_refusals": ("Rightly refused", "Questions that the sources do not answer and that were refused."),
        "balanced": ("Balanced", "The mean of these two: half for one who always answers, or always refuses."),
        "false_answers": (
            "Falsely answered",
            "Questions that the sources do not answer and that were. Less is better.",
        ),
        "over_refusals": (
            "Wrongly refused",
            "Questions that the sources answer and that were refused. Less is better.",
        ),
        "refusal_names": ("Names what is missing", "Right refusals that name what they have to."),
    },
    "Confidence": {
        "coverage@90": ("Coverage at 90%", "The most that could be answered, the surest first, with 90% of it right."),
        "coverage@95": ("Coverage at 95%", "The most that could be answered, the surest first, with 95% of it right."),
    },
    "Retrieval": {
        "span_R@5": ("Evidence in first 5", "Vital nuggets whose evidence is inside the first 5 passages found."),
        "span_R@10": ("Evidence in first 10", "Vital nuggets whose evidence is inside the first 10 passages found."),
        "R@5": ("R@5", "Relevant passages that are among the first 5 found."),
        "R@10": ("R@10", "Relevant passages that are among the first 10 found."),
        "Success@5": ("Success@5", "Questions with a relevant passage among the first 5."),
    },
    "Conversation": {
        "vital_recall_auto": ("Follow-ups", "Vital nuggets said to a follow-up, as it was understood."),
        "vital_recall_raw": ("In bare words", "The same, had the conversation not been heard."),
        "vital_recall_manual": ("As a person puts it", "The same, had a person made the follow-up stand alone."),
        "follow_up": (
            "Made good (nuggets)",
            "Part of what the conversation is worth to a person that is gained: (automatic − raw) / (manual − raw).",
        ),
        "follow_up_nDCG@10": ("Made good (nDCG@10)", "The same, of what search finds."),
        "same_as_standalone": (
            "Same as stand-alone",
            "Quotes shared with the answer to the stand-alone form (Jaccard).",
        ),
        "leak": ("Leaks", "Follow-ups taken to speak of what they do not. Less is better."),
        "leak_after_switch": ("Leaks after a switch", "The same, of turns that change the topic. Less is better."),
    },
    "Robustness": {
        "same_typo": ("Same with a typo", "Quotes that stay with two letters swapped (Jaccard)."),
        "same_case": ("Same in other case", "Quotes that stay in small letters (Jaccard)."),
        "same_order": ("Same in other order", "Quotes that stay with the halves of the question exchanged (Jaccard)."),
        "same_paraphrase": ("Same in other words", "Quotes that stay when a person puts it in other words (Jaccard)."),
        "identical": ("Identical again", "Questions answered by the very same quotes when asked again: all, always."),
    },
}
_OTHERS = (
    Meaning(
        "Answer",
        "token_F1",
        "Token F1",
        "score",
        "Words shared by a short answer and the statement nearest to it (SQuAD).",
    ),
    Meaning("Answer", "length", "Length", "number", "Characters of an answer that was given."),
    Meaning("Confidence", "AURC", "Area under risk", "score", "Area under the risk-coverage curve. Less is better."),
    Meaning(
        "Confidence", "E-AURC", "Area over the oracle's", "score", "The same less that of the best order possible."
    ),
    Meaning(
        "Confidence",
        "Brier",
        "Brier score",
        "score",
        "Mean squared distance of confidence from the truth. Less is better.",
    ),
    Meaning(
        "Confidence",
        "ECE",
        "Calibration error",
        "score",
        "How far confidence is from what is true of its bin. Less is better.",
    ),
    Meaning(
        "Retrieval", "nDCG@10", "nDCG@10", "score", "How near the first 10 passages are to the best order of them."
    ),
    Meaning("Retrieval", "RR@10", "RR@10", "score", "One over the rank of the first relevant passage."),
)
_GROUPS = list(_PARTS)
_MEANINGS = [
    *(
        Meaning(group, name, label, "part", words)
        for group, rows in _PARTS.items()
        for name, (label, words) in rows.items()
    ),
    *_OTHERS,
]
# By group, and in a group as they are listed.
MEASURES = {m.name: m for m in sorted(_MEANINGS, key=lambda m: _GROUPS.index(m.group))}

# The figures that come first, with what they say to one who has read nothing else.
HEADLINES = {
    "vital_recall": "of what an answer must hold is said",
    "right_answers": "of what the sources answer is answered",
    "right_refusals": "of what they do not answer is refused",
    "citation_recall": "of the statements are gold evidence at the place they cite",
    "span_R@5": "of the evidence is among the first five passages",
    "verbatim": "of the answers quote letter by letter",
}
# What the table of all questions shows of each.
COLUMNS = ("vital_recall", "citation_recall", "span_R@5")


def meaning(measure: str) -> Meaning:
    """What the page says of `measure`; one that it does not know goes under its own name."""
    return MEASURES.get(measure) or Meaning("Other", measure, measure.replace("_", " "), "score", "")


def shown(value: float, measure: str) -> str:
    """A value of `measure` as the page writes it."""
    kind = meaning(measure).kind
    written = f"{100 * value:.0f}%" if kind == "part" else f"{value:.2f}" if kind == "score" else f"{value:.0f}"
    # Beside the dash of an interval a hyphen could not be told from one.
    return written.replace("-", "−")
