"""A set of queries and judged documents in BEIR's layout, searched through the product's own index, and scored.

    DIR/corpus.jsonl     {"_id", "title", "text"} a line
    DIR/queries.jsonl    {"_id", "text"} a line
    DIR/qrels/SPLIT.tsv  query-id, corpus-id, score, under one line of headings

Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R, Success, nDCG

from answer import Answerer
from eval.errors import DatasetError
from eval.public.figures import Row, SetResult, mean_row
from ingest import Built, Document, Encoder, FileCatalog, Generation, Source, Step, build, sole_writer
from ingest.read.layout import Piece
from ingest.read.sentences import split_sentences
from retriever import Hit

DEPTH = 100
MEASURES = (nDCG @ 10, R @ 100, RR @ 10, Success @ 5)
Progress = Callable[[int, int], None]
Search = Callable[[str, int], list[Hit]]
Ranking = dict[str, float]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class BeirDocument:
    """A document as the set has it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Beir:
    """A set: its documents, its queries by id, and for each judged query the grades of documents (0: does not answer).

    `queries` are those that are judged, in the order of their file.
    """

    documents: tuple[BeirDocument, ...]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, folder: Path, split: str | None = None) -> Beir:
        """Read the set in `folder` with the judgements of `split`.

        None is the `test` split, or the only one there is.  Raises DatasetError, which names the file and the line.
        """
        if not folder.is_dir():
            raise DatasetError(f"no test set at {folder}; name its folder, with a corpus.jsonl in it")
        documents = tuple(
            BeirDocument(_name(row, where), str(row.get("title") or ""), _text(row, where))
            for where, row in read_lines(folder / "corpus.jsonl")
        )
        asked = {_name(row, where): _text(row, where) for where, row in read_lines(folder / "queries.jsonl")}
        known = {document.id for document in documents}
        if len(known) < len(documents):
            raise DatasetError(f"{folder / 'corpus.jsonl'}: {len(documents)} documents have {len(known)} different ids")
        qrels = _judgements(_qrels_file(folder, split), asked, known)
        return cls(documents, {name: text for name, text in asked.items() if name in qrels}, qrels)

    def part(self, wanted: Callable[[str], bool]) -> Beir:
        """The same documents with the queries whose ids are `wanted` alone."""
        queries = {query: text for query, text in self.queries.items() if wanted(query)}
        return Beir(self.documents, queries, {query: self.qrels[query] for query in self.qrels if query in queries})


