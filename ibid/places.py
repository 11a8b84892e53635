"""Where the corpus and its index are."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from ingest import Catalog


@dataclass(frozen=True)
class Places:
    """The folder that is read, and the folder that its index is kept in, or the engine that keeps it.

    With an `engine`, the address of a database, the folder `index` holds only what is exported.
    """

    corpus: Path
    index: Path
    engine: str | None = None

    @classmethod
    def of(cls, corpus: Path | None = None, index: Path | None = None, engine: str | None = None) -> Places:
        """What was given; else the bundled corpus, and a folder of the user's own for the index of that corpus."""
        corpus = corpus or bundled_corpus()
        return cls(corpus, index or (user_exports(engine) if engine else user_index(corpus)), engine)

    @cached_property
    def catalog(self) -> Catalog:
        """The generations of the index.

        Raises PackageMissing where what speaks with the engine is not installed, IngestError where it is no engine.
        """
        if self.engine:
            from ingest.postgres.catalog import PostgresCatalog

            return PostgresCatalog.connect(self.engine, self.index)
        from ingest import FileCatalog

        return FileCatalog(self.index)


def bundled_corpus() -> Path:
    """The corpus inside the installed package, or that of the checkout."""
    package = Path(__file__).parent
    installed = package / "corpus"
    return installed if installed.is_dir() else package.parent / "corpus"


def remembered_precision() -> Path:
    """The file in the user's cache folder of what precision passages are embedded in fastest; see `BulkEncoder`."""
    return Path(platformdirs.user_cache_dir("ibid", appauthor=False)) / "precision.json"


def user_index(corpus: Path) -> Path:
    """A folder in the user's data folder, named after the corpus and its path: two corpora never share an index."""
    path = corpus.resolve()
    return _named(path.name, str(path))


def user_exports(engine: str) -> Path:
    """A folder in the user's data folder for what is exported for a database, the same whichever role asks it."""
    return _named("engine", re.sub(r"//[^/@]*@", "//", engine))


def user_replica(address: str) -> Path:
    """A folder in the user's data folder for what is pulled from an object store."""
    return _named("replica", address)


def _named(name: str, address: str) -> Path:
    """A folder in the user's data folder for what is at one address."""
    key = hashlib.sha256(address.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return Path(platformdirs.user_data_dir("ibid", appauthor=False)) / f"{name}-{key}"
