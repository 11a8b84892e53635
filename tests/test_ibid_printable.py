"""What sources, manifests and file names hold reaches a terminal or a page as signs to see, never as orders to it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from fakes import page
from rich.console import Console
from rich.text import Text

from ibid.cli import run
from ibid.output import print_json, tell
from ibid.progress import say
from ibid.render import put, show_left_out
from ingest import LeftOut, Source, load, printable, read_corpus

ORDERS = (
    "\x1b[2J",  # clears the screen
    "\x1b]0;t\x07",  # names the window
    "\x9b31m",  # the same by one sign of C1
    "\r",
    "\b",
    "\x7f",
    "\u202e",  # turns what follows about
    "\u2066",
    "\u200b",
    "\u2060",
    "\u061c",
    "\ufeff",
    "\U000e0041",  # a tag, by which text is smuggled that nobody sees
    "a\u200d",
)
SHOWN = "נמיכה نمی\u200cخواهم 👩\u200d🔬 naïve\tx\ny"


def is_harmless(text: str) -> bool:
    return not any(order in text for order in ORDERS)


@pytest.mark.parametrize("order", ORDERS)
def test_a_sign_that_is_an_order_is_shown_as_one_that_is_none(order: str) -> None:
    shown = printable(f"a{order}b")
    assert is_harmless(shown) and len(shown) == len(f"a{order}b") and shown.startswith("a") and shown.endswith("b")


def test_what_scripts_need_stays() -> None:
    assert printable(SHOWN) == SHOWN


def test_no_door_of_the_terminal_lets_an_order_through(capsys: pytest.CaptureFixture[str]) -> None:
    text = "name" + "x".join(ORDERS)
    written = io.StringIO()
    put(Console(file=written), Text(text))
    show_left_out(Console(file=written), [LeftOut(text, text)])
    say(text)
    tell(text)
    tell(text, err=True)
    print_json({text: [text]})
    out, err = capsys.readouterr()
    assert is_harmless(written.getvalue()) and is_harmless(out) and is_harmless(err)
    assert json.loads(out.splitlines()[-1]) == {text: [text]}


def test_the_command_line_tells_of_a_file_by_a_name_that_gives_no_orders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", str(tmp_path / "\x1b[2Jgone"), "--corpus", str(tmp_path)]) != 0
    assert run(["sources", "--corpus", str(tmp_path / "\x1b[31m\u202egone")]) != 0
    assert is_harmless("".join(capsys.readouterr()))


def test_what_a_manifest_says_gives_no_orders(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(page(1), encoding="utf-8")
    hostile = r"\u001b[2J\u202ex\u200by\U000E0041"
    (tmp_path / "sources.toml").write_text(
        f'[[source]]\nid = "a"\nfile = "a.md"\ntitle = "T{hostile}"\npublisher = "P{hostile}"\n'
        f'[[notice]]\nkind = "k"\ntext = "N{hostile}"\n[[synonym]]\nwords = ["a{hostile}", "b"]\n',
        encoding="utf-8",
    )
    corpus = read_corpus(tmp_path)
    (source,), (notice,), (row,) = corpus.sources, corpus.notices, corpus.synonyms
    assert source.title and source.publisher
    assert all(is_harmless(said) for said in (source.title, source.publisher, notice.text, *row))


@pytest.mark.parametrize("kind", ["md", "txt", "html"])
def test_what_a_document_says_gives_no_orders(tmp_path: Path, kind: str) -> None:
    text = "It says " + " and ".join(f"a{order}b" for order in ORDERS) + "."
    (tmp_path / f"x.{kind}").write_text(f"<p>{text}</p>" if kind == "html" else text, encoding="utf-8")
    assert is_harmless(load(Source("x", tmp_path / f"x.{kind}")).text)
