"""A process of the command line that serves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def started(*command: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that serves, and its address."""
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    process = subprocess.Popen(
        [sys.executable, *command], stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": paths}
    )
    try:
        assert process.stderr
        line = ""
        while not (found := re.search(r"Answering at (http://\S+);", line)):
            line = process.stderr.readline()
            assert line, "it has ended"
        yield process, found[1]
    finally:
        process.kill()
        process.communicate()
