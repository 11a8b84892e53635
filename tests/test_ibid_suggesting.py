"""What can be asked is kept when an index was made; where that is broken off, the index is as good."""

from __future__ import annotations

from pathlib import Path

import pytest
from boats import SAIL, library, questions

from ibid.api import Library
from ibid.places import Places
from ibid.suggesting import catch_up, find_suggestions
from ingest import FileCatalog, Suggested, published

ASKING = "answer.suggest.questions._confidence"
pytestmark = pytest.mark.usefixtures("plain_weights")


def _kept(index: Path) -> Suggested:
    return FileCatalog(index).suggested(published(index)) or Suggested()


def test_what_is_found_is_kept_and_given_by_the_library(tmp_path: Path) -> None:
    answerer, places = library(tmp_path), Places(tmp_path, tmp_path)
    find_suggestions(answerer, places, Suggested(), wait=False)
    assert SAIL in questions(_kept(tmp_path))
    opened = Library(answerer, places)
    assert [s.question for s in opened.suggestions(n=2)] == questions(_kept(tmp_path))[:2]
    assert {s.document_id for s in opened.suggestions("birds")} == {"birds"}


@pytest.mark.parametrize(
    ("part", "error"),
    [(ASKING, KeyboardInterrupt()), ("ingest.FileCatalog.suggest", OSError("no space left"))],
)
def test_what_breaks_it_off_is_told_and_the_index_is_as_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], part: str, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    answerer, places = library(tmp_path), Places(tmp_path, tmp_path)
    monkeypatch.setattr(ASKING if isinstance(error, KeyboardInterrupt) else "ingest.FileCatalog.suggest", fail)
    find_suggestions(answerer, places, Suggested(), wait=False)
    assert "the next ibid index finds questions to suggest" in capsys.readouterr().err
    assert FileCatalog(tmp_path).suggested(published(tmp_path)) is None


def test_what_was_found_out_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answerer, opened = library(tmp_path), []
    monkeypatch.setattr("ibid.opening.open_answerer", lambda places: opened.append(places) or answerer)
    for _ in range(2):
        catch_up(Places(tmp_path, tmp_path))
    assert len(opened) == 1 and SAIL in questions(_kept(tmp_path))


@pytest.mark.model
def test_the_bundled_documents_suggest_plain_questions(index: Path) -> None:
    from ibid.opening import open_answerer

    found = _kept(index)
    assert len(found.suggestions) >= 5 and len(found.revisions) == 3
    assert "What are the possible side effects of somatostatin analogs?" in questions(found)
    answerer = open_answerer(Places.of(index=index))
    for suggestion in found.suggestions[:3]:
        first = answerer.ask(suggestion.question).citations[0]
        assert first.document_id == suggestion.document_id and suggestion.start <= first.start < suggestion.end
