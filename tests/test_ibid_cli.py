from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import Ibid, Ran
from packing import packed_entries
from scans import drawn, scanned

pytestmark = pytest.mark.model

CABOZANTINIB = "What are the common side effects of cabozantinib?"
OFF_TOPIC = "Who won the football world cup in 2014?"


@pytest.fixture(scope="module")
def answered(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ibid.opening import open_answerer
    from ibid.places import Places

    path = tmp_path_factory.mktemp("answer") / "answer.json"
    answer = open_answerer(Places.of(index=index)).ask(CABOZANTINIB)
    path.write_text(json.dumps(answer.to_json(), ensure_ascii=False), encoding="utf-8")
    return path


def test_an_answer_shows_its_sources_dates_and_review(ibid: Ibid, index: Path) -> None:
    ran = ibid("ask", "--index", index, CABOZANTINIB)
    assert ran.code == 0
    assert ran.err == ""
    assert "[1]" in ran.out
    assert "American Cancer Society · revised 2025-08-08 · reviewed · digest" in ran.out
    assert "Digest: the words are those of a digest of the page" in ran.out
    assert "https://www.cancer.org/" in ran.out
    assert "\x1b" not in ran.out


def test_a_pending_review_is_told_in_words(ibid: Ibid, index: Path) -> None:
    ran = ibid("ask", "--index", index, "Is semaglutide safe with a neuroendocrine tumor?")
    assert ran.code == 0
    assert "review pending" in ran.out
    assert "Note: " in ran.out


def test_json_is_the_answer_record(ibid: Ibid, index: Path) -> None:
    ran = ibid("ask", "--index", index, "--json", CABOZANTINIB)
    record = json.loads(ran.out)
    assert record["status"] == "answered"
    assert record["question"] == CABOZANTINIB
    numbers = {citation["number"] for citation in record["citations"]}
    assert numbers == {number for statement in record["statements"] for number in statement["citations"]}
    assert ran.out.count("\n") == 1


def test_a_refusal_is_a_result(ibid: Ibid, index: Path) -> None:
    ran = ibid("ask", "--index", index, OFF_TOPIC)
    assert ran.code == 0
    assert "Closest thing the sources say, which is not an answer:" in ran.out
    record = json.loads(ibid("ask", "--index", index, "--json", OFF_TOPIC).out)
    assert record["status"] == "insufficient_evidence"
    assert record["nearest"]


def test_what_was_understood_is_shown_where_it_differs(ibid: Ibid, index: Path) -> None:
    assert "Read as: " not in ibid("ask", "--index", index, CABOZANTINIB).out
    assert "Read as: " in ibid("ask", "--index", index, "What are the side effects of cabozantinb?").out


def test_chat_as_json_follows_up_and_starts_anew(ibid: Ibid, index: Path) -> None:
    lines = ["What is cabozantinib used for?", "And its side effects?", "x" * 100_000, "", "And its side effects?"]
    ran = ibid("chat", "--index", index, "--json", stdin="\n".join(lines) + "\n")
    first, follow_up, bad, alone = map(json.loads, ran.out.splitlines())
    assert ran.code == 0
    assert first["resolved_question"] == lines[0]
    assert "cabozantinib" in follow_up["resolved_question"].lower()
    assert "100,000" in bad["error"]
    assert alone["resolved_question"] == lines[1]


def test_chat_without_json_tells_a_bad_question_and_goes_on(ibid: Ibid, index: Path) -> None:
    ran = ibid("chat", "--index", index, stdin=f"a\tb\x07\n{CABOZANTINIB}\n")
    assert ran.code == 0
    assert "control characters" in ran.complaint
    assert "[1]" in ran.out


def test_the_first_question_makes_the_index(ibid: Ibid, tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "bees.txt").write_text("Bees\n\nA hive has one queen. Workers live for six weeks in summer.\n")
    ran = ibid("ask", "--corpus", corpus, "--index", index, "--json", "How many queens has a hive?")
    assert ran.code == 0
    assert ran.complaint == f"Indexing {corpus} …"
    assert ibid("ask", "--corpus", corpus, "--index", index, "How many queens has a hive?").err == ""


def test_index_tells_what_it_did_and_that_nothing_changed(ibid: Ibid, tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "bees.md").write_text("# Bees\n\nA hive has one queen.\n\n## Life\n\nWorkers live for six weeks.\n")
    made = json.loads(ibid("index", "--corpus", corpus, "--index", index, "--json").out)
    assert (made["published"], made["documents"], made["embedded"], made["reused"]) == (True, 1, 2, 0)
    again = ibid("index", "--corpus", corpus, "--index", index)
    assert again.out == "Nothing has changed: 1 document in 2 passages.\n"
    (corpus / "bees.md").write_text("# Bees\n\nA hive has one queen.\n\n## Life\n\nWorkers live for five weeks.\n")
    assert "1 passage embedded, 1 used again" in ibid("index", "--corpus", corpus, "--index", index).out


def test_index_tells_where_manifest_and_page_differ(ibid: Ibid, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# Bees\n\nA hive has one queen.\n\nLast revised: March 3, 2024\n")
    (corpus / "sources.toml").write_text('[[source]]\nid = "a"\nfile = "a.md"\nrevised = 2025-01-01\n')
    ran = ibid("index", "--corpus", corpus, "--index", tmp_path / "index")
    assert "Note: a: the manifest says revised is 2025-01-01, the page says 2024-03-03" in ran.out


def test_search_shows_passages_best_first(ibid: Ibid, index: Path) -> None:
    hits = json.loads(ibid("search", "--index", index, "-k", "3", "--json", "cabozantinib").out)
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert "abozantinib" in hits[0]["passage"]["text"]
    assert ibid("search", "--index", index, "-k", "1", "cabozantinib").out.startswith("1. ")


def test_sources_are_listed_and_shown(ibid: Ibid, index: Path) -> None:
    listed = json.loads(ibid("sources", "--index", index, "--json").out)
    assert [source["license"] for source in listed] == ["digest"] * 3
    text = ibid("sources", "--index", index).out
    for source in listed:
        assert source["id"] in text
        assert source["title"] in text
        assert f"{source['passages']} passages" in text
    whole = json.loads(ibid("sources", "--index", index, "--json", listed[0]["id"]).out)
    assert {"dropped", "text", "sections"} <= whole.keys()
    shown = ibid("sources", "--index", index, listed[0]["id"]).out
    assert whole["text"].splitlines()[-1] in shown


def test_the_members_of_an_archive_are_cited_listed_and_verified(ibid: Ibid, tmp_path: Path) -> None:
    corpus, stored = tmp_path / "corpus", tmp_path / "answer.json"
    corpus.mkdir()
    (corpus / "hr.zip").write_bytes(
        packed_entries({"rules/leave.md": "# Leave\n\nStaff have 30 days of leave a year.\n", "film.mp4": b"x"})
    )
    places = ("--corpus", corpus, "--index", tmp_path / "index")
    assert "hr.zip/film.mp4 is of a kind that is not read" in ibid("index", *places).out
    answer = json.loads(ibid("ask", "How many days of leave do staff have?", "--json", *places).out)
    assert answer["citations"][0]["file"] == "hr.zip/rules/leave.md"
    stored.write_text(json.dumps(answer))
    assert ibid("verify", stored, *places).code == 0
    assert "hr.zip/rules/leave.md" in ibid("ask", "How many days of leave do staff have?", *places).out
    assert "hr.zip/rules/leave.md" in ibid("sources", *places).out
    assert "The index is whole." in ibid("doctor", *places).out


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="there is no tesseract")
def test_what_was_read_by_ocr_says_so_and_the_choice_is_told(ibid: Ibid, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "rules.pdf").write_bytes(scanned(drawn()))
    (corpus / "page.md").write_text("# Leave\n\nStaff have 30 days of leave a year.\n")
    places = ("--corpus", corpus, "--index", tmp_path / "index")
    asked = ("ask", "When does the hall open?")
    told = "rules.pdf holds no text, as a scanned PDF does; index it with --ocr"
    assert told in ibid("index", *places).out
    assert "added: rules" in ibid("index", "--dry-run", "--ocr", *places).out
    assert told not in ibid("index", "--ocr", *places).out
    answer = json.loads(ibid(*asked, "--json", *places).out)
    assert [(c["file"], c["page"], c["read_by_ocr"]) for c in answer["citations"]] == [("rules.pdf", 1, True)]
    assert "read by OCR" in ibid(*asked, *places).out
    assert "1 page read by OCR" in ibid("sources", *places).out
    assert "Pictures are read by OCR, until: ibid index --no-ocr" in ibid("doctor", *places).out
    assert "Nothing has changed" in ibid("index", *places).out
    assert told in ibid("index", "--no-ocr", *places).out
    assert "OCR" not in ibid("doctor", *places).out.replace(told, "")


def test_an_unknown_source_is_wrong_usage(ibid: Ibid, index: Path) -> None:
    ran = ibid("sources", "--index", index, "nobody")
    assert ran.code == 2
    assert "'nobody'" in ran.complaint


def test_verify_takes_what_ask_gave(ibid: Ibid, index: Path, answered: Path) -> None:
    ran = ibid("verify", "--index", index, answered)
    assert ran.code == 0
    assert re.fullmatch(r"(\[\d+\] exact  .*\n)+", ran.out)
    piped = ibid("verify", "--index", index, "-", "--json", stdin=answered.read_text(encoding="utf-8"))
    assert {verdict["status"] for verdict in json.loads(piped.out)} == {"exact"}


@pytest.mark.parametrize("word", ["quote", "quote_hash"])
def test_verify_finds_a_tampered_citation(ibid: Ibid, index: Path, answered: Path, tmp_path: Path, word: str) -> None:
    record = json.loads(answered.read_text(encoding="utf-8"))
    record["citations"][0][word] += " not"
    assert _verified(ibid, index, tmp_path, record).code == 1


def test_verify_tells_of_a_document_that_is_not_there_where_its_quote_stands(
    ibid: Ibid, index: Path, answered: Path, tmp_path: Path
) -> None:
    record = json.loads(answered.read_text(encoding="utf-8"))
    named = record["citations"][0]["document_id"]
    record["citations"][0]["document_id"] += " not"
    ran = _verified(ibid, index, tmp_path, record)
    assert ran.code == 0 and f"moved to {record['citations'][0]['start']}  {named}" in ran.out


def test_verify_finds_a_tampered_statement(ibid: Ibid, index: Path, answered: Path, tmp_path: Path) -> None:
    record = json.loads(answered.read_text(encoding="utf-8"))
    record["statements"][0]["text"] = "Cabozantinib has no side effects."
    ran = _verified(ibid, index, tmp_path, record)
    assert ran.code == 1
    assert "altered" in ran.complaint


def test_verify_tells_what_has_moved(ibid: Ibid, index: Path, answered: Path, tmp_path: Path) -> None:
    record = json.loads(answered.read_text(encoding="utf-8"))
    record["citations"][0]["start"] += 1
    ran = _verified(ibid, index, tmp_path, record)
    assert ran.code == 0
    assert ran.out.startswith("[1] moved to ")


def _verified(ibid: Ibid, index: Path, folder: Path, record: object) -> Ran:
    path = folder / "record.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return ibid("verify", "--index", index, path)


def test_the_original_pages_can_be_asked(ibid: Ibid, originals: Path, tmp_path: Path) -> None:
    ran = ibid("ask", "--corpus", originals, "--index", tmp_path / "index", "--json", CABOZANTINIB)
    record = json.loads(ran.out)
    assert record["status"] == "answered"
    assert "#:~:text=" in record["citations"][0]["url"]
