"""Finding out what can be asked of an index, once a generation is published."""

from __future__ import annotations

from answer import Answerer
from answer.suggest.questions import suggest
from ibid.places import Places
from ibid.progress import counting, say
from ingest import IngestError, Suggested

_LATER = "the index is ready, and the next ibid index finds questions to suggest"


def catch_up(places: Places, wait: bool = True) -> None:
    """Find out what can be asked of the published generation, where that was not done.

    What was found for the last one for which it was is taken over where it holds.  `wait`: see `ingest.index.lock`.
    Raises IngestError where there is no index, ReaderError.
    """
    from ibid.opening import open_answerer

    catalog = places.catalog
    name = catalog.published()
    if catalog.suggested(name) is not None:
        return
    earlier = filter(None, map(catalog.suggested, reversed(catalog.names())))
    find_suggestions(open_answerer(places), places, next(earlier, Suggested()), wait)


def find_suggestions(answerer: Answerer, places: Places, before: Suggested, wait: bool) -> None:
    """Find out what can be asked of the generation of `answerer`, and keep it beside that: see `suggest`.

    It is a courtesy: where it is interrupted or cannot be kept, that is told, and the index is as good.
    """
    try:
        with counting("Finding questions to suggest") as progress:
            found = suggest(answerer, before, progress)
        with places.catalog.sole_writer(wait):
            places.catalog.suggest(answerer.generation.name, found)
    except KeyboardInterrupt:
        say(f"Interrupted; {_LATER}.")
    except (IngestError, OSError) as error:
        say(f"{error}; {_LATER}")
