"""What several tests share: small encoders, weights that one can follow, and pages to index."""

from __future__ import annotations

import re
import shutil
import zlib
from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from answer import Evidence
from answer.resolver import Turn
from eval import Question
from ingest import DEFAULT_ENCODER, Document, Vectors
from ingest.embed.encoder import model_folder

# A sentence is part of the answer where it holds half of what is asked, by idf, or the reader says so; and the sources
# answer where one does, and no word of the question is from elsewhere.
_ODDS = {
    "read": {"intercept": 0.0, "relevance": 1.0, "answerable": 0.0},
    "unread": {"intercept": -2.0, "similarity": 0.0, "coverage": 4.0},
}
WEIGHTS = {
    "sentence": {"read": {"weights": _ODDS["read"] | {"coverage": 0.0}}, "unread": {"weights": _ODDS["unread"]}},
    "composition": {kind: {"least": 0.0, "margin": 1.0} for kind in _ODDS},
    "decision": {
        "read": {"threshold": 0.5, "weights": {"intercept": 0.0, "answerable": 1.0, "out_of_vocabulary": -10.0}},
        "unread": {"threshold": 0.5, "weights": _ODDS["unread"] | {"out_of_vocabulary": -10.0}},
    },
}


@contextmanager
def plain_weights() -> Iterator[None]:
    """WEIGHTS in the place of the fitted ones."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("evidence", "compose", "decide"):
            patch.setattr(f"answer.{module}.fitted", lambda: WEIGHTS)
        yield


class ByName:
    """Stands in for a resolver: a question that names no feed is of that of the question before it."""

    def resolve(self, question: str, turns: Sequence[Turn]) -> str:
        feeds = [re.findall("verdolin|quillex", text) for text in (question, *(turn.question for turn in turns[-1:]))]
        return f"As for {feeds[-1][0]}: {question}" if feeds[-1] and not feeds[0] else question


class BagEncoder:
    """Counts of hashed words, at unit length; remembers what it was given."""

    words = frozenset({"is", "a", "drug"})
    dimension = 16

    def __init__(self, name: str = "bag") -> None:
        self.name = name
        self.fingerprint = f"{name}@1"
        self.seen: MutableSequence[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (len(texts), 16)."""
        self.seen += texts
        vectors = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def page(number: int) -> str:
    """A page of two passages, the second of which gives a dose."""
    return f"# Page {number}\n\nThis one is of topic{number}.\n\n## Dose\n\nThe dose is 5 mg.\n"


def asked(
    name: str, question: str, *vital: str, where: Sequence[Mapping[str, object]] = (), **fields: object
) -> Question:
    """A gold question with the patterns of its vital nuggets; its evidence is where the first of them stands."""
    record = {
        "id": name,
        "stratum": "single_fact",
        "question": question,
        "expected": "answered" if vital else "insufficient_evidence",
        "nuggets": [{"pattern": pattern, "importance": "vital"} for pattern in vital],
        "evidence": list(where),
    }
    return Question.from_json(record | fields, part="dev", where=f"dev.jsonl:{name}")


def at(document: str, section: str | None, pattern: str) -> dict[str, object]:
    """An evidence span as a gold file writes it."""
    return {"document": document, "section": section, "pattern": pattern}


def write_encoder(folder: Path, pooling: str = "mean") -> Path:
    """Write a small sentence-transformers model of chance weights into `folder`; gives `folder`."""
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    base = folder / "base"
    transformers.BertModel(config).save_pretrained(base)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        shutil.copy(model_folder(DEFAULT_ENCODER) / name, base)
    transformer = Transformer(str(base), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(32, pooling)], device="cpu").save(str(folder / "model"))
    return folder / "model"


def evidence(
    source: Document,
    words: str,
    score: float = 4.0,
    end: str | None = None,
    is_read: bool = False,
    held: frozenset[str] = frozenset(),
) -> Evidence:
    """The sentence of `source` that begins with `words`, or more, up to the end of the one that begins with `end`."""
    first, last = (
        next(s for s in source.sentences if source.text.startswith(begins, s.start)) for begins in (words, end or words)
    )
    return Evidence(
        document=source,
        start=first.start,
        own=last.start,
        end=last.end,
        block=last.block,
        leads=(),
        about="",
        terms=frozenset(),
        passage_terms=frozenset(),
        held=held,
        score=score,
        features={"relevance": score} if is_read else {"similarity": 0.5},
    )
