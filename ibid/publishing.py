"""What `ibid index` and `ibid rollback` do with --publish."""

from __future__ import annotations

import typer

from ibid.places import Places
from ibid.progress import waiting
from ingest import ObjectStore, Publication, open_objects, publish


def object_store(address: str | None, engine: str | None) -> ObjectStore | None:
    """The object store that is named, if any is, looked for before anything is made.

    Raises BadParameter where a database has the index, which replicas can ask themselves; ObjectStoreError,
    PackageMissing.
    """
    if address and engine:
        raise typer.BadParameter(
            "--publish puts files into an object store; with --engine there are none: leave one away"
        )
    return open_objects(address) if address else None


def publish_index(places: Places, store: ObjectStore, keep: int | None, wait: bool = True) -> Publication:
    """Publish the index in an object store, while nobody else writes it: see `ingest.publish`."""
    with places.catalog.sole_writer(wait), waiting(f"Publishing in {store.where}"):
        return publish(places.index, store, keep)
