"""The command that exports what questions are embedded with: `ibid export`."""

from __future__ import annotations

import typer

from ibid.arguments import AsJson, CorpusFolder, Engine, IndexFolder, print_json
from ibid.places import Places


def export_encoder(
    corpus: CorpusFolder = None, index: IndexFolder = None, engine: Engine = None, as_json: AsJson = False
) -> None:
    """Export the encoder of the index, and the reader, for onnxruntime.

    `ibid index` does so; this is for an index without, or one that is damaged.  What is exported embeds questions to
    the same vectors, and starts in a fraction of the time, with neither torch nor sentence-transformers installed.
    """
    from ibid.opening import export

    places = Places.of(corpus, index, engine)
    exported = export(places)
    if as_json:
        print_json({"index": str(places.index), "exported": exported})
    else:
        typer.echo("Exported." if exported else "It is exported already, and whole.")
