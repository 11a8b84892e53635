"""The arguments and options that several commands take, each declared once, and those that are taken together."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ibid.models import ModelOptions
    from ibid.places import Places

QUOTED = "look how its name is written, and put a question in quotes"
"""What mends a folder that is none beside a question."""

_CORPUS = "IBID_CORPUS"

Question = Annotated[str, typer.Argument(metavar="QUESTION", help="The question, in quotes.", show_default=False)]
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
GoldFolder = Annotated[
    Path | None,
    typer.Option("--gold", metavar="DIR", envvar="IBID_GOLD", help="Gold questions; bundled ones if not given."),
]
GoldParts = Annotated[
    list[str] | None, typer.Option("--part", metavar="NAME", help="A part of the gold questions: dev or test; all.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.", show_default=False)]
RunWorkers = Annotated[
    int | None, typer.Option("--workers", min=1, metavar="N", help="How many processes; one a core.")
]
Host = Annotated[str, typer.Option("--host", metavar="HOST", help="The address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 is any free one.")]
Publish = Annotated[
    str | None,
    typer.Option(
        "--publish", metavar="s3://BUCKET/PREFIX", envvar="IBID_PUBLISH", help="Publish it in this object store too."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

LOCALHOST = "127.0.0.1"
"""Where a server listens that is not told otherwise."""


@dataclass(frozen=True, slots=True)
class PlaceFlags:
    """Where the documents are, and their index."""

    corpus: CorpusFolder = None
    index: IndexFolder = None
    engine: Engine = None

    def places(self, folder: Path | None = None, mend: str = "look how its name is written") -> Places:
        """Where they are, for a command that was given a `folder` as its argument, or None.

        An argument goes before the environment.  Raises BadParameter where two folders are named, or where that of the
        argument is none; `mend` is what mends it then.
        """
        from ibid.places import Places

        if folder is None:
            return Places.of(self.corpus, self.index, self.engine)
        if self.corpus and str(self.corpus) != os.environ.get(_CORPUS) and self.corpus.resolve() != folder.resolve():
            raise typer.BadParameter(f"two folders are named, {folder} and --corpus {self.corpus}; leave one away")
        if not folder.exists():
            raise typer.BadParameter(f"there is no folder {folder}; {mend}")
        if not folder.is_dir():
            raise typer.BadParameter(f"{folder} is no folder; name the one that it is in")
        return Places.of(folder, self.index, self.engine)


@dataclass(frozen=True, slots=True)
class ModelFlags:
    """The language model that chooses what is quoted, or writes; none if not named."""

    model: ModelName = None
    base_url: BaseUrl = None
    write: Write = False
    generator: GeneratorName = None

    def options(self) -> ModelOptions:
        """What they name; a `generator` is a model that writes, as it used to be called.

        Raises BadParameter where something is to write, and nothing is named.
        """
        from ibid.models import ModelOptions

        if self.write and not (self.model or self.generator):
            raise typer.BadParameter("--write needs a model that does; name one with --model")
        if self.generator and not self.model:
            return ModelOptions(self.generator, self.base_url, write=True)
        return ModelOptions(self.model, self.base_url, self.write)
