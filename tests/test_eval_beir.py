from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import BagEncoder

from eval.errors import DatasetError
from eval.public.beir import (
    Beir,
    BeirDocument,
    document_of,
    evaluate_beir,
    index_set,
    rank,
    rank_all,
    score_run,
    source_id,
    write_trec,
)
from ingest import Generation, Passage
from retriever import Hit, Retriever, Terms

Write = Callable[..., Path]

DOCUMENTS = [
    {"_id": "d#1", "title": "Kites", "text": "A kite needs wind. Its tail steadies it."},
    {"_id": "d#2", "title": "Kettles", "text": "A kettle boils water.\nIt whistles when it is done."},
    {"_id": "d/3", "title": "", "text": "Ferns grow in the shade."},
]
QUERIES = [
    {"_id": "q1", "text": "wind for a kite"},
    {"_id": "q2", "text": "kettle whistles"},
    {"_id": "q3", "text": "?"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td#1\t1\nq2\td#2\t2\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def folder(corpus: str | None = None, queries: str | None = None, qrels: str = QRELS, split: str = "test") -> Path:
        where = tmp_path / "set"
        (where / "qrels").mkdir(parents=True, exist_ok=True)
        (where / "corpus.jsonl").write_text(corpus if corpus is not None else lines(DOCUMENTS))
        (where / "queries.jsonl").write_text(queries if queries is not None else lines(QUERIES))
        (where / "qrels" / f"{split}.tsv").write_text(qrels)
        return where

    return folder


def lines(rows: list[dict[str, str]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def hit(document: str, score: float) -> Hit:
    return Hit(Passage(document, document, "r", "", "", (), 0, 1, "x"), 1, score, 0.0, 0.0, 0.0, 0.0)


def test_a_set_has_its_documents_its_judged_queries_and_the_grades(write: Write) -> None:
    dataset = Beir.read(write())
    assert [document.id for document in dataset.documents] == ["d#1", "d#2", "d/3"]
    assert dataset.queries == {"q1": "wind for a kite", "q2": "kettle whistles"}
    assert dataset.qrels == {"q1": {"d#1": 1}, "q2": {"d#2": 2}}


def test_the_only_split_is_taken_and_one_that_is_missing_is_named(write: Write) -> None:
    folder = write(split="dev")
    assert Beir.read(folder).queries
    with pytest.raises(DatasetError, match=r"no train\.tsv in it; there are: dev"):
        Beir.read(folder, "train")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"corpus": '{"_id": "a", "text": "x"}\n{"_id": \n'}, r"corpus\.jsonl:2: not valid JSON"),
        ({"corpus": '{"_id": "a b", "text": "x"}\n'}, r"corpus\.jsonl:1: _id must be a text without white space"),
        ({"corpus": '{"_id": "a"}\n'}, r"corpus\.jsonl:1: text must be a text"),
        ({"corpus": "[1]\n"}, r"corpus\.jsonl:1: must be a JSON object"),
        ({"corpus": lines(DOCUMENTS[:1] * 2)}, r"corpus\.jsonl: 2 documents have 1 different ids"),
        ({"queries": '\n{"text": "x"}\n'}, r"queries\.jsonl:2: _id must be"),
        ({"qrels": "q1\td#1\n"}, r"test\.tsv:1: must be query-id, corpus-id and a whole number"),
        ({"qrels": QRELS + "q9\td#1\t1\n"}, r"test\.tsv:4: there is no query 'q9'"),
        ({"qrels": QRELS + "q1\td9\t1\n"}, r"test\.tsv:4: there is no document 'd9'"),
        ({"qrels": "query-id\tcorpus-id\tscore\n"}, r"test\.tsv:1: judges no query"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(write: Write, broken: dict[str, str], told: str) -> None:
    folder = write(**broken)
    with pytest.raises(DatasetError, match=told):
        Beir.read(folder)


def test_a_folder_that_is_not_there_and_a_file_that_is_not_are_named(tmp_path: Path, write: Write) -> None:
    with pytest.raises(DatasetError, match=r"no test set at .*nowhere"):
        Beir.read(tmp_path / "nowhere")
    folder = write()
    (folder / "queries.jsonl").unlink()
    with pytest.raises(DatasetError, match=r"queries\.jsonl: cannot be read"):
        Beir.read(folder)


def test_ids_that_a_source_may_not_have_are_made_to_fit_and_stay_apart() -> None:
    assert source_id("4983") == "4983"
    assert source_id("a#1") != source_id("a/1")
    assert source_id("a#1").startswith("a-1.")
    assert source_id("§").startswith("d.")


def test_each_line_of_a_text_is_a_paragraph_of_its_document() -> None:
    document = document_of("k", "  Kettles ", "It  boils.\n\nIt\x00whistles. It stops.\n")
    assert (document.title, document.text) == ("Kettles", "It boils.\n\nIt whistles. It stops.")
    assert [document.text[s.start : s.end] for s in document.sentences] == ["It boils.", "It whistles.", "It stops."]


def test_an_index_is_made_once_and_brought_up_to_date_for_what_changed(tmp_path: Path, write: Write) -> None:
    index, encoder = tmp_path / "index", BagEncoder()
    assert index_set(index, Beir.read(write()), encoder).embedded == 3
    assert index_set(index, Beir.read(write()), encoder).published is False
    changed = [*DOCUMENTS[:2], {"_id": "d/3", "title": "", "text": "Moss grows in the shade."}]
    assert index_set(index, Beir.read(write(lines(changed))), encoder).embedded == 1


def test_a_document_is_as_good_as_its_best_passage() -> None:
    hits = [hit("a", 0.9), hit("b", 0.8), hit("a", 0.7), hit("c", 0.6)]
    assert rank(lambda _, k: hits[:k], "q", 4, depth=2) == {"a": 0.9, "b": 0.8}


def test_passages_are_searched_deeper_until_there_are_documents_enough() -> None:
    hits = [hit("a", 0.9), hit("a", 0.8), hit("a", 0.7), hit("a", 0.6), hit("b", 0.5)]
    asked: list[int] = []

    def search(_: str, k: int) -> list[Hit]:
        asked.append(k)
        return hits[:k]

    assert list(rank(search, "q", 5, depth=2)) == ["a", "b"]
    assert asked == [4, 8]


def test_documents_are_found_under_their_own_ids(tmp_path: Path, write: Write) -> None:
    dataset, encoder = Beir.read(write()), BagEncoder()
    index_set(tmp_path / "index", dataset, encoder)
    generation = Generation.open(tmp_path / "index")
    run = rank_all(Retriever(generation, encoder, Terms(generation, encoder)).search, dataset, 3)
    assert next(iter(run["q1"])) == "d#1"
    assert set(run["q2"]) == {"d#1", "d#2", "d/3"}


def test_a_document_with_the_id_of_the_query_is_not_counted() -> None:
    dataset = Beir(tuple(BeirDocument(name, "", "text") for name in "ab"), {"a": "text"}, {"a": {"b": 1}})
    assert rank_all(lambda _, k: [hit("a", 0.9), hit("b", 0.8)][:k], dataset, 2) == {"a": {"b": 0.8}}


def test_scores_are_those_worked_by_hand_and_a_query_without_results_is_worth_nothing() -> None:
    qrels = {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}, "q3": {"d": 1}}
    run = {"q1": {"x": 0.9, "a": 0.5, "b": 0.5}, "q2": {"c": 1.0}}
    values = score_run(run, qrels)
    gain = 1 / math.log2(3) + 1 / math.log2(4)
    assert values["nDCG@10"] == pytest.approx([gain / (1 + 1 / math.log2(3)), 1, 0])
    assert values["RR@10"] == pytest.approx([0.5, 1, 0])
    assert values["R@100"] == [1, 1, 0]
    assert values["Success@5"] == [1, 1, 0]


def test_what_trec_reads_is_written(tmp_path: Path) -> None:
    write_trec(tmp_path / "out", {"q1": {"a": 0.5}}, {"q1": {"a": 2}})
    assert (tmp_path / "out" / "run.trec").read_text() == "q1 Q0 a 1 0.500000 ibid\n"
    assert (tmp_path / "out" / "qrels.trec").read_text() == "q1 0 a 2\n"


def test_a_folder_is_indexed_searched_and_scored(tmp_path: Path, write: Write) -> None:
    steps: list[tuple[int, int]] = []
    result = evaluate_beir(
        write(), tmp_path / "index", BagEncoder(), out=tmp_path / "out", progress=lambda *step: steps.append(step)
    )
    assert result.name == "set"
    assert [(row.measure, row.n) for row in result.rows] == [
        ("nDCG@10", 2),
        ("R@100", 2),
        ("RR@10", 2),
        ("Success@5", 2),
    ]
    assert all(0 <= row.low <= row.value <= row.high <= 1 for row in result.rows)
    assert steps == [(3, 3), (1, 2), (2, 2)]
    assert (tmp_path / "out" / "run.trec").is_file()
