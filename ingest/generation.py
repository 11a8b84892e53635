"""One generation of the index: a folder that is complete or absent.

    DIR/CURRENT                     the name of the published generation
    DIR/generations/NAME/
        manifest.json               checksums, encoder, chunking, the revision of every document
        store.db                    documents, passages and vocabulary (SQLite)
        vectors.f32, rows.i64       one unit vector a passage, and its row; lists.faiss beside very many
        lexical/                    tantivy

A generation is built aside, verified and published by replacing CURRENT, which is atomic; readers that opened the
one before keep it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from ingest.document import Document
from ingest.encoder import Encoder, Vectors
from ingest.errors import EncoderMismatch, IndexDamaged, IndexMissing
from ingest.lexical import LexicalIndex
from ingest.lexicon import Lexicon
from ingest.passages import Passage
from ingest.source import LeftOut, Notice
from ingest.vectors import VectorIndex
from ingest.vocabulary import Vocabulary, Word

FORMAT = 11
# What a document may state of itself, by the names of its fields.
Stated: TypeAlias = Literal["revised", "review_status"]
STATED: tuple[Stated, ...] = get_args(Stated)
# Of a larger file the checksum takes longer than a reader should wait.
_LARGE = 32 * 2**20


class Generation:
    """A published generation, open for reading; it stays what it is while newer ones are published."""

    def __init__(self, path: Path, manifest: dict[str, Any], store: sqlite3.Connection, vectors: VectorIndex) -> None:
        """Use `open`."""
        self.path = path
        self.name = path.name
        self.manifest = manifest
        self.vectors = vectors
        self.lexical = LexicalIndex.open(path / "lexical")
        self.lexicon = Lexicon(store)
        self._store = store
        self._documents: dict[str, Document] = {}

    @classmethod
    def open(cls, index: Path, name: str | None = None, thoroughly: bool = False) -> Generation:
        """Open the generation that is published in the folder `index`, or the one called `name`.

        Every file is checked against its size and its checksum, the checksum of a large one only `thoroughly`.  Raises
        IndexMissing or IndexDamaged.
        """
        if name is not None:
            return cls._open(index / "generations" / full_name(index, name), thoroughly)
        while True:
            current = published(index)
            try:
                return cls._open(index / "generations" / current, thoroughly)
            except IndexDamaged:
                # A reader that was slow may find that the generation was forgotten meanwhile.
                if published(index) == current:
                    raise

    @classmethod
    def _open(cls, path: Path, thoroughly: bool) -> Generation:
        try:
            manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
            files = dict(manifest["files"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{path}: its manifest cannot be read; make the index again with: ibid index") from error
        if manifest.get("format") != FORMAT:
            raise IndexDamaged(f"{path}: has format {manifest.get('format')}, this ibid reads {FORMAT}: run ibid index")
        if manifest.get("checksum") != manifest_checksum(manifest):
            raise IndexDamaged(f"{path}: its manifest was altered; make the index again with: ibid index")
        for file, (size, checksum) in files.items():
            if not _is_whole(path / file, size, checksum, thoroughly):
                raise IndexDamaged(f"{path / file}: is missing or damaged; make the index again with: ibid index")
        # Immutable: SQLite takes no lock and leaves no journal beside a file that never changes.
        store = sqlite3.connect(f"file:{path / 'store.db'}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            vectors = VectorIndex.open(path, manifest["vectors"])
        except OSError as error:
            raise IndexDamaged(f"{path}: its vectors cannot be read; run: ibid index") from error
        return cls(path, manifest, store, vectors)

    @property
    def encoder_name(self) -> str:
        """The name of the encoder whose vectors are in here."""
        return str(self.manifest["encoder"]["name"])

    @property
    def encoder_fingerprint(self) -> str:
        """The name and the hash of that encoder."""
        return str(self.manifest["encoder"]["fingerprint"])

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices that the corpus asks for."""
        return tuple(Notice(**row) for row in self.manifest["notices"])

    @property
    def ocr(self) -> bool:
        """Whether pictures were read by OCR."""
        return bool(self.manifest["ocr"])

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What lay in the corpus and was not read."""
        return tuple(LeftOut(**row) for row in self.manifest["left_out"])

    @property
    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """Rows of words that who asks may use for each other, as the corpus gives them."""
        return tuple(map(tuple, self.manifest["synonyms"]))

    @cached_property
    def states(self) -> tuple[Stated, ...]:
        """What any of the documents states; of what none does, it need not be said of each."""
        found = (self._store.execute(f"SELECT id FROM documents WHERE {is_stated(fact)} LIMIT 1") for fact in STATED)
        return tuple(fact for fact, rows in zip(STATED, found, strict=True) if rows.fetchone())

    def check_encoder(self, encoder: Encoder) -> None:
        """Raise EncoderMismatch unless `encoder` is the one this generation was made with."""
        made_with = self.manifest["encoder"]
        if made_with["fingerprint"] != encoder.fingerprint:
            # What is under its name now may be another than then.
            other = f"use --encoder {made_with['name']}, or " if made_with["name"] != encoder.name else ""
            raise EncoderMismatch(
                f"the index was made with {made_with['fingerprint']}, the question would be embedded with "
                f"{encoder.fingerprint}; {other}run: ibid index --encoder {encoder.name}"
            )

    def document_ids(self) -> list[str]:
        """The ids of the documents, in the order of the manifest."""
        return [row["id"] for row in self.manifest["documents"]]

    def document(self, document_id: str) -> Document:
        """One document by its id; KeyError where there is none."""
        if document_id not in self._documents:
            row = self._store.execute("SELECT record FROM documents WHERE id = ?", (document_id,)).fetchone()
            if row is None:
                raise KeyError(document_id)
            self._documents[document_id] = Document.from_json(json.loads(row[0]))
        return self._documents[document_id]

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of the given rows, in that order."""
        query = "SELECT record FROM passages WHERE row = ?"
        return [Passage.from_json(self._store.execute(query, (row,)).fetchone()[0]) for row in rows]

    def rows(self) -> list[int]:
        """The rows of all passages, ascending.  A row number is never given twice in the life of an index."""
        return [row for (row,) in self._store.execute("SELECT row FROM passages ORDER BY row")]

    def rows_of(self, document_id: str) -> list[int]:
        """The rows of one document's passages, ascending."""
        query = "SELECT row FROM passages WHERE document = ? ORDER BY row"
        return [row for (row,) in self._store.execute(query, (document_id,))]

    def text_hashes(self, document_id: str) -> list[tuple[int, str]]:
        """The rows of one document's passages with the hashes of their texts, ascending."""
        query = "SELECT row, text_hash FROM passages WHERE document = ? ORDER BY row"
        return list(self._store.execute(query, (document_id,)))

    def next_row(self) -> int:
        """The first row number that was never used."""
        return int(self.manifest["next_row"])

    def passage_count(self) -> int:
        """How many passages there are."""
        return int(self._store.execute("SELECT count(*) FROM passages").fetchone()[0])

    def vocabulary(self) -> Vocabulary:
        """The words of the corpus, all at once; `lexicon` looks them up."""
        words = self._store.execute("SELECT text, term, passages, is_name FROM words ORDER BY text")
        aliases = self._store.execute("SELECT name, other, document FROM aliases ORDER BY document, rowid")
        listed = self._store.execute(
            "SELECT word, min(document) FROM listed"
            " WHERE word NOT IN (SELECT text FROM words) GROUP BY word ORDER BY word"
        )
        return Vocabulary(tuple(Word(t, s, n, bool(name)) for t, s, n, name in words), tuple(aliases), tuple(listed))

    def vector_for(self, text_hash: str) -> Vectors | None:
        """The vector of a text that was embedded for this generation, shape (dimension,), or None."""
        row = self._store.execute("SELECT row FROM passages WHERE text_hash = ?", (text_hash,)).fetchone()
        return None if row is None else self.vectors.of([row[0]])[0]


