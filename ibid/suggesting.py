"""Finding out what can be asked of an index, once a generation is published."""

from __future__ import annotations

from answer import Answerer
from answer.suggesting import suggest
from ibid.places import Places
from ibid.progress import counting, say
from ingest import IndexDamaged, IndexMissing, IngestError, Suggested, published, sole_writer

_LATER = "the index is ready, and the next ibid index finds questions to suggest"


def suggested(places: Places) -> Suggested:
    """What can be asked of the published generation; nothing where there is none."""
    try:
        return Suggested.read(places.index, published(places.index))
    except (IndexMissing, IndexDamaged):
        return Suggested()


def find_suggestions(answerer: Answerer, places: Places, before: Suggested, wait: bool) -> None:
    """Find out what can be asked of the generation of `answerer`, and keep it beside that: see `suggest`.

    It is a courtesy: where it is interrupted or cannot be kept, that is told, and the index is as good.
    """
    try:
        with counting("Finding questions to suggest") as progress:
            found = suggest(answerer, before, progress)
        with sole_writer(places.index, wait):
            found.write(places.index, answerer.generation.name)
    except KeyboardInterrupt:
        say(f"Interrupted; {_LATER}.")
    except (IngestError, OSError) as error:
        say(f"{error}; {_LATER}")
