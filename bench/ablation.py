"""What each step costs where it is left out: `python bench/ablation.py [--only NAME ...]`.

The test part of the gold questions over the bundled documents, the four fields of `eval/fields`, and test questions of
`asked` (one in eight, each in its stand-alone form, over the excerpts of all test documents together) are asked as
everybody asks them, and then again with one step left out at a time; and gold questions of both parts, once for each
name in them that the documents give another name, with that in its place (`renamed`).  Told are, for each, `recall`
(gold and fields: of vital nuggets; asked: of the sentences that answer) over the questions that the sources answer,
`refused` over the others, and `both`, their mean.  Nothing is chosen by it; a step that costs less than .01 on two of
them is to go.  Numbers that nothing fits are moved in the same way, to see what hangs on them.  Writes
bench/results/ablation.json after each step; some twenty minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer import Answer, Answerer, Conversation, Reader, Reading, Resolver, Stretch
from answer import question as asking
from answer.decide import Decision
from eval.gold import GOLD, Question, read_gold
from eval.measures.nuggets import said
from eval.public.excerpts import document_with, ranges_of, read_asked
from ibid.opening import export
from ibid.places import Places
from ingest import (
    BulkEncoder,
    Document,
    ExportedEncoder,
    FileCatalog,
    Generation,
    SentenceEncoder,
    build,
    load,
    read_corpus,
)
from retriever.names import Names
from retriever.spelling import Correction, Spelling

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results" / "ablation.json"
FIELDS = ("allotment", "bicycle", "library", "telescope")
_EVERY = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and how much of what is wanted an answer to it has, in [0, 1]; None: it is to be refused."""

    talk: str
    question: str
    wanted: Callable[[Answer], float] | None


class Remembering(Reader):
    """Reads nothing twice: most steps change nothing of what is read."""

    def __init__(self, reader: Reader) -> None:
        """Read with `reader`."""
        self.reader = reader
        self._known: dict[tuple[str, Stretch], Reading] = {}

    def load(self) -> None:
        """Load the reader."""
        self.reader.load()

    def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
        """What the reader says of each stretch, in their order."""
        new = [s for s in dict.fromkeys(stretches) if (question, s) not in self._known]
        self._known |= {(question, s): r for s, r in zip(new, self.reader.read(question, new), strict=True)}
        return [self._known[question, s] for s in stretches]


@dataclass(frozen=True, slots=True)
class Set:
    """Questions, turn after turn, and what answers them."""

    name: str
    generation: Generation
    encoder: ExportedEncoder
    reader: Remembering
    asked: Sequence[Asked]


def steps() -> Mapping[str, Callable[[], AbstractContextManager[object]]]:
    """What leaves out each step."""
    return {
        "nothing": nullcontext,
        "other names": lambda: patch.object(Names, "aliases", lambda *_: []),
        "spelling": lambda: patch.object(Spelling, "correct", lambda _, question: Correction(question, ())),
        "words from nowhere": lambda: patch.object(Spelling, "out_of_vocabulary", lambda *_: []),
        "names in bibliographies": lambda: patch.object(Spelling, "listed", lambda *_: {}),
        "several questions in one": lambda: patch("answer.question._parts", lambda _: ()),
        "the sentence that a pronoun leans on": lambda: patch("answer.units.leans", lambda *_: False),
        "what a pronoun is about": lambda: patch("answer.units._about", lambda *_: ""),
        "lists as a whole": lambda: patch("answer.units.whole_list", lambda *_: None),
        "near-duplicates told once": lambda: patch("answer.compose.says_the_same", lambda *_: False),
        "figures that disagree": lambda: patch("answer.tell.conflicting", lambda *_: None),
        "the topic of a document": lambda: patch("retriever.search.TOPIC", 0.0),
        "words covered, in search": lambda: patch("retriever.search.COVERAGE", 0.0),
        "cosine, in search": lambda: patch("retriever.search.COSINE", 0.0),
        "what follow-ups are read as besides": lambda: patch.object(Answerer, "parse", _once),
        "the decision": lambda: patch("answer.answerer.decide", _always),
        # What nothing fits, at less and at more.
        "near-duplicates from .6": lambda: patch("answer.compose._ALIKE", 0.6),
        "near-duplicates from .85": lambda: patch("answer.compose._ALIKE", 0.85),
        "titles weighed .1": lambda: patch("ingest.index.lexical.FIELDS", {"text": 1.0, "title": 0.1}),
        "titles weighed 1": lambda: patch("ingest.index.lexical.FIELDS", {"text": 1.0, "title": 1.0}),
        "at most 4 statements": lambda: patch("answer.compose.MOST", 4),
        "at most 9 statements": lambda: patch("answer.compose.MOST", 9),
    }


def _once(answerer: Answerer, text: str, _: str | None = None) -> asking.ParsedQuestion:
    return asking.ParsedQuestion.parse(text, answerer.terms)


