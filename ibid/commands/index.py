"""`ibid index`: the documents, read and embedded, as the next generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import AsJson, EncoderName, Folder, GoldFolder, PlaceFlags, Publish

if TYPE_CHECKING:
    from ibid.opening import Indexed
    from ibid.places import Places
    from ingest import Publication


@grouped
def index(
    folder: Folder = None,
    gold: GoldFolder = None,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be done, and do nothing.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Fail at once if another ibid is indexing.")] = False,
    keep: Annotated[int, typer.Option("--keep", min=1, metavar="N", help="How many generations to keep.")] = 5,
    check: Annotated[bool, typer.Option("--check", help="Tell first what becomes of the answers.")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="Publish nothing that loses a vital nugget.")] = False,
    ocr: Annotated[
        bool | None, typer.Option("--ocr/--no-ocr", help="Read pictures by OCR from now on, or no more.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, metavar="N", help="Read and embed in so many processes.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option("--ray", metavar="ADDRESS", help="Read and embed on a Ray cluster; “local”: here.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Read and embed all again, as where the index is damaged.")
    ] = False,
    allow_outside: Annotated[
        list[Path] | None,
        typer.Option("--allow-outside", metavar="DIR", help="Read files of this folder too, from now on; repeatable."),
    ] = None,
    only_inside: Annotated[
        bool, typer.Option("--only-inside", help="Read no more files from outside of the folder.")
    ] = False,
    limit_size: Annotated[
        int, typer.Option("--limit-size", min=1, metavar="MB", help="The largest file that is read.")
    ] = 128,
    limit_seconds: Annotated[
        int, typer.Option("--limit-seconds", min=1, metavar="N", help="Seconds of the processor for a small file.")
    ] = 9,
    limit_memory: Annotated[
        int, typer.Option("--limit-memory", min=100, metavar="MB", help="Memory for reading a small file.")
    ] = 320,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if a file was not read.")] = False,
    publish: Publish = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="List all that changes, however much it is.")] = False,
    as_json: AsJson = False,
) -> None:
    """Index the documents.

    Only what is new is embedded, and where nothing has changed nothing is done; where it is broken off, the next one
    goes on.  What is asked meanwhile is answered from the index as it was.  With --check questions are asked of the
    new index before it is published (see ibid impact); with --gate it is not published if an answer loses a vital
    nugget of a gold question, and the exit code is 1.  A file that cannot be read never stops the others: what was not
    read is told at the end, with why; with --strict the exit code is 1 then.  With --anew nothing is taken over from
    the index, nor compared with it.  With --ocr, which takes tesseract, pages without text and picture files are read
    by OCR, and so are those that come later, until --no-ocr; a quote of one says so.  With --workers, or with --ray,
    other processes read and embed; one that is lost is replaced, and a file that twice ends the process that reads it
    is left out.  With --publish the index is put into an object store as well, for ibid serve --from, also where
    nothing has changed; it is refused where another index is published there.  Files that a link or the manifest leads
    to outside of the folder are not read, unless --allow-outside names a folder that they lie in; that holds until
    --allow-outside names others, or --only-inside.  Files are read in a process of their own; a file that takes more
    time of the processor, or more memory, than --limit-seconds and --limit-memory allow is left out alone.  A large
    file may take more, in proportion, up to 40 and 10 times that.
    """
    from ibid.impacting import ImpactGate, questions_of
    from ibid.opening import index
    from ibid.output import print_json
    from ibid.publishing import object_store, publish_index
    from ibid.render import show_indexed, show_publication, show_unnamed, stdout
    from ingest import Limits, unnamed_files

    store = object_store(publish, place.engine)
    places = place.places(folder)
    questions = questions_of(places, gold) if check or gate else []
    if gate and not any(question.vital for question in questions):
        raise typer.BadParameter(f"--gate takes gold questions, and {places.corpus} has none; give them with --gold")
    checking = ImpactGate(questions, strict=gate) if check or gate else None
    outside = allow_outside or ([] if only_inside else None)
    indexed = index(
        places,
        encoder,
        keep,
        not no_wait,
        dry_run,
        checking,
        ocr=ocr,
        suggests=True,
        workers=workers,
        ray=ray,
        anew=anew,
        outside=outside,
        limits=Limits(limit_size * 1_000_000, limit_seconds, limit_memory * 1_000_000),
    )
    unnamed = unnamed_files(places.corpus)
    if not as_json:
        show_indexed(stdout(), indexed, verbose)
        show_unnamed(stdout(), unnamed, verbose)
    published = publish_index(places, store, keep, not no_wait) if store and not dry_run else None
    if as_json:
        print_json(_told(indexed, places, unnamed, published))
    elif published:
        show_publication(stdout(), published)
    if checking:
        checking.report(as_json)
    if (checking and checking.refused) or (strict and indexed.updated.built.plan.left_out):
        raise typer.Exit(1)


def _told(indexed: Indexed, places: Places, unnamed: Sequence[str], published: Publication | None) -> dict[str, Any]:
    """What was done, as plain values."""
    built = indexed.updated.built
    return (
        {"corpus": str(places.corpus), "index": str(places.index), "dry_run": indexed.dry_run}
        | {"generation": built.generation, "published": built.published, "passages": built.passages}
        | {"documents": built.documents, "embedded": built.plan.embedded, "reused": built.reused}
        | {name: getattr(built.plan, name) for name in ("added", "revised", "unchanged", "removed", "renamed")}
        | {"left_out": [asdict(left) for left in built.plan.left_out], "unnamed": unnamed}
        | {"seconds": round(indexed.seconds, 3), "differences": indexed.updated.differences}
        | ({"publication": asdict(published)} if published else {})
    )
