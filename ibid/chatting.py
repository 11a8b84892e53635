"""One question after another, from a person on a terminal or from lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import typer

from ibid.output import print_json, tell
from ibid.places import Places

if TYPE_CHECKING:
    from rich.console import Console

    from answer import Answerer, Conversation

_TITLES = 3
_SOURCES = 20
_ENDS = ("/quit", "/exit", "quit", "exit")
_HELP = """\
A question is answered with what the documents say, and may follow up on the ones before it.
/sources  what is read
/new      begin a new conversation
/quit     end, as do exit and Ctrl-D; Ctrl-C breaks off"""


def is_interactive() -> bool:
    """Whether a person types, and reads what is answered."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def answer_lines(answerer: Answerer, places: Places, as_json: bool) -> None:
    """Answer standard input line by line; one that cannot be answered is told, and does not end it."""
    from answer import Conversation, QuestionError
    from ibid.opening import newest
    from ibid.render import show_answer, stdout

    conversation = Conversation()
    for line in sys.stdin:
        question = line.rstrip("\n")
        if not question.strip():
            conversation = Conversation()
            continue
        answerer = newest(answerer, places)
        try:
            answer = answerer.ask(question, conversation)
        except QuestionError as error:
            if as_json:
                print_json({"error": str(error)})
            else:
                tell(f"ibid: {error}", err=True)
            continue
        if as_json:
            print_json(answer.to_json())
        else:
            show_answer(stdout(), answer)
            typer.echo()


def prompted() -> Iterator[str]:
    """The lines that are typed, until Ctrl-D; they can be called up again, and are kept in memory only.

    Ctrl-C takes a line back.  Raises KeyboardInterrupt where it comes twice.
    """
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession("? ")
    pressed = False
    while True:
        try:
            line = session.prompt()
        except KeyboardInterrupt:
            if pressed:
                raise
            pressed = True
            typer.echo("Ctrl-C once more ends.")
        except EOFError:
            return
        else:
            pressed = False
            yield line


class Session:
    """A chat with a person: what is loaded is told first, and what holds of every answer once."""

    def __init__(self, answerer: Answerer, places: Places) -> None:
        """Answer with `answerer`, and with what is indexed of `places` meanwhile."""
        from answer import Conversation
        from ibid.render import stdout

        self._answerer = answerer
        self._places = places
        self._console: Console = stdout()
        self._conversation: Conversation = Conversation()
        self._told: set[str] = set()

    def run(self, lines: Iterator[str]) -> None:
        """Take every line, until one ends it."""
        self._greet()
        for line in map(str.strip, lines):
            if line.lower() in _ENDS:
                return
            if line.startswith("/"):
                self._obey(line)
            elif line:
                self._answer(line)

    def _greet(self) -> None:
        from rich.text import Text

        from ibid.render import put

        generation = self._answerer.generation
        ids = generation.document_ids()
        titles = ", ".join(f"“{generation.document(name).title}”" for name in ids[:_TITLES])
        more = f" and {len(ids) - _TITLES:,} more" if len(ids) > _TITLES else ""
        counted = "1 document" if len(ids) == 1 else f"{len(ids):,} documents"
        put(self._console, Text(f"{counted} in {self._places.corpus}: {titles}{more}. Ask, or type /help."))
        for text in self._general():
            put(self._console, Text(f"Note: {text}", "dim"))
            self._told.add(text)
        self._console.print()

    def _general(self) -> list[str]:
        """The notices that the corpus has for every answer."""
        return [notice.text for notice in self._answerer.generation.notices if notice.review_status is None]

    def _obey(self, command: str) -> None:
        if command == "/help":
            typer.echo(_HELP)
        elif command == "/new":
            from answer import Conversation

            self._conversation = Conversation()
            typer.echo("A new conversation.")
        elif command == "/sources":
            self._list_sources()
        else:
            typer.echo(f"There is no {command.split()[0]}; /help tells what there is.")

    def _list_sources(self) -> None:
        from ibid.render import show_sources

        generation = self._answerer.generation
        ids = generation.document_ids()
        shown = ((generation.document(name), len(generation.rows_of(name))) for name in islice(ids, _SOURCES))
        show_sources(self._console, shown, generation.states)
        if len(ids) > _SOURCES:
            typer.echo(f"and {len(ids) - _SOURCES:,} more: ibid sources lists them all")

    def _answer(self, question: str) -> None:
        """Answer a question, and tell where it cannot be; Ctrl-C breaks it off."""
        from answer import QuestionError
        from ibid.opening import newest
        from ibid.progress import staging
        from ibid.render import show_answer

        self._answerer = newest(self._answerer, self._places)
        try:
            with staging() as begins:
                answer = self._answerer.ask(question, self._conversation, begins=begins)
        except QuestionError as error:
            tell(f"ibid: {error}", err=True)
            return
        except KeyboardInterrupt:
            typer.echo("Broken off.")
            return
        notices = tuple(notice for notice in answer.notices if notice.citations or notice.text not in self._told)
        self._told.update(self._general())
        show_answer(self._console, replace(answer, notices=notices))
        self._console.print()
