from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import BagEncoder
from leaflets import WordEncoder

from eval.errors import DatasetError
from eval.public import SETS, evaluate_set
from eval.public.baselines import Bm25, bm25_run
from eval.public.figures import Aside, Row, SetResult, auroc, auroc_row, interval, mean_row, table
from eval.public.talk import later, read_dialogs

KITES = "A kite needs wind. Its tail steadies it. The line is made of hemp."
KETTLES = "A kettle boils water. The spout whistles when it is done."


def write_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_beir(folder: Path, documents: Sequence[Mapping[str, Any]], queries: Mapping[str, tuple[str, str]]) -> None:
    """Queries by id, each with its text and the id of the document that answers it."""
    write_lines(folder / "corpus.jsonl", documents)
    write_lines(folder / "queries.jsonl", [{"_id": name, "text": text} for name, (text, _) in queries.items()])
    (folder / "qrels").mkdir()
    judged = "".join(f"{name}\t{document}\t1\n" for name, (_, document) in queries.items())
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged)


def by(result: SetResult, system: str) -> dict[tuple[str, str], Row]:
    return {(row.test, row.measure): row for row in result.rows if row.system == system}


def test_an_auroc_is_the_share_of_pairs_in_the_right_order_and_half_of_those_that_tie() -> None:
    # True: 3 and 1, false: 2 and 1: right are (3, 2), (3, 1), a tie is (1, 1), wrong is (1, 2).
    scores, labels = np.array([3.0, 1.0, 2.0, 1.0]), np.array([True, True, False, False])
    assert auroc(scores, labels) == (2 + 0.5) / 4
    assert auroc(scores, labels, np.array([2.0, 0.0, 1.0, 1.0])) == 1.0
    assert math.isnan(auroc(scores, np.array([True] * 4)))


def test_an_interval_is_the_same_each_time_and_wider_where_cases_hang_together() -> None:
    cases = np.array([0.0, 1.0] * 20)
    clusters = [number // 4 // 5 for number in range(40)]
    ordered = np.array([0.0] * 20 + [1.0] * 20)
    low, high = interval(lambda w: float(w @ cases / w.sum()), 40)
    assert (low, high) == interval(lambda w: float(w @ cases / w.sum()), 40)
    assert low < 0.5 < high
    apart = interval(lambda w: float(w @ ordered / w.sum()), 40, clusters)
    assert apart == (0.0, 1.0)


def test_a_constant_has_an_interval_of_no_width() -> None:
    row = mean_row("t", "s", "m", [0.5, 0.5, 0.5], aside=Aside(0.4, "BM25", 0.6))
    assert (row.n, row.value, row.low, row.high, row.baseline, row.goal) == (3, 0.5, 0.5, 0.5, 0.4, 0.6)


def test_the_table_shows_a_figure_with_its_interval_beside_what_is_published_and_the_goal() -> None:
    row = Row("search", "ibid", "nDCG@10", 1300, 0.7284, 0.69, 0.77, 0.686, "BM25", 0.75)
    bare = auroc_row("t", "s", [2.0, 1.0], [True, False])
    lines = table([SetResult("kites", "bag@1", (row, bare))]).splitlines()
    assert lines[2] == "| kites | search | ibid | nDCG@10 | 1,300 | .728 [.690, .770] | .686 (BM25) | ≥ .750 |"
    assert lines[3].startswith("| kites | t | s | AUROC | 2 | 1.000 [")


def test_bm25_is_as_worked_by_hand() -> None:
    # "wind" stands in one of two texts, twice; lengths without stop words are 3 and 1, mean 2.
    index = Bm25(["wind and wind kites", "the kettles"])
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    weight = idf * 2 / (2 + 1.5 * (1 - 0.75 + 0.75 * 3 / 2))
    assert index.scores("the winds").tolist() == pytest.approx([weight, 0.0])
    assert list(bm25_run({"a": "kettles", "b": "wind kites"}, {"q": "a kite"}, 5)["q"]) == ["b"]


def test_a_set_that_is_not_there_and_one_that_is_not_known_are_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"no public set at .*scifact; name the folder .* with --data DIR"):
        evaluate_set("scifact", tmp_path, tmp_path / "work", BagEncoder())
    with pytest.raises(DatasetError, match="no public set is called 'kites'; there are: scifact"):
        evaluate_set("kites", tmp_path, tmp_path / "work", BagEncoder())
    assert set(SETS) == {"scifact", "cancergov", "squad2", "canard", "bioasq", "covid_qa", "asked"}


