"""An index kept in step with its folder: before the folder is asked, and while it is asked or watched."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from ibid.places import Places

if TYPE_CHECKING:
    from watchfiles.main import FileChange

    from ibid.opening import Indexed
    from ingest import LeftOut

# Milliseconds: what changes within the first is one change, it is taken up when nothing has for the second, and after
# the third it is looked whether the folder is still there.
_DEBOUNCE, _STEP, _LOOK = 2_000, 300, 1_000
# So many of what has changed, of each kind, are named.
_NAMED = 3
_LAST_BUILD_SECONDS = 5


def refresh(
    places: Places, encoder: str | None = None, tell: Callable[[str], None] | None = None, suggests: bool = False
) -> None:
    """Bring an index up to date with its folder, and tell what was done, and what was not read.

    Where it cannot be, the one that is there stays, which is told.  `suggests`: see `ibid.opening.index`.  Raises
    IngestError where there is none.
    """
    from rich.console import Console

    from ibid.progress import say
    from ibid.render import headline, show_left_out
    from ingest import IndexDamaged, IndexMissing, IngestError

    try:
        indexed = indexing(places, encoder, suggests)()
    except IngestError as error:
        with suppress(IndexMissing, IndexDamaged):
            places.catalog.open()
            say(f"ibid: {error}; what is answered from is the index as it was")
            return
        raise
    if indexed.updated.built.published:
        (tell or say)(headline(indexed))
        show_left_out(Console(stderr=True, highlight=False, markup=False), indexed.updated.built.plan.left_out)


def indexing(places: Places, encoder: str | None, suggests: bool = True) -> Callable[[], Indexed]:
    """What indexes a folder anew, with the encoder that its index has if no other is named."""

    def make() -> Indexed:
        from ibid.opening import index
        from ingest import IndexDamaged, IndexMissing

        name = encoder
        with suppress(IndexMissing, IndexDamaged):
            name = name or places.catalog.open().encoder_name
        return index(places, name, suggests=suggests)

    return make


@contextmanager
def watched(places: Places, encoder: str | None) -> Iterator[None]:
    """Index what changes in a folder, in a thread, and tell it on standard error."""
    from ibid.progress import say
    from ingest import IngestError

    _watchfiles()
    stop = Event()

    def work() -> None:
        try:
            follow(places, indexing(places, encoder), say, stop)
        except (IngestError, OSError) as error:
            say(f"ibid: {error}; until then it is answered from what was indexed")

    thread = Thread(target=work, name="ibid-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        # A build that takes longer is broken off with the process, and the next goes on with it.
        thread.join(_LAST_BUILD_SECONDS)


def follow(places: Places, make: Callable[[], Indexed], tell: Callable[[str], None], stop: Event | None = None) -> None:
    """Call `make` whenever something changes in a folder, and `tell` of every generation, and of what was not read.

    What `make` raises as IngestError is told, and the next change awaited.  Ends when `stop` is set; raises SourceError
    where the folder is gone, KeyboardInterrupt at Ctrl-C.
    """
    from ingest import IngestError, SourceError

    told: set[LeftOut] = set()
    while not (stop and stop.is_set()):
        for is_changed in _changes(places, stop or Event()):
            if not places.corpus.is_dir():
                raise SourceError(f"{places.corpus} is gone; put it back and start ibid again")
            if not is_changed:
                continue
            try:
                plan = (indexed := make()).updated.built.plan
            except IngestError as error:
                tell(f"ibid: {error}")
                continue
            if indexed.updated.built.published:
                tell(f"{time.strftime('%H:%M:%S')} {_told(indexed)}")
            for left in sorted(set(plan.left_out) - told, key=lambda left: left.file):
                tell(f"    not read: {left.file} {left.why}")
            told = set(plan.left_out)


def _changes(places: Places, stop: Event) -> Iterator[bool]:
    """Again and again, whether anything has changed, as it is taken to have at first.

    Ends where another folder was put in the place of this one, or `stop` is set.
    """
    identity = _identity(places.corpus)
    root, index = places.corpus.resolve(), places.index.resolve()

    def is_of_a_source(_: object, name: str) -> bool:
        path = Path(name)
        # What a build writes must not be taken for a change.
        return not path.is_relative_to(index) and not any(p.startswith(".") for p in path.relative_to(root).parts)

    changes = _watchfiles()(
        root,
        watch_filter=is_of_a_source,
        debounce=_DEBOUNCE,
        step=_STEP,
        stop_event=stop,
        rust_timeout=_LOOK,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    is_first = True
    for changed in changes:
        yield bool(changed) or is_first
        is_first = False
        if _identity(places.corpus) != identity:
            return


def _watchfiles() -> Callable[..., Generator[set[FileChange], None, None]]:
    """What watches; PackageMissing where it is not installed."""
    from ingest.errors import needing

    with needing("index"):
        from watchfiles import watch
    return watch


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another of that name; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _told(indexed: Indexed) -> str:
    """A new generation, and what of it is new."""
    plan = indexed.updated.built.plan
    parts = [f"{kind} {_names(ids)}" for kind in ("added", "revised", "removed") if (ids := getattr(plan, kind))]
    return f"Published {indexed.updated.built.generation}: {'; '.join(parts) or 'the documents are the same'}"


def _names(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more
