"""What is to be read: the manifest of a corpus, or a folder without one."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ManifestError, SourceError

MANIFEST = "sources.toml"
SUFFIXES = (".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx", ".docm", ".dotx", ".dotm")

_SOURCE_KEYS = ("id", "file", "title", "publisher", "url", "revised", "review_status", "license", "notes")
_NOTICE_KEYS = ("kind", "text", "review_status")
_TABLES = ("source", "notice", "synonym")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Source:
    """One document to read, with what the manifest says of it (None where it is silent)."""

    id: str
    path: Path
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    revised: datetime.date | None = None
    review_status: str | None = None
    license: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence the corpus wants shown beside answers.

    With `review_status` it is shown when a cited source has that status, without it with every answer.
    """

    kind: str
    text: str
    review_status: str | None = None


@dataclass(frozen=True, slots=True)
class Corpus:
    """The sources of a folder, in the order of its manifest, the notices it asks for, and its synonyms.

    Each row of `synonyms` are words, or phrases, that who asks may use for each other.
    """

    root: Path
    sources: tuple[Source, ...]
    notices: tuple[Notice, ...]
    synonyms: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def read(cls, root: Path) -> Corpus:
        """Read `sources.toml` in `root`, or, where there is none, every file of a known kind below it.

        Raises ManifestError (with file and line) or SourceError (no such folder, nothing to read).
        """
        if not root.is_dir():
            raise SourceError(f"no corpus folder at {root}; name one with --corpus DIR or IBID_CORPUS")
        manifest = root / MANIFEST
        if manifest.exists():
            return _from_manifest(manifest)
        paths = sorted(p for p in root.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        if not paths:
            raise SourceError(f"nothing to read in {root}; put files of these kinds in it: {', '.join(SUFFIXES)}")
        ids: dict[str, Path] = {}
        for path in paths:
            name = _id_from(path.relative_to(root))
            if name in ids:
                raise SourceError(f"{ids[name]} and {path} both get the id {name!r}; rename one, or write a {MANIFEST}")
            ids[name] = path
        return cls(root, tuple(Source(name, path) for name, path in ids.items()), ())


def _id_from(path: Path) -> str:
    """An id from a relative path: letters, digits, dots and dashes only, never empty."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", str(path.with_suffix(""))).strip("-.") or "document"


def _from_manifest(manifest: Path) -> Corpus:
    try:
        text = manifest.read_text(encoding="utf-8-sig")
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
    sources: dict[str, Source] = {}
    for number, row in enumerate(tables["source"]):
        where = _Where(manifest, text, "source", number)
        source = _source(row, where)
        if source.id in sources:
            raise ManifestError(f"{where.at('id')}: id {source.id!r} is used twice; give each source its own")
        sources[source.id] = source
    notices = tuple(
        _notice(row, _Where(manifest, text, "notice", number)) for number, row in enumerate(tables["notice"])
    )
    synonyms = tuple(
        _synonyms(row, _Where(manifest, text, "synonym", number)) for number, row in enumerate(tables["synonym"])
    )
    return Corpus(manifest.parent, tuple(sources.values()), notices, synonyms)


@dataclass(frozen=True, slots=True)
class _Where:
    """The place of one table in the manifest, to point at in messages."""

    manifest: Path
    text: str
    table: str
    number: int

    def at(self, key: str) -> str:
        """`file:line` of `key` in this table, or of the table's head where the key is absent."""
        lines = self.text.split("\n")
        heads = [i for i, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{self.table}\s*\]\]", line)]
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
        found[key] = value
    return found


def _source(row: Mapping[str, object], where: _Where) -> Source:
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
    path = where.manifest.parent / values["file"]
    if not _is_file(path):
        raise ManifestError(f"{where.at('file')}: there is no file {values['file']!r} beside the manifest")
    if path.suffix.lower() not in SUFFIXES:
        raise ManifestError(f"{where.at('file')}: {path.name}: can read {', '.join(SUFFIXES)} only")
    return Source(
        id=values["id"],
        path=path.resolve(),
        title=values.get("title"),
        publisher=values.get("publisher"),
        url=values.get("url"),
        revised=revised,
        review_status=values.get("review_status"),
        license=values.get("license"),
        notes=values.get("notes"),
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long for the file system
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
    return tuple(words)
