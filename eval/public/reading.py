"""Public sets of reading: SQuAD 2.0, COVID-QA and SciFact, the right sentence of a text that is given.

A sentence is right where it and a range that answers overlap by half of the shorter of both at least.  The evidence
that ibid puts first may begin with the sentences that it leans on; its last sentence is the one that counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from answer import Answerer, Evidence, Reader, Stretch
from answer.answerer import PASSAGES
from eval.public.baselines import Bm25
from eval.public.beir import Progress, document_of, make_index, read_lines
from eval.public.figures import ALONE, Aside, Row, auroc_row, mean_row
from ingest import Document, Encoder, Generation, RememberingEncoder, Sentence

HELD_OUT = (
    *("Normans", "Computational_complexity_theory", "Steam_engine", "Immune_system"),
    *("Huguenot", "Packet_switching", "Imperialism", "Scottish_Parliament"),
)
DEV = ("Harvard_University", "Warsaw")
_SQUAD_KEYS = ("title", "context", "question", "answers")
_FIRST = "right sentence first"
_ANSWERABLE = "answerable or not"

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    """A question of one text: `right` are the ranges of the document that answer, none where it does not."""

    question: str
    document: str
    right: tuple[Range, ...]
    label: bool
    cluster: str


@dataclass(frozen=True, slots=True)
class ReadingSet:
    """Texts by id, and what is asked of them."""

    documents: Mapping[str, Document]
    asked: tuple[ReadingQuestion, ...]


def squad2(data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None) -> list[Row]:
    """The questions on eight held-out articles, each read in its own paragraph; intervals over paragraphs."""
    part = squad_reading(data, HELD_OUT)
    first, chance, _ = _read(part, work / "squad2", encoder, reader, progress)
    whole = squad_reading(data)
    best, most = _bm25(whole)
    cosine, largest = _cosine(part, encoder)
    return [
        _sentence_row(part, "ibid", first, Aside(0.848, "sum of z-scores", 0.90)),
        _answerable_row(part, "ibid", chance, Aside(0.639, "largest cosine", 0.80)),
        _sentence_row(part, "largest cosine", cosine, Aside(0.801, "MiniLM, all 16 articles")),
        _answerable_row(part, "largest cosine", largest, Aside(0.639, "largest cosine, all 16 articles")),
        _sentence_row(whole, "BM25", best, Aside(0.845, "BM25"), f"{_FIRST}, all 16 articles"),
        _answerable_row(whole, "BM25", most, Aside(0.573, "BM25"), f"{_ANSWERABLE}, all 16 articles"),
    ]


def squad_reading(data: Path, titles: Sequence[str] = ()) -> ReadingSet:
    """The questions on the articles of these titles (none: on all), each of its own paragraph."""
    rows = [row for _, row in read_lines(data / "squad2" / "dev_half.jsonl", _SQUAD_KEYS)]
    return _squad([row for row in rows if not titles or row["title"] in titles])


def covid_qa(data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None) -> list[Row]:
    """The questions on papers of even id, in their own paper and in all of these papers; intervals over papers."""
    folder = data / "covid_qa"
    texts = {
        str(row["_id"]): str(row["text"])
        for _, row in read_lines(folder / "contexts.jsonl", ("_id", "text"))
        if not row["_id"] % 2
    }
    documents = {name: document_of(name, "", text) for name, text in texts.items()}
    asked = []
    for _, row in read_lines(folder / "qa.jsonl", ("doc", "question", "answers")):
        if row["doc"] % 2 == 0:
            name = str(row["doc"])
            right = _answers(row, texts[name], documents[name])
            asked.append(ReadingQuestion(row["question"], name, right, True, name))
    part = ReadingSet(documents, tuple(asked))
    first, _, _ = _read(part, work / "covid_qa", encoder, reader, progress)
    everywhere = _read_all(part, work / "covid_qa", encoder, reader, progress)
    words, _ = _bm25(part)
    return [
        _sentence_row(part, "ibid", first, test=f"{_FIRST}, in its paper"),
        _sentence_row(part, "BM25", words, test=f"{_FIRST}, in its paper"),
        _sentence_row(part, "ibid", everywhere, test=f"{_FIRST}, in all papers"),
    ]


def scifact_reading(
    data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None
) -> list[Row]:
    """The test claims, each read in every abstract that speaks to it; intervals over claims."""
    part = _claims(data / "scifact")
    first, chance, said = _read(part, work / "scifact_cited", encoder, reader, progress)
    if reader:
        chance = _support(part, said, reader)
    cosine, largest = _cosine(part, encoder)
    words, _ = _bm25(part)
    clusters = [asked.cluster for asked in part.asked]
    supports = [asked.label for asked in part.asked]
    test = "SUPPORT against CONTRADICT"
    return [
        _sentence_row(part, "ibid", first, Aside(0.555, "MiniLM"), "right rationale sentence first"),
        _sentence_row(part, "largest cosine", cosine, Aside(0.555, "MiniLM"), "right rationale sentence first"),
        _sentence_row(part, "BM25", words, Aside(0.517, "BM25"), "right rationale sentence first"),
        auroc_row(test, "ibid", chance, supports, clusters, Aside(0.612, "cosine", 0.75)),
        auroc_row(test, "largest cosine", largest, supports, clusters, Aside(0.612, "cosine")),
    ]


def _squad(rows: Sequence[Mapping[str, Any]]) -> ReadingSet:
    names = {text: f"p{number}" for number, text in enumerate(dict.fromkeys(str(row["context"]) for row in rows))}
    titles = {str(row["context"]): str(row["title"]).replace("_", " ") for row in rows}
    documents = {name: document_of(name, titles[text], text) for text, name in names.items()}
    asked = []
    for row in rows:
        name = names[row["context"]]
        right = _answers(row, row["context"], documents[name])
        asked.append(ReadingQuestion(row["question"], name, right, bool(right), name))
    return ReadingSet(documents, tuple(asked))


def _claims(folder: Path) -> ReadingSet:
    abstracts = {row["_id"]: row for _, row in read_lines(folder / "corpus.jsonl", ("_id", "title", "sentences"))}
    rationales: dict[tuple[str, str, str], set[int]] = {}
    for _, row in read_lines(folder / "queries.jsonl", ("text", "metadata")):
        if row["metadata"]["split"] == "test":
            for piece in row["metadata"]["evidence"]:
                key = (row["text"], piece["doc_id"], piece["label"])
                rationales.setdefault(key, set()).update(piece["sentences"])
    documents: dict[str, Document] = {}
    asked = []
    for (claim, name, label), numbers in rationales.items():
        sentences = [str(sentence) for sentence in abstracts[name]["sentences"]]
        text = " ".join(sentences)
        document = documents.setdefault(name, document_of(name, abstracts[name]["title"], text))
        starts = [0]
        for sentence in sentences:
            starts.append(starts[-1] + len(sentence) + 1)
        places = [pair for number, pair in enumerate(pairwise(starts)) if number in numbers]
        right = tuple(_same_range(text, document, start, end - 1) for start, end in places)
        asked.append(ReadingQuestion(claim, name, right, label == "SUPPORT", claim))
    return ReadingSet(documents, tuple(asked))


def _answers(row: Mapping[str, Any], text: str, document: Document) -> tuple[Range, ...]:
    given = {(int(answer["answer_start"]), str(answer["text"])) for answer in row["answers"]}
    return tuple(_same_range(text, document, start, start + len(answer)) for start, answer in sorted(given))


def _same_range(text: str, document: Document, start: int, end: int) -> Range:
    """The range of `document` that holds the characters of `text[start:end]`; white space alone is laid out anew."""
    before, inside = _solid(text[:start]), _solid(text[start:end])
    places = [place for place, letter in enumerate(document.text) if _solid(letter)]
    return places[before], places[before + inside - 1] + 1


def _solid(text: str) -> int:
    """How many characters are laid out: neither white space nor control characters."""
    return sum(not (letter.isspace() or letter < " " or "\x7f" <= letter <= "\x9f") for letter in text)


def _read(
    part: ReadingSet, index: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None
) -> tuple[list[Sequence[Range]], list[float], list[str]]:
    """For each question the sentence that comes first in its text, the probability that it is answered, and the text.

    The passages of the text are read as they are found among those of all texts, the best PASSAGES at most.
    """
    make_index(index, list(part.documents.values()), encoder, progress)
    answerer = Answerer(Generation.open(index), encoder, reader)
    most = answerer.generation.passage_count()
    first: list[Sequence[Range]] = []
    chance: list[float] = []
    said: list[str] = []
    for done, asked in enumerate(part.asked, 1):
        hits = [hit for hit in answerer.search(asked.question, most) if hit.passage.document_id == asked.document]
        evidence = answerer.evidence(asked.question, hits[:PASSAGES])
        first.append([_last_sentence(evidence[0])] if evidence else [])
        chance.append(answerer.decide(asked.question, evidence).probability)
        said.append(evidence[0].text if evidence else "")
        if progress:
            progress(done, len(part.asked))
    return first, chance, said


def _support(part: ReadingSet, said: Sequence[str], reader: Reader) -> list[float]:
    """How likely what is `said` to each claim supports it, rather than contradicts it."""
    pairs = zip(part.asked, said, strict=True)
    read = (reader.read(asked.question, [Stretch(text, ((0, len(text)),))])[0] for asked, text in pairs)
    return [reading.answerable if reading.support is None else reading.support for reading in read]


def _read_all(
    part: ReadingSet, index: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None
) -> list[Sequence[Range]]:
    """For each question the sentence that comes first of all texts; none where it is of another text."""
    answerer = Answerer(Generation.open(index), encoder, reader)
    first: list[Sequence[Range]] = []
    for done, asked in enumerate(part.asked, 1):
        evidence = answerer.evidence(asked.question)
        is_there = evidence and evidence[0].document.id == asked.document
        first.append([_last_sentence(evidence[0])] if is_there else [])
        if progress:
            progress(done, len(part.asked))
    return first


def _last_sentence(evidence: Evidence) -> Range:
    inside = [s for s in evidence.document.sentences if evidence.start <= s.start and s.end <= evidence.end]
    return (inside[-1].start, inside[-1].end) if inside else (evidence.start, evidence.end)


def _cosine(part: ReadingSet, encoder: Encoder) -> tuple[list[Sequence[Range]], list[float]]:
    """The sentence of its text nearest to each question, and how near."""
    remembering = RememberingEncoder(encoder)
    remembering.encode(list(dict.fromkeys(asked.question for asked in part.asked)))
    first: list[Sequence[Range]] = []
    largest: list[float] = []
    for asked in part.asked:
        document = part.documents[asked.document]
        vectors = remembering.encode([asked.question, *(_text(document, s) for s in document.sentences)])
        cosines = vectors[1:] @ vectors[0]
        best = document.sentences[int(cosines.argmax())]
        first.append([(best.start, best.end)])
        largest.append(float(cosines.max()))
    return first, largest


def _bm25(part: ReadingSet) -> tuple[list[Sequence[Range]], list[float]]:
    """The sentence of its text with the best BM25 score, counted over the sentences of all texts, and that score."""
    sentences = [(document.id, s) for document in part.documents.values() for s in document.sentences]
    index = Bm25([_text(part.documents[name], s) for name, s in sentences])
    rows: dict[str, list[int]] = {}
    for row, (name, _) in enumerate(sentences):
        rows.setdefault(name, []).append(row)
    first: list[Sequence[Range]] = []
    most: list[float] = []
    for asked in part.asked:
        scores = index.scores(asked.question)[rows[asked.document]]
        best = sentences[rows[asked.document][int(np.argmax(scores))]][1]
        first.append([(best.start, best.end)])
        most.append(float(scores.max()))
    return first, most


def _text(document: Document, sentence: Sentence) -> str:
    return document.text[sentence.start : sentence.end]


def _sentence_row(
    part: ReadingSet, system: str, first: Sequence[Sequence[Range]], aside: Aside = ALONE, test: str = _FIRST
) -> Row:
    pairs = [(asked, found) for asked, found in zip(part.asked, first, strict=True) if asked.right]
    values = [float(any(_overlap(f, r) for f in found for r in asked.right)) for asked, found in pairs]
    return mean_row(test, system, "accuracy", values, [asked.cluster for asked, _ in pairs], aside)


def _overlap(found: Range, right: Range) -> bool:
    shared = min(found[1], right[1]) - max(found[0], right[0])
    return 2 * shared >= min(found[1] - found[0], right[1] - right[0])


def _answerable_row(
    part: ReadingSet, system: str, scores: Sequence[float], aside: Aside, test: str = _ANSWERABLE
) -> Row:
    labels = [asked.label for asked in part.asked]
    return auroc_row(test, system, scores, labels, [asked.cluster for asked in part.asked], aside)
