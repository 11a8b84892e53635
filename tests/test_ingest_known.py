"""Texts that are embedded ahead: they are there for whoever asks, go with their document, and are bounded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import BagEncoder, page

from answer import Answerer, compared_texts
from ingest import Document, Generation, RememberingEncoder, known, update

COMMON = "what every page says"


def texts(document: Document) -> list[str]:
    return [COMMON, f"what {document.title} says", COMMON]


def _index(folder: Path, *numbers: int) -> tuple[Generation, BagEncoder]:
    (folder / "pages").mkdir(exist_ok=True)
    for path in (folder / "pages").iterdir():
        path.unlink()
    for number in numbers:
        (folder / "pages" / f"{number}.md").write_text(page(number))
    encoder = BagEncoder()
    update(folder / "index", folder / "pages", encoder, texts=texts)
    return Generation.open(folder / "index"), encoder


def test_what_is_embedded_ahead_is_there_and_is_not_embedded_again(tmp_path: Path) -> None:
    generation, encoder = _index(tmp_path, 1, 2)
    assert encoder.seen.count(COMMON) == 1
    asked = [COMMON, "what Page 2 says", "something else"]
    assert set(generation.known_vectors(asked)) == set(asked[:2])
    fresh = BagEncoder()
    vectors = RememberingEncoder(fresh, generation.known_vectors).encode(asked)
    assert fresh.seen == ["something else"]
    assert np.array_equal(vectors, fresh.encode(asked))


def test_many_at_once_are_found(tmp_path: Path) -> None:
    generation, _ = _index(tmp_path, 1)
    assert set(generation.known_vectors([*(f"text {n}" for n in range(2000)), COMMON])) == {COMMON}


def test_they_go_with_their_document_and_only_with_it(tmp_path: Path) -> None:
    _index(tmp_path, 1, 2)
    generation, encoder = _index(tmp_path, 2, 3)
    asked = [COMMON, *(f"what Page {number} says" for number in (1, 2, 3))]
    assert set(generation.known_vectors(asked)) == {COMMON, "what Page 2 says", "what Page 3 says"}
    assert "what Page 2 says" not in encoder.seen


def test_there_is_an_end_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_MOST", 5)
    generation, _ = _index(tmp_path, 1, 2, 3)
    assert set(generation.known_vectors([f"what Page {number} says" for number in (1, 2, 3)])) == {
        "what Page 1 says",
        "what Page 2 says",
    }


def test_who_asks_waits_for_no_text_of_a_document(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "1.md").write_text(page(1) + "\n- one\n- two words\n\nThe list includes:\n\n- this\n- that\n")
    update(tmp_path / "index", tmp_path / "pages", BagEncoder(), texts=compared_texts)
    encoder = BagEncoder()
    question = "What is the dose of topic1?"
    assert Answerer(Generation.open(tmp_path / "index"), encoder).ask(question, compel=True).statements
    assert {word for text in encoder.seen for word in text.split()} <= {*question.split(), *["dose", "topic1"]}
