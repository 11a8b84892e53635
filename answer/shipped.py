"""Files that come with the package and that answers hang on, compared with their checksums when they are read.

`shipped.json` holds the XXH3 (128 bits, hex) of each by its path in the package; `tools/shipped.py` writes it anew when
one was fitted anew.  Those of the reader's weights are in its reader.json.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import xxhash

from answer.errors import DamagedPackage

PACKAGE = Path(__file__).parent
TABLE = PACKAGE / "shipped.json"
FILES = (
    "decision.json",
    "language.npz",
    "languages.json",
    "reader/reader.json",
    "resolver.npz",
    "talk.npz",
)


def shipped(path: Path) -> bytes:
    """What a file holds; DamagedPackage where it is one of FILES and is missing or not what it was."""
    name = path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else ""
    if name not in FILES:
        return path.read_bytes()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedPackage(f"{path}: cannot be read ({error}); install ibid again") from error
    if _table().get(name) != checksum(content):
        raise DamagedPackage(f"{path}: is not what came with the package; install ibid again")
    return content


def checksum(content: bytes) -> str:
    """XXH3 of what a file holds (128 bits, hex)."""
    return xxhash.xxh3_128_hexdigest(content)


@cache
def _table() -> dict[str, str]:
    try:
        return dict(json.loads(TABLE.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DamagedPackage(f"{TABLE}: cannot be read; install ibid again") from error
