"""Keeping an index in step with what is published in an object store: `ibid serve --from`."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from answer import reader_weights
from ibid.places import Places, bundled_corpus, user_replica
from ibid.progress import say
from ingest import (
    Generation,
    IndexDamaged,
    IndexMissing,
    IngestError,
    ObjectStoreAway,
    Puller,
    forget_exports,
    open_objects,
)

if TYPE_CHECKING:
    from ibid.http.pool import Shelf

# Where nothing is here yet, a store that does not answer is asked again after so many seconds each; a supervisor starts
# what has ended then again.
_FIRST = (1, 2, 4, 8, 15, 30)
# A store that goes on failing is asked half as often each time, so many times.
_HALVED = 4
_JITTER = 0.2
_STOP_SECONDS = 2
_log = logging.getLogger("ibid.http")


class Replica:
    """A folder that is kept in step with what is published at an address."""

    def __init__(self, address: str, index: Path | None, poll: float) -> None:
        """Pull from `address` into the folder `index` (None: one of the user's) every `poll` seconds.

        Raises ObjectStoreError, PackageMissing, IndexUnwritable.
        """
        store = open_objects(address)
        index = index or user_replica(store.where)
        self.places = Places(bundled_corpus(), index)
        self._puller = Puller(store, index)
        self._poll = poll
        self._stop = Event()
        # What kind of failure was told last, and how it was told.
        self._told: str | None = None
        self._lag: str | None = None

    def begin(self) -> None:
        """Pull what is published, so that something is here; what was pulled before is enough where that fails.

        Where nothing is here it is tried for a minute.  Raises IngestError then.
        """
        for wait in (*_FIRST, None):
            try:
                self._puller.pull()
                return
            except IngestError as error:
                if self._has_any():
                    self._told = _kind(error)
                    self._lag = str(error)
                    say(f"ibid: {error}; answering from what was pulled before")
                    return
                if wait is None:
                    raise
                say(f"ibid: {error}; nothing was pulled before, so it is tried again in {wait} s")
            self._stop.wait(wait)

    def _has_any(self) -> bool:
        try:
            Generation.open(self.places.index)
        except (IndexMissing, IndexDamaged):
            return False
        return True

    @contextmanager
    def followed(self, shelf: Shelf) -> Iterator[None]:
        """Pull what is published meanwhile, in a thread, and have `shelf` serve it; it is told why it may lag."""
        shelf.lag = self._lag
        thread = Thread(target=self._follow, args=(shelf,), name="ibid-pull", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            # A pull that takes longer is broken off with the process, and the next goes on with it.
            thread.join(_STOP_SECONDS)

    def _follow(self, shelf: Shelf) -> None:
        failures = 0
        while not self._stop.wait(self._pause(failures)):
            failures = 0 if self._pull(shelf) else failures + 1

    def _pause(self, failures: int) -> float:
        """Seconds until the next pull, others for each replica, so that they do not all ask at one time."""
        return self._poll * (1 << min(failures, _HALVED)) * random.uniform(1 - _JITTER, 1 + _JITTER)

    def _pull(self, shelf: Shelf) -> bool:
        """Pull, and forget what nobody reads; whether that could be done."""
        try:
            pulled = self._puller.pull()
            # It is opened now, so that nobody who asks waits for it.
            shelf.current()
            # Where what was pulled cannot be served the generation before is, and its files stay.
            if pulled and shelf.fault is None:
                self._puller.forget()
                forget_exports(self.places.index, reader_weights())
        except IngestError as error:
            self._tell(shelf, error, str(error))
            return False
        except Exception as error:
            # Whatever a store may answer, what is here is served, and the store is asked again.
            if self._told != _kind(error):
                _log.exception("pulling failed")
            self._tell(shelf, error, f"{type(error).__name__}: {error}")
            return False
        if shelf.lag:
            _log.info("in step with %s again", self._puller.store.where)
        shelf.lag = self._told = None
        return True

    def _tell(self, shelf: Shelf, error: Exception, why: str) -> None:
        """Tell why what is published is not served, once as long as that stays the same."""
        if self._told != _kind(error):
            _log.warning("still serving generation %s: %s", shelf.served.name, why)
        self._told, shelf.lag = _kind(error), why


def _kind(error: Exception) -> str:
    """What is the same as long as the same is wrong: a store that is away fails now in one way and now in another."""
    is_told_by_its_text = isinstance(error, IngestError) and not isinstance(error, ObjectStoreAway)
    return str(error) if is_told_by_its_text else type(error).__name__
