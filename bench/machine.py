"""What a figure was measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib import metadata
from typing import Any


def machine(packages: Sequence[str]) -> dict[str, Any]:
    """The machine, its cores, Python, and the versions of `packages`."""
    return {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in packages},
    }
