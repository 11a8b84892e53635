"""A release: a generation with all that it takes to answer from it, as an object store holds it.

    CURRENT                     the name of the release that is published
    releases/NAME               the path and the proof of each of its files: see `ingest.proof`
    files/SHA256                a file, once, however many releases have it

The name of a release is that of its generation and the SHA-256 of what it says, so that whatever is read of a store is
proved by its name: CURRENT names a release, and that names files.  The paths are those of a folder that holds an index.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import IndexDamaged, ObjectStoreError
from ingest.index import lexical
from ingest.index.generation import read_manifest
from ingest.index.segment import FACTS, FOLDER, name_of
from ingest.index.suggested import FOLDER as SUGGESTIONS
from ingest.objectstore.objects import ObjectStore
from ingest.proof import Proof, proofs

CURRENT, RELEASES, FILES = "CURRENT", "releases", "files"
# More than any name of a release has, and any release says, in bytes.
_LONGEST_NAME, _LONGEST = 1_000, 64 * 2**20
_NAME = re.compile(r"(\d{6,12}-[0-9a-f]{8})\.([0-9a-f]{64})")
_HASH = re.compile(r"[0-9a-f]{64}")
# The folders whose names are those of generations.
_OF_ONE = ("generations", SUGGESTIONS)
_FILE = r"(?!\.\.?(?:/|$))[A-Za-z0-9_.-]+"
_PATH = re.compile(
    rf"(segments/[0-9a-f]{{32}}|exports/[0-9a-f]{{16}}|generations/\d{{6,12}}-[0-9a-f]{{8}})(/{_FILE}){{1,2}}"
    rf"|suggestions/\d{{6,12}}-[0-9a-f]{{8}}\.json"
)


def key_of(proof: Proof) -> str:
    """Where the file of that proof is in an object store."""
    return f"{FILES}/{proof.checksum}"


@dataclass(frozen=True, slots=True)
class Release:
    """The files of a generation, by their paths in the folder of an index."""

    generation: str
    files: Mapping[str, Proof]

    @classmethod
    def of(cls, index: Path, generation: str) -> Release:
        """That of a generation in the folder `index`, with what questions are embedded with; IndexDamaged."""
        return cls(generation, dict(_files(index, generation)))

    @classmethod
    def parse(cls, name: str, content: bytes) -> Release:
        """The release of that name, which says `content`; ValueError where it does not, or names what it may not."""
        generation, _, checksum = name.partition(".")
        if hashlib.sha256(content).hexdigest() != checksum:
            raise ValueError("it is not what its name says")
        return cls(generation, {path: _proof(path, generation, told) for path, told in json.loads(content).items()})

    @property
    def content(self) -> bytes:
        """What it says."""
        return json.dumps(self.files, sort_keys=True).encode()

    @property
    def name(self) -> str:
        """Its name."""
        return f"{self.generation}.{hashlib.sha256(self.content).hexdigest()}"

    def folders(self) -> dict[str, dict[str, Proof]]:
        """The files by the folder that is put in its place at once, the generation's own last."""
        found: dict[str, dict[str, Proof]] = {}
        for path, proof in sorted(self.files.items(), key=lambda row: (row[0].startswith("generations/"), row[0])):
            kind, name, *rest = path.split("/")
            found.setdefault(f"{kind}/{name}", {})["/".join(rest)] = proof
        return found


@dataclass(frozen=True, slots=True)
class Pointer:
    """The name of the release that is published, of whose generation it is, and the tag of what says so."""

    release: str
    generation: str
    tag: str


def read_pointer(store: ObjectStore, known: str | None = None) -> Pointer | None:
    """What is published; None where that has the tag `known` still.  ObjectMissing, ObjectStoreError."""
    read = store.read(CURRENT, _LONGEST_NAME, known)
    if read is None:
        return None
    name = read.content.decode("utf-8", "replace").strip()
    if not (named := _NAME.fullmatch(name)):
        raise ObjectStoreError(f"{store.where}/{CURRENT}: names no release")
    return Pointer(name, named[1], read.tag)


def read_release(store: ObjectStore, name: str) -> Release:
    """The release of that name.  ObjectMissing, ObjectStoreError."""
    read = store.read(f"{RELEASES}/{name}", _LONGEST)
    assert read is not None
    try:
        return Release.parse(name, read.content)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ObjectStoreError(f"{store.where}/{RELEASES}/{name}: cannot be used: {error}") from error


def _proof(path: str, generation: str, told: Any) -> Proof:  # noqa: ANN401 - JSON is of any type
    proof = Proof(*told)
    named = (
        path.split("/")[1].removesuffix(".json") if path.startswith(("generations/", "suggestions/")) else generation
    )
    if not _PATH.fullmatch(path) or named != generation:
        raise ValueError(f"it names {path!r}")
    if type(proof.size) is not int or proof.size < 0 or not _HASH.fullmatch(proof.checksum):
        raise ValueError(f"it does not prove {path}")
    return proof


def _files(index: Path, generation: str) -> Iterator[tuple[str, Proof]]:
    """The files of a release; those of segments and exports as they are told beside them, which is not proved here."""
    own = f"generations/{generation}"
    yield _seen(index, f"{own}/manifest.json")
    manifest = read_manifest(index / own)
    for path, proof in proofs(manifest["files"]).items():
        yield f"{own}/{path}", proof
    for held in manifest["segments"]:
        folder = f"{FOLDER}/{held['name']}"
        facts = _segment_facts(index / folder)
        yield _seen(index, f"{folder}/{FACTS}")
        for path, proof in proofs(facts["files"]).items():
            yield f"{folder}/{path}", proof
            # tantivy finds the files of all segments in one folder; those that list them are the generation's own.
            if path.startswith(f"{lexical.FOLDER}/") and not path.endswith(".json"):
                yield f"{own}/{path}", proof
    for export in sorted(index.glob("exports/[!.]*/export.json")):
        folder = f"exports/{export.parent.name}"
        yield _seen(index, f"{folder}/{export.name}")
        for path, proof in proofs(json.loads(export.read_bytes())["files"]).items():
            yield f"{folder}/{path}", proof
    if (index / SUGGESTIONS / f"{generation}.json").exists():
        yield _seen(index, f"{SUGGESTIONS}/{generation}.json")


def _segment_facts(folder: Path) -> dict[str, Any]:
    """What the segment.json in a folder says, which the name of the folder proves; IndexDamaged."""
    try:
        content = (folder / FACTS).read_bytes()
        if name_of(content) == folder.name:
            return dict(json.loads(content))
    except OSError:
        pass
    raise IndexDamaged(f"{folder / FACTS}: is missing or damaged; make the index again with: ibid index")


def _seen(index: Path, path: str) -> tuple[str, Proof]:
    file = index / path
    try:
        return path, Proof.of(file)
    except OSError as error:
        raise IndexDamaged(f"{file}: is missing; make the index again with: ibid index") from error
