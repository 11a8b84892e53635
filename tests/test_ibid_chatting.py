"""`ibid chat` with a person at a terminal: what is told, what can be said, and how it ends."""

from __future__ import annotations

import io
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from leaflets import DRAWBACKS, MARROWS, ORDINARY, TOMATOES, WordEncoder
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from answer import Answerer
from ibid import chatting, render
from ibid.chatting import Session
from ibid.places import Places
from ingest import FileCatalog, Generation, update

pytestmark = pytest.mark.usefixtures("plain_weights")

ADVICE = "Ask a gardener before you spray."
MANIFEST = f"""
[[notice]]
kind = "advice"
text = "{ADVICE}"

[[source]]
id = "tomatoes"
file = "tomatoes.md"

[[source]]
id = "marrows"
file = "marrows.md"
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    folder = tmp_path_factory.mktemp("chat")
    corpus = folder / "leaflets"
    corpus.mkdir()
    for name, text in (("tomatoes.md", TOMATOES), ("marrows.md", MARROWS), ("sources.toml", MANIFEST)):
        (corpus / name).write_text(text)
    update(FileCatalog(folder / "index"), corpus, WordEncoder(TOMATOES + MARROWS + ORDINARY))
    return Places(corpus, folder / "index")


def said(places: Places, monkeypatch: pytest.MonkeyPatch, *lines: str) -> str:
    """All that a session prints that is given these lines."""
    console = Console(file=io.StringIO(), width=200, color_system=None)
    monkeypatch.setattr(render, "stdout", lambda: console)
    monkeypatch.setattr(chatting.typer, "echo", lambda text="", err=False: console.print(text))
    answerer = Answerer(Generation.open(places.index), WordEncoder(TOMATOES + MARROWS + ORDINARY))
    Session(answerer, places).run(iter(lines))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_it_begins_with_what_is_loaded_and_how_to_get_help(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    first = said(places, monkeypatch).splitlines()[0]
    assert first == f"2 documents in {places.corpus}: “Feeding tomatoes”, “Feeding marrows”. Ask, or type /help."


def test_of_many_documents_three_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "many").mkdir()
    for number in range(25):
        (tmp_path / "many" / f"d{number:04}.md").write_text(f"# Leaf {number}\n\nLeaf {number} is green.\n")
    update(FileCatalog(tmp_path / "index"), tmp_path / "many", WordEncoder(ORDINARY))
    shown = said(Places(tmp_path / "many", tmp_path / "index"), monkeypatch, "/sources")
    assert "25 documents in" in shown and "“Leaf 0”, “Leaf 1”, “Leaf 2” and 22 more. Ask" in shown
    assert shown.count("1 passage\n") == 20 and "and 5 more" in shown


def test_what_holds_of_every_answer_is_told_once(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = said(places, monkeypatch, DRAWBACKS, "How is quillex poured?", DRAWBACKS)
    assert shown.count("yellow leaves") == 2
    assert shown.count(ADVICE) == 1 and shown.index(ADVICE) < shown.index("yellow leaves")


def test_what_is_told_of_one_answer_is_told_with_each(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = said(places, monkeypatch, "What are the drawbacks of verdolim?", "What are the drawbacks of verdolim?")
    assert shown.count("Note: Read “verdolim” as “verdolin”.") == 2


@pytest.mark.parametrize("end", ["/quit", "/exit", "quit", "Exit", " QUIT "])
def test_it_ends_when_told_to(places: Places, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    assert "yellow leaves" not in said(places, monkeypatch, end, DRAWBACKS)


def test_commands_are_obeyed_and_another_is_told(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = said(places, monkeypatch, "/help", "/sources", "/nonsense at all", "")
    assert "/new      begin a new conversation" in shown
    assert "tomatoes  Feeding tomatoes" in shown and "marrows.md" in shown
    assert "There is no /nonsense; /help tells what there is." in shown


def test_a_new_conversation_knows_nothing_of_the_one_before(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []
    ask = Answerer.ask

    def asked(self: Answerer, question: str, conversation: object = None, **options: object) -> object:
        turns.append(len(conversation.turns))  # type: ignore[attr-defined]
        return ask(self, question, conversation, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Answerer, "ask", asked)
    said(places, monkeypatch, DRAWBACKS, "", DRAWBACKS, "/new", DRAWBACKS)
    assert turns == [0, 1, 0]


def test_what_cannot_be_answered_is_told_and_does_not_end_it(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = said(places, monkeypatch, "x" * 5_000, DRAWBACKS)
    assert "ibid: the question has 5,000 characters" in shown and "yellow leaves" in shown


def test_an_answer_can_be_broken_off(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    ask, begun = Answerer.ask, []

    def interrupted_once(self: Answerer, *given: object, **options: object) -> object:
        begun.append(given)
        if len(begun) == 1:
            raise KeyboardInterrupt
        return ask(self, *given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Answerer, "ask", interrupted_once)
    shown = said(places, monkeypatch, DRAWBACKS, DRAWBACKS)
    assert shown.index("Broken off.") < shown.index("yellow leaves")


def typed(keys: str) -> Iterator[str]:
    with create_pipe_input() as given, create_app_session(input=given, output=DummyOutput()):
        given.send_text(keys)
        yield from chatting.prompted()


UP, LEFT, CTRL_C, CTRL_D = "\x1b[A", "\x1b[D", "\x03", "\x04"


def test_a_line_can_be_changed_and_ctrl_d_ends() -> None:
    assert list(typed(f"bees?{LEFT} or ants\rwasps?\r{CTRL_D}")) == ["bees or ants?", "wasps?"]


@pytest.mark.parametrize(
    ("keys", "lines", "is_broken_off"),
    [
        (f"half{CTRL_C}whole\r{CTRL_D}", ["whole"], False),
        (f"half{CTRL_C}whole\r{CTRL_C}more\r{CTRL_D}", ["whole", "more"], False),
        (f"whole\r{CTRL_C}{CTRL_C}", ["whole"], True),
    ],
)
def test_ctrl_c_takes_a_line_back_and_twice_it_ends(keys: str, lines: Sequence[str], is_broken_off: bool) -> None:
    found: list[str] = []
    broken_off = False
    try:
        for line in typed(keys):
            found.append(line)
    except KeyboardInterrupt:
        broken_off = True
    assert (found, broken_off) == (list(lines), is_broken_off)


ANY = r"[\s\S]*"
# The command itself, with what answers out of leaflets in the place of the real encoder.
CHAT = """
import sys
from pathlib import Path
from fakes import plain_weights
from leaflets import MARROWS, ORDINARY, TOMATOES, WordEncoder
from answer import Answerer
from ibid import opening
from ibid.cli import run
from ingest import Generation

