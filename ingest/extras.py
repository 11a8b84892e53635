"""Packages that not everyone has installed: asking a ready index takes few, and making one takes many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingest.errors import PackageMissing


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """What is done within needs the packages of `extra`; PackageMissing where one is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or str(error)).partition(".")[0]
        raise PackageMissing(f"{name} is not installed; install it with: pip install 'ibid[{extra}]'") from error
