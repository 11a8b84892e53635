"""`asked`: questions written for this project over excerpts of many documents, each with the sentences that answer it.

A sentence is right where it and one that answers overlap by half of the shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from answer import Answerer, Conversation, Evidence, Reader, Resolver
from answer.compose import marked
from eval.public.baselines import bm25_run
from eval.public.beir import Progress, Ranking, make_index, score_run
from eval.public.excerpts import AskedQuestion, Range, document_with, ranges_of, read_asked
from eval.public.figures import Row, auroc_row, mean_row
from ingest import Document, Encoder, Generation
from retriever import Hit

_EVERYWHERE = 1000
_LAY = "lay"


def asked_search(
    data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None
) -> list[Row]:
    """The answerable test questions, in their stand-alone form, over the excerpts of all splits."""
    everything = read_asked(data, "train", "dev", "test")
    generation = asked_index(data, work, encoder, progress)
    questions = [q for q in everything if q.split == "test" and q.answerable]
    qrels = {q.id: {q.excerpt.id: 1} for q in questions}
    run: dict[str, Ranking] = {}
    passage: list[float] = []
    answerer = Answerer(generation, encoder)
    for done, q in enumerate(questions, 1):
        hits = answerer.search(q.standalone, 50)
        right = ranges_of(q.excerpt, generation.document(q.excerpt.id), q.telling)
        passage.append(float(any(_in_passage(hit, q.excerpt.id, right) for hit in hits[:5])))
        run[q.id] = {}
        for hit in hits:
            run[q.id].setdefault(hit.passage.document_id, hit.score)
        if progress:
            progress(done, len(questions))
    texts = {q.excerpt.id: "\n".join(f"{p.heading}\n{p.text}" for p in q.excerpt.passages) for q in everything}
    runs = {
        "ibid": run,
        "dense, maxP": _dense(questions, generation, encoder),
        "BM25": bm25_run(texts, {q.id: q.standalone for q in questions}, 100),
    }
    clusters = [q.excerpt.id for q in questions]
    rows = [
        mean_row("excerpt found", system, "nDCG@10", score_run(found, qrels)["nDCG@10"], clusters)
        for system, found in runs.items()
    ]
    lay = [n for n, q in enumerate(questions) if q.kind == _LAY]
    return [
        *rows,
        mean_row("passage found", "ibid", "Success@5", passage, clusters),
        mean_row("passage found, lay", "ibid", "Success@5", [passage[n] for n in lay], [clusters[n] for n in lay]),
    ]


def asked_index(data: Path, work: Path, encoder: Encoder, progress: Progress | None = None) -> Generation:
    """The index of all excerpts, made or brought up to date."""
    documents = _documents(read_asked(data, "train", "dev", "test"))
    make_index(work / "asked", list(documents.values()), encoder, progress)
    return Generation.open(work / "asked")


def _documents(questions: Iterable[AskedQuestion]) -> dict[str, Document]:
    excerpts = {q.excerpt.id: q.excerpt for q in questions}
    return {name: document_with(excerpt) for name, excerpt in excerpts.items()}


def _in_passage(hit: Hit, document: str, right: Sequence[Range]) -> bool:
    place = hit.passage
    return place.document_id == document and any(s < place.end and place.start < e for s, e in right)


def _dense(questions: Sequence[AskedQuestion], generation: Generation, encoder: Encoder) -> dict[str, Ranking]:
    rows = generation.rows()
    owners = [passage.document_id for passage in generation.passages(rows)]
    vectors = generation.vectors.of(rows)
    run: dict[str, Ranking] = {}
    for q, asked in zip(questions, encoder.encode([q.standalone for q in questions]), strict=True):
        cosines = vectors @ asked
        run[q.id] = {}
        for place in np.argsort(-cosines, kind="stable")[:_EVERYWHERE]:
            run[q.id].setdefault(owners[place], float(cosines[place]))
    return run


@dataclass(frozen=True, slots=True)
class _ExcerptAnswer:
    """What is made of a question with its own excerpt: the evidence, best first, and the decision."""

    evidence: list[Evidence]
    chance: float
    answers: bool


def asked_reading(
    data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None
) -> list[Row]:
    """The test questions, each with its own excerpt; whole, and with the sentences that answer taken out."""
    questions = read_asked(data, "test")
    documents = _documents(questions)
    gone = {
        q.id: document
        for q in questions
        if q.answerable and (document := document_with(q.excerpt, q.telling, q.id)).text
    }
    make_index(work / "asked_test", list(documents.values()), encoder, progress)
    make_index(work / "asked_gone", list(gone.values()), encoder, progress)
    resolver = Resolver.beside(reader) if reader else None
    whole = _asker(Answerer(Generation.open(work / "asked_test"), encoder, reader, resolver))
    without = _asker(Answerer(Generation.open(work / "asked_gone"), encoder, reader))
    told, bare = {}, {}
    for done, q in enumerate(questions, 1):
        told[q.id] = whole(q.standalone, q.excerpt.id, None)
        if q.id in gone:
            bare[q.id] = without(q.standalone, q.id, None)
        if progress:
            progress(done, len(questions))
    right = {q.id: ranges_of(q.excerpt, documents[q.excerpt.id], q.telling) for q in questions if q.answerable}
    return [
        *_decision_rows(questions, told),
        *_removed_rows([q for q in questions if q.id in bare], told, bare),
        *_sentence_rows([q for q in questions if q.answerable], told, right),
        *_follow_rows(questions, told, right, resolver, whole, encoder),
    ]


def _asker(answerer: Answerer) -> Callable[[str, str, str | None], _ExcerptAnswer]:
    """What reads a question in one document alone."""

    def ask(text: str, document: str, asked: str | None) -> _ExcerptAnswer:
        question = answerer.parse(text, asked)
        (vector,) = answerer.encoder.encode(question.read[:1])
        rows = answerer.generation.rows_of(document)
        near = (answerer.generation.vectors.of(rows) @ vector).tolist()
        hits = [
            Hit(passage, rank, 0.0, cosine, 0.0, 0.0, 0.0)
            for rank, (passage, cosine) in enumerate(zip(answerer.generation.passages(rows), near, strict=True), 1)
        ]
        evidence = answerer.evidence(question, hits)
        decision = answerer.decide(question, evidence)
        return _ExcerptAnswer(evidence, decision.probability, decision.answers)

    return ask


def _decision_rows(questions: Sequence[AskedQuestion], told: dict[str, _ExcerptAnswer]) -> list[Row]:
    clusters = [q.excerpt.id for q in questions]
    labels = [q.answerable for q in questions]
    rows = [auroc_row("answerable or not", "ibid", [told[q.id].chance for q in questions], labels, clusters)]
    cosines = [max((e.features["similarity"] for e in told[q.id].evidence), default=0.0) for q in questions]
    rows.append(auroc_row("answerable or not", "largest cosine", cosines, labels, clusters))
    right = [float(told[q.id].answers == q.answerable) for q in questions]
    for label, name in ((True, "answered rightly"), (False, "refused rightly")):
        part = [n for n, q in enumerate(questions) if q.answerable == label]
        rows.append(mean_row(name, "ibid", "share", [right[n] for n in part], [clusters[n] for n in part]))
    share = sum(labels) / len(labels)
    weighed = [r / (2 * share) if label else r / (2 * (1 - share)) for r, label in zip(right, labels, strict=True)]
    rows.append(mean_row("answers and refusals", "ibid", "balanced", weighed, clusters))
    return rows


def _removed_rows(
    questions: Sequence[AskedQuestion], told: dict[str, _ExcerptAnswer], bare: dict[str, _ExcerptAnswer]
) -> list[Row]:
    test = "excerpt whole or without its answer"
    clusters = [q.excerpt.id for q in questions]
    pairs = [float(told[q.id].chance > bare[q.id].chance) for q in questions]
    scores = [told[q.id].chance for q in questions] + [bare[q.id].chance for q in questions]
    labels = [True] * len(questions) + [False] * len(questions)
    return [
        mean_row(test, "ibid", "pairs", pairs, clusters),
        auroc_row(test, "ibid", scores, labels, clusters * 2),
    ]


def _sentence_rows(
    questions: Sequence[AskedQuestion], told: dict[str, _ExcerptAnswer], right: dict[str, tuple[Range, ...]]
) -> list[Row]:
    first = [first_is_right(told[q.id].evidence, right[q.id]) for q in questions]
    chosen = [_f1(marked(told[q.id].evidence), right[q.id], len(q.sentences)) for q in questions]
    clusters = [q.excerpt.id for q in questions]
    lay = [n for n, q in enumerate(questions) if q.kind == _LAY]
    return [
        mean_row("right sentence first", "ibid", "share", first, clusters),
        mean_row("right sentence first, lay", "ibid", "share", [first[n] for n in lay], [clusters[n] for n in lay]),
        mean_row("sentences chosen", "ibid", "F1", chosen, clusters),
    ]


def _follow_rows(
    questions: Sequence[AskedQuestion],
    told: dict[str, _ExcerptAnswer],
    right: dict[str, tuple[Range, ...]],
    resolver: Resolver | None,
    ask: Callable[[str, str, str | None], _ExcerptAnswer],
    encoder: Encoder,
) -> list[Row]:
    """Follow-ups as they were asked, after the turn before and the answer to it, beside their stand-alone form."""
    answers = {(q.excerpt.id, q.question): q.excerpt.said(q.sentences) for q in questions if q.answerable}
    follow_ups = [q for q in questions if q.history]
    forms: dict[str, list[float]] = {"stand-alone": [], "automatic": [], "as asked": []}
    for q in follow_ups:
        talk = Conversation()
        for turn in q.history:
            talk.remember(turn, answers.get((q.excerpt.id, turn), ""))
        resolved = talk.resolve(q.question, resolver)
        made = {
            "stand-alone": told[q.id],
            "automatic": ask(resolved, q.excerpt.id, q.question),
            "as asked": ask(q.question, q.excerpt.id, None),
        }
        for form, answer in made.items():
            is_right = first_is_right(answer.evidence, right[q.id]) if q.answerable else 1.0
            forms[form].append(is_right * float(answer.answers == q.answerable))
    clusters = [q.excerpt.id for q in follow_ups]
    return [mean_row("follow-ups told rightly", form, "share", values, clusters) for form, values in forms.items()]


def first_is_right(evidence: Sequence[Evidence], right: Sequence[Range]) -> float:
    """1 where the best evidence is right, else 0."""
    return float(bool(evidence) and _is_right(evidence[0], right))


def _is_right(evidence: Evidence, right: Sequence[Range]) -> bool:
    """Whether evidence, without what it leans on, and a range that answers overlap by half of the shorter at least."""
    return any(
        2 * (min(evidence.end, e) - max(evidence.own, s)) >= min(e - s, evidence.end - evidence.own) for s, e in right
    )


def _f1(chosen: Sequence[Evidence], right: Sequence[Range], wanted: int) -> float:
    """F1 of what is chosen: of `right`, in all forms, `wanted` are enough."""
    hits = sum(_is_right(e, right) for e in chosen)
    if not hits:
        return 0.0
    precision, recall = hits / len(chosen), min(1.0, hits / wanted)
    return 2 * precision * recall / (precision + recall)