corpus, index = map(Path, sys.argv[1:])
opening.open_answerer = lambda *_: Answerer(Generation.open(index), WordEncoder(TOMATOES + MARROWS + ORDINARY))
with plain_weights():
    sys.exit(run(["chat", "--corpus", str(corpus), "--index", str(index)]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_on_a_terminal_stages_give_way_to_the_answer_and_ctrl_c_twice_ends_with_130(places: Places) -> None:
    import pty

    ours, theirs = pty.openpty()
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    environment = os.environ | {"PYTHONPATH": paths, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    command = [sys.executable, "-c", CHAT, str(places.corpus), str(places.index)]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    try:
        _read(ours, f"/help.{ANY}\n\\?")
        os.write(ours, f"{DRAWBACKS}\r".encode())
        shown = _read(ours, f"tomatoes.md{ANY}\n\\?")
        assert re.search(f"(Reading|Searching).* …{ANY}yellow leaves, weak stems", shown)
        os.write(ours, UP.encode())
        _read(ours, re.escape(DRAWBACKS))
        os.write(ours, CTRL_C.encode())
        _read(ours, f"once more ends{ANY}\n\\?")
        os.write(ours, CTRL_C.encode())
        assert process.wait(timeout=20) == 130
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read(terminal: int, until: str) -> str:
    """What is shown on a terminal until it holds a pattern, without what moves about on it."""
    shown, patience = "", time.monotonic() + 30
    while not re.search(until, shown) and time.monotonic() < patience:
        if select.select([terminal], [], [], 0.1)[0]:
            shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", os.read(terminal, 65_536).decode(errors="replace"))
    assert re.search(until, shown), shown
    return shown
