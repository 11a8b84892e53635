"""`ibid gold`: gold questions are checked, and written from live answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Ibid

from eval import read_gold

pytestmark = pytest.mark.model

CORPUS = "# Kites\n\n## Reels\n\nA reel for kites holds 40 metres of line. Reels are never left in the rain.\n"
ITEM = {
    "id": "k1",
    "stratum": "number",
    "question": "How long is the string on it?",
    "expected": "answered",
    "nuggets": [{"pattern": "40 metres", "importance": "vital"}],
    "evidence": [{"document": "kites", "section": "Reels", "pattern": "holds 40"}],
}


@pytest.fixture
def kites(tmp_path: Path) -> Path:
    folder = tmp_path / "kites"
    folder.mkdir()
    (folder / "kites.md").write_text(CORPUS, encoding="utf-8")
    return folder


def gold(folder: Path, *items: dict[str, object]) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [{"format": 2}, *items]
    (folder / "dev.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


def test_sound_questions_are_told_to_be_sound(ibid: Ibid, kites: Path, tmp_path: Path) -> None:
    ran = ibid("gold", "check", "--gold", gold(tmp_path / "gold", ITEM), "--corpus", kites)
    assert (ran.code, ran.out, ran.err) == (0, "1 gold questions: sound.\n", "")


def test_what_is_wrong_is_told_with_file_and_line(ibid: Ibid, kites: Path, tmp_path: Path) -> None:
    wrong = ITEM | {"id": "k2", "question": "What holds 40 metres?"}
    folder = gold(tmp_path / "gold", ITEM, wrong)
    ran = ibid("gold", "check", "--gold", folder, "--corpus", kites)
    first, last = ran.out.splitlines()
    assert ran.code == 1
    assert first == f"{folder / 'dev.jsonl'}:3: nugget 40 metres is given away by: What holds 40 metres?"
    assert last == "2 gold questions, 1 problems."
    listed = json.loads(ibid("gold", "check", "--gold", folder, "--corpus", kites, "--json").out)
    assert [row["where"].rpartition("/")[2] for row in listed] == ["dev.jsonl:3"]


def test_a_gold_file_that_cannot_be_read_is_one_line(ibid: Ibid, kites: Path, tmp_path: Path) -> None:
    ran = ibid("gold", "check", "--gold", gold(tmp_path / "gold", {"id": "k1"}), "--corpus", kites)
    assert ran.code == 1
    assert "dev.jsonl:2: not a gold question" in ran.complaint


def test_an_item_is_written_from_a_live_answer(ibid: Ibid, kites: Path, tmp_path: Path) -> None:
    places = ("--corpus", kites, "--index", tmp_path / "index", "--gold", tmp_path / "gold")
    ran = ibid("gold", "add", "How much line is on a reel?", "--nugget", "40 metres", "--stratum", "number", *places)
    assert ran.code == 0
    assert "A reel for kites holds 40 metres of line." in ran.out
    assert "Added dev-number-01 to" in ran.out
    ran = ibid("gold", "add", "What does a reel cost?", "--refuse", "--names", "cost", "--stratum", "number", *places)
    assert ran.code == 0
    assert [(q.id, q.expected) for q in read_gold(["dev"], tmp_path / "gold")] == [
        ("dev-number-01", "answered"),
        ("dev-number-02", "insufficient_evidence"),
    ]
    assert ibid("gold", "check", "--gold", tmp_path / "gold", "--corpus", kites).code == 0


def test_without_a_terminal_it_asks_nothing(ibid: Ibid, kites: Path, tmp_path: Path) -> None:
    places = ("--corpus", kites, "--index", tmp_path / "index", "--gold", tmp_path / "gold")
    ran = ibid("gold", "add", "How much line is on a reel?", *places)
    assert ran.code == 2
    assert "say what an answer must hold with --nugget PATTERN, or --refuse" in ran.err
    assert not (tmp_path / "gold").exists()
