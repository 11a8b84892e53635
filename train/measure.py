"""What the reader reaches on the held-out parts, alone and with the simple signs; nothing is chosen here."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from answer.reader import Reader, Reading, Stretch
from eval.public.baselines import Bm25
from eval.public.beir import Beir, score_run
from eval.public.figures import Row, auroc_row, mean_row
from ingest import SentenceEncoder, analyze
from train.examples import Example
from train.health import scifact
from train.recipe import DEV_PERCENT, dev
from train.sources import is_dev, squad

_CHUNK, _STRIDE = 150, 120
_READ_CHUNKS, _RERANKED = 8, 12
_WEIGHTS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12)
_UNREAD = -6.0
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A passage read: the reader's word, and the simple signs for the whole and for each sentence."""

    reading: Reading
    cosines: tuple[float, ...]
    coverage: tuple[float, ...]

    @property
    def whole(self) -> list[float]:
        """Signs for "does it answer"."""
        read = self.reading
        return [_logit(read.answerable), max(read.sentences), max(self.cosines), max(self.coverage)]

    @property
    def each(self) -> list[list[float]]:
        """Signs for each sentence."""
        return [[_logit(s), c, v] for s, c, v in zip(self.reading.sentences, self.cosines, self.coverage, strict=True)]


def _logit(chance: float) -> float:
    chance = min(max(chance, 1e-6), 1 - 1e-6)
    return float(np.log(chance / (1 - chance)))


def stretch_of(example: Example) -> Stretch:
    """The passage of an example as the product would give it to the reader."""
    return Stretch(example.text, example.sentences, f"{example.title}: " if example.title else "")


class Weigher:
    """Reads examples and adds the simple signs; how rare a word is, is counted over the texts given."""

    def __init__(self, reader: Reader, encoder: SentenceEncoder, texts: Iterable[str]) -> None:
        """Weigh with `reader` and `encoder`."""
        self._reader, self._encoder = reader, encoder
        bags = [set(analyze(text)) for text in texts]
        counts = Counter(word for bag in bags for word in bag)
        self._rarity = {word: float(np.log(1 + len(bags) / n)) for word, n in counts.items()}
        self._most = float(np.log(1 + len(bags)))

    def weigh(self, examples: Sequence[Example], step: Callable[[int], None]) -> list[Weighed]:
        """Each example read in its own passage."""
        texts = list(
            dict.fromkeys(t for e in examples for t in (e.question, *(e.text[s:end] for s, end in e.sentences)))
        )
        row = {text: n for n, text in enumerate(texts)}
        vectors = self._encoder.encode(texts)
        found = []
        for done, example in enumerate(examples, 1):
            sentences = [example.text[s:e] for s, e in example.sentences]
            asked = vectors[row[example.question]]
            found.append(
                Weighed(
                    self._reader.read(example.question, [stretch_of(example)])[0],
                    tuple(float(asked @ vectors[row[s]]) for s in sentences),
                    tuple(self._coverage(example.question, s) for s in sentences),
                )
            )
            step(done)
        return found

    def _coverage(self, question: str, sentence: str) -> float:
        held = set(analyze(sentence))
        asked = {w: self._rarity.get(w, self._most) for w in analyze(question)}
        return sum(r for w, r in asked.items() if w in held) / max(sum(asked.values()), 1e-6)


