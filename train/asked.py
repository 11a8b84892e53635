"""Questions written for this project as examples: `asked`, beside it, and more of them in the folder `written`.

The README of `asked` says how it is made, and which part is for reporting only; that of `written` says how the others
go on from it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.public.excerpts import AskedPassage, AskedQuestion, Excerpt, read_asked
from train.examples import Example, joined, without
from train.negatives import nearest
from train.sources import lines

WRITTEN = Path(__file__).parent / "written"
_CLASSES = "classes.jsonl"
_TEXTS = WRITTEN / "texts"
# How often a passage that does not answer stands beside a question, for each that does.
_REMOVED, _BESIDE, _ELSEWHERE = 0.4, 0.6, 0.2
# How often a follow-up is read as the resolver makes it stand alone, in place of how a person does.
_RESOLVED = 0.5


def written(data: Path) -> list[AskedQuestion]:
    """The questions in the folder `written`, on excerpts of `asked` and on texts of our own; all are for training."""
    excerpts = {q.excerpt.id: q.excerpt for q in read_asked(data, "train")}
    excerpts |= {e.id: e for path in sorted(_TEXTS.glob("*.jsonl")) for e in map(_own_text, lines(path))}
    return [
        AskedQuestion.from_json(row, f"{path.stem}-{number}", "train", excerpts[row["excerpt"]])
        for path in sorted(WRITTEN.glob("*.jsonl"))
        if path.name != _CLASSES
        for number, row in enumerate(lines(path))
    ]


def _own_text(record: Mapping[str, Any]) -> Excerpt:
    passages, first = [], 0
    for passage in record["passages"]:
        text, ranges = joined(passage["sentences"])
        passages.append(AskedPassage(passage["heading"], text, ranges, first))
        first += len(ranges)
    return Excerpt(record["id"], "own", record["title"], tuple(passages))


def of_classes() -> list[Example]:
    """What is said of a class, asked of a member, of a sibling, and of what is outside; each text read as a whole.

    What makes the member one of the class is part of the answer.
    """
    examples = []
    for record in lines(WRITTEN / _CLASSES):
        text, ranges = joined([s for passage in record["passages"] for s in passage["sentences"]])
        for question in record["questions"]:
            relevant = frozenset(question["sentences"])
            told = relevant | frozenset(question["link"]) if relevant else relevant
            examples.append(Example("classes", question["question"], record["heading"], text, ranges, bool(told), told))
    return examples


def example(question: str, passage: AskedPassage, telling: frozenset[int]) -> Example:
    """A question and a passage of an excerpt, of which the sentences `telling` answer."""
    relevant = frozenset(n - passage.first for n in telling if passage.holds(n))
    return Example("asked", question, passage.heading, passage.text, passage.sentences, bool(relevant), relevant)


def asked_examples(
    questions: Sequence[AskedQuestion], resolved: Mapping[str, str], rng: random.Random
) -> list[Example]:
    """What one epoch reads: every passage that answers, and near ones that do not.

    `resolved` is what the resolver makes of follow-ups, by their ids.
    """
    everywhere = [p for e in {q.excerpt.id: q.excerpt for q in questions}.values() for p in e.passages if p.sentences]
    return [e for q in questions for e in _of(q, resolved.get(q.id, q.standalone), everywhere, rng)]


def _of(
    asked: AskedQuestion, resolved: str, everywhere: Sequence[AskedPassage], rng: random.Random
) -> Iterator[Example]:
    question = resolved if rng.random() < _RESOLVED else asked.standalone
    passages = [p for p in asked.excerpt.passages if p.sentences]
    near = asked.near if not asked.answerable else asked.telling
    wanted = [p for p in passages if any(map(p.holds, near))]
    others = [p for p in passages if p not in wanted]
    for passage in wanted:
        found = example(question, passage, asked.telling)
        yield found
        if found.relevant and rng.random() < _REMOVED:
            rest = without(found, found.relevant)
            if rest is not None:
                yield rest
    if others and rng.random() < _BESIDE:
        order = nearest(question, [f"{p.heading} {p.text}" for p in others], 2)
        yield example(question, others[rng.choice(order)], frozenset())
    if rng.random() < _ELSEWHERE:
        pool = rng.sample(everywhere, min(60, len(everywhere)))
        passage = pool[nearest(question, [p.text for p in pool], 1)[0]]
        if passage not in passages:
            yield example(question, passage, frozenset())
