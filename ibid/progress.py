"""What is shown on standard error while one waits: a bar or a spinner on a terminal, else a plain line or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress


def say(what: str) -> None:
    """Tell something while one waits."""
    Console(stderr=True, highlight=False, markup=False).print(what, soft_wrap=True)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show that `what` is going on, where someone is looking."""
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(what):
            yield
    else:
        yield


@contextmanager
def embedding(corpus: Path) -> Iterator[Callable[[int, int], None]]:
    """Show how far the embedding of a corpus is; what it gives is called with (done, total)."""
    if not Console(stderr=True).is_terminal:
        yield lambda done, total: say(f"Indexed {done} of {total} passages of {corpus} …") if done == total else None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Indexing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far a long run is; what it gives is called with (done, total)."""
    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
