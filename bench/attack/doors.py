"""Orders to a terminal in every place of a corpus, and whether any of them comes out of a command, a file or a tool."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.attack.payloads import ORDERS, PAYLOADS

ID = "verdolin"
# A file of which too much is no text would be refused.
_HONEST = "\n\n".join(
    f"Marrow {number} grows slowly beside the shed, and is watered in the morning." for number in range(99)
)
_ASKED = "What is said of verdolin?\u202e\u200b<b>"
COMMANDS = [
    ["index"],
    ["index", "--dry-run", "--verbose"],
    ["sources"],
    ["sources", "--json"],
    ["sources", ID],
    ["ask", _ASKED],
    ["ask", _ASKED, "--json"],
    ["search", _ASKED],
    ["search", _ASKED, "--json"],
    ["doctor"],
    ["doctor", "--json"],
    ["history"],
    ["ask", PAYLOADS[0] + ORDERS[0]],
    ["diff", ORDERS[0] + "x"],
    ["fetch", ORDERS[0]],
]


def write_corpus(folder: Path) -> None:
    """A document with all orders in its text, its table and its name; and a manifest that says them."""
    folder.mkdir(parents=True)
    # What holds NUL is no text, and is refused as such.
    said = " ".join(f"a{order}b" for order in ORDERS if order != "\x00")
    named = "".join(order for order in ORDERS if order not in ("\x00", "\r")).replace("/", "")[:60]
    (folder / "plain.md").write_text(
        f"# Feeding {said}\n\nVerdolin is sprayed {said} every week.\n\n## Notes {said}\n\n"
        f"| Plant | Feed |\n| --- | --- |\n| Marrow | {said} |\n\n```\n{said}\n```\n\n{_HONEST}",
        encoding="utf-8",
    )
    named = f"x{named}y.txt"
    (folder / named).write_text(f"Verdolin\n\nVerdolin comes from {said} Spain.\n\n{_HONEST}", encoding="utf-8")
    said = {key: _toml(f"{key} {''.join(ORDERS)}") for key in ("title", "publisher", "license", "notes", "text")}
    facts = "\n".join(f"{key} = {said[key]}" for key in ("title", "publisher", "license", "notes"))
    (folder / "sources.toml").write_text(
        f'[[source]]\nid = "{ID}"\nfile = "plain.md"\n{facts}\n\n[[source]]\nid = "other"\nfile = {_toml(named)}\n'
        f'[[notice]]\nkind = "attack"\ntext = {said["text"]}\n',
        encoding="utf-8",
    )


def alone(arguments: Sequence[str]) -> str:
    """What `ibid` prints in a process of its own."""
    command = [sys.executable, "-m", "ibid", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape")
    return ran.stdout + ran.stderr


def through_doors(folder: Path, run: Callable[[Sequence[str]], str] = alone) -> dict[str, object]:
    """How many commands let an order through, of those that show sources, and which; `run` gives what one prints."""
    corpus, index = folder / "corpus", folder / "index"
    write_corpus(corpus)
    where = ["--corpus", str(corpus), "--index", str(index)]
    told = {" ".join(command): run([*command, *where]) for command in COMMANDS}
    if "Spain" not in told[f"ask {_ASKED}"]:
        raise SystemExit("nothing was answered, and so nothing was attacked")
    through = [command for command, text in told.items() if orders_in(text)]
    return {"commands": len(COMMANDS), "orders": len(ORDERS), "through": through}


def _toml(text: str) -> str:
    """A string of TOML, each sign of it as an escape."""
    return '"' + "".join(f"\\U{ord(sign):08x}" for sign in text) + '"'


def orders_in(text: str) -> list[str]:
    """The signs of a text that are no letters, marks or spaces that a terminal shows."""
    shown = "\n\t\u200c\u200d"
    return sorted({sign for sign in text if not (sign.isprintable() or sign in shown or sign == "\u00a0")})
