"""Public collections on health and science as examples: MedQuAD, BioASQ, SciFact.

Where the data lies, and which parts of it are held out, says the README of ../shared/data.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.public.baselines import Bm25
from train.examples import Example, joined, sentences_of
from train.sources import LABELS, is_dev, lines

_RESTATED = re.compile(r"^(?:what|how|who|is|are|can|do|does|where|when|why)\b[^?]{5,120}\?\s*", re.IGNORECASE)


def medquad(data: Path, rng: random.Random, *, dev: bool) -> list[Example]:
    """MedQuAD: the sections of a page against each other's questions.

    A passage is a stretch of the section asked for, of another one, or the end of one and the beginning of the next,
    where the sentences of the section asked for are the relevant ones.
    """
    pages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in lines(data / "medquad" / "other_subsets.jsonl"):
        if record["answer"].strip() and is_dev(f"{record['subset']}/{record['doc_id']}") == dev:
            pages[f"{record['subset']}/{record['doc_id']}"].append(record)
    by_type: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for page in pages.values():
        for record in page:
            by_type[record["qtype"]].append(record)
    examples: list[Example] = []
    for page in pages.values():
        for record in page:
            examples += _of_section(record, page, by_type[record["qtype"]], rng)
    return examples


def _section(record: dict[str, Any]) -> list[str]:
    answer = re.sub(r"\s*\n\s*", " ", record["answer"])
    answer = _RESTATED.sub("", answer)[:6000]
    return [answer[s:e] for s, e in sentences_of(answer)]


def _of_section(
    record: dict[str, Any], page: Sequence[dict[str, Any]], same: Sequence[dict[str, Any]], rng: random.Random
) -> Iterator[Example]:
    own = _section(record)
    others = [r for r in page if r["qtype"] != record["qtype"]]
    question = re.sub(r"\s+([?.!])", r"\1", record["question"].replace("(are)", "").replace("  ", " "))
    if not own:
        return

    def example(before: Sequence[str], gold: Sequence[str], after: Sequence[str]) -> Example:
        text, ranges = joined([*before, *gold, *after])
        relevant = frozenset(range(len(before), len(before) + len(gold)))
        return Example("medquad", question, record["focus"], text, ranges, bool(gold), relevant)

    start = rng.choice((0, 0, 0, rng.randrange(len(own))))
    mine = _run(own, start, rng.choice((40, 80, 130)))
    if not others:
        yield example((), mine, ())
        other = rng.choice(same)
        if other["focus"] != record["focus"]:
            yield Example(
                "medquad", question, other["focus"], *joined(_run(_section(other), 0, 110) or ["."]), False, frozenset()
            )
        return
    wrong = _section(rng.choice(others))
    at = rng.choice((0, rng.randrange(len(wrong)))) if wrong else 0
    way = rng.random()
    if way < 0.4:
        yield example((), mine, ())
    elif way < 0.7:
        yield example((), mine, _run(wrong, at, 50))
    else:
        yield example(_run(wrong, at, 60), mine, ())
    if wrong:
        yield example(_run(wrong, at, rng.choice((60, 120))), (), ())
    other = rng.choice(same)
    if other["focus"] != record["focus"] and rng.random() < 0.4:
        yield Example(
            "medquad", question, other["focus"], *joined(_run(_section(other), 0, 110) or ["."]), False, frozenset()
        )


def _run(sentences: Sequence[str], start: int, words: int) -> list[str]:
    run: list[str] = []
    for sentence in sentences[start:]:
        if run and sum(len(s.split()) for s in run) + len(sentence.split()) > words:
            break
        run.append(" ".join(sentence.split()[:words]))
    return run


def bioasq(data: Path, rng: random.Random) -> list[Example]:
    """BioASQ: a snippet among snippets that share the question's words; ids that end in 0 to 3 are held out."""
    folder = data / "bioasq_snippets"
    corpus = {r["_id"]: r["text"] for r in lines(folder / "corpus.jsonl")}
    gold: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, snippet, _ = line.split("\t")
        gold[query].append(snippet)
    questions = [r for r in lines(folder / "queries.jsonl") if r["_id"][-1] not in "0123" and gold[r["_id"]]]
    taken = [s for r in questions for s in gold[r["_id"]]]
    index = Bm25([corpus[s] for s in taken])
    examples: list[Example] = []
    for record in questions:
        mine = gold[record["_id"]]
        near = [taken[n] for n in _near(index, record["text"], 40) if taken[n] not in mine]
        rng.shuffle(mine)
        for snippet in mine[:4]:
            wrong = rng.sample(near[:20], min(2, len(near)))
            order = [snippet, *wrong[: rng.choice((0, 1, 2))]]
            rng.shuffle(order)
            text, ranges = joined([corpus[s] for s in order])
            relevant = frozenset({order.index(snippet)})
            span = _span_of(record["metadata"].get("exact_answer"), text, ranges[order.index(snippet)])
            answer = record["metadata"].get("exact_answer")
            support = {"yes": True, "no": False}.get(str(answer)) if record["metadata"]["type"] == "yesno" else None
            examples.append(Example("bioasq", record["text"], "", text, ranges, True, relevant, span, support))
            if wrong:
                text, ranges = joined([corpus[s] for s in wrong])
                examples.append(Example("bioasq", record["text"], "", text, ranges, False, frozenset()))
    return examples


