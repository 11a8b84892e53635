"""`ibid watch`: an index kept in step with its folder."""

from __future__ import annotations

from ibid.commands.groups import grouped
from ibid.commands.options import EncoderName, Folder, PlaceFlags


@grouped
def watch(folder: Folder = None, *, place: PlaceFlags, encoder: EncoderName = None) -> None:
    """Index what changes in a folder, until Ctrl-C.

    What is new is indexed first, and then whatever is added, changed or removed; a line tells of each generation.  What
    is asked meanwhile is answered from the newest.  A file that cannot be read is told, and costs nothing of the rest;
    where the folder itself goes, the exit code is 1.
    """
    from ibid.output import tell
    from ibid.watching import follow, indexing, refresh

    places = place.places(folder)
    refresh(places, encoder, tell, suggests=True)
    tell(f"Watching {places.corpus}; Ctrl-C ends.")
    follow(places, indexing(places, encoder), tell)
