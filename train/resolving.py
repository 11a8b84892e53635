"""What the resolver of follow-ups is fitted on: turns, a question, and which words of the turns it needs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from answer import Resolver
from answer.resolver import Turn
from eval.public.excerpts import AskedQuestion, read_asked
from ingest import analyze
from train.asked import written
from train.negatives import nearest
from train.sources import lines


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`question` behind `turns`; `standalone` is what it means, `source` where it is from."""

    source: str
    turns: tuple[Turn, ...]
    question: str
    standalone: str

    def needs(self, word: str) -> bool:
        """Whether the stand-alone form has a word of the turns that the question has not."""
        terms = set(analyze(word))
        return bool(terms) and terms <= set(analyze(self.standalone)) and not terms <= set(analyze(self.question))


def canard(data: Path, *, held_out: bool) -> list[FollowUp]:
    """CANARD's dialogs: those whose id ends in 0 are held out.  What came before is in its stand-alone form."""
    rows = [r for r in lines(data / "canard" / "dev.jsonl") if r["QuAC_dialog_id"].endswith("0") == held_out]
    rewrites = {(r["QuAC_dialog_id"], r["Question_no"]): r["Rewrite"] for r in rows}
    found = []
    for row in rows:
        number, dialog = row["Question_no"], row["QuAC_dialog_id"]
        topic, answers = row["History"][0], row["History"][3::2]
        turns = [Turn(topic, "")]
        turns += [Turn(rewrites.get((dialog, n), ""), answers[n - 1]) for n in range(1, number) if n <= len(answers)]
        if number > 1:
            found.append(FollowUp("canard", tuple(turns), row["Question"], row["Rewrite"]))
    return found


def follow_ups(data: Path, *splits: str) -> list[FollowUp]:
    """The follow-ups of `asked`, and with the split `train` those of `written`."""
    questions = [*read_asked(data, *splits), *(written(data) if "train" in splits else ())]
    answers = _answers(questions)
    return [_follow_up(q, answers) for q in questions if q.history]


def complete(data: Path, split: str, most: int, rng: random.Random) -> list[FollowUp]:
    """Questions of `asked` that stand alone, behind one or two others, of the same excerpt or of any.

    They need nothing.
    """
    questions = [q for q in read_asked(data, split) if not q.history]
    answers = _answers(questions)
    by_excerpt: dict[str, list[AskedQuestion]] = {}
    for q in questions:
        by_excerpt.setdefault(q.excerpt.id, []).append(q)
    found = []
    for number, q in enumerate(rng.sample(questions, min(most, len(questions)))):
        pool = by_excerpt[q.excerpt.id] if number % 2 == 0 else questions
        pool = [other for other in pool if other is not q] or questions
        before = rng.sample(pool, min(len(pool), 1 + (number % 3 == 0)))
        turns = tuple(Turn(b.question, answers.get((b.excerpt.id, b.question), "")) for b in before)
        found.append(FollowUp("complete", turns, q.question, q.question))
    return found


def resolved(questions: Sequence[AskedQuestion], resolver: Resolver) -> dict[str, str]:
    """The follow-ups among `questions`, by id, each as the resolver makes it stand alone."""
    answers = _answers(questions)
    return {q.id: resolver.resolve(q.question, _follow_up(q, answers).turns) for q in questions if q.history}


def _answers(questions: Sequence[AskedQuestion]) -> dict[tuple[str, str], str]:
    """What would be said to the questions that stand alone, by excerpt and question."""
    return {(q.excerpt.id, q.question): q.excerpt.said(q.sentences) for q in questions if q.sentences}


def _follow_up(q: AskedQuestion, answers: dict[tuple[str, str], str]) -> FollowUp:
    turns = tuple(Turn(question, _said(q, question, answers)) for question in q.history)
    return FollowUp("asked" if "-" in q.id and q.id[0] == "E" else q.id.split("-")[0], turns, q.question, q.standalone)


def _said(q: AskedQuestion, question: str, answers: dict[tuple[str, str], str]) -> str:
    """What would be said to a question of a talk: where that is not known, the nearest sentence, or now and then none.

    Without it the words of an answer would be as good as never seen, and in use every answer offers some.
    """
    known = answers.get((q.excerpt.id, question))
    if known is not None:
        return known
    if len(question) % 4 == 0:
        return ""
    sentences = q.excerpt.sentences
    return sentences[nearest(question, sentences, 1)[0]]
