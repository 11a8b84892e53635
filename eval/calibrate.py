"""Fit what `answer` decides by: `python -m eval.calibrate CORPUS [CORPUS ...] [--data DIR]`.

Logistic regressions over features that mean the same in every corpus, for what a model has read and for what is only
weighed: which sentences are part of the answer, and whether the sources answer at all; and how far from the best a
sentence may be and still be told.  They are fitted on many corpora at once, each of equal weight: the dev part of the
gold questions over each CORPUS, and, where the public data is, the dev parts of `asked` (in small folders of excerpts
of one kind), of SQuAD 2.0 (two articles) and of MedQuAD (pages with the answer there, and taken out).  Nothing of these
was trained on, and no test part is read.  What is reached is told of each corpus when the rest alone is fitted on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from answer import Answerer, Reader, export_reader
from answer.compose import choose
from answer.decide import FEATURES, features
from answer.evidence import SENTENCE_FEATURES, WEIGHTS
from eval.confidence import aurc
from eval.gold import read_gold
from eval.public.beir import document_of, read_lines, source_id
from eval.public.excerpts import document_with, ranges_of, read_asked
from eval.public.reading import DEV, squad_reading
from eval.run import gold_places
from ingest import (
    BulkEncoder,
    Corpus,
    Document,
    ExportedEncoder,
    Generation,
    SentenceEncoder,
    build,
    export_encoder,
    load,
)

# How many excerpts, and how many pages, a small folder holds; and about how many questions of a set are asked.
_EXCERPTS, _PAGES, _MOST = 6, 8, 300
_THRESHOLDS = np.arange(0.02, 0.99, 0.01)
_LEAST, _MARGINS, _FRESH = np.arange(-3.0, 1.1, 0.5), np.arange(0.5, 5.1, 0.75), (0.0, 1.0, 2.0, 4.0, 8.0)
_LONGEST = 400
Floats = npt.NDArray[np.float64]
Places = Sequence[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Asked:
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
    asked: Sequence[Asked]
    synonyms: Sequence[Sequence[str]] = ()
    by_sentence: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of a question: for the whole, and for each piece of evidence, with whether that is right."""

    set: str
    id: str
    kind: str
    label: bool
    features: Mapping[str, float]
    sentences: Sequence[Mapping[str, float]]
    right: Sequence[bool]
    lengths: Sequence[int]
    held: Sequence[Sequence[float]]


def gold_folder(root: Path) -> Folder:
    """The dev questions, in their stand-alone form, over the corpus at `root`."""
    corpus = Corpus.read(root)
    documents = [load(source) for source in corpus.sources]
    named = {document.id: document for document in documents}
    asked = [
        Asked(q.id, q.standalone or q.question, gold_places(q, named) if q.is_answerable else ())
        for q in read_gold(["dev"])
        if q.corpus is None
    ]
    return Folder(f"gold, {root.name}", documents, asked, corpus.synonyms)


def asked_folders(data: Path) -> Iterator[Folder]:
    """`asked`, dev: excerpts of one kind of document together, in folders of _EXCERPTS."""
    kinds: dict[str, dict[str, list[Asked]]] = defaultdict(lambda: defaultdict(list))
    documents: dict[str, Document] = {}
    questions = read_asked(data, "dev")
    chosen = {q.id for q in random.Random(0).sample(questions, min(_MOST, len(questions)))}
    for q in (q for q in questions if q.id in chosen):
        document = documents.setdefault(q.excerpt.id, document_with(q.excerpt))
        right = [(document.id, s, e) for s, e in ranges_of(q.excerpt, document, q.telling)]
        kinds[q.excerpt.source][q.excerpt.id].append(Asked(q.id, q.standalone, right))
    for excerpts in kinds.values():
        for names in _in_groups(excerpts, _EXCERPTS):
            yield Folder("asked", [documents[n] for n in names], [a for n in names for a in excerpts[n]])