def is_stated(fact: Stated) -> str:
    """The condition in SQL that a document states this."""
    return f"json_extract(record, '$.{fact}') IS NOT NULL"


def published(index: Path) -> str:
    """The name of the generation that CURRENT points to; IndexMissing or IndexDamaged where there is none."""
    try:
        name = (index / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise IndexMissing(f"no index in {index}; make one with: ibid index DIR") from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{index / 'CURRENT'}: cannot be read; make the index again with: ibid index") from error
    if name not in generation_names(index):
        raise IndexDamaged(f"{index / 'CURRENT'}: points to no generation; make the index again with: ibid index")
    return name


def full_name(index: Path, name: str) -> str:
    """The name of the one kept generation that is called so or begins so; IndexMissing where none or several do."""
    names = generation_names(index)
    found = [kept for kept in names if kept == name] or [kept for kept in names if kept.startswith(name)]
    if len(found) != 1:
        what = "several generations are" if found else "no generation is"
        raise IndexMissing(f"{what} called {name!r} in {index}; kept are {', '.join(names) or 'none'}")
    return found[0]


def generation_names(index: Path) -> list[str]:
    """The complete generations in the folder `index`, oldest first."""
    folder = index / "generations"
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name[:6].isdigit())


def manifest_checksum(manifest: dict[str, Any]) -> str:
    """SHA-256 (hex) of a manifest without its own checksum."""
    rest = {key: value for key, value in manifest.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _is_whole(path: Path, size: int, checksum: str, thoroughly: bool) -> bool:
    """Whether a file is there and, as far as it is looked at, what was written."""
    if not path.is_file() or path.stat().st_size != size:
        return False
    return (size > _LARGE and not thoroughly) or file_checksum(path) == checksum


def file_checksum(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
