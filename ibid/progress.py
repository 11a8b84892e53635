"""What is shown on standard error while one waits: a bar or a spinner on a terminal, else a plain line or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from answer import Stage
    from ingest import Step

_STAGES: dict[Stage, str] = {
    "resolve": "Reading the question …",
    "search": "Searching …",
    "read": "Reading what was found …",
    "point": "A model chooses what to quote …",
    "write": "A model writes, and what it writes is checked …",
}


def say(what: str) -> None:
    """Tell something while one waits."""
    from ingest.printable import printable

    Console(stderr=True, highlight=False, markup=False).print(printable(what), soft_wrap=True)


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
def staging() -> Iterator[Callable[[Stage], None]]:
    """Show, where someone is looking, at which stage an answer is, on a line that goes when there is the answer."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda stage: status.update(_STAGES[stage])


@contextmanager
def embedding(corpus: Path) -> Iterator[Callable[[Step], None]]:
    """Show how far the embedding of a corpus is: documents read, passages a second, and how long it will take."""
    if not Console(stderr=True).is_terminal:
        yield _once(f"Indexing {corpus} …")
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[pace]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Indexing", total=None, pace="")

        def show(step: Step) -> None:
            bar.update(task, completed=step.embedded, total=step.expected)
            bar.update(task, pace=_pace(step, bar.tasks[task].speed))

        yield show


def _pace(step: Step, speed: float | None) -> str:
    """Documents read, and passages a second where that is known."""
    documents = f"{step.read:,} of {step.documents:,} documents"
    return f"{documents}, {speed:,.0f} passages a second" if speed else documents


def _once(what: str) -> Callable[[Step], None]:
    """Tell it at the first step and no more."""
    told = False

    def once(step: Step) -> None:
        nonlocal told
        if not told:
            say(what)
        told = True

    return once


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far a long run is; what it gives is called with (done, total)."""
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
