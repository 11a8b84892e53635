"""The Python face, over made-up leaflets and an encoder that counts words; the documentation, over the real ones."""

from __future__ import annotations

import doctest
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from fakes import plain_weights
from leaflets import (
    DRAWBACKS,
    MARROWS,
    TOMATOES,
    WordEncoder,
    document,
    garden,
    generation,
)

import ibid
from answer import QuestionError, RecordError
from ibid.api import Library
from ibid.opening import open_answerer
from ibid.places import Places

_IMPORTED = re.compile(r"^>>> (?:from|import) (\w+)", re.MULTILINE)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return garden(tmp_path_factory.mktemp("garden"))


@pytest.fixture
def library(kept: Library) -> Iterator[Library]:
    with plain_weights():
        yield kept


def test_import_loads_nothing_heavy() -> None:
    heavy = ["torch", "faiss", "numpy", "transformers", "sentence_transformers", "langchain_core", "pydantic", "mcp"]
    probe = f"import sys, ibid; dir(ibid); sys.exit(str([n for n in {heavy} if n in sys.modules] or ''))"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert ran.stderr.strip() == "", ran.stderr


def test_opening_loads_neither_langchain_nor_mcp() -> None:
    probe = (
        "import sys, ibid; ibid.open; sys.exit(str([n for n in ('mcp', 'ibid.langchain') if n in sys.modules] or ''))"
    )
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert ran.stderr.strip() == "", ran.stderr


def test_what_is_public_is_there_and_nothing_else_is_found() -> None:
    assert ibid.__all__ == sorted(ibid.__all__)
    assert all(getattr(ibid, name).__name__ == name for name in ibid.__all__)
    assert set(ibid.__all__) <= set(dir(ibid))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        ibid.nonsense  # noqa: B018


def test_an_answer_quotes_its_source(library: Library) -> None:
    answer = library.ask(DRAWBACKS)
    assert answer.status == "answered"
    for citation in answer.citations:
        assert library.source(citation.document_id).text[citation.start : citation.end] == citation.quote


def test_a_question_stands_alone_unless_it_is_of_a_conversation(library: Library) -> None:
    chat = library.conversation()
    chat.ask(DRAWBACKS)
    follow_up = "What is it?"
    assert "verdolin" in chat.ask(follow_up).resolved_question
    assert library.ask(follow_up).resolved_question == follow_up
    assert library.conversation().ask(follow_up).resolved_question == follow_up


def test_passages_are_found_with_their_places(library: Library) -> None:
    hits = library.search("verdolin", k=3)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    cited = library.search_cited("verdolin", k=3)
    assert [hit for hit, _ in cited] == hits
    for hit, citation in cited:
        assert (citation.number, citation.quote) == (hit.rank, hit.passage.text)
        assert (citation.section, citation.start) == (hit.passage.section, hit.passage.start)


def test_sources_come_in_order_and_an_unknown_one_is_told(library: Library) -> None:
    assert [source.id for source in library.sources()] == ["tomatoes", "marrows"]
    assert library.source("marrows").title == library.sources()[1].title
    with pytest.raises(ibid.UnknownSource, match="there is no source 'peas'; there are tomatoes, marrows"):
        library.source("peas")


def test_an_answer_and_its_stored_record_are_verified_alike(library: Library) -> None:
    answer = library.ask(DRAWBACKS)
    verdicts = library.verify(answer)
    assert {verdict.status for verdict in verdicts} == {"exact"}
    assert library.verify(json.loads(json.dumps(answer.to_json()))) == verdicts
    with pytest.raises(RecordError, match="make one with"):
        library.verify({})


@pytest.mark.parametrize("question", ["", "x" * 2001, "a\x07b"])
def test_what_is_no_question_is_refused(library: Library, question: str) -> None:
    for ask in (library.ask, library.conversation().ask, library.search):
        with pytest.raises(QuestionError):
            ask(question)


def test_a_new_generation_is_answered_from_at_the_next_question(tmp_path: Path) -> None:
    library = garden(tmp_path)
    chat = library.conversation()
    before = chat.ask(DRAWBACKS)
    encoder = WordEncoder(TOMATOES + MARROWS)
    generation(tmp_path, document(TOMATOES, "tomatoes"), encoder=encoder)
    assert library.ask(DRAWBACKS).generation != before.generation
    assert chat.ask(DRAWBACKS).generation == library.generation.name
    assert [source.id for source in library.sources()] == ["tomatoes"]


def test_threads_that_ask_at_once_get_what_one_gets(library: Library) -> None:
    questions = [DRAWBACKS, "Where should one keep feed away from children?", "Who feeds tomatoes?"]
    alone = {question: library.ask(question).text for question in questions}
    wrong: list[str] = []

    def ask() -> None:
        wrong.extend(q for _ in range(5) for q in questions if library.ask(q).text != alone[q])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system does not tell what is open")
def test_what_was_closed_says_so_and_holds_nothing_of_its_index(tmp_path: Path) -> None:
    with garden(tmp_path) as library:
        chat = library.conversation()
        chat.ask(DRAWBACKS)
        assert _held(tmp_path)
    assert _held(tmp_path) == []
    library.close()
    for use in (
        lambda: library.ask(DRAWBACKS),
        lambda: chat.ask(DRAWBACKS),
        lambda: list(library.stream(DRAWBACKS)),
        lambda: library.search(DRAWBACKS),
        lambda: library.sources(),
    ):
        with pytest.raises(ibid.LibraryClosed, match=r"it was closed; open it again with: ibid\.open"):
            use()


def _held(folder: Path) -> list[str]:
    """The files below `folder` that this process has open or mapped."""
    opened = [str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
    mapped = Path("/proc/self/maps").read_text().splitlines()
    return [line for line in (*opened, *mapped) if str(folder) in line]


@pytest.fixture
def users_index(index: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The index that is opened where none is named."""
    monkeypatch.setattr("ibid.places.user_index", lambda corpus: index)
    yield index


@pytest.mark.model
def test_the_examples_of_the_module_are_true(users_index: Path) -> None:
    from ibid import api

    tried = doctest.testmod(api, optionflags=doctest.REPORT_NDIFF)
    assert (tried.failed, tried.attempted > 0) == (0, True)


@pytest.mark.model
def test_the_examples_of_the_documentation_are_true(users_index: Path, root: Path) -> None:
    text = (root / "docs" / "python.md").read_text(encoding="utf-8")
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    imported = [{found for found in _IMPORTED.findall(part) if find_spec(found) is None} for part in parts]
    tried = "".join(part for part, missing in zip(parts, imported, strict=True) if not missing)
    assert set().union(*imported) <= {"haystack", "llama_index"}
    examples = doctest.DocTestParser().get_doctest(tried, {}, "python.md", None, 0)
    ran = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(examples)
    assert (ran.failed, ran.attempted > 0) == (0, True)


@pytest.mark.model
def test_open_makes_a_missing_index_and_takes_folders_as_text(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "bees.txt").write_text("Bees\n\nA hive has one queen. Workers live for six weeks in summer.\n")
    library = ibid.open(str(corpus), str(index))
    assert "one queen" in library.ask("How many queens has a hive?").text
    assert (index / "generations" / library.generation.name).is_dir()


@pytest.mark.model
def test_open_gives_what_the_command_line_gives(index: Path) -> None:
    question = "What are the common side effects of cabozantinib?"
    answer = ibid.open(index=index).ask(question)
    other = open_answerer(Places.of(index=index)).ask(question)
    assert answer.to_json() | {"timings_ms": {}} == other.to_json() | {"timings_ms": {}}
