"""A Word file as its parts: one tree of XML each, and the parts that it refers to."""

from __future__ import annotations

import io
import posixpath
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from zipfile import ZipFile

from ingest.read.archive import unpacked

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST = 256 * 2**20  # bytes of one part, unpacked
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Word documents, and new ones with a password
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TRANSITIONAL = "http://schemas.openxmlformats.org/"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_PREFIXES = {
    f"{_TRANSITIONAL}wordprocessingml/2006/main": "w",
    f"{_TRANSITIONAL}officeDocument/2006/math": "m",
    f"{_TRANSITIONAL}officeDocument/2006/relationships": "r",
    f"{_TRANSITIONAL}drawingml/2006/main": "a",
    f"{_TRANSITIONAL}drawingml/2006/diagram": "dgm",
    f"{_TRANSITIONAL}markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "urn:schemas-microsoft-com:vml": "v",
}
_NAMESPACES = {prefix: namespace for namespace, prefix in _PREFIXES.items()}
_DAMAGED = "is no Word document (DOCX), or is damaged; save it anew"


@dataclass(slots=True)
class PackagePart:
    """A part: its tree, and by the id of each relation what kind it is of and what it names."""

    name: str
    root: _Element
    relations: dict[str, tuple[str, str]] = field(default_factory=dict)


class Package:
    """The parts of a Word file; `main` is the one that holds the document, `body` is what stands in it."""

    def __init__(self, data: bytes) -> None:
        """Open a file.  Raises ValueError where it is no Word file, is damaged, or has a password."""
        if data.startswith(_OLE):
            what = "has a password" if "EncryptedPackage".encode("utf-16-le") in data else "is an old Word file (DOC)"
            raise ValueError(f"{_DAMAGED.partition(';')[0]}: it {what}; save it as DOCX without a password")
        try:
            self._zip = ZipFile(io.BytesIO(data))
            self._entries = {_canonical(name): name for name in self._zip.namelist()}
            names = [target for kind, target in self._relations("").values() if kind == "officeDocument"]
            main = self._part(names[0] if names else "word/document.xml")
        except Exception as error:  # zipfile, zlib and lxml each raise their own kinds for a damaged file
            raise ValueError(_DAMAGED) from error
        body = None if main is None else child(main.root, "w:body")
        if main is None or body is None:
            raise ValueError(_DAMAGED)
        self.main, self.body = main, body

    def related(self, part: PackagePart, *kinds: str) -> list[PackagePart]:
        """The parts of these kinds that `part` refers to, each once.  Raises ValueError where one is damaged."""
        targets = dict.fromkeys(target for kind, target in part.relations.values() if kind in kinds)
        return [found for target in targets if (found := self.part(target))]

    def root(self, kind: str) -> _Element | None:
        """The tree of the first part of a kind that the document refers to."""
        return next((part.root for part in self.related(self.main, kind)), None)

    def properties(self) -> _Element | None:
        """The tree of the core properties."""
        targets = [target for kind, target in self._relations("").values() if kind == "core-properties"]
        part = self.part(targets[0]) if targets else None
        return None if part is None else part.root

    def part(self, target: str) -> PackagePart | None:
        """The part of a name; None where the file lacks it.  Raises ValueError where it is damaged."""
        try:
            return self._part(target)
        except Exception as error:
            raise ValueError(_DAMAGED) from error

    def _part(self, target: str) -> PackagePart | None:
        data = self._bytes(target)
        return None if data is None else PackagePart(target, _tree(data), self._relations(target))

    def _relations(self, source: str) -> dict[str, tuple[str, str]]:
        folder, base = posixpath.split(source)
        data = self._bytes(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = {}
        for relation in [] if data is None else _tree(data).iter(f"{{{_RELATIONS}}}Relationship"):
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
                found[relation.get("Id", "")] = (posixpath.basename(relation.get("Type", "")), target.lstrip("/"))
        return found

    def _bytes(self, target: str) -> bytes | None:
        entry = self._entries.get(_canonical(target))
        if entry is None:
            return None
        held = self._zip.getinfo(entry)
        if held.file_size > _LARGEST:
            raise ValueError("too large")
        return b"".join(unpacked(self._zip, held))


def _canonical(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _tree(data: bytes) -> _Element:
    """The tree of a part; one of strict Office Open XML has its names changed to the usual ones."""
    from lxml.etree import XMLParser, fromstring

    parser = XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return fromstring(_STRICT.sub(_TRANSITIONAL.encode() + rb"\1/2006/", data), parser)


def name(element: _Element) -> str:
    """The name of an element with its usual prefix, "w:p"; without one where its namespace is none of ours."""
    return _prefixed(element.tag) if isinstance(element.tag, str) else ""


@cache
def qualified(prefixed: str) -> str:
    """The name of an element or attribute as lxml has it: "{http://…}p" of "w:p"."""
    prefix, _, local = prefixed.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


def _prefixed(tag: str) -> str:
    namespace, _, local = tag[1:].rpartition("}")
    prefix = _PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else local


def child(element: _Element | None, *path: str) -> _Element | None:
    """What stands at a path of names, "w:pPr", "w:numPr", below an element."""
    for step in path:
        if element is None:
            return None
        element = next(element.iterchildren(qualified(step)), None)
    return element


def value(element: _Element | None, *path: str, of: str = "w:val") -> str | None:
    """An attribute of what stands at a path below an element; None where either is missing."""
    found = child(element, *path)
    return None if found is None else found.get(qualified(of))


def number(text: str | None) -> int | None:
    """A whole number of at most nine digits, as Word writes them; None where it is none."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else None


def switched(element: _Element | None, *path: str) -> bool | None:
    """Whether a property that is on or off is on; None where nothing is said of it."""
    found = child(element, *path)
    return None if found is None else found.get(qualified("w:val"), "1").lower() not in ("0", "false", "off", "none")
