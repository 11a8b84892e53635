"""The folder of downloaded pages: what is in it, where that came from, and a manifest to index it by."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.errors import FetchError
from ingest.fetch.download import Validators
from ingest.source import MANIFEST, Corpus, Source

_STATE = "fetched.json"
_HEAD = "# Written by `ibid fetch`, which writes it anew: change the manifest of the corpus instead.\n"


@dataclass(frozen=True, slots=True)
class DownloadedFile:
    """One downloaded file, and what to ask its server with the next time."""

    file: str
    sha256: str
    url: str
    etag: str | None
    last_modified: str | None

    @property
    def validators(self) -> Validators:
        """For a conditional request."""
        return Validators(self.url, self.etag, self.last_modified)


@dataclass(slots=True)
class Originals:
    """Downloaded files by the id of their source."""

    folder: Path
    kept: dict[str, DownloadedFile]

    @classmethod
    def open(cls, folder: Path) -> Originals:
        """What an earlier run left in `folder`, which need not exist yet.

        A state that cannot be read costs a download more and nothing else.  Raises FetchError where the folder is a
        corpus that somebody wrote.
        """
        manifest = folder / MANIFEST
        if manifest.exists() and not manifest.read_text(encoding="utf-8", errors="replace").startswith(_HEAD):
            raise FetchError(f"{manifest} was not written by ibid fetch; name another folder with --to DIR")
        try:
            rows = json.loads((folder / _STATE).read_text(encoding="utf-8"))
            kept = {str(source_id): DownloadedFile(**row) for source_id, row in rows.items()}
            kept = {source_id: one for source_id, one in kept.items() if (folder / one.file).is_file()}
        except (OSError, ValueError, TypeError, AttributeError):
            kept = {}
        return cls(folder, kept)

    def path(self, source_id: str) -> Path | None:
        """The file of a source, None where there is none."""
        kept = self.kept.get(source_id)
        return self.folder / kept.file if kept else None

    def validators(self, source_id: str) -> Validators | None:
        """To ask with whether the page has changed; None where the file is not what was downloaded."""
        kept, path = self.kept.get(source_id), self.path(source_id)
        if not kept or not path or _sha256(path.read_bytes()) != kept.sha256:
            return None
        return kept.validators

    def keep(self, source_id: str, suffix: str, content: bytes, validators: Validators) -> Path:
        """Put a file in the place of the one that was there, whole or not at all."""
        before = self.path(source_id)
        path = self.folder / f"{source_id}{suffix}"
        self.folder.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
        self.kept[source_id] = DownloadedFile(path.name, _sha256(content), **asdict(validators))
        rows = {name: asdict(kept) for name, kept in self.kept.items()}
        _replace(self.folder / _STATE, json.dumps(rows, indent=1).encode())
        if before and before != path:
            before.unlink(missing_ok=True)
        return path

    def write_manifest(self, corpus: Corpus) -> None:
        """Describe the downloaded files as the corpus describes their digests, notices and synonyms included."""
        tables = [
            _source_table(source, self.kept[source.id].file) for source in corpus.sources if source.id in self.kept
        ]
        if not tables:
            return
        tables += [
            _table("notice", {"kind": notice.kind, "text": notice.text, "review_status": notice.review_status})
            for notice in corpus.notices
        ]
        tables += [f"[[synonym]]\nwords = {json.dumps(row, ensure_ascii=False)}\n" for row in corpus.synonyms]
        _replace(self.folder / MANIFEST, "\n".join([_HEAD, *tables]).encode())


def _source_table(source: Source, file: str) -> str:
    return _table(
        "source",
        {
            "id": source.id,
            "file": file,
            "title": source.title,
            "publisher": source.publisher,
            "url": source.url,
            "revised": source.revised,
            "review_status": source.review_status,
            "license": None if source.license == "digest" else source.license,
            "notes": source.notes,
        },
    )


def _table(name: str, values: dict[str, str | datetime.date | None]) -> str:
    lines = (f"{key} = {_value(value)}\n" for key, value in values.items() if value is not None)
    return f"[[{name}]]\n{''.join(lines)}"


def _value(value: str | datetime.date) -> str:
    """A value of TOML; a string of JSON is one of TOML, but for the one control character that JSON lets through."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    """Write `path` beside its place and move it there in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
