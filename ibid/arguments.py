"""What several commands take and give: their arguments and options, and JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from ibid.places import Places

Question = Annotated[str, typer.Argument(metavar="QUESTION", help="The question, in quotes.", show_default=False)]
_CORPUS = "IBID_CORPUS"
Folder = Annotated[Path | None, typer.Argument(metavar="DIR", help="The folder of documents.", show_default=False)]
CorpusFolder = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="DIR", envvar=_CORPUS, help="The documents; bundled ones if not given."),
]
IndexFolder = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", envvar="IBID_INDEX", help="Their index; in your data folder if not given."),
]
Engine = Annotated[
    str | None,
    typer.Option(
        "--engine", metavar="URL", envvar="IBID_ENGINE", help="The database that keeps the index: postgresql://…"
    ),
]
EncoderName = Annotated[
    str | None,
    typer.Option("--encoder", metavar="NAME", help="A sentence-transformers model: a name or a folder."),
]
ReaderName = Annotated[
    str | None,
    typer.Option(
        "--reader",
        metavar="NAME",
        envvar="IBID_READER",
        help="A transformers model that reads passages: a name or a folder; “none”: weigh them only.",
    ),
]
GoldFolder = Annotated[
    Path | None,
    typer.Option("--gold", metavar="DIR", envvar="IBID_GOLD", help="Gold questions; bundled ones if not given."),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="KIND:NAME",
        envvar="IBID_MODEL",
        help="Let a language model choose what is quoted: openai:NAME or transformers:FOLDER.",
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", envvar="IBID_BASE_URL", help="Where the server of openai:NAME is."),
]
Write = Annotated[bool, typer.Option("--write", help="Let the model write as well, and check what it writes.")]
# What --model with --write used to be called.
GeneratorName = Annotated[str | None, typer.Option("--generator", envvar="IBID_GENERATOR", hidden=True)]
Publish = Annotated[
    str | None,
    typer.Option(
        "--publish", metavar="s3://BUCKET/PREFIX", envvar="IBID_PUBLISH", help="Publish it in this object store too."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def places_of(
    folder: Path | None,
    corpus: Path | None,
    index: Path | None,
    engine: str | None = None,
    mend: str = "look how its name is written",
) -> Places:
    """Where the documents are that a command was given, as its argument or by --corpus, and their index.

    An argument goes before the environment.  Raises BadParameter where two folders are named, or where that of the
    argument is none; `mend` is what mends it then.
    """
    if folder is None:
        return Places.of(corpus, index, engine)
    if corpus and str(corpus) != os.environ.get(_CORPUS) and corpus.resolve() != folder.resolve():
        raise typer.BadParameter(f"two folders are named, {folder} and --corpus {corpus}; leave one away")
    if not folder.exists():
        raise typer.BadParameter(f"there is no folder {folder}; {mend}")
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder; name the one that it is in")
    return Places.of(folder, index, engine)


def tell(what: str, err: bool = False) -> None:
    """Print what may hold names of files, or what is written in them, on standard output or error."""
    if not what.isprintable():
        # It comes with all of the package, which who is told of a slip should not wait for.
        from ingest.printable import printable

        what = printable(what)
    typer.echo(what, err=err)


def print_json(value: dict[str, Any] | Iterable[Any]) -> None:
    """Print one JSON value on a line of its own."""
    from ingest.printable import escaped

    typer.echo(escaped(json.dumps(value, ensure_ascii=False)))
