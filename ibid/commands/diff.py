"""`ibid diff`: what the index held beside what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import AsJson, PlaceFlags


@grouped
def diff(
    old: Annotated[
        str | None, typer.Argument(metavar="A", help="A generation, or how its name begins; the one before B.")
    ] = None,
    new: Annotated[str | None, typer.Argument(metavar="B", help="Another one; the published one if not given.")] = None,
    document: Annotated[str | None, typer.Option("--document", metavar="ID", help="Compare this one only.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a web page here instead.")] = None,
    *,
    place: PlaceFlags,
    as_json: AsJson = False,
) -> None:
    """Show what has changed between two generations of the index.

    Sentences, headings and references that were added, removed, moved or changed; a change that touches a figure, a
    unit, a negation or a hedge says so.
    """
    from ibid.differing import choose, open_documents, to_json
    from ibid.difftext import show_diff
    from ibid.output import print_json
    from ibid.render import stdout
    from ingest import diff_generations

    catalog = place.places().catalog
    names = choose(catalog, old, new)
    documents = [
        {name: each for name, each in open_documents(catalog, generation).items() if document in (None, name)}
        for generation in (names.old, names.new)
    ]
    if document is not None and not any(documents):
        raise typer.BadParameter(f"there is no source {document!r} in either generation")
    found = diff_generations(*documents)
    if html:
        from ibid.diffpage import page

        html.write_text(page(found, names), encoding="utf-8")
        typer.echo(f"Wrote {html}", err=True)
    if as_json:
        print_json(to_json(found, names))
    elif not html:
        show_diff(stdout(), found, names)
