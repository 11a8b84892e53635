"""A gold item from a live answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from leaflets import MARROWS, TOMATOES, document, made

from answer import Answerer
from eval import GoldError, read_gold
from eval.check import Corpora
from eval.draft import add, draft

pytestmark = pytest.mark.usefixtures("plain_weights")
DOCUMENTS = [document(TOMATOES, "tomatoes"), document(MARROWS, "marrows")]
CORPORA: Corpora = {None: {d.id: d for d in DOCUMENTS}}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return made(tmp_path_factory.mktemp("draft"), *DOCUMENTS)


def test_an_answer_becomes_an_item_that_is_sound_and_is_kept(answerer: Answerer, tmp_path: Path) -> None:
    answer = answerer.ask("How is quillex given?")
    (number,) = [c.number for c in answer.citations if "twice a week" in c.quote]
    item = draft(answer, "dev-1", "lay", ["poured"], ["twice a week"], [number])
    path = add(item, "dev", tmp_path / "gold", CORPORA)
    (read,) = read_gold(["dev"], tmp_path / "gold")
    assert read == item
    assert [(n.pattern.pattern, n.importance) for n in read.nuggets] == [("poured", "vital"), ("twice a week", "okay")]
    assert [(span.document, span.section) for span in read.evidence] == [("tomatoes", "Quillex (Bloomwell)")]
    assert path.read_text(encoding="utf-8").startswith('{"format": 2}\n')


def test_a_refusal_becomes_an_item_that_has_to_be_refused(answerer: Answerer, tmp_path: Path) -> None:
    item = draft(answerer.ask("What does quillex cost?"), "dev-1", "missing_fact", [], names=["cost|price"])
    add(item, "dev", tmp_path, CORPORA)
    (read,) = read_gold(["dev"], tmp_path)
    assert (read.is_answerable, read.reason, read.evidence) == (False, "not_in_sources", ())


def test_what_is_not_sound_is_not_added(answerer: Answerer, tmp_path: Path) -> None:
    answer = answerer.ask("How is quillex given?")
    with pytest.raises(GoldError, match="not added: nugget not found in its evidence: buried"):
        add(draft(answer, "dev-1", "lay", ["buried"]), "dev", tmp_path, CORPORA)
    add(draft(answer, "dev-1", "lay", ["poured"]), "dev", tmp_path, CORPORA)
    before = (tmp_path / "dev.jsonl").read_bytes()
    with pytest.raises(GoldError, match="'dev-1' is used already"):
        add(draft(answerer.ask("Is verdolin sprayed?"), "dev-1", "lay", ["leaves"]), "dev", tmp_path, CORPORA)
    with pytest.raises(GoldError, match="asks the fact 'poured' of part 'dev'"):
        asked = answerer.ask("In what way is quillex given?")
        add(draft(asked, "test-1", "lay", ["poured"]), "test", tmp_path, CORPORA)
    assert (tmp_path / "dev.jsonl").read_bytes() == before


@pytest.mark.parametrize(("vital", "numbers", "message"), [(["("], [], "is no pattern"), (["x"], [9], "no citation 9")])
def test_what_cannot_be_an_item_is_told(answerer: Answerer, vital: list[str], numbers: list[int], message: str) -> None:
    with pytest.raises(GoldError, match=message):
        draft(answerer.ask("How is quillex given?"), "dev-1", "lay", vital, evidence=numbers)


def test_a_file_that_ends_without_a_line_break_is_not_spoilt(answerer: Answerer, tmp_path: Path) -> None:
    (tmp_path / "dev.jsonl").write_text(json.dumps({"format": 2}), encoding="utf-8")
    for number, name in enumerate(("quillex", "verdolin"), 1):
        answer = answerer.ask(f"How is {name} given?")
        add(draft(answer, f"dev-{number}", "lay", [r"poured|man\W"]), "dev", tmp_path, CORPORA)
    assert [q.id for q in read_gold(["dev"], tmp_path)] == ["dev-1", "dev-2"]
