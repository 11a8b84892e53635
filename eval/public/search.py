"""Public sets of search: SciFact, CancerGov and BioASQ, whole documents as results."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from answer import Answerer, Reader
from eval.public.baselines import bm25_run
from eval.public.beir import DEPTH, Beir, Progress, Ranking, index_set, rank_all, score_run, source_id
from eval.public.figures import Aside, Row, mean_row
from ingest import Encoder, Generation

_FOUND = "documents found"


def scifact_search(
    data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None
) -> list[Row]:
    """The 300 test claims over all abstracts."""
    dataset = Beir.read(data / "scifact", "test")
    aside = Aside(0.728, "dense and BM25, min-max", 0.75)
    return [
        *_ours(dataset, work / "scifact", encoder, aside, progress),
        _bm25(dataset, Aside(0.686, "BM25")),
    ]


def cancergov_search(
    data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None
) -> list[Row]:
    """All questions over all answers; the published figure cuts passages of 150 words, ours are ibid's own."""
    dataset = Beir.read(data / "medquad_cancergov", "test")
    index = work / "medquad_cancergov"
    rows = _ours(dataset, index, encoder, Aside(0.812, "dense, 150 words"), progress)
    generation = Generation.open(index)
    values = score_run(_dense(dataset, generation, encoder), dataset.qrels)["nDCG@10"]
    return [*rows, mean_row(_FOUND, "dense, maxP", "nDCG@10", values, aside=Aside(0.812, "dense, 150 words"))]


def bioasq_search(
    data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None
) -> list[Row]:
    """The questions whose id ends in 0 to 3 over all snippets; BM25 on all questions, as it was published, as well."""
    everything = Beir.read(data / "bioasq_snippets", "test")
    dataset = everything.part(lambda query: query[-1] in "0123")
    return [
        *_ours(dataset, work / "bioasq_snippets", encoder, Aside(), progress),
        _bm25(dataset, Aside()),
        _bm25(everything, Aside(0.708, "BM25"), f"{_FOUND}, all questions"),
    ]


def _ours(dataset: Beir, index: Path, encoder: Encoder, aside: Aside, progress: Progress | None) -> list[Row]:
    index_set(index, dataset, encoder, progress)
    generation = Generation.open(index)
    run = rank_all(Answerer(generation, encoder).search, dataset, generation.passage_count(), progress)
    return [
        mean_row(_FOUND, "ibid", measure, values, aside=aside if measure == "nDCG@10" else Aside())
        for measure, values in score_run(run, dataset.qrels).items()
    ]


def _dense(dataset: Beir, generation: Generation, encoder: Encoder) -> dict[str, Ranking]:
    """The documents by the largest cosine of a passage to each query, counted over all passages."""
    names = {source_id(document.id): document.id for document in dataset.documents}
    rows = {names[name]: generation.rows_of(name) for name in generation.document_ids()}
    vectors = {name: generation.vectors.of(held) for name, held in rows.items()}
    asked = encoder.encode(list(dataset.queries.values()))
    nearest = np.array([(held @ asked.T).max(axis=0) for held in vectors.values()])
    best = np.argsort(-nearest, axis=0, kind="stable")[:DEPTH]
    found = list(vectors)
    return {
        query: {found[row]: float(nearest[row, column]) for row in best[:, column]}
        for column, query in enumerate(dataset.queries)
    }


def _bm25(dataset: Beir, aside: Aside, test: str = _FOUND) -> Row:
    texts = {document.id: f"{document.title} {document.text}" for document in dataset.documents}
    values = score_run(bm25_run(texts, dataset.queries, DEPTH), dataset.qrels)["nDCG@10"]
    return mean_row(test, "BM25", "nDCG@10", values, aside=aside)
