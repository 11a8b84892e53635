"""Zip archives that hold a document, and the XML in them, read within limits.

A small file can be made to unpack to more than a machine holds, and a few lines of XML to name each other a billion
times: what goes over a limit is refused, whoever wrote it.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element

MOST_BYTES = 200_000_000
_MOST_ENTRIES = 10_000
_MOST_FILES, _MOST_OF_ALL = 20_000, 2_000_000_000  # of an archive that is read as a folder
_MOST_TIMES = 200  # how many times its size an archive may unpack to, above _SMALL
_SMALL = 20_000_000
_START = 4_096
_PART = 65_536
_DAMAGED = (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, IndexError)


class Archive:
    """The entries of a zip archive by their names."""

    def __init__(self, data: bytes, kind: str) -> None:
        """Look through `data`, a document of `kind`; ValueError where it is no archive, or unpacks to too much."""
        self._kind = kind
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED as error:
            raise ValueError(f"is no {kind}, or is damaged; save it anew") from error
        _refuse_much(self._zip, len(data), _MOST_ENTRIES, MOST_BYTES)
        self.names = frozenset(self._zip.namelist())

    def read(self, name: str) -> bytes:
        """The bytes of an entry; ValueError where it is missing or damaged."""
        try:
            return b"".join(_parts(self._zip, self._zip.getinfo(name)))
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


def open_folder(file: Path) -> zipfile.ZipFile:
    """A ZIP archive that is read as a folder; ValueError where it is none, or unpacks to too much.

    Raises PermissionError where it cannot be read.
    """
    try:
        opened = zipfile.ZipFile(file)
    except PermissionError:
        raise
    except _DAMAGED as error:
        raise ValueError("is no ZIP archive, or is damaged; pack it anew") from error
    try:
        _refuse_much(opened, file.stat().st_size, _MOST_FILES, _MOST_OF_ALL)
    except ValueError:
        opened.close()
        raise
    return opened


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a file in an archive, part by part; ValueError where they are damaged, or other than it says."""
    try:
        yield from _parts(archive, entry)
    except Exception as error:  # zipfile and zlib each raise their own for a damaged entry
        raise ValueError("is damaged in its archive; pack it anew") from error


def _parts(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of an entry, part by part: zipfile unpacks all of it at once else, and then cuts what is too much."""
    with archive.open(entry) as stream:
        while part := stream.read(_PART):
            yield part


def _refuse_much(archive: zipfile.ZipFile, packed: int, most_entries: int, most_bytes: int) -> None:
    """Raise ValueError where an archive of `packed` bytes says that it unpacks to more than is read."""
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if len(entries) > most_entries or size > most_bytes or size > max(_SMALL, _MOST_TIMES * packed):
        raise ValueError(
            f"unpacks to {len(entries):,} parts of {size / 1e6:,.0f} MB, which is more than is read of one file; "
            "save it without its media, or as several files"
        )


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