def squad_rows(reader: Reader, encoder: SentenceEncoder, data: Path, step: Callable[[int], None]) -> list[Row]:
    """SQuAD 2.0's eight held-out articles; the combination is fitted on two others.  Intervals over paragraphs."""
    tuned, held = dev(data)["squad2"], squad(data)[2]
    weigher = Weigher(reader, encoder, {e.text for e in squad(data)[0]})
    before, after = weigher.weigh(tuned, step), weigher.weigh(held, step)
    labels = [bool(e.answerable) for e in held]
    papers = [e.text for e in held]
    whole = _fitted([w.whole for w in before], [bool(e.answerable) for e in tuned])
    each = _fitted(
        [row for e, w in zip(tuned, before, strict=True) if e.answerable for row in w.each],
        [n in (e.relevant or ()) for e in tuned if e.answerable for n in range(len(e.sentences))],
    )
    rows = []
    for system, chance in (
        ("reader", [w.reading.answerable for w in after]),
        ("reader and simple signs", whole([w.whole for w in after])),
        ("largest cosine", [max(w.cosines) for w in after]),
    ):
        rows.append(auroc_row("SQuAD 2.0: answerable or not", system, list(chance), labels, papers))
    right = [(e, w) for e, w in zip(held, after, strict=True) if e.relevant]
    ways: dict[str, Callable[[Weighed], Sequence[float] | Floats]] = {
        "reader": lambda w: w.reading.sentences,
        "reader and simple signs": lambda w: each(w.each),
        "largest cosine": lambda w: w.cosines,
    }
    for system, scores in ways.items():
        values = [float(int(np.argmax(scores(w))) in (e.relevant or ())) for e, w in right]
        rows.append(mean_row("SQuAD 2.0: right sentence first", system, "share", values, [e.text for e, _ in right]))
    return rows


def _fitted(values: Sequence[Sequence[float]], labels: Sequence[bool]) -> Callable[[Sequence[Sequence[float]]], Floats]:
    matrix = np.asarray(values, dtype=np.float64)
    mean, deviation = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0).fit((matrix - mean) / deviation, labels)
    return lambda rows: model.decision_function((np.asarray(rows, dtype=np.float64) - mean) / deviation)


def support_rows(reader: Reader, data: Path) -> list[Row]:
    """SciFact's test claims, each with its rationale sentences: supported or contradicted.  Intervals over claims."""
    pairs = [e for e in scifact(data, random.Random(0), split="test") if e.support is not None]
    chances = []
    for example in pairs:
        wanted = sorted(example.relevant or ())
        text = " ".join(example.text[slice(*example.sentences[n])] for n in wanted)
        chances.append(reader.read(example.question, [Stretch(text, ((0, len(text)),))])[0].support or 0.0)
    labels, claims = [bool(e.support) for e in pairs], [e.question for e in pairs]
    rows = [auroc_row("SciFact: SUPPORT against CONTRADICT", "reader", chances, labels, claims)]
    first = [(e, reader.read(e.question, [stretch_of(e)])[0]) for e in pairs if e.relevant]
    hits = [float(int(np.argmax(r.sentences)) in (e.relevant or ())) for e, r in first]
    rows.append(
        mean_row("SciFact: right rationale sentence first", "reader", "share", hits, [e.question for e, _ in first])
    )
    return rows


def cancergov_rows(
    reader: Reader, encoder: SentenceEncoder, data: Path, most: int, step: Callable[[int], None]
) -> list[Row]:
    """CancerGov with the answer there, and with it gone and its page left.  Intervals over topics."""
    dataset = Beir.read(data / "medquad_cancergov", "test")
    owners, chunks = [], []
    for document in dataset.documents:
        words = document.text.split()
        for at in range(0, max(1, len(words) - _CHUNK + _STRIDE), _STRIDE):
            owners.append(document.id)
            chunks.append((document.title, " ".join(words[at : at + _CHUNK])))
    pages = Counter(d.id.split("#")[0] for d in dataset.documents)
    asked = [q for q, g in dataset.qrels.items() if any(pages[d.split("#")[0]] > len(g) for d in g)]
    asked = random.Random(0).sample(asked, min(most, len(asked)))
    vectors = encoder.encode([f"{title}: {text}" for title, text in chunks])
    cosines = encoder.encode([dataset.queries[q] for q in asked]) @ vectors.T
    titles = {d.id: d.title for d in dataset.documents}
    scores: dict[str, list[float]] = {"reader": [], "reader and cosine": [], "largest cosine": []}
    for row, query in enumerate(asked):
        step(row)
        for gone in (frozenset[str](), frozenset(dataset.qrels[query])):
            order = [n for n in np.argsort(-cosines[row]) if owners[n] not in gone][:_READ_CHUNKS]
            stretches = [_chunk_stretch(*chunks[n]) for n in order]
            readings = reader.read(dataset.queries[query], stretches)
            best = max(_logit(r.answerable) for r in readings)
            scores["reader"].append(best)
            scores["reader and cosine"].append(best + 10 * float(cosines[row, order[0]]))
            scores["largest cosine"].append(float(cosines[row, order[0]]))
    labels = [True, False] * len(asked)
    topics = [titles[next(iter(dataset.qrels[q]))] for q in asked for _ in labels[:2]]
    return [
        auroc_row("CancerGov: answer removed, its page there", system, values, labels, topics)
        for system, values in scores.items()
    ]


