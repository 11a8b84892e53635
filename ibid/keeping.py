"""The commands that keep the index: `ibid index`, `history`, `rollback`, `doctor`, `sources` and `verify`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibid.arguments import (
    AsJson,
    CorpusFolder,
    EncoderName,
    Engine,
    Folder,
    GoldFolder,
    IndexFolder,
    Publish,
    places_of,
    print_json,
)
from ibid.places import Places

if TYPE_CHECKING:
    from ingest import Document

_NAMED = 20


def index_corpus(
    folder: Folder = None,
    gold: GoldFolder = None,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
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
    from ibid.opening import index as make
    from ibid.publishing import object_store, publish_index
    from ibid.render import show_indexed, show_publication, show_unnamed, stdout
    from ingest import Limits, unnamed_files

    store = object_store(publish, engine)
    places = places_of(folder, corpus, index, engine)
    questions = questions_of(places, gold) if check or gate else []
    if gate and not any(question.vital for question in questions):
        raise typer.BadParameter(f"--gate takes gold questions, and {places.corpus} has none; give them with --gold")
    checking = ImpactGate(questions, strict=gate) if check or gate else None
    outside = allow_outside or ([] if only_inside else None)
    indexed = make(
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
        built = indexed.updated.built
        print_json(
            {"corpus": str(places.corpus), "index": str(places.index), "dry_run": dry_run}
            | {"generation": built.generation, "published": built.published, "passages": built.passages}
            | {"documents": built.documents, "embedded": built.plan.embedded, "reused": built.reused}
            | {name: getattr(built.plan, name) for name in ("added", "revised", "unchanged", "removed", "renamed")}
            | {"left_out": [asdict(left) for left in built.plan.left_out], "unnamed": unnamed}
            | {"seconds": round(indexed.seconds, 3), "differences": indexed.updated.differences}
            | ({"publication": asdict(published)} if published else {})
        )
    elif published:
        show_publication(stdout(), published)
    if checking:
        checking.report(as_json)
    if (checking and checking.refused) or (strict and indexed.updated.built.plan.left_out):
        raise typer.Exit(1)


def show_history(
    folder: Folder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    corpus: CorpusFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the generations of the index that are kept.

    The newest comes first; a stored answer can be verified against each.
    """
    from ibid.render import show_kept, stdout

    kept = places_of(folder, corpus, index, engine).catalog.history()
    if as_json:
        print_json([asdict(generation) for generation in kept])
    else:
        show_kept(stdout(), kept)


def roll_back(
    generation: Annotated[str | None, typer.Argument(metavar="GENERATION", help="Its name or how it begins.")] = None,
    index: IndexFolder = None,
    engine: Engine = None,
    corpus: CorpusFolder = None,
    publish: Publish = None,
    as_json: AsJson = False,
) -> None:
    """Go back to a generation that is kept.

    Without a name, to the one before the published one.  The next `ibid index` goes forward again.  With --publish the
    object store goes back as well.
    """
    from ibid.publishing import object_store, publish_index
    from ibid.render import show_publication, stdout
    from ingest import rollback

    store = object_store(publish, engine)
    places = Places.of(corpus, index, engine)
    with places.catalog.sole_writer():
        name = rollback(places.catalog, generation)
    published = publish_index(places, store, None) if store else None
    if as_json:
        print_json({"generation": name} | ({"publication": asdict(published)} if published else {}))
    else:
        typer.echo(f"Published {name}.")
        if published:
            show_publication(stdout(), published)


def examine_index(
    folder: Folder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    corpus: CorpusFolder = None,
    as_json: AsJson = False,
) -> None:
    """Look whether the index is whole.

    Says of each fault what mends it; the exit code is 1 if there is one.
    """
    from ibid.render import show_findings, stdout
    from ingest import IndexDamaged, IndexMissing

    catalog = places_of(folder, corpus, index, engine).catalog
    findings = catalog.examine()
    try:
        generation = catalog.open()
        left_out, ocr, outside = generation.left_out, generation.ocr, generation.outside
    except (IndexMissing, IndexDamaged):  # which is among the findings
        left_out, ocr, outside = (), False, ()
    if as_json:
        told = [{"where": str(f.where), "what": f.what, "mend": f.mend, "is_fault": True} for f in findings]
        unread = [{"where": left.file, "what": "not read", "mend": left.why, "is_fault": False} for left in left_out]
        read = {
            "where": catalog.where,
            "what": "pictures are read by OCR",
            "mend": "ibid index --no-ocr",
            "is_fault": False,
        }
        allowed = [
            {
                "where": str(place),
                "what": "is read from, and lies outside of the corpus",
                "mend": "ibid index --only-inside",
                "is_fault": False,
            }
            for place in outside
        ]
        print_json([*told, *unread, *([read] if ocr else []), *allowed])
    else:
        show_findings(stdout(), findings, left_out, ocr, outside)
    if findings:
        raise typer.Exit(1)


