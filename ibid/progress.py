"""What is shown on standard error while one waits: a bar or a spinner on a terminal, else a plain line or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console


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
        yield _once(f"Indexing {corpus} …")
        return
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Indexing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _once(what: str) -> Callable[[int, int], None]:
    """Tell it at the first step and no more."""
    told = False

    def step(done: int, total: int) -> None:
        nonlocal told
        if not told:
            say(what)
        told = True

    return step


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far a long run is; what it gives is called with (done, total)."""
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
