"""Made-up outcomes of questions about a league, and runs of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakes import asked, at
from leaflets import document

from answer import Answer, Answerer, Citation, Statement
from eval import Journal, Outcome, Question, Run, Told, ask_all, manifest, score
from eval.run import Gold, RetrievedPassage

LEAGUE = """# League

## Ball

The ball is of red cork. It weighs 90 grams. It must not be wet [1].

## Nets

Every hall has 4 nets. A net is 2 metres high.

## References

1. Harrow K. Balls. J Sheds. 2019;4:1-9.
"""

CLUB = "# Club\n\n## Ball\n\nThe club has a red cork ball too. It is kept in the shed.\n"
DOCUMENTS = {name: document(text, name) for name, text in (("league", LEAGUE), ("club", CLUB))}
BALL = at("league", "Ball", "red cork")
WEIGHT = at("league", "Ball", "90 grams")
REFUSED = asked("off", "Who won the football match?", stratum="off_topic")
WHOLE = asked("whole", "What is the ball of?", "red cork", where=[BALL])


def span(name: str, words: str) -> tuple[int, int]:
    """Where the words first stand in a document."""
    start = DOCUMENTS[name].text.index(words)
    return start, start + len(words)


def hit(name: str, words: str, passage: str = "p") -> RetrievedPassage:
    """A passage found where the words stand."""
    start, end = span(name, words)
    return RetrievedPassage(passage, name, "", start, end, 1.0)


def cited(number: int, name: str, words: str) -> Citation:
    """A citation of where the words stand."""
    return Citation.of(number, DOCUMENTS[name], *span(name, words))


def answer(question: str, *said: tuple[str, str], **fields: Any) -> Answer:  # noqa: ANN401
    """An answer that quotes (document, words), each a statement; a refusal where there are none."""
    citations = tuple(cited(number, *quote) for number, quote in enumerate(said, 1))
    told = Answer(
        question=question,
        resolved_question=question,
        status="answered" if said else "insufficient_evidence",
        text="It is blue.",
        statements=tuple(Statement(c.reading_text, (c.number,)) for c in citations),
        citations=citations,
        notices=(),
        reason=None,
        nearest=(),
        confidence=0.5,
        generation="g",
        timings_ms={},
    )
    return replace(told, **fields)


def outcome(
    question: Question,
    *said: tuple[str, str],
    hits: Sequence[RetrievedPassage] = (),
    told: Answer | None = None,
    **fields: Any,  # noqa: ANN401
) -> Outcome:
    """What came of `question`: `told`, or an answer that quotes (document, words)."""
    gold = tuple(
        Gold(
            place.document,
            start,
            end,
            tuple(
                number
                for number, nugget in enumerate(question.nuggets)
                if nugget.in_text(DOCUMENTS[place.document].text[start:end])
            ),
            place.reference.pattern if place.reference else None,
        )
        for place in question.evidence
        for start, end in place.ranges(DOCUMENTS[place.document])
    )
    made = Outcome(
        question=question,
        told=Told(told or answer(question.question, *said), tuple(hits)),
        verified=True,
        compelled=None,
        raw=None,
        manual=None,
        variants=(),
        gold=gold,
        relevant=("right",) if question.is_answerable else (),
    )
    return replace(made, **fields)


def run(*outcomes: Outcome) -> Run:
    """A run of these outcomes alone."""
    return Run({"passage_size": 60}, outcomes, DOCUMENTS, {})


def values(made: Outcome) -> dict[str, float]:
    """What one question is worth, by measure."""
    return score(run(made)).values[made.question.id]


def run_of(answerer: Answerer, questions: Sequence[Question], folder: Path) -> Run:
    """A run over the generation of the answerer, kept in a folder."""
    under = manifest({None: answerer.generation}, questions, {})
    journal = Journal(folder, under)
    ask_all(lambda: {None: answerer}, journal.left(questions), on_talk=journal.add)
    run = Run.of(under, journal, questions, {None: answerer.generation})
    run.write(folder)
    return run


REFERENCE = {**at("league", "Ball", "must not be wet"), "reference": "harrow"}
WET = asked("wet", "May it be wet?", "not be wet", where=[REFERENCE], notices=["conflict"], contradictions=["grams"])
