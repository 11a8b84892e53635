"""Where the corpus and its index are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Places:
    """The folder that is read, and the folder that its index is kept in."""

    corpus: Path
    index: Path

    @classmethod
    def of(cls, corpus: Path | None = None, index: Path | None = None) -> Places:
        """What was given; else the bundled corpus, and a folder of the user's own for the index of that corpus."""
        corpus = corpus or bundled_corpus()
        return cls(corpus, index or user_index(corpus))


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
    key = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return Path(platformdirs.user_data_dir("ibid", appauthor=False)) / f"{path.name}-{key}"


def user_replica(address: str) -> Path:
    """A folder in the user's cache folder, named after the address that it is pulled from."""
    key = hashlib.sha256(address.encode()).hexdigest()[:8]
    name = address.rstrip("/").rpartition("/")[2]
    return Path(platformdirs.user_cache_dir("ibid", appauthor=False)) / "replicas" / f"{name}-{key}"