def _span_of(answer: object, text: str, within: tuple[int, int]) -> tuple[int, int] | None:
    flat: list[str] = []
    queue = [answer]
    while queue:
        item = queue.pop(0)
        if isinstance(item, list):
            queue = [*item, *queue]
        elif isinstance(item, str):
            flat.append(item)
    for choice in flat:
        at = text.lower().find(choice.lower(), *within) if len(choice) > 2 else -1
        if at >= 0:
            return at, at + len(choice)
    return None


def _near(index: Bm25, query: str, most: int) -> list[int]:
    """The numbers of the texts nearest to `query`, best first."""
    return [int(n) for n in np.argsort(-index.scores(query), kind="stable")[:most]]


def scifact(data: Path, rng: random.Random, *, split: str = "train") -> list[Example]:
    """SciFact's claims against the abstracts that are evidence, and against those that BM25 takes for it."""
    corpus = {r["_id"]: r for r in lines(data / "scifact" / "corpus.jsonl")}
    names = list(corpus)
    index = Bm25([f"{corpus[n]['title']} {corpus[n]['text']}" for n in names])
    gold: dict[str, set[str]] = defaultdict(set)
    for line in (data / "scifact" / "qrels" / f"{split}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, answering, _ = line.split("\t")
        gold[query].add(answering)
    examples: list[Example] = []
    for record in lines(data / "scifact" / "queries.jsonl"):
        if not gold[record["_id"]]:
            continue
        evidence: dict[str, set[int]] = defaultdict(set)
        labels: dict[str, bool] = {}
        for item in record["metadata"]["evidence"]:
            evidence[item["doc_id"]].update(item["sentences"])
            labels[item["doc_id"]] = LABELS[item["label"]]
        for name in sorted(gold[record["_id"]]):
            relevant = frozenset(evidence[name]) if name in evidence else None
            examples.append(_claim(record["text"], corpus[name], True, relevant, labels.get(name)))
        near = [names[n] for n in _near(index, record["text"], 25) if names[n] not in gold[record["_id"]]]
        for name in rng.sample(near, min(len(near), 3)):
            examples.append(_claim(record["text"], corpus[name], False, frozenset(), None))
    return examples


def _claim(
    claim: str, document: dict[str, Any], fits: bool, relevant: frozenset[int] | None, support: bool | None
) -> Example:
    # The sentences are those that the annotators numbered.
    text, ranges = joined(document["sentences"])
    return Example("scifact", claim, document["title"], text, ranges, fits, relevant, None, support)


def titles(data: Path, rng: random.Random, most: int) -> list[Example]:
    """A title against its abstract and against a near one, titles away: no label of a person is used."""
    corpus = lines(data / "scifact" / "corpus.jsonl")
    index = Bm25([r["text"] for r in corpus])
    examples: list[Example] = []
    for record in rng.sample(corpus, min(most, len(corpus))):
        near = [corpus[n] for n in _near(index, record["title"], 8) if corpus[n]["_id"] != record["_id"]]
        for document, fits in ((record, True), (rng.choice(near), False)):
            ranges = sentences_of(document["text"])
            claim = record["title"].rstrip(".")
            examples.append(Example("titles", claim, "", document["text"], ranges, fits, None if fits else frozenset()))
    return examples
