"""CancerGov with what answers taken out: is an answer that is missing missed?

Each question is asked of the whole index and of one without its answer; the AUROC is that of the confidence, which
should be higher where the answer is there.  The answers are taken out in FOLDS indexes rather than one by one, so that
each index lacks those of other questions as well, which do not matter to this one.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from answer import Answerer, Reader
from eval.manifest import SEED
from eval.public.beir import Beir, BeirDocument, Progress, index_set, source_id
from eval.public.figures import Aside, Row, auroc_row
from ingest import Encoder, Generation, RememberingEncoder

FOLDS = 5
SAMPLE = 150
_PAGE, _TOPIC = "answer removed, its page is there", "every page of the topic removed"
_PUBLISHED = {_PAGE: (0.655, 0.85), _TOPIC: (0.907, None)}


def cancergov_missing(
    data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None
) -> list[Row]:
    """Both removals, ibid's on SAMPLE questions and the largest cosine's on all; intervals over topics.

    Only questions are asked whose page has answers to others too.
    """
    dataset = Beir.read(data / "medquad_cancergov", "test")
    index = work / "medquad_cancergov"
    index_set(index, dataset, encoder, progress)
    pages = _answers_of_pages(dataset)
    asked = [
        query for query, grades in dataset.qrels.items() if any(len(pages[_page(d)]) > len(grades) for d in grades)
    ]
    sample = random.Random(SEED).sample(asked, min(SAMPLE, len(asked)))
    topics = {document.id: document.title for document in dataset.documents}
    topic_of = {query: topics[next(iter(dataset.qrels[query]))] for query in asked}
    removed = {
        _PAGE: {query: frozenset(dataset.qrels[query]) for query in asked},
        _TOPIC: {query: frozenset(d for d, topic in topics.items() if topic == topic_of[query]) for query in asked},
    }
    step = _Steps(progress, len(sample) * (1 + len(removed)))
    remembering = RememberingEncoder(encoder)  # the indexes share most sentences
    whole = Answerer(Generation.open(index), remembering, reader)
    there = [step(whole.ask(dataset.queries[query]).confidence) for query in sample]
    rows = []
    for test, gone in removed.items():
        published, goal = _PUBLISHED[test]
        confidence = _without(dataset, work, sample, gone, topic_of, remembering, reader, step)
        aside = Aside(published, "largest cosine", goal)
        rows.append(_row(test, "ibid", there, [confidence[query] for query in sample], sample, topic_of, aside))
        near = _cosines(dataset, index, encoder, asked, gone)
        aside = Aside(published, "largest cosine")
        rows.append(_row(test, "largest cosine", near[0], near[1], asked, topic_of, aside))
    return rows


class _Steps:
    """Counts what is done of `total` and passes on what it is given."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def __call__(self, value: float) -> float:
        self._done += 1
        if self._progress:
            self._progress(self._done, self._total)
        return value


def _page(document: str) -> str:
    return document.split("#")[0]


def _answers_of_pages(dataset: Beir) -> dict[str, list[str]]:
    pages: dict[str, list[str]] = {}
    for document in dataset.documents:
        pages.setdefault(_page(document.id), []).append(document.id)
    return pages


def _without(
    dataset: Beir,
    work: Path,
    sample: Sequence[str],
    removed: Mapping[str, frozenset[str]],
    topic_of: Mapping[str, str],
    encoder: Encoder,
    reader: Reader | None,
    step: Callable[[float], float],
) -> dict[str, float]:
    """The confidence for each question of an index that lacks what is `removed` for it.

    Questions of one topic are spread over the folds, so that the page of an answer stays; where a whole topic goes they
    share what is removed, and so may be in any.
    """
    confidence: dict[str, float] = {}
    ordered = sorted(sample, key=lambda query: (topic_of[query], query))
    for fold in range(FOLDS):
        queries = ordered[fold::FOLDS]
        gone = frozenset[str]().union(*(removed[query] for query in queries))
        folder = work / "without"
        shutil.rmtree(folder, ignore_errors=True)
        # Vectors of what stays are taken over from the index that is copied.
        shutil.copytree(work / "medquad_cancergov", folder)
        index_set(folder, Beir(_left(dataset.documents, gone), {}, {}), encoder)
        answerer = Answerer(Generation.open(folder), encoder, reader)
        for query in queries:
            confidence[query] = step(answerer.ask(dataset.queries[query]).confidence)
        shutil.rmtree(folder)
    return confidence


def _left(documents: Sequence[BeirDocument], gone: frozenset[str]) -> tuple[BeirDocument, ...]:
    return tuple(document for document in documents if document.id not in gone)


def _cosines(
    dataset: Beir, index: Path, encoder: Encoder, asked: Sequence[str], removed: Mapping[str, frozenset[str]]
) -> tuple[list[float], list[float]]:
    """The largest cosine of each question to a passage: with all there, and without what is `removed` for it."""
    generation = Generation.open(index)
    rows = generation.rows()
    matrix = generation.vectors.of(rows)
    place = {row: number for number, row in enumerate(rows)}
    cosines = encoder.encode([dataset.queries[query] for query in asked]) @ matrix.T
    without = cosines.copy()
    for number, query in enumerate(asked):
        gone = (place[row] for document in removed[query] for row in generation.rows_of(source_id(document)))
        without[number, list(gone)] = -1.0
    return cosines.max(axis=1).tolist(), without.max(axis=1).tolist()


def _row(
    test: str,
    system: str,
    there: Sequence[float],
    gone: Sequence[float],
    asked: Sequence[str],
    topic_of: Mapping[str, str],
    aside: Aside,
) -> Row:
    topics = [topic_of[query] for query in asked]
    labels = [True] * len(there) + [False] * len(gone)
    return auroc_row(test, system, [*there, *gone], labels, topics * 2, aside)
