"""How files can be put into the corpus that `ibid serve` answers from."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ibid.places import Places

if TYPE_CHECKING:
    from ibid.http.uploads import Shed
    from ingest import Generation


def check_uploads(folder: Path, places: Places, is_open: bool) -> Path:
    """The folder that files are put into, made if it is not there; `is_open` is whether strangers could.

    Raises BadParameter where that is so, where what is put in would not be read, or could not be indexed.
    """
    from ingest.corpus.inside import is_hidden
    from ingest.source import MANIFEST

    if is_open:
        raise typer.BadParameter("--uploads lets any machine put in files here; give --api-key-file FILE as well")
    if not find_spec("sentence_transformers"):
        raise typer.BadParameter("--uploads needs what makes an index; install it with: pip install 'ibid[index]'")
    corpus, within = places.corpus.resolve(), folder.resolve()
    if not corpus.is_dir() or not within.is_relative_to(corpus):
        raise typer.BadParameter(f"{folder} is not in the corpus, so it is not read; name {places.corpus} or one in it")
    if any(map(is_hidden, within.relative_to(corpus).parts)):
        raise typer.BadParameter(f"{folder} is hidden, so it is not read; name one that does not begin with a dot")
    if (corpus / MANIFEST).exists():
        raise typer.BadParameter(
            f"{places.corpus / MANIFEST} says what is read, so files that are put in would not be; "
            f"remove it, or serve a folder without one by --corpus DIR"
        )
    within.mkdir(parents=True, exist_ok=True)
    return within


def open_shed(folder: Path, places: Places, served: Generation, limit: int) -> Shed:
    """What takes files of at most `limit` bytes into `folder`, and has them indexed as what is `served` was."""
    from ibid.http.indexing import Indexer
    from ibid.http.uploads import Shed
    from ibid.opening import index

    indexer = Indexer(lambda: index(places, served.encoder_name, suggests=True).updated)
    return Shed(folder, places.corpus.resolve(), indexer, limit, served.ocr)
