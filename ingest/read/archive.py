"""Zip archives that hold a document, and the XML in them, read within limits.

A small file can be made to unpack to more than a machine holds, and a few lines of XML to name each other a billion
times: what goes over a limit is refused, whoever wrote it.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_BYTES = 200_000_000
_MOST_ENTRIES = 10_000
_MOST_TIMES = 200  # how many times its size an archive may unpack to, above _SMALL
_SMALL = 20_000_000
_START = 4_096


class Archive:
    """The entries of a zip archive by their names."""

    def __init__(self, data: bytes, kind: str) -> None:
        """Look through `data`, a document of `kind`; ValueError where it is no archive, or unpacks to too much."""
        self._kind = kind
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, IndexError) as error:
            raise ValueError(f"is no {kind}, or is damaged; save it anew") from error
        entries = self._zip.infolist()
        size = sum(entry.file_size for entry in entries)
        if len(entries) > _MOST_ENTRIES or size > MOST_BYTES or size > max(_SMALL, _MOST_TIMES * len(data)):
            raise ValueError(
                f"unpacks to {len(entries):,} parts of {size / 1e6:,.0f} MB, which is more than is read of one file; "
                "save it without its media, or as several files"
            )
        self.names = frozenset(entry.filename for entry in entries)

    def read(self, name: str) -> bytes:
        """The bytes of an entry; ValueError where it is missing or damaged."""
        try:
            return self._zip.read(name)
        except Exception as error:  # zipfile, zlib, lzma and bz2 each raise their own for a damaged entry
            if "encrypted" in str(error):
                raise ValueError("is locked with a password; save it without one") from error
            raise ValueError(f"is no {self._kind}, or is damaged; save it anew") from error

    def tree(self, name: str) -> _Element:
        """The root of an entry that is XML; ValueError where it is none."""
        return parsed(self.read(name), self._kind)

    def refuse_entities(self) -> None:
        """Raise ValueError where a part that is XML declares a document type: no office software writes one."""
        for name in self.names:
            if name.lower().endswith((".xml", ".rels")) and b"<!DOCTYPE" in self.read(name)[:_START]:
                raise ValueError(f"is no {self._kind} that is read: its XML declares entities; save it anew")


def parsed(data: bytes, kind: str) -> _Element:
    """The root of XML whose entities are left as they are; ValueError where it is damaged or nested without end."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"is no {kind}, or is damaged; save it anew") from error
    return root


def joined(base: str, target: str) -> str:
    """The name of the entry that `target` points to from the entry `base`."""
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(
        path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(base), path)
    )