def _always(*_: object) -> Decision:
    return Decision(1.0, True, None, ())


def gold_set(name: str, corpus: Path, gold: Path, work: Path, encoder: SentenceEncoder) -> Set:
    """The test questions in the folder `gold` over the corpus in the folder `corpus`."""
    read = read_corpus(corpus)
    questions = [q for q in read_gold(["test"], gold) if q.corpus is None]
    ordered = sorted(questions, key=lambda q: (q.conversation or "", q.turn))
    asked = [Asked(q.conversation or q.id, q.question, _nuggets(q) if q.is_answerable else None) for q in ordered]
    return _opened(name, [load(source) for source in read.sources], read.synonyms, asked, work, encoder)


def renamed_set(gold: Set, folder: Path) -> Set:
    """The answerable gold questions that name what has another name, by that name, over the documents of `gold`."""
    names = Names(gold.generation.lexicon)
    asked = [
        Asked(f"{q.id}-{name}", re.sub(rf"\b{re.escape(name)}\b", other, q.alone, flags=re.IGNORECASE), _nuggets(q))
        for q in read_gold(["dev", "test"], folder)
        if q.corpus is None and q.is_answerable and q.vital
        for name in names.find(q.alone)
        for other in names.aliases([name])[:1]
    ]
    return replace(gold, name="renamed", asked=asked)


def _nuggets(question: Question) -> Callable[[Answer], float]:
    vital = question.vital
    return lambda answer: fmean(n.in_text(said(answer)) for n in vital) if vital else float(not answer.is_refusal)


def asked_set(data: Path, work: Path, encoder: SentenceEncoder) -> Set:
    """Test questions of `asked` over the excerpts of all test documents."""
    questions = read_asked(data, "test")
    documents = {q.excerpt.id: document_with(q.excerpt) for q in questions}
    asked = [
        Asked(
            q.id,
            q.standalone,
            _sentences(q.excerpt.id, ranges_of(q.excerpt, documents[q.excerpt.id], q.sentences))
            if q.answerable
            else None,
        )
        for q in questions[::_EVERY]
    ]
    return _opened("asked", list(documents.values()), (), asked, work, encoder)


def _sentences(document: str, right: Sequence[tuple[int, int]]) -> Callable[[Answer], float]:
    def share(answer: Answer) -> float:
        cited = [c for c in answer.citations if c.document_id == document]
        return fmean(any(c.start < e and s < c.end for c in cited) for s, e in right)

    return share


def _opened(
    name: str,
    documents: Sequence[Document],
    synonyms: Sequence[Sequence[str]],
    asked: Sequence[Asked],
    work: Path,
    encoder: SentenceEncoder,
) -> Set:
    index = work / name
    index.mkdir()
    build(FileCatalog(index), documents, (), BulkEncoder(encoder, work / "way.json"), synonyms=synonyms)
    export(Places(work, index), encoder)
    exported = ExportedEncoder.open(index, encoder.name, encoder.fingerprint)
    reader = Remembering(Reader.open(index, encoder=exported))
    return Set(name, Generation.open(index), exported, reader, asked)


def measured(sets: Sequence[Set]) -> Iterator[tuple[str, dict[str, float]]]:
    """What is reached on each set, the fields as one."""
    told: dict[str, tuple[list[float], list[float]]] = {}
    for part in sets:
        answerer = Answerer(part.generation, part.encoder, part.reader, Resolver.beside(part.reader.reader))
        recall, refused = told.setdefault("fields" if part.name in FIELDS else part.name, ([], []))
        talks: dict[str, Conversation] = {}
        for asked in part.asked:
            answer = answerer.ask(asked.question, talks.setdefault(asked.talk, Conversation()))
            if asked.wanted:
                recall.append(asked.wanted(answer))
            else:
                refused.append(float(answer.is_refusal))
    for name, (recall, refused) in told.items():
        values = {"recall": fmean(recall)}
        if refused:
            values |= {"refused": fmean(refused), "both": (fmean(recall) + fmean(refused)) / 2}
        yield name, {measure: round(value, 4) for measure, value in values.items()}


def main() -> None:
    """Measure every step, and write what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(steps()), help="measure these anew")
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="the public data")
    given = parser.parse_args()
    known = json.loads(RESULTS.read_text()) if given.only and RESULTS.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        encoder = SentenceEncoder.open()
        sets = [gold_set("gold", ROOT / "corpus", GOLD, work, encoder)]
        sets += [
            gold_set(n, ROOT / "eval/fields" / n, ROOT / "eval/fields" / n / "gold", work, encoder) for n in FIELDS
        ]
        sets.append(asked_set(given.data, work, encoder))
        sets.append(renamed_set(sets[0], GOLD))
        for name in given.only or steps():
            with steps()[name]():
                known[name] = dict(measured(sets))
            RESULTS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
            sys.stdout.write(f"{name}: {json.dumps(known[name])}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
