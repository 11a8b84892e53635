"""Public questions on given texts as examples: SQuAD and what has its layout, COVID-QA, claims.

Where the data lies, and which parts of it are held out, says the README of ../shared/data.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from train.examples import WORDS, Example, chunks, cut, sentences_of, touched, without
from train.negatives import nearest, swapped, turned

SQUAD_HELD_OUT = frozenset(
    {
        *("Normans", "Computational_complexity_theory", "Steam_engine", "Immune_system"),
        *("Huguenot", "Packet_switching", "Imperialism", "Scottish_Parliament"),
    }
)
SQUAD_DEV = frozenset({"Harvard_University", "Warsaw"})
LABELS = {"SUPPORT": True, "CONTRADICT": False}


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def is_dev(key: str, percent: int = 8) -> bool:
    """Whether a record is of our own dev part: by a hash of what names it."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 100 < percent


def squad_examples(records: Iterable[dict[str, Any]], source: str) -> list[Example]:
    """Records of {title, context, question, answers, is_impossible}, each against its whole paragraph."""
    examples = []
    for record in records:
        text = record["context"]
        ranges = sentences_of(text)
        spans = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in record["answers"]]
        impossible = bool(record.get("is_impossible", False)) or not spans
        examples.append(
            Example(
                source=source,
                question=record["question"].strip(),
                title=record["title"].replace("_", " "),
                text=text,
                sentences=ranges,
                answerable=not impossible,
                relevant=frozenset() if impossible else touched(ranges, spans),
                span=None if impossible else spans[0],
            )
        )
    return examples


def squad_file(path: Path) -> list[Example]:
    """A file in the layout of SQuAD 1.1 or 2.0."""
    records = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                records.append({"title": article["title"], "context": paragraph["context"], **asked})
    return squad_examples(records, path.stem)


def squad(data: Path) -> tuple[list[Example], list[Example], list[Example]]:
    """SQuAD 2.0 as train, dev and held-out part."""
    records = lines(data / "squad2" / "dev_half.jsonl")
    parts: list[list[Example]] = []
    for part in range(3):
        chosen = [r for r in records if (2 if r["title"] in SQUAD_HELD_OUT else r["title"] in SQUAD_DEV) == part]
        parts.append(squad_examples(chosen, "squad2"))
    return parts[0], parts[1], parts[2]


def hardened(examples: Sequence[Example], rng: random.Random, rate: float) -> Iterator[Example]:
    """Wrong partners for about `rate` of the answerable examples, made in five ways."""
    by_title: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_title[example.title].append(example)
    for group in by_title.values():
        texts = list(dict.fromkeys(e.text for e in group))
        questions = [e.question for e in group]
        for example in group:
            if example.answerable and example.span and rng.random() < rate:
                wrong = _wrong(example, texts, questions, rng)
                if wrong is not None:
                    yield wrong


def _wrong(example: Example, texts: Sequence[str], questions: Sequence[str], rng: random.Random) -> Example | None:
    way = rng.choices(("removed", "elsewhere", "swapped", "turned"), (0.35, 0.25, 0.25, 0.15))[0]
    if way == "removed":
        return _removed(example)
    if way == "elsewhere":
        return _elsewhere(example, texts, rng)
    others = [example.text, *rng.sample(questions, min(len(questions), 12))]
    asked = swapped(example.question, others, rng) if way == "swapped" else turned(example.question, rng)
    return None if asked is None else _unanswered(example, question=asked)


def _unanswered(example: Example, question: str | None = None, text: str | None = None) -> Example:
    text = example.text if text is None else text
    return Example(
        source=example.source,
        question=question or example.question,
        title=example.title,
        text=text,
        sentences=sentences_of(text) if text != example.text else example.sentences,
        answerable=False,
        relevant=frozenset(),
    )


def _removed(example: Example) -> Example | None:
    assert example.span is not None
    answer = example.text[slice(*example.span)].lower()
    gone = {n for n, (s, e) in enumerate(example.sentences) if answer in example.text[s:e].lower()}
    return without(example, frozenset(gone | set(example.relevant or ())))


def _elsewhere(example: Example, texts: Sequence[str], rng: random.Random) -> Example | None:
    assert example.span is not None
    answer = example.text[slice(*example.span)].lower()
    others = [t for t in texts if t != example.text and answer not in t.lower()]
    if not others:
        return None
    return _unanswered(example, text=others[rng.choice(nearest(example.question, others, 3))])


def covid(data: Path, *, held_out: bool) -> list[Example]:
    """COVID-QA: the documents whose id is even are held out."""
    texts = {r["_id"]: r["text"] for r in lines(data / "covid_qa" / "contexts.jsonl")}
    records = [
        {"title": f"COVID {r['doc']}", "context": texts[r["doc"]], **r}
        for r in lines(data / "covid_qa" / "qa.jsonl")
        if (int(r["doc"]) % 2 == 0) == held_out
    ]
    examples = squad_examples(records, "covid_qa")
    return [replace(example, title="") for example in examples]


def covid_negatives(examples: Sequence[Example], rng: random.Random) -> Iterator[Example]:
    """For each question, other stretches of its own paper that share its words, and its stretch with a gap."""
    stretches: dict[str, list[str]] = {}
    for example in examples:
        if example.text not in stretches:
            found = chunks(example.text, WORDS - 30)
            stretches[example.text] = found
        assert example.span is not None
        answer = example.text[slice(*example.span)].strip().lower()
        others = [t for t in stretches[example.text] if answer[:60] not in t.lower()]
        if others:
            yield _unanswered(example, text=others[rng.choice(nearest(example.question, others, 4))])
        stretch = cut(example, WORDS, rng)
        gap = _removed(stretch) if stretch.span else None
        if gap is not None and rng.random() < 0.5:
            yield gap


def claims_file(path: Path) -> list[Example]:
    """A file of {claim, evidence, label}: SUPPORT, CONTRADICT or NEITHER."""
    examples = []
    for record in lines(path):
        ranges = sentences_of(record["evidence"])
        support = LABELS.get(record["label"])
        examples.append(
            Example(
                path.stem, record["claim"], "", record["evidence"], ranges, support is not None, None, None, support
            )
        )
    return examples
