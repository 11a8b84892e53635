"""The command line: arguments in, text or JSON out.

What is heavy is imported inside the commands, so that help and mistyped options answer at once.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from ibid import __version__
from ibid.places import Places

if TYPE_CHECKING:
    from answer import Answerer, Conversation
    from ingest import Document, Generation

app = typer.Typer(
    name="ibid",
    help="Answers questions with what a set of documents says, and shows where they say it.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Question = Annotated[str, typer.Argument(metavar="QUESTION", help="The question, in quotes.", show_default=False)]
CorpusFolder = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="DIR", envvar="IBID_CORPUS", help="The documents; bundled ones if not given."),
]
IndexFolder = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", envvar="IBID_INDEX", help="Their index; in your data folder if not given."),
]
EncoderName = Annotated[
    str | None,
    typer.Option("--encoder", metavar="NAME", help="A sentence-transformers model: a name or a folder."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code: 0 done, 2 wrong usage, 130 interrupted, 1 everything else."""
    try:
        return int(app(arguments, prog_name="ibid", standalone_mode=False) or 0)
    except TyperException as error:
        return _fail(f"{error.format_message().rstrip('.')} (see: ibid --help)", error.exit_code)
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), 1)
    except Exception as error:
        code = _code_of(error)
        if code is None:
            raise
        return _fail(str(error), code)


def _fail(message: str, code: int) -> int:
    typer.echo(f"ibid: {' '.join(message.split())}", err=True)
    return code


def _code_of(error: Exception) -> int | None:
    """The exit code of an error that we know, None for a fault of the program."""
    # An error of theirs means that they are imported already.
    from answer import AnswerError, QuestionError
    from eval.errors import EvalError
    from ingest import IngestError

    if isinstance(error, QuestionError):
        return 2
    return 1 if isinstance(error, IngestError | AnswerError | EvalError) else None


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ibid {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Answers questions with what a set of documents says, and shows where they say it."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def ask(
    question: Question,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    encoder: EncoderName = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question.

    Every statement is cited.  Where there is no index yet, it is made first.
    """
    from answer import check_question

    check_question(question)
    from ibid.opening import open_answerer
    from ibid.render import show_answer, stdout

    answer = open_answerer(Places.of(corpus, index), encoder).ask(question)
    if as_json:
        _print_json(answer.to_json())
    else:
        show_answer(stdout(), answer)


@app.command()
def chat(
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    encoder: EncoderName = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Read one question a line, write one JSON answer a line.")
    ] = False,
) -> None:
    """Answer one question after another.

    A question may follow up on the ones before it.  An empty line starts a new conversation, Ctrl-D ends.
    """
    from answer import Conversation
    from ibid.opening import open_answerer

    answerer = open_answerer(Places.of(corpus, index), encoder)
    conversation = Conversation()
    for line in _lines():
        if not line.strip():
            conversation = Conversation()
            continue
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
            _print_json({"error": str(error)})
        else:
            _fail(str(error), 2)
        return
    if as_json:
        _print_json(answer.to_json())
    else:
        show_answer(stdout(), answer)
        typer.echo()


@app.command()
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
    hits = Retriever(generation, model).search(terms.expand(terms.mend(asked).text), k)
    if as_json:
        _print_json([asdict(hit) for hit in hits])
    else:
        show_hits(stdout(), hits)


@app.command("index")
def make_index(
    corpus: CorpusFolder = None, index: IndexFolder = None, encoder: EncoderName = None, as_json: AsJson = False
) -> None:
    """Index the documents.

    Only what is new is embedded, and where nothing has changed nothing is done.
    """
    from ibid.opening import index as make
    from ibid.render import show_indexed, stdout

    places = Places.of(corpus, index)
    indexed = make(places, encoder)
    if as_json:
        _print_json(
            {"corpus": str(places.corpus), "index": str(places.index)}
            | asdict(indexed.built)
            | {"reused": indexed.reused, "seconds": round(indexed.seconds, 3), "differences": indexed.differences}
        )
    else:
        show_indexed(stdout(), indexed)


@app.command()
def sources(
    source: Annotated[str | None, typer.Argument(metavar="ID", help="Show this one whole.")] = None,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the sources, or show one.

    What is shown is what the index holds: the text as it was read and is quoted.
    """
    from ibid.render import show_document, show_sources, stdout
    from ingest import Generation

    generation = Generation.open(Places.of(corpus, index).index)
    passages = _passage_counts(generation)
    ids = generation.document_ids()
    if source is not None:
        if source not in ids:
            raise typer.BadParameter(f"there is no source {source!r}; there are {', '.join(ids)}")
        document = generation.document(source)
        if as_json:
            _print_json(_describe(document, passages[source]) | _contents(document))
        else:
            show_document(stdout(), document, passages[source])
        return
    documents = [(generation.document(document_id), passages[document_id]) for document_id in ids]
    if as_json:
        _print_json([_describe(document, count) for document, count in documents])
    else:
        show_sources(stdout(), documents)


def _passage_counts(generation: Generation) -> Counter[str]:
    rows = range(generation.passage_count())
    return Counter(passage.document_id for passage in generation.passages(rows))


def _describe(document: Document, passages: int) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "url": document.url,
        "revised": document.revised.isoformat() if document.revised else None,
        "review_status": document.review_status,
        "license": document.license,
        "revision": document.revision,
        "passages": passages,
    }


def _contents(document: Document) -> dict[str, Any]:
    return {
        "sections": [asdict(section) for section in document.sections],
        "references": [document.text[r.start : r.end] for r in document.references],
        "dropped": document.dropped,
        "differences": document.differences,
        "text": document.text,
    }


@app.command()
def verify(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", allow_dash=True, help="What `ibid ask --json` wrote; - is standard input."),
    ],
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """Check the citations of a stored answer.

    Each is still exact, has moved, or is gone; the exit code is 1 if one is gone.
    """
    from answer import read_record
    from answer import verify as check
    from ibid.render import show_verdicts, stdout
    from ingest import Generation

    record = read_record(_read(file))
    verdicts = check(record, Generation.open(Places.of(corpus, index).index))
    if as_json:
        _print_json([asdict(verdict) for verdict in verdicts])
    else:
        show_verdicts(stdout(), verdicts)
    if any(verdict.status == "gone" for verdict in verdicts):
        raise typer.Exit(1)


def _read(file: Path) -> str:
    # Bytes that are no text cannot be in a good record, and fail there with a better message.
    if str(file) == "-":
        return sys.stdin.read()
    return file.read_text(encoding="utf-8", errors="replace")


def _print_json(value: dict[str, Any] | Iterable[Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
