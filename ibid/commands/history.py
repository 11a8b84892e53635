"""`ibid history`: the generations of the index that are kept."""

from __future__ import annotations

from dataclasses import asdict

from ibid.commands.options import AsJson, CorpusFolder, Engine, Folder, IndexFolder, PlaceFlags


def history(
    folder: Folder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    corpus: CorpusFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the generations of the index that are kept.

    The newest comes first; a stored answer can be verified against each.
    """
    from ibid.output import print_json
    from ibid.render import show_kept, stdout

    kept = PlaceFlags(corpus, index, engine).places(folder).catalog.history()
    if as_json:
        print_json([asdict(generation) for generation in kept])
    else:
        show_kept(stdout(), kept)
