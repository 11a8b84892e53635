"""What a figure was measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any


def machine(packages: Sequence[str]) -> dict[str, Any]:
    """The machine, its cores, Python, and the versions of `packages`."""
    return {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in packages},
    }


def transferred() -> tuple[int, int]:
    """Bytes that this process has read and written, of files or others, whether or not a disk had to be asked."""
    found = dict(line.split(": ") for line in Path("/proc/self/io").read_text(encoding="utf-8").splitlines())
    return int(found["rchar"]), int(found["wchar"])
