"""The commands that ask: `ibid ask`, `ibid chat`, `ibid search`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ibid.arguments import (
    AsJson,
    BaseUrl,
    CorpusFolder,
    EncoderName,
    GeneratorName,
    IndexFolder,
    ModelName,
    Question,
    ReaderName,
    Write,
    print_json,
)
from ibid.models import Models
from ibid.places import Places

if TYPE_CHECKING:
    from answer import Answerer, Conversation


def ask(
    question: Question,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    write: Write = False,
    generator: GeneratorName = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question.

    Every statement is cited.  Where there is no index yet, it is made first.  With --model a language model
    points at the sentences that are quoted, and has no word in them; with --write it writes the answer, of which every
    sentence that its citations do not prove is left out.  The key of a server is taken from IBID_API_KEY or
    OPENAI_API_KEY.
    """
    from answer import check_question

    check_question(question)
    from ibid.opening import open_answerer
    from ibid.render import show_answer, stdout

    models = Models.of(model, base_url, write, generator)
    answer = open_answerer(Places.of(corpus, index), encoder, reader, models).ask(question)
    if as_json:
        print_json(answer.to_json())
    else:
        show_answer(stdout(), answer)


def chat(
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    write: Write = False,
    generator: GeneratorName = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Read one question a line, write one JSON answer a line.")
    ] = False,
) -> None:
    """Answer one question after another.

    A question may follow up on the ones before it.  An empty line starts a new conversation, Ctrl-D ends.  What is
    indexed meanwhile is answered from at the next question.
    """
    from answer import Conversation
    from ibid.opening import newest, open_answerer

    places = Places.of(corpus, index)
    answerer = open_answerer(places, encoder, reader, Models.of(model, base_url, write, generator))
    conversation = Conversation()
    for line in _lines():
        if not line.strip():
            conversation = Conversation()
            continue
        answerer = newest(answerer, places)
        _take_turn(answerer, line, conversation, as_json)


def _lines() -> Iterator[str]:
    """Lines of standard input; on a terminal with a prompt, and a history where the platform has one."""
    if not sys.stdin.isatty():
        yield from (line.rstrip("\n") for line in sys.stdin)
        return
    with suppress(ImportError):
        import readline  # noqa: F401  (imported, it gives input() its history)
    while True:
        try:
            yield input("? ")
        except EOFError:
            typer.echo()
            return


def _take_turn(answerer: Answerer, question: str, conversation: Conversation, as_json: bool) -> None:
    """Answer one line; one that cannot be answered is told, and does not end the chat."""
    from answer import QuestionError
    from ibid.render import show_answer, stdout

    try:
        answer = answerer.ask(question, conversation)
    except QuestionError as error:
        if as_json:
            print_json({"error": str(error)})
        else:
            typer.echo(f"ibid: {error}", err=True)
        return
    if as_json:
        print_json(answer.to_json())
    else:
        show_answer(stdout(), answer)
        typer.echo()


def search(
    question: Question,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    encoder: EncoderName = None,
    as_json: AsJson = False,
) -> None:
    """Show the passages found for a question."""
    from answer import check_question

    asked = check_question(question)
    from ibid.opening import open_index
    from ibid.render import show_hits, stdout
    from retriever import Retriever, Terms

    generation, model = open_index(Places.of(corpus, index), encoder)
    terms = Terms(generation, model)
    hits = Retriever(generation, model, terms).search(terms.spelling.mend(asked).text, k)
    if as_json:
        print_json([asdict(hit) for hit in hits])
    else:
        show_hits(stdout(), hits)
