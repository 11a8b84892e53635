"""`ibid rollback`: back to a generation that is kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ibid.commands.options import AsJson, CorpusFolder, Engine, IndexFolder, PlaceFlags, Publish


def rollback(
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
    from ibid.output import print_json
    from ibid.publishing import object_store, publish_index
    from ibid.render import show_publication, stdout
    from ingest import rollback

    store = object_store(publish, engine)
    places = PlaceFlags(corpus, index, engine).places()
    with places.catalog.sole_writer():
        name = rollback(places.catalog, generation)
    published = publish_index(places, store, None) if store else None
    if as_json:
        print_json({"generation": name} | ({"publication": asdict(published)} if published else {}))
    else:
        typer.echo(f"Published {name}.")
        if published:
            show_publication(stdout(), published)