def test_a_line_that_lacks_something_is_told(tmp_path: Path) -> None:
    write_lines(tmp_path / "squad2" / "dev_half.jsonl", [{"context": "x"}])
    with pytest.raises(DatasetError, match=r"dev_half\.jsonl:1: lacks 'title'"):
        evaluate_set("squad2", tmp_path, tmp_path / "work", BagEncoder())


def test_squad_questions_are_read_in_their_own_paragraph(tmp_path: Path) -> None:
    def row(question: str, context: str, answer: str | None, title: str = "Normans") -> dict[str, Any]:
        answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
        return {"title": title, "context": context, "question": question, "answers": answers}

    rows = [
        row("the line is made of what", KITES, "hemp"),
        row("the kettle boils what", KETTLES, "water"),
        row("who sold ferns", KETTLES, None),
        row("a kite needs what", KITES, "wind", "Warsaw"),
    ]
    write_lines(tmp_path / "squad2" / "dev_half.jsonl", rows)
    steps: list[tuple[int, int]] = []
    result = evaluate_set(
        "squad2", tmp_path, tmp_path / "w", WordEncoder(f"{KITES} {KETTLES}"), progress=lambda *step: steps.append(step)
    )
    ours, words = by(result, "ibid"), by(result, "BM25")
    assert ours["right sentence first", "accuracy"].n == 2
    assert ours["right sentence first", "accuracy"].value == 1.0
    assert ours["right sentence first", "accuracy"].goal == 0.9
    assert ours["answerable or not", "AUROC"].n == 3
    assert words["right sentence first, all 16 articles", "accuracy"].n == 3
    assert steps[-1] == (3, 3)


def test_covid_questions_of_papers_with_an_even_id_are_read_in_their_paper_and_in_all(tmp_path: Path) -> None:
    folder = tmp_path / "covid_qa"
    texts = {2: KITES, 4: KETTLES, 5: "Left alone."}
    write_lines(folder / "contexts.jsonl", [{"_id": name, "text": text} for name, text in texts.items()])
    asked = [("the line is made of what", 2, "hemp"), ("the kettle boils what", 4, "water"), ("left", 5, "alone")]
    write_lines(
        folder / "qa.jsonl",
        [
            {"doc": name, "question": question, "answers": [{"text": a, "answer_start": texts[name].index(a)}]}
            for question, name, a in asked
        ],
    )
    rows = by(evaluate_set("covid_qa", tmp_path, tmp_path / "w", WordEncoder(f"{KITES} {KETTLES}")), "ibid")
    assert {(test, row.n) for (test, _), row in rows.items()} == {
        ("right sentence first, in its paper", 2),
        ("right sentence first, in all papers", 2),
    }
    assert rows["right sentence first, in its paper", "accuracy"].value == 1.0


def test_scifact_is_searched_and_its_claims_are_read_in_the_abstracts_that_speak_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "scifact"
    sentences = {"1": ["A kite needs wind.", "Its tail steadies it."], "2": ["A kettle boils water.", "It whistles."]}
    documents = [{"_id": d, "title": f"On {d}", "text": " ".join(s), "sentences": s} for d, s in sentences.items()]
    write_beir(folder, documents, {"c1": ("a kite needs wind", "1"), "c2": ("a kettle boils water", "2")})
    evidence = {
        "c1": [{"doc_id": "1", "label": "SUPPORT", "sentences": [0]}],
        "c2": [{"doc_id": "2", "label": "CONTRADICT", "sentences": [1]}],
    }
    claims = [json.loads(line) for line in (folder / "queries.jsonl").read_text().splitlines()]
    write_lines(
        folder / "queries.jsonl",
        [c | {"metadata": {"split": "test", "evidence": evidence[c["_id"]]}} for c in claims],
    )
    result = evaluate_set("scifact", tmp_path, tmp_path / "w", BagEncoder())
    cosine = by(result, "largest cosine")
    assert cosine["right rationale sentence first", "accuracy"].value == 0.5
    ours = by(result, "ibid")
    assert ours["documents found", "nDCG@10"].value == 1.0
    assert ours["SUPPORT against CONTRADICT", "AUROC"].n == 2
    assert result.encoder == "bag@1"


