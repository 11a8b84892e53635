"""`ibid fetch`: the pages that a manifest names, downloaded."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ibid import __version__
from ibid.commands.options import AsJson, CorpusFolder

_USER_AGENT = f"ibid/{__version__} (+no crawler; reads the pages that its user names)"


def fetch(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Only these sources.")] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Where to; originals/ in the corpus if not given.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take a page that shrank, or looks like an error or a wall.")
    ] = False,
    max_mb: Annotated[float, typer.Option("--max-mb", min=0.001, help="The most that one page may weigh.")] = 20,
    max_seconds: Annotated[float, typer.Option("--max-seconds", min=0.1, help="The most that one may take.")] = 30,
    allow_http: Annotated[bool, typer.Option("--allow-http", help="Allow urls that are not https.")] = False,
    corpus: CorpusFolder = None,
    as_json: AsJson = False,
) -> None:
    """Download the pages that the manifest names.

    What has not changed is not sent again, and a page that looks wrong is held back: the old one stays.  The exit
    code is 1 if one failed or was held back.  Index them with: ibid index --corpus DIR
    """
    from ibid.output import print_json, tell
    from ibid.places import Places
    from ingest import read_corpus
    from ingest.fetch.download import Downloader
    from ingest.fetch.fetch import fetch as download

    read = read_corpus(Places.of(corpus).corpus)
    known = {source.id: source for source in read.sources}
    for name in ids or ():
        if name not in known:
            raise typer.BadParameter(f"there is no source {name!r}; there are {', '.join(known)}")
    wanted = [known[name] for name in dict.fromkeys(ids or known)]
    downloader = Downloader(_USER_AGENT, max_bytes=int(max_mb * 1e6), max_seconds=max_seconds, allow_http=allow_http)
    outcomes = []
    for outcome in download(read, wanted, to or read.root / "originals", downloader, force):
        outcomes.append(outcome)
        if not as_json:
            tell(f"{outcome.id}  {outcome.status}{f': {outcome.reason}' if outcome.reason else ''}")
    if as_json:
        print_json([asdict(outcome) for outcome in outcomes])
    if any(outcome.is_trouble for outcome in outcomes):
        raise typer.Exit(1)
