"""A plugin of pytest that tells which tests come to which places of the source, and runs tests of choice against time.

What is found is written to the file that REACHED names, a line of JSON each: `["reached", place, test and phase]`, and
`["ran", test, phase, seconds, passed]`; all seconds are of the processor. CHOSEN names a file with the tests to run, in
order, and the seconds that each may take; one that takes more, or waits _WAITING times as long, ends by a signal.
"""

from __future__ import annotations

import json
import os
import resource
import signal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_MEMORY = 8 << 30
_WAITING = 10
_spent: list[float] = []
_seen: set[tuple[int, str]] = set()


def reached(place: int) -> None:
    """Tell that the test that runs, in this process or in the one that started it, has come to `place`."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "")
    if (place, test) not in _seen:
        _seen.add((place, test))
        _tell("reached", place, test)


def _tell(*found: object) -> None:
    if place := os.environ.get("REACHED"):
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")


def _limit(seconds: int) -> None:
    # By the clock alone, a test that a busy machine lets wait would count as one that does not end.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(_WAITING * seconds)


@cache
def _chosen() -> dict[str, int]:
    place = os.environ.get("CHOSEN")
    return dict(json.loads(Path(place).read_text(encoding="utf-8"))) if place else {}


def pytest_configure() -> None:
    """What fills the memory fails for the lack of it."""
    if _chosen():
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave those chosen, in their order."""
    if chosen := _chosen():
        order = {test: place for place, test in enumerate(chosen)}
        items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])


def pytest_runtest_logstart(nodeid: str) -> None:
    """Set the time that a test may take."""
    _spent.append(sum(os.times()[:4]))
    if nodeid in _chosen():
        _limit(_chosen()[nodeid])


def pytest_runtest_logfinish() -> None:
    """The test has ended in time."""
    _limit(0)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell how long a phase of a test took, and whether it passed."""
    _spent.append(sum(os.times()[:4]))
    _tell("ran", report.nodeid, report.when, round(_spent[-1] - _spent[-2], 3), report.passed)
