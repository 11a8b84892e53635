"""The manifest of a corpus: `sources.toml`."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.corpus.inside import is_outside, read_regular, refused
from ingest.corpus.members import ARCHIVE, members
from ingest.errors import ManifestError
from ingest.printable import printable
from ingest.read.kinds import unread
from ingest.source import Corpus, LeftOut, Notice, Source

_SOURCE_KEYS = ("id", "file", "title", "publisher", "url", "revised", "review_status", "license", "notes")
_NOTICE_KEYS = ("kind", "text", "review_status")
_TABLES = ("source", "notice", "synonym")
_LONGEST_PATH = 4_096  # PATH_MAX of Linux
_TABLE_HEAD = re.compile(rf"\s*\[\[\s*({'|'.join(_TABLES)})\s*\]\]")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def read_manifest(manifest: Path, ocr: bool = False, outside: Sequence[Path] = ()) -> Corpus:
    """The corpus that a manifest describes; with `ocr` pictures are sources.

    A source whose file is not there, lies neither below the manifest's folder nor in one of `outside`, or is of no
    kind that is read, is left out.  Raises ManifestError, with file and
    line, where the manifest itself cannot be used.
    """
    try:
        text = _text(manifest)
        data = tomllib.loads(text)
    except (UnicodeDecodeError, OSError) as error:
        raise ManifestError(f"{manifest}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        # tomllib gives a line, or says "at end of document".
        line = re.search(r"at line (\d+)", str(error))
        last = text.rstrip().count("\n") + 1
        raise ManifestError(f"{manifest}:{line[1] if line else last}: not valid TOML: {error}") from error
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{manifest}:1: a value in it is too large to read: {error}") from error
    for key in (key for key in data if key not in _TABLES):
        known = ", ".join(f"[[{name}]]" for name in _TABLES)
        raise ManifestError(f"{manifest}:{_line(text, key)}: unknown key {key!r}; known are {known}")
    tables = {name: data.get(name, []) for name in _TABLES}
    for name, table in tables.items():
        if not isinstance(table, list) or not all(isinstance(row, dict) for row in table):
            raise ManifestError(f"{manifest}:{_line(text, name)}: {name!r} must be written as [[{name}]] tables")
    if not tables["source"]:
        raise ManifestError(f"{manifest}:1: no [[source]] table; add one a document")
    lines = _ManifestLines.of(text)
    sources: dict[str, Source] = {}
    left_out: list[LeftOut] = []
    for number, row in enumerate(tables["source"]):
        where = _Where(manifest, lines, "source", number)
        source = _source(row, where, ocr)
        if source.id in sources:
            raise ManifestError(f"{where.at('id')}: id {source.id!r} is used twice; give each source its own")
        sources[source.id] = source
        left_out += _left_out(source, where, outside)
    notices = tuple(
        _notice(row, _Where(manifest, lines, "notice", number)) for number, row in enumerate(tables["notice"])
    )
    synonyms = tuple(
        _synonyms(row, _Where(manifest, lines, "synonym", number)) for number, row in enumerate(tables["synonym"])
    )
    missing = {left.file for left in left_out}
    named = tuple(source for source in sources.values() if source.file not in missing)
    return Corpus(manifest.parent, named, notices, synonyms, tuple(left_out))


@dataclass(frozen=True, slots=True)
class _ManifestLines:
    """The lines of a manifest, and in which of them its tables begin, by their names."""

    lines: tuple[str, ...]
    heads: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, text: str) -> _ManifestLines:
        """The lines of a text."""
        lines = tuple(text.split("\n"))
        heads: dict[str, list[int]] = {name: [] for name in _TABLES}
        for number, line in enumerate(lines):
            if found := _TABLE_HEAD.match(line):
                heads[found[1]].append(number)
        return cls(lines, heads)


@dataclass(frozen=True, slots=True)
class _Where:
    """The place of one table in the manifest, to point at in messages."""

    manifest: Path
    told: _ManifestLines
    table: str
    number: int

    def at(self, key: str) -> str:
        """`file:line` of `key` in this table, or of the table's head where the key is absent."""
        lines, heads = self.told.lines, self.told.heads[self.table]
        if self.number >= len(heads):
            return f"{self.manifest}:1"
        start = heads[self.number]
        for i in range(start + 1, len(lines)):
            if lines[i].lstrip().startswith("["):
                break
            if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", lines[i]):
                return f"{self.manifest}:{i + 1}"
        return f"{self.manifest}:{start + 1}"


