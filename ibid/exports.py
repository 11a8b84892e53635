"""What was exported for one index of the user's is taken over for the next: the same network is the same file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import platformdirs

from ingest.network import export_folder


def user_exports() -> Path:
    """The folder in the user's cache that keeps exports."""
    return Path(platformdirs.user_cache_dir("ibid", appauthor=False))


def borrow(index: Path) -> None:
    """Put the user's exports into the folder `index`, where it has none of the same name; they are checked there."""
    _copy(user_exports(), index)


def lend(index: Path) -> None:
    """Keep the exports of the folder `index` for others, in place of older ones of the same name."""
    _copy(index, user_exports(), over=True)


def _copy(source: Path, target: Path, over: bool = False) -> None:
    for facts in export_folder(source, "").glob("*/export.json"):
        wanted = export_folder(target, facts.parent.name)
        building = wanted.with_name(f".borrowed-{os.getpid()}")
        try:
            if over and _read(wanted / facts.name) != facts.read_bytes():
                shutil.rmtree(wanted, ignore_errors=True)
            if not wanted.exists():
                shutil.copytree(facts.parent, building, copy_function=_link)
                building.rename(wanted)
        except OSError:
            # It is a short cut only: what cannot be taken over is made anew.
            shutil.rmtree(building, ignore_errors=True)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
