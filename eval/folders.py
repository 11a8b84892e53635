"""What the decision is fitted on: small corpora, each with questions whose answers in it are known.

The dev part of the gold questions over each corpus that is given; and, where the public data is, the dev parts of
`asked` (in small folders of excerpts of one kind), of SQuAD 2.0 (two articles) and of MedQuAD (pages with the answer
there, and taken out).  Nothing of these was trained on, and no test part is read.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.gold import read_gold
from eval.public.beir import document_of, read_lines, source_id
from eval.public.excerpts import document_with, ranges_of, read_asked
from eval.public.reading import DEV, squad_reading
from ingest import Document, load, read_corpus

# How many excerpts, and how many pages, a small folder holds; and about how many questions of a set are asked.
_EXCERPTS, _PAGES, _MOST = 6, 8, 300
Places = Sequence[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class FolderQuestion:
    """A question: `right` are the ranges of documents that answer it, none where nothing does."""

    id: str
    question: str
    right: Places


@dataclass(frozen=True, slots=True)
class Folder:
    """Documents, the questions on them, and the set that they count to.

    `by_sentence` is whether it is known which sentences answer, rather than which document.
    """

    set: str
    documents: Sequence[Document]
    asked: Sequence[FolderQuestion]
    synonyms: Sequence[Sequence[str]] = ()
    by_sentence: bool = True


def folders(corpora: Iterable[Path], data: Path) -> Iterator[Folder]:
    """All that is fitted on."""
    yield from map(gold_folder, corpora)
    if data.is_dir():
        yield from asked_folders(data)
        yield squad_folder(data)
        yield from medquad_folders(data)


def gold_folder(root: Path) -> Folder:
    """The dev questions, in their stand-alone form, over the corpus at `root`."""
    corpus = read_corpus(root)
    documents = [load(source) for source in corpus.sources]
    named = {document.id: document for document in documents}
    asked = [
        FolderQuestion(
            q.id, q.alone, [(span.document, s, e) for span, s, e in q.places(named)] if q.is_answerable else ()
        )
        for q in read_gold(["dev"])
        if q.corpus is None
    ]
    return Folder(f"gold, {root.name}", documents, asked, corpus.synonyms)


def asked_folders(data: Path) -> Iterator[Folder]:
    """`asked`, dev: excerpts of one kind of document together, in folders of _EXCERPTS."""
    kinds: dict[str, dict[str, list[FolderQuestion]]] = defaultdict(lambda: defaultdict(list))
    documents: dict[str, Document] = {}
    questions = read_asked(data, "dev")
    chosen = {q.id for q in random.Random(0).sample(questions, min(_MOST, len(questions)))}
    for q in (q for q in questions if q.id in chosen):
        document = documents.setdefault(q.excerpt.id, document_with(q.excerpt))
        right = [(document.id, s, e) for s, e in ranges_of(q.excerpt, document, q.telling)]
        kinds[q.excerpt.source][q.excerpt.id].append(FolderQuestion(q.id, q.standalone, right))
    for excerpts in kinds.values():
        for names in _in_groups(excerpts, _EXCERPTS):
            yield Folder("asked", [documents[n] for n in names], [a for n in names for a in excerpts[n]])


def squad_folder(data: Path) -> Folder:
    """SQuAD 2.0, two articles."""
    part = squad_reading(data, DEV)
    asked = [
        FolderQuestion(f"squad-{number}", a.question, [(a.document, s, e) for s, e in a.right])
        for number, a in enumerate(part.asked)
    ]
    return Folder("squad2", list(part.documents.values()), random.Random(0).sample(asked, min(_MOST, len(asked))))


def medquad_folders(data: Path) -> Iterator[Folder]:
    """MedQuAD, dev pages: small folders of pages, about every other question with its answer taken out of them."""
    pages: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    keys = ("subset", "doc_id", "question", "answer")
    for _, record in read_lines(data / "medquad" / "other_subsets.jsonl", keys):
        name = f"{record['subset']}/{record['doc_id']}"
        if record["answer"].strip() and _hash(name) % 100 < 8:
            pages[name].append(record)
    chosen = sorted(name for name, rows in pages.items() if len(rows) > 2)
    chosen = random.Random(0).sample(chosen, min(_MOST // 5, len(chosen)))
    for names in _in_groups(chosen, _PAGES):
        documents: list[Document] = []
        asked: list[FolderQuestion] = []
        for name in names:
            for number, row in enumerate(pages[name]):
                document = document_of(
                    source_id(f"{name}-{number}".replace("/", "-")), row["focus"], row["answer"][:4000]
                )
                there = _hash(document.id) % 2 == 0
                question = row["question"].replace("(are)", "").replace(" ?", "?")
                asked.append(
                    FolderQuestion(document.id, question, [(document.id, 0, len(document.text))] if there else [])
                )
                documents += [document] if there else []
        yield Folder("medquad", documents, asked, by_sentence=False)


def _hash(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16)


def _in_groups(names: Iterable[str], size: int) -> Iterator[list[str]]:
    listed = list(names)
    return (listed[first : first + size] for first in range(0, len(listed), size))