def test_of_bioasq_the_held_out_questions_are_asked_and_bm25_all(tmp_path: Path) -> None:
    documents = [{"_id": "s0", "title": "", "text": KITES}, {"_id": "s1", "title": "", "text": KETTLES}]
    write_beir(tmp_path / "bioasq_snippets", documents, {"q3": ("kite wind", "s0"), "q9": ("kettle water", "s1")})
    result = evaluate_set("bioasq", tmp_path, tmp_path / "w", BagEncoder())
    assert by(result, "ibid")["documents found", "nDCG@10"].n == 1
    words = by(result, "BM25")
    assert [row.n for row in words.values()] == [1, 2]
    assert words["documents found, all questions", "nDCG@10"].value == 1.0


def test_of_cancergov_answers_and_whole_topics_are_taken_out(tmp_path: Path) -> None:
    documents, queries = [], {}
    for topic in ("kites", "kettles", "ferns"):
        for number, matter in enumerate(("cost", "danger")):
            name = f"{topic}#{number}"
            documents.append({"_id": name, "title": topic, "text": f"The {matter} of {topic} is {matter}{topic} high."})
            queries[f"q-{topic}-{number}"] = (f"the {matter} of {topic}", name)
    documents.append({"_id": "moss#0", "title": "moss", "text": "Moss has but one page."})
    queries["q-moss"] = ("what of moss", "moss#0")
    write_beir(tmp_path / "medquad_cancergov", documents, queries)
    result = evaluate_set("cancergov", tmp_path, tmp_path / "w", BagEncoder())
    ours, cosine = by(result, "ibid"), by(result, "largest cosine")
    page, topic = "answer removed, its page is there", "every page of the topic removed"
    # Six questions whose page has another answer, each once with and once without its own.
    assert (ours[page, "AUROC"].n, cosine[topic, "AUROC"].n) == (12, 12)
    assert cosine[topic, "AUROC"].value >= cosine[page, "AUROC"].value > 0.5
    assert ours["documents found", "nDCG@10"].n == 7
    assert not (tmp_path / "w" / "without").exists()


def test_a_turn_has_the_answer_that_the_next_turn_looks_back_on(tmp_path: Path) -> None:
    answers = ["the tail of a kite steadies it", "I don't know.", "hemp makes the line of a kite strong", "short"]
    dialog(tmp_path / "dev.jsonl", "C_0", answers)
    (talk,) = read_dialogs(tmp_path / "dev.jsonl")
    assert talk.topic == "Kites"
    assert [turn.answer for turn in talk.turns] == [*answers[:3], None]
    assert [turn.number for turn in later([talk])] == [3]


def test_the_held_out_dialogs_are_asked_in_three_forms_and_all_by_cosine(tmp_path: Path) -> None:
    answers = [
        "wind lifts a kite off the ground",
        "a tail steadies the kite in gusts",
        "hemp makes its line very strong",
        "",
    ]
    dialog(tmp_path / "canard" / "dev.jsonl", "C_0", answers)
    dialog(tmp_path / "canard" / "dev.jsonl", "C_1", [answer.replace("kite", "fern") for answer in answers])
    result = evaluate_set("canard", tmp_path, tmp_path / "w", BagEncoder())
    assert [(row.system, row.n) for row in result.rows] == [
        ("turn alone", 2),
        ("ibid", 2),
        ("human rewrite", 2),
        ("turn alone, cosine", 4),
        ("human rewrite, cosine", 4),
    ]
    assert all(0 < row.value <= 1 for row in result.rows)


def dialog(path: Path, name: str, answers: Sequence[str]) -> None:
    """Add a dialog whose questions repeat a word of their answer."""
    history = ["Kites", "Use"]
    rows = []
    for number, answer in enumerate(answers, 1):
        question = f"what of {' '.join(answer.split()[:2])}?"
        rows.append({"QuAC_dialog_id": name, "Question_no": number, "History": list(history), "Question": question})
        rows[-1]["Rewrite"] = f"kites: {question}"
        history += [question, answer]
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))
