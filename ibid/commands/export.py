"""`ibid export`: what questions are embedded with, and what reads, for onnxruntime."""

from __future__ import annotations

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import AsJson, PlaceFlags


@grouped
def export(place: PlaceFlags, as_json: AsJson = False) -> None:
    """Export the encoder of the index, and the reader, for onnxruntime.

    `ibid index` does so; this is for an index without, or one that is damaged.  What is exported embeds questions to
    the same vectors, and starts in a fraction of the time, with neither torch nor sentence-transformers installed.
    """
    from ibid.opening import export
    from ibid.output import print_json

    places = place.places()
    exported = export(places)
    if as_json:
        print_json({"index": str(places.index), "exported": exported})
    else:
        typer.echo("Exported." if exported else "It is exported already, and whole.")
