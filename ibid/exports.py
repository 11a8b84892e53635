"""What was exported for one index of the user's is taken over for the next: the same network is the same file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import platformdirs

from ingest.embed.network import export_folder


def user_exports() -> Path:
    """The folder in the user's cache that keeps exports."""
    return Path(platformdirs.user_cache_dir("ibid", appauthor=False))


def borrow(index: Path, weights: Iterable[str]) -> None:
    """Put the user's exports of these weights (their hashes) into the folder `index`, where it lacks them."""
    _copy(user_exports(), index, weights)


def lend(index: Path, weights: Iterable[str]) -> None:
    """Keep the exports of these weights in the folder `index` for others, in place of older ones."""
    _copy(index, user_exports(), weights, over=True)


def _copy(source: Path, target: Path, weights: Iterable[str], over: bool = False) -> None:
    for one in weights:
        facts = export_folder(source, one) / "export.json"
        if not facts.exists():
            continue
        wanted = export_folder(target, one)
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
