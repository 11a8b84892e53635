"""The commands of one who keeps an index: indexing with a check, history, rollback, doctor."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import Ibid

from eval import GOLD


@pytest.fixture
def corpus(tmp_path: Path, root: Path) -> Path:
    return Path(shutil.copytree(root / "corpus", tmp_path / "corpus"))


@pytest.fixture
def published(tmp_path: Path, index: Path) -> Path:
    return Path(shutil.copytree(index, tmp_path / "index"))


def revise(corpus: Path, old: str, new: str) -> None:
    page = corpus / "acs-gi-net-targeted-drugs.md"
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.model
def test_a_revision_is_previewed_published_listed_and_taken_back(ibid: Ibid, corpus: Path, published: Path) -> None:
    places = ("--corpus", corpus, "--index", published)
    revise(corpus, "once a day", "twice a day")
    preview = json.loads(ibid("index", *places, "--dry-run", "--json").out)
    assert (preview["revised"], preview["published"]) == (["acs-gi-net-targeted-drugs"], False)
    stored = corpus.with_name("answer.json")
    stored.write_text(ibid("ask", *places, "--json", "How do patients take everolimus?").out)
    gold = corpus.with_name("gold")
    gold.mkdir()
    (gold / "dev.jsonl").write_text((GOLD / "dev.jsonl").read_text(encoding="utf-8").splitlines()[0] + "\n")
    impact = ibid("impact", corpus, "--index", published, "--gold", gold, stored)
    assert "    gone: acs-gi-net-targeted-drugs  “" in impact.out
    made = json.loads(ibid("index", *places, "--json").out)
    assert made["published"] and 0 < made["embedded"] < made["passages"]
    assert ibid("verify", *places, stored).code == 1
    assert ibid("verify", *places, "--then", stored).code == 0
    kept = json.loads(ibid("history", *places, "--json").out)
    assert [generation["published"] for generation in kept] == [True, False]
    assert ibid("rollback", *places).out == f"Published {kept[1]['name']}.\n"
    assert ibid("verify", *places, stored).code == 0
    assert ibid("doctor", *places).out == "The index is whole.\n"


@pytest.mark.model
def test_a_gate_holds_back_what_loses_a_vital_nugget(ibid: Ibid, corpus: Path, published: Path, tmp_path: Path) -> None:
    lines = (GOLD / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "gold").mkdir()
    few = [lines[0], *(line for line in lines if '"once a day"' in line)]
    (tmp_path / "gold" / "dev.jsonl").write_text("\n".join(few) + "\n", encoding="utf-8")
    places = ("--corpus", corpus, "--index", published, "--gold", tmp_path / "gold")
    before = (published / "CURRENT").read_text()
    revise(corpus, "once a day", "as the doctor says")
    ran = ibid("index", *places, "--gate")
    assert ran.code == 1
    assert "lost vital nugget: once a day" in ran.out and "Held back" in ran.out
    told = {line.split(": ")[0].strip(): line for line in ran.out.splitlines() if line.startswith(" " * 8)}
    assert "once a day" in told["before"] and "once a day" not in told["after"]
    assert (published / "CURRENT").read_text() == before
    assert ibid("doctor", "--corpus", corpus, "--index", published).code == 0


def test_the_doctor_tells_each_fault_with_its_mend_and_exits_1(ibid: Ibid, published: Path) -> None:
    (published / "stray").write_text("x")
    ran = ibid("doctor", "--index", published)
    assert (ran.code, ran.out) == (1, f"{published / 'stray'}: does not belong to the index; remove it\n")


@pytest.mark.parametrize("command", ["history", "rollback", "doctor"])
def test_no_index_is_one_line_and_exit_1(ibid: Ibid, tmp_path: Path, command: str) -> None:
    ran = ibid(command, "--index", tmp_path / "none")
    assert ran.code == 1
    assert "ibid index" in ran.out + ran.err


@pytest.mark.model
def test_who_has_an_index_open_goes_on_with_the_newest_generation(corpus: Path, published: Path) -> None:
    from ibid.opening import index as make
    from ibid.opening import newest, open_answerer
    from ibid.places import Places

    places = Places(corpus, published)
    answerer = open_answerer(places)
    assert newest(answerer, places) is answerer
    revise(corpus, "once a day", "twice a day")
    make(places)
    assert "once a day" in answerer.ask("How do patients take everolimus?").text
    assert "twice a day" in newest(answerer, places).ask("How do patients take everolimus?").text