def squad_folder(data: Path) -> Folder:
    """SQuAD 2.0, two articles."""
    part = squad_reading(data, DEV)
    asked = [
        Asked(f"squad-{number}", a.question, [(a.document, s, e) for s, e in a.right])
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
        asked: list[Asked] = []
        for name in names:
            for number, row in enumerate(pages[name]):
                document = document_of(
                    source_id(f"{name}-{number}".replace("/", "-")), row["focus"], row["answer"][:4000]
                )
                there = _hash(document.id) % 2 == 0
                question = row["question"].replace("(are)", "").replace(" ?", "?")
                asked.append(Asked(document.id, question, [(document.id, 0, len(document.text))] if there else []))
                documents += [document] if there else []
        yield Folder("medquad", documents, asked, by_sentence=False)


def _hash(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16)


def _in_groups(names: Iterable[str], size: int) -> Iterator[list[str]]:
    listed = list(names)
    return (listed[first : first + size] for first in range(0, len(listed), size))


def rows_of(folder: Folder, encoder: SentenceEncoder) -> Iterator[Row]:
    """What is known of each question of a folder, read and unread."""
    with tempfile.TemporaryDirectory() as work:
        index = Path(work)
        build(index, folder.documents, (), BulkEncoder(encoder, index / "way.json"), synonyms=folder.synonyms)
        export_reader(index)
        export_encoder(encoder, index, ())
        generation = Generation.open(index)
        exported = ExportedEncoder.open(index, encoder.name, encoder.fingerprint)
        for kind, reader in (("unread", None), ("read", Reader.open(index, encoder=exported))):
            answerer = Answerer(generation, exported, reader)
            for asked in folder.asked:
                question = answerer.parse(answerer.terms.spelling.mend(asked.question).text)
                evidence = answerer.evidence(question)
                yield Row(
                    folder.set,
                    asked.id,
                    kind,
                    bool(asked.right),
                    features(question, evidence),
                    [e.features for e in evidence],
                    [folder.by_sentence and _overlaps((e.document.id, e.own, e.end), asked.right) for e in evidence],
                    [len(e.text) for e in evidence],
                    [e.held for e in evidence],
                )


def _overlaps(place: tuple[str, int, int], right: Places) -> bool:
    name, start, end = place
    return any(name == n and 2 * (min(end, e) - max(start, s)) >= min(e - s, end - start) for n, s, e in right)


def fit(rows: Sequence[Row], kind: str) -> dict[str, Mapping[str, object]]:
    """The three fits for one kind of rows."""
    own = [row for row in rows if row.kind == kind]
    sentence = _sentence_weights(own, kind)
    decision = _decision_weights(own, kind)
    threshold = _best_threshold(own, _chances(own, decision))
    return {
        "sentence": {"weights": sentence},
        "composition": _composition(own, sentence),
        "decision": {"threshold": threshold, "weights": decision, "left_out": _left_out(own, kind)},
    }


def _sentence_weights(rows: Sequence[Row], kind: str) -> dict[str, float]:
    """Over the evidence for questions that are answered: is it part of the answer?"""
    names = SENTENCE_FEATURES[kind]
    answered = [row for row in rows if any(row.right)]
    x = [[s[name] for name in names] for row in answered for s in row.sentences]
    y = [right for row in answered for right in row.right]
    sets = [row.set for row in answered for _ in row.sentences]
    return _weights(names, x, y, sets)


def _decision_weights(rows: Sequence[Row], kind: str) -> dict[str, float]:
    names = FEATURES[kind]
    return _weights(
        names, [[row.features[n] for n in names] for row in rows], [r.label for r in rows], [r.set for r in rows]
    )


def _weights(
    names: Sequence[str], x: Sequence[Sequence[float]], y: Sequence[bool], sets: Sequence[str]
) -> dict[str, float]:
    """Logistic regression in which every set, and in it what is right and what is wrong, weighs the same."""
    values, labels, of = np.array(x), np.array(y), np.array(sets)
    balance = np.zeros(len(labels))
    for name in np.unique(of):
        for label in (False, True):
            part = (of == name) & (labels == label)
            balance[part] = len(labels) / max(1, part.sum()) / 2 / len(np.unique(of))
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression().fit((values - mean) / deviation, labels, sample_weight=balance)
    weights = model.coef_[0] / deviation
    return {
        "intercept": round(float(model.intercept_[0] - weights @ mean), 4),
        **{name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
    }


def _chances(rows: Sequence[Row], weights: Mapping[str, float]) -> Floats:
    odds = [sum(w * (1.0 if n == "intercept" else row.features[n]) for n, w in weights.items()) for row in rows]
    return np.array([1 / (1 + np.exp(-o)) for o in odds])


def _best_threshold(rows: Sequence[Row], chances: Floats) -> float:
    """The least threshold that is, in the mean over the sets, balanced as well as the best but for a standard error.

    The mean hardly changes over a wide range, in which the higher threshold refuses what the sources say.  The rule of
    one standard error: Breiman et al. 1984, Classification and Regression Trees, 3.4.3.
    """
    tried = {round(float(t), 2): float(np.mean(list(_balanced(rows, chances, t).values()))) for t in _THRESHOLDS}
    best = max(tried, key=lambda t: (round(tried[t], 6), -t))
    enough = tried[best] - _standard_error(rows, chances, best)
    return min(t for t, reached in tried.items() if reached >= enough - 1e-9)


def _standard_error(rows: Sequence[Row], chances: Floats, threshold: float) -> float:
    """Of the mean over the sets of what is balanced there; questions are taken as independent."""
    labels, sets = np.array([r.label for r in rows]), np.array([r.set for r in rows])
    answered, names = chances >= threshold, np.unique(sets)
    parts = [answered[(sets == name) & (labels == label)] for name in names for label in (False, True)]
    return float(np.sqrt(sum(part.var() / len(part) for part in parts)) / 2 / len(names))


def _balanced(rows: Sequence[Row], chances: Floats, threshold: float) -> dict[str, float]:
    labels, sets = np.array([r.label for r in rows]), np.array([r.set for r in rows])
    answered = chances >= threshold
    return {
        str(name): float((answered[(sets == name) & labels].mean() + (~answered[(sets == name) & ~labels]).mean()) / 2)
        for name in np.unique(sets)
    }


def _left_out(rows: Sequence[Row], kind: str) -> dict[str, dict[str, float]]:
    """What is reached on each set by weights and a threshold of the others, and by its own best threshold.

    AURC is the area under the risk-coverage curve, the risk being that what is answered is not in the sources.
    """
    told = {}
    for name in sorted({row.set for row in rows}):
        others, own = [r for r in rows if r.set != name], [r for r in rows if r.set == name]
        if not others:
            continue
        weights = _decision_weights(others, kind)
        chances = _chances(own, weights)
        moved = _balanced(own, chances, _best_threshold(others, _chances(others, weights)))[name]
        best = max(_balanced(own, chances, t)[name] for t in _THRESHOLDS)
        risk = aurc(chances, np.array([float(r.label) for r in own]), np.ones((1, len(own))))[0]
        told[name] = {
            "questions": len(own),
            "balanced": round(moved, 4),
            "own_best": round(best, 4),
            "AURC": round(float(risk), 4),
        }
    return told


def _composition(rows: Sequence[Row], weights: Mapping[str, float]) -> dict[str, float]:
    """What `answer.compose.choose` goes by, with the best of what is told in _LONGEST characters.

    That is the mean of F1 and recall: what is missing costs who asks more than what is told besides.
    """
    scored = []
    for row in rows:
        if any(row.right):
            scores = [sum(w * (1.0 if n == "intercept" else s[n]) for n, w in weights.items()) for s in row.sentences]
            scored.append((row, np.array(scores), np.array(row.held)))

    def reached(least: float, margin: float, fresh: float) -> float:
        by_set: dict[str, list[float]] = defaultdict(list)
        for row, scores, held in scored:
            told = [int(scores.argmax())]
            length = row.lengths[told[0]]
            for n in choose(scores, held, least, margin, fresh):
                if n not in told and length + row.lengths[n] <= _LONGEST:
                    told.append(n)
                    length += row.lengths[n]
            hits, wanted = sum(row.right[n] for n in told), max(1, min(sum(row.right), 3))
            precision, recall = hits / len(told), min(1.0, hits / wanted)
            f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
            by_set[row.set].append((f1 + recall) / 2)
        return float(np.mean([np.mean(v) for v in by_set.values()]))

    tried = {rule: reached(*rule) for rule in product(map(float, _LEAST), map(float, _MARGINS), _FRESH)}
    least, margin, fresh = max(tried, key=lambda rule: tried[rule])
    return {"least": least, "margin": margin, "fresh": fresh, "reached": round(tried[least, margin, fresh], 4)}


def folders(corpora: Iterable[Path], data: Path) -> Iterator[Folder]:
    """All that is fitted on."""
    yield from map(gold_folder, corpora)
    if data.is_dir():
        yield from asked_folders(data)
        yield squad_folder(data)
        yield from medquad_folders(data)


def main() -> None:
    """Fit, and write `answer/decision.json`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the public data")
    parser.add_argument("--rows", type=Path, help="keep what is read here, or use it where it is kept")
    given = parser.parse_args()
    if given.rows and given.rows.exists():
        rows = pickle.loads(given.rows.read_bytes())
    else:
        encoder = SentenceEncoder.open()
        rows = []
        for folder in folders(given.corpora, given.data):
            rows += rows_of(folder, encoder)
            sys.stderr.write(f"{folder.set}: {len(folder.documents)} documents, {len(folder.asked)} questions\n")
        if given.rows:
            given.rows.write_bytes(pickle.dumps(rows))
    kinds = {kind: fit(rows, kind) for kind in FEATURES}
    sets = {name: sum(r.set == name and r.kind == "read" for r in rows) for name in dict.fromkeys(r.set for r in rows)}
    fitted = {
        "command": "make calibrate",
        "fitted_on": sets,
        **{what: {kind: kinds[kind][what] for kind in kinds} for what in ("sentence", "composition", "decision")},
    }
    WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(fitted, indent=1) + "\n")


if __name__ == "__main__":
    main()
