"""`ibid sources`: what the index holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import AsJson, PlaceFlags

_NAMED = 20


@grouped
def sources(
    source: Annotated[str | None, typer.Argument(metavar="ID", help="Show this one whole.")] = None,
    *,
    place: PlaceFlags,
    as_json: AsJson = False,
) -> None:
    """List the sources, or show one.

    What is shown is what the index holds: the text as it was read and is quoted, with its tables and its code, and what
    was dropped.
    """
    from ibid.output import print_json
    from ibid.render import show_left_out, show_sources, stdout
    from ibid.sourcerecord import contents, describe
    from ibid.sourcetext import show_document

    generation = place.places().catalog.open()
    ids = generation.document_ids()
    passages = generation.passage_counts(ids)
    if source is not None:
        if source not in ids:
            raise typer.BadParameter(_no_source(source, ids))
        document = generation.document(source)
        if as_json:
            print_json(describe(document, passages[source]) | contents(document))
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
