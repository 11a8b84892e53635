"""Answers questions with what a set of documents says, and shows exactly where they say it.

    import ibid

    answer = ibid.open("my/documents").ask("What is …?")

What is behind these names is imported when one of them is used, so that `import ibid`, `ibid --help` and a mistyped
option are done at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from answer import Answer, AnswerError, Citation, Statement, Verdict
    from ibid.api import Chat, Library, LibraryClosed, UnknownSource, open
    from ingest import Document, IngestError
    from retriever import Hit

__version__ = "0.1.0"

_HOMES = {
    "Answer": "answer",
    "AnswerError": "answer",
    "Chat": "ibid.api",
    "Citation": "answer",
    "Document": "ingest",
    "Hit": "retriever",
    "IngestError": "ingest",
    "Library": "ibid.api",
    "LibraryClosed": "ibid.api",
    "Statement": "answer",
    "UnknownSource": "ibid.api",
    "Verdict": "answer",
    "open": "ibid.api",
}

__all__ = [
    "Answer",
    "AnswerError",
    "Chat",
    "Citation",
    "Document",
    "Hit",
    "IngestError",
    "Library",
    "LibraryClosed",
    "Statement",
    "UnknownSource",
    "Verdict",
    "open",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'ibid' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