def read_lines(path: Path, keys: Sequence[str] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON objects of a file, one a line, each with its `file:line`.

    Raises DatasetError where a line is not an object or lacks one of `keys`.
    """
    for number, line in enumerate(_read(path).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DatasetError(f"{where}: not valid JSON: {error}") from error
        if not isinstance(row, dict):
            raise DatasetError(f'{where}: must be a JSON object, as in {{"_id": …}}')
        for key in keys:
            if key not in row:
                raise DatasetError(f"{where}: lacks {key!r}; is it the set in its usual layout?")
        yield where, row


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error


def _name(row: Mapping[str, Any], where: str) -> str:
    name = row.get("_id")
    if not isinstance(name, str) or not name or re.search(r"\s", name):
        raise DatasetError(f"{where}: _id must be a text without white space, not {name!r}")
    return name


def _text(row: Mapping[str, Any], where: str) -> str:
    text = row.get("text")
    if not isinstance(text, str):
        raise DatasetError(f"{where}: text must be a text, not {text!r}")
    return text


def _qrels_file(folder: Path, split: str | None) -> Path:
    files = {path.stem: path for path in sorted((folder / "qrels").glob("*.tsv"))}
    if split is None:
        split = "test" if "test" in files or len(files) != 1 else next(iter(files))
    if split not in files:
        raise DatasetError(f"{folder / 'qrels'}: no {split}.tsv in it; there are: {', '.join(files) or 'none'}")
    return files[split]


def _judgements(path: Path, queries: Mapping[str, str], documents: set[str]) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_read(path).split("\n"), 1):
        fields = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and fields[0] == "query-id"):
            continue
        where = f"{path}:{number}"
        if len(fields) != 3 or not re.fullmatch(r"-?\d+", fields[2]):
            raise DatasetError(f"{where}: must be query-id, corpus-id and a whole number, with tabs between them")
        query, document, grade = fields
        if query not in queries:
            raise DatasetError(f"{where}: there is no query {query!r} in queries.jsonl")
        if document not in documents:
            raise DatasetError(f"{where}: there is no document {document!r} in corpus.jsonl")
        qrels.setdefault(query, {})[document] = int(grade)
    if not qrels:
        raise DatasetError(f"{path}:1: judges no query")
    return qrels


def document_of(name: str, title: str, text: str) -> Document:
    """A document of a public set as ibid has it: each line of `text` is a paragraph, with single spaces.

    Characters that are not white space, in their order, are those of `text`; control characters count as white space.
    """
    lines = (" ".join(_CONTROL.sub(" ", line).split()) for line in text.split("\n"))
    pieces = [Piece("paragraph", line) for line in lines if line]
    # The path of a source is where it was read from; its name is what a document without a title is called.
    return Document.assemble(Source(name, Path(), " ".join(title.split()) or None), pieces, (), split_sentences)


def source_id(name: str) -> str:
    """`name` where it may be the id of a source; else one that may, made from it and a hash of it."""
    if _ID.fullmatch(name):
        return name
    return f"{_UNFIT.sub('-', name).strip('-._') or 'd'}.{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def make_index(index: Path, documents: Sequence[Document], encoder: Encoder, progress: Progress | None = None) -> Built:
    """Make or bring up to date the index of `documents` in the folder `index`; see `ingest.index.build`."""

    def show(step: Step) -> None:
        if progress:
            progress(step.embedded, step.expected)

    with sole_writer(index):
        return build(FileCatalog(index), documents, (), encoder, progress=show, keep=1)


def index_set(index: Path, dataset: Beir, encoder: Encoder, progress: Progress | None = None) -> Built:
    """Make or bring up to date the index of a set's documents; those without any text are left out."""
    documents = (document_of(source_id(d.id), d.title, d.text or d.title) for d in dataset.documents)
    return make_index(index, [document for document in documents if document.text], encoder, progress)


def rank(search: Search, query: str, most: int, depth: int = DEPTH) -> Ranking:
    """The best `depth` documents for `query` by source id, best first, each with the score of its best passage.

    `most` is how many passages there are.  maxP: score(d) = max over passages p of d of score(p) (Dai and Callan 2019,
    "Deeper Text Understanding for IR with Contextual Neural Language Modeling").
    """
    k = 2 * depth
    while True:
        best: Ranking = {}
        for hit in search(query, k):
            best.setdefault(hit.passage.document_id, hit.score)
        if len(best) >= depth or k >= most:
            return dict(list(best.items())[:depth])
        k *= 2


def rank_all(search: Search, dataset: Beir, most: int, progress: Progress | None = None) -> dict[str, Ranking]:
    """What `search` finds for each query, by query id, under the documents' own ids.

    A document with the id of the query is not counted, as in BEIR's own evaluation.
    """
    names = {source_id(document.id): document.id for document in dataset.documents}
    run: dict[str, Ranking] = {}
    for done, (query, text) in enumerate(dataset.queries.items(), 1):
        found = rank(search, text, most, DEPTH + 1)
        run[query] = dict([(names[d], score) for d, score in found.items() if names[d] != query][:DEPTH])
        if progress:
            progress(done, len(dataset.queries))
    return run


def score_run(run: Mapping[str, Ranking], qrels: Mapping[str, Mapping[str, int]]) -> dict[str, list[float]]:
    """The values of MEASURES for each judged query, in the order of `qrels`, under the names of the measures.

    nDCG (Järvelin and Kekäläinen 2002): the discounted gain sum(rel / log2(rank + 1)) over that of the best
    order; R: the part of the relevant documents among the first k; RR: 1 / rank of the first (Voorhees 1999); Success:
    whether one is among the first k.  A query for which nothing is found is worth 0.  Equal scores stay in the order in
    which they were found.
    """
    rows = {query: row for row, query in enumerate(qrels)}
    values = {str(measure): [0.0] * len(rows) for measure in MEASURES}
    judged = [ir_measures.Qrel(query, d, grade) for query, grades in qrels.items() for d, grade in grades.items()]
    found = [
        ir_measures.ScoredDoc(query, document, -float(place))
        for query, ranking in run.items()
        for place, document in enumerate(ranking)
    ]
    for metric in ir_measures.iter_calc(list(MEASURES), judged, found) if found else ():
        if metric.query_id in rows:
            values[str(metric.measure)][rows[metric.query_id]] = float(metric.value)
    return values


def score_rows(test: str, system: str, run: Mapping[str, Ranking], qrels: Mapping[str, Mapping[str, int]]) -> list[Row]:
    """One row a measure, with intervals over queries."""
    return [mean_row(test, system, measure, values) for measure, values in score_run(run, qrels).items()]


def write_trec(folder: Path, run: Mapping[str, Ranking], qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write `run.trec` and `qrels.trec` into `folder`, as TREC's programs read them."""
    folder.mkdir(parents=True, exist_ok=True)
    found = (
        f"{query} Q0 {document} {place} {score:.6f} ibid\n"
        for query, ranking in run.items()
        for place, (document, score) in enumerate(ranking.items(), 1)
    )
    (folder / "run.trec").write_text("".join(found), encoding="utf-8")
    judged = (f"{query} 0 {d} {grade}\n" for query, grades in qrels.items() for d, grade in grades.items())
    (folder / "qrels.trec").write_text("".join(judged), encoding="utf-8")


def evaluate_beir(
    folder: Path,
    index: Path,
    encoder: Encoder,
    split: str | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
) -> SetResult:
    """Search the set in `folder` through the index of it in `index`, which is made or brought up to date, and score.

    With `out` the TREC files are written there.  `progress` is called with (done, total), while passages are embedded
    and then while queries are searched.  Raises DatasetError, and IngestError where the index cannot be made.
    """
    dataset = Beir.read(folder, split)
    index_set(index, dataset, encoder, progress)
    generation = Generation.open(index)
    run = rank_all(Answerer(generation, encoder).search, dataset, generation.passage_count(), progress)
    if out:
        write_trec(out, run, dataset.qrels)
    return SetResult(folder.name, encoder.fingerprint, tuple(score_rows("search", "ibid", run, dataset.qrels)))