def _line(text: str, key: str) -> int:
    found = re.search(rf"^[ \t]*(\[+[ \t]*)?[\"']?{re.escape(key)}(?![\w-])", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _strings(row: Mapping[str, object], keys: tuple[str, ...], where: _Where) -> dict[str, str]:
    """The string values of a table, checked; `revised` is left to the caller."""
    found: dict[str, str] = {}
    for key, value in row.items():
        if key not in keys:
            raise ManifestError(f"{where.at(key)}: unknown key {key!r}; known are {', '.join(keys)}")
        if key == "revised":
            continue
        if not isinstance(value, str) or not value.strip():
            raise ManifestError(f"{where.at(key)}: {key} must be a text that is not empty")
        # A path is taken as it is; of all else only what is seen is said.
        found[key] = value if key == "file" else printable(value)
    return found


def _source(row: Mapping[str, object], where: _Where, ocr: bool) -> Source:
    values = _strings(row, _SOURCE_KEYS, where)
    for key in ("id", "file"):
        if key not in values:
            raise ManifestError(f'{where.at(key)}: this [[source]] has no {key}; add {key} = "…"')
    if not _ID.fullmatch(values["id"]):
        raise ManifestError(f"{where.at('id')}: id {values['id']!r} may hold letters, digits, '.', '_' and '-' only")
    revised = row.get("revised")
    if isinstance(revised, str):
        try:
            revised = datetime.date.fromisoformat(revised)
        except ValueError:
            revised = values
    if revised is not None and type(revised) is not datetime.date:
        raise ManifestError(f"{where.at('revised')}: revised must be a date, as in revised = 2025-03-29")
    path, member = _located(where.manifest.parent, values["file"])
    return Source(
        id=values["id"],
        path=path,
        title=values.get("title"),
        publisher=values.get("publisher"),
        url=values.get("url"),
        revised=revised,
        review_status=values.get("review_status"),
        license=values.get("license"),
        notes=values.get("notes"),
        file=values["file"],
        member=member,
        ocr=ocr,
    )


def _located(root: Path, file: str) -> tuple[Path, str]:
    """The file at the path `file` below `root`; where that goes on in an archive, the archive, and its member."""
    parts = PurePosixPath(file).parts if len(file) <= _LONGEST_PATH else ()
    for number, part in enumerate(parts[:-1], 1):
        if part.lower().endswith(ARCHIVE) and _is_file(archive := root.joinpath(*parts[:number])):
            return archive, "/".join(parts[number:])
    return root / file, ""


def _text(manifest: Path) -> str:
    return read_regular(manifest).decode("utf-8-sig")


def _left_out(source: Source, where: _Where, outside: Sequence[Path]) -> Iterator[LeftOut]:
    """A source that the manifest names, with why it cannot be read, if that is seen without reading it.

    It has its id, by which the index keeps what it has of it, unless it is of a place that is not read from.
    """
    root = where.manifest.parent
    try:
        is_there, is_out = source.path.exists(), is_outside(source.path, root, outside)
    except (OSError, ValueError):  # a name that no file system can have
        is_there = is_out = False
    if not is_there and not is_out:
        yield LeftOut(source.file, f"is not there; mend {where.at('file')}", source.id)
    elif why := refused(source.path, root, outside):
        yield LeftOut(source.file, f"{why}, and mend {where.at('file')}")
    elif why := _unfit(source):
        yield LeftOut(source.file, f"{why}, and mend {where.at('file')}", source.id)


def _unfit(source: Source) -> str | None:
    if why := unread(source.suffix, source.ocr):
        return why
    try:
        gone = f"is not in {source.path.name}; put it there"
        return members(source.path).get(source.member, gone) if source.member else None
    except (OSError, ValueError) as error:
        return f"cannot be read: {error}"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file system can have
        return False


def _notice(row: Mapping[str, object], where: _Where) -> Notice:
    values = _strings(row, _NOTICE_KEYS, where)
    for key in ("kind", "text"):
        if key not in values:
            raise ManifestError(f'{where.at(key)}: this [[notice]] has no {key}; add {key} = "…"')
    return Notice(values["kind"], values["text"], values.get("review_status"))


def _synonyms(row: Mapping[str, object], where: _Where) -> tuple[str, ...]:
    words = row.get("words")
    for key in (key for key in row if key != "words"):
        raise ManifestError(f"{where.at(key)}: unknown key {key!r}; known is words")
    if not isinstance(words, list) or len(words) < 2 or not all(isinstance(w, str) and w.strip() for w in words):
        raise ManifestError(f'{where.at("words")}: words must be two texts or more, as in words = ["sugar", "glucose"]')
    return tuple(map(printable, words))
