"""One writer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IndexBusy, IndexUnwritable

_NAME = ".lock"


@contextmanager
def sole_writer(index: Path, wait: bool = True, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of the folder `index`, which is made where it is missing.

    Where another writer holds it, wait, after calling `on_wait` once; with `wait` false raise IndexBusy.  The lock goes
    with the process that holds it, also when that is killed.  Readers need none.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / _NAME)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if not wait:
                raise IndexBusy(f"{index}: another ibid is writing it; try again, or wait without --no-wait") from None
            if on_wait:
                on_wait()
            lock.acquire()
    except OSError as error:
        raise IndexUnwritable(
            f"{index}: the index cannot be written ({error}); mend its permissions or choose another with --index"
        ) from error
    try:
        yield
    finally:
        lock.release()
