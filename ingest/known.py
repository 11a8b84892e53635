"""Vectors of texts that are no passages, made ahead, so that who asks does not wait for them.

A question is compared with the sentences of the passages found and with their words; to embed those takes some hundred
times as long as to embed the question.  Of a large corpus only the first documents' are kept: it is open for long, and
what was embedded once is remembered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ingest.document import Document
from ingest.encoder import Encoder, Vectors

Texts = Callable[[Document], Iterable[str]]
TABLE = "CREATE TABLE known (document TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL);"
INDEXES = "CREATE INDEX known_by_text ON known (text); CREATE INDEX known_by_document ON known (document);"
_MOST = 6000
_BATCH = 500


def write_known(store: sqlite3.Connection, documents: Iterable[Document], encoder: Encoder, texts: Texts) -> None:
    """Embed the `texts` of each of `documents`, as long as there is room for all of one, and put them into `store`."""
    room = _MOST - int(store.execute("SELECT count(*) FROM known").fetchone()[0])
    rows: list[tuple[str, str]] = []
    for document in documents:
        found = dict.fromkeys(texts(document))
        if len(rows) + len(found) <= room:
            rows += ((document.id, text) for text in found)
    distinct = list(dict.fromkeys(text for _, text in rows))
    vectors = dict(zip(distinct, encoder.encode(distinct), strict=True))
    store.executemany(
        "INSERT INTO known VALUES (?, ?, ?)", ((document, text, vectors[text].tobytes()) for document, text in rows)
    )


def read_known(store: sqlite3.Connection, texts: Sequence[str]) -> dict[str, Vectors]:
    """The vectors, each of shape (dimension,), of those of `texts` that were embedded ahead."""
    found: dict[str, Vectors] = {}
    for first in range(0, len(texts), _BATCH):
        batch = texts[first : first + _BATCH]
        query = f"SELECT text, vector FROM known WHERE text IN ({', '.join('?' * len(batch))})"
        found |= {text: np.frombuffer(vector, dtype=np.float32) for text, vector in store.execute(query, batch)}
    return found