def sources(
    source: Annotated[str | None, typer.Argument(metavar="ID", help="Show this one whole.")] = None,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """List the sources, or show one.

    What is shown is what the index holds: the text as it was read and is quoted, with its tables and its code, and what
    was dropped.
    """
    from ibid.render import show_left_out, show_sources, stdout
    from ibid.sourcetext import show_document

    generation = Places.of(corpus, index, engine).catalog.open()
    ids = generation.document_ids()
    passages = generation.passage_counts(ids)
    if source is not None:
        if source not in ids:
            raise typer.BadParameter(_no_source(source, ids))
        document = generation.document(source)
        if as_json:
            print_json(describe(document, passages[source]) | _contents(document))
        else:
            show_document(stdout(), document, passages[source], generation.states)
        return
    documents = [(document, passages[name]) for name, document in generation.documents(ids).items()]
    if as_json:
        unread = [{"id": None, "file": left.file, "not_read": left.why} for left in generation.left_out]
        print_json([*(describe(document, count) for document, count in documents), *unread])
    else:
        show_sources(stdout(), documents, generation.states)
        show_left_out(stdout(), generation.left_out)


def _no_source(name: str, ids: Sequence[str]) -> str:
    if Path(name).is_dir():
        return f"{name} is a folder; list its sources with: ibid sources --corpus {name}"
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return f"there is no source {name!r}; there are {', '.join(ids[:_NAMED])}{more}"


def describe(document: Document, passages: int) -> dict[str, Any]:
    """What is known of a source, as plain values; `passages` is in how many it was cut."""
    return {
        "id": document.id,
        "file": document.file or None,
        "title": document.title,
        "publisher": document.publisher,
        "url": document.url,
        "revised": document.revised.isoformat() if document.revised else None,
        "review_status": document.review_status,
        "license": document.license,
        "revision": document.revision,
        "scans": document.scans,
        "passages": passages,
    }


def _contents(document: Document) -> dict[str, Any]:
    return {
        "sections": [asdict(section) for section in document.sections],
        "blocks": [asdict(block) for block in document.blocks],
        "pages": document.pages,
        "labels": document.labels,
        "references": [document.text[r.start : r.end] for r in document.references],
        "dropped": document.dropped,
        "differences": document.differences,
        "text": document.text,
    }


def verify(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", allow_dash=True, help="What `ibid ask --json` wrote; - is standard input."),
    ],
    then: Annotated[bool, typer.Option("--then", help="Check against what was indexed then, not now.")] = False,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """Check the citations of a stored answer.

    Each is still exact, has moved, or is gone; the exit code is 1 if one is gone.  With --then they are checked against
    the generation that the answer was given from, if it is kept.  A statement that a model wrote has its quotes
    checked, and is named as such.
    """
    from answer import generated, read_record
    from answer import verify as check
    from ibid.render import show_verdicts, stdout

    record = read_record(_read(file))
    name = str(record.get("generation")) if then else None
    verdicts = check(record, Places.of(corpus, index, engine).catalog.open(name))
    if as_json:
        print_json([asdict(verdict) for verdict in verdicts])
    else:
        show_verdicts(stdout(), verdicts, generated(record))
    if any(verdict.status == "gone" for verdict in verdicts):
        raise typer.Exit(1)


def _read(file: Path) -> str:
    # Bytes that are no text cannot be in a good record, and fail there with a better message.
    if str(file) == "-":
        return sys.stdin.read()
    return file.read_text(encoding="utf-8", errors="replace")
