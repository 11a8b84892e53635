"""The index is made anew while questions are answered: in a thread, one at a time."""

from __future__ import annotations

import datetime
import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from ingest import IngestError, LeftOut, Updated

_FAULT = "the folder could not be indexed; what was indexed before is served, and the log of the server tells why"
_log = logging.getLogger("ibid.http")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: the ids of the sources that came, changed and went, and what was not read, each with why.

    `generation` is the one that is served since; None, with a `fault`, where none could be made.
    """

    finished: str
    generation: str | None
    added: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    fault: str | None = None


class Indexer:
    """Makes the index when it is asked to; asked meanwhile, it does so once more."""

    def __init__(self, make: Callable[[], Updated]) -> None:
        """Use `make`, which publishes a generation."""
        self._make = make
        self._lock = threading.Lock()
        self._is_asked = False
        self.since: str | None = None
        self.last: Outcome | None = None

    def ask(self) -> None:
        """Begin, or go on, until what is in the folder now is indexed; `since` when it does, None where it is done."""
        with self._lock:
            self._is_asked = True
            if self.since is None:
                self.since = _now()
                # A process that ends does not wait for it: the next index goes on where this one stopped.
                threading.Thread(target=self._work, name="ibid-index", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._is_asked:
                    self.since = None
                    return
                self._is_asked = False
            self.last = self._once()

    def _once(self) -> Outcome:
        try:
            built = self._make().built
        except IngestError as error:
            # Its message names folders of this machine.
            _log.error("not indexed: %s", error)
        except Exception as error:
            # The message of an error may hold what stands in a document, where it was raised does not.
            _log.error("not indexed: %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        else:
            plan = built.plan
            return Outcome(_now(), built.generation, plan.added, plan.revised, plan.removed, plan.left_out)
        return Outcome(_now(), None, fault=_FAULT)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