def _chunk_stretch(title: str, text: str) -> Stretch:
    ends = [m.end() for m in re.finditer(r"[.!?](?= )", text)] + [len(text)]
    starts = [0, *(e + 1 for e in ends[:-1])]
    return Stretch(text, tuple((s, e) for s, e in zip(starts, ends, strict=True) if e > s), f"{title}: ")


def scifact_rows(reader: Reader, encoder: SentenceEncoder, data: Path, step: Callable[[int], None]) -> list[Row]:
    """SciFact's claims over all abstracts: the best of the hybrid are read, and the reader's word added.

    How much it weighs is chosen on claims of our own dev part.
    """
    found = {split: _searched(reader, encoder, data, split, step) for split in ("train", "test")}
    chosen = max(_WEIGHTS, key=lambda w: float(np.mean(_ndcg(*found["train"], w))))
    return [
        mean_row("SciFact: documents found", system, "nDCG@10", _ndcg(*found["test"], weight))
        for system, weight in (("dense and BM25", 0.0), (f"and {chosen} of the reader", chosen))
    ]


Found = dict[str, dict[str, tuple[float, float]]]
Qrels = Mapping[str, Mapping[str, int]]


def _searched(
    reader: Reader, encoder: SentenceEncoder, data: Path, split: str, step: Callable[[int], None]
) -> tuple[Found, Qrels]:
    """For each claim the documents that the hybrid finds, each with its score there and the reader's word."""
    dataset = Beir.read(data / "scifact", split)
    if split == "train":
        dataset = dataset.part(lambda query: is_dev(dataset.queries[query], DEV_PERCENT))
    texts = {d.id: f"{d.title} {d.text}" for d in dataset.documents}
    names = list(texts)
    vectors = encoder.encode(list(texts.values()))
    lexical = Bm25(list(texts.values()))
    by_name = {d.id: d for d in dataset.documents}
    found: Found = {}
    for done, (query, text) in enumerate(dataset.queries.items()):
        step(done)
        hybrid = _squeezed(vectors @ encoder.encode([text])[0]) + _squeezed(lexical.scores(text))
        order = np.argsort(-hybrid)[:100]
        best = [names[n] for n in order[:_RERANKED]]
        readings = reader.read(text, [_chunk_stretch(by_name[n].title, by_name[n].text) for n in best])
        said = {n: _logit(r.answerable) for n, r in zip(best, readings, strict=True)}
        found[query] = {names[n]: (float(hybrid[n]) / 2, said.get(names[n], _UNREAD)) for n in order}
    return found, dataset.qrels


def _ndcg(found: Found, qrels: Qrels, weight: float) -> list[float]:
    run = {
        query: dict(sorted(((n, h + weight * s) for n, (h, s) in scores.items()), key=lambda item: -item[1]))
        for query, scores in found.items()
    }
    return score_run(run, qrels)["nDCG@10"]


def _squeezed(values: npt.NDArray[np.floating[Any]]) -> Floats:
    low, high = float(values.min()), float(values.max())
    return np.asarray((values - low) / (high - low + 1e-9), dtype=np.float64)
