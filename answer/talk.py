"""What is said and is no question to the sources: a greeting, thanks, or a question about the collection itself.

A logistic regression on what the frozen encoder makes of the words tells them apart, and is trusted near what it was
fitted on.  `tools/train_talk.py` fits it, and TALK.md says on what and how well.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast, get_args

import numpy as np
import numpy.typing as npt

from answer.record import Answer, SmallTalk
from answer.shipped import shipped
from answer.suggest.headings import plain
from ingest import Document, Encoder, Generation

WEIGHTS = Path(__file__).parent / "talk.npz"
KINDS = ("question", *get_args(SmallTalk))
# In a conversation "Where do I begin?" asks about what was spoken of, so this has to be so many times as sure there.
_ABOUT_WITHIN = 0.1
_COURTESY: tuple[SmallTalk, ...] = ("greeting", "thanks")
# What ends a sentence stays with it.
_BREAK = re.compile(r"(?:(?P<end>[.!?])|[,;:])\s+|(?<!\s)\s+[–—-]\s+")
_TITLES, _NAMED, _TOPICS = 20, 3, 6
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Classifier:
    """What tells KINDS apart by the unit vectors of one encoder.

    `weights` (KINDS, dimension) and `bias` (KINDS,) are those of the regression, `centres` (n, dimension) the middles
    of groups of small talk.  A question is what is one with the probability `threshold` or more, and what has a cosine
    of less than `near` with every centre.
    """

    fingerprint: str
    weights: Floats
    bias: Floats
    centres: Floats
    threshold: float
    near: float

    def kinds(self, vectors: Floats, follow: Sequence[bool]) -> list[str]:
        """The kind of each of the vectors, (n, dimension), those that `follow` being said in a conversation."""
        odds = vectors @ self.weights.T + self.bias
        chances = np.exp(odds - odds.max(axis=1, keepdims=True))
        likeliest = 1 + odds[:, 1:].argmax(axis=1)
        bound = np.where(np.array(follow) & (likeliest == KINDS.index("about")), _ABOUT_WITHIN, 1) * self.threshold
        is_talk = chances[:, 0] < bound * chances.sum(axis=1)
        is_talk &= (vectors @ self.centres.T).max(axis=1) >= self.near
        return [KINDS[kind] for kind in np.where(is_talk, likeliest, 0)]

    def write(self, path: Path, **told: object) -> None:
        """Write it to `path` for `read`, and with it what is told of how it was made."""
        settings = {"encoder": self.fingerprint, "threshold": self.threshold, "near": self.near} | told
        centres = self.centres.astype(np.float16)
        np.savez(path, settings=json.dumps(settings), weights=self.weights, bias=self.bias, centres=centres)

    @classmethod
    def read(cls, path: Path) -> Classifier:
        """The one that was written to `path`."""
        with np.load(io.BytesIO(shipped(path))) as kept:
            settings = json.loads(str(kept["settings"]))
            weights, bias, centres = (kept[name].astype(np.float32) for name in ("weights", "bias", "centres"))
        return cls(settings["encoder"], weights, bias, centres, settings["threshold"], settings["near"])


@cache
def _fitted() -> Classifier:
    return Classifier.read(WEIGHTS)


def small_talk(text: str, encoder: Encoder, follows: bool) -> SmallTalk | None:
    """What `text` is where it is surely no question to the sources; `follows` is whether others came before it.

    None with an encoder that this is not fitted on.
    """
    if encoder.fingerprint != _fitted().fingerprint:
        return None
    (kind,) = _fitted().kinds(encoder.encode([text]), [follows])
    return None if kind == KINDS[0] else cast(SmallTalk, kind)


def without_courtesy(text: str, encoder: Encoder) -> str:
    """A question without the greeting or the thanks that lead it in or end it: "Hi, is it safe?" asks "is it safe?"."""
    while (first := _BREAK.search(text)) and small_talk(text[: first.start()], encoder, False) in _COURTESY:
        text = text[first.end() :]
    breaks = [] if text.endswith("?") else list(_BREAK.finditer(text))
    while breaks and small_talk(text[breaks[-1].end() :], encoder, False) in _COURTESY:
        last = breaks.pop()
        text = text[: last.start()] + (last["end"] or "")
    return text


def replied(question: str, asked: str, kind: SmallTalk, generation: Generation, timings_ms: dict[str, float]) -> Answer:
    """The record of a reply to small talk: it cites nothing, and is neither an answer nor a refusal.

    `question` is what was said, and `asked` the same on one line; `timings_ms` is how long it took to tell, by stage.
    """
    return Answer(
        question=question,
        resolved_question=asked,
        status="not_a_question",
        text=_REPLIES[kind](generation),
        statements=(),
        citations=(),
        notices=(),
        reason=kind,
        nearest=(),
        confidence=0.0,
        generation=generation.name,
        timings_ms=timings_ms,
    )


def _greeting(generation: Generation) -> str:
    ids = generation.document_ids()
    documents = list(_first(generation, _NAMED))
    named = ", ".join(f"“{document.title}”" for document in documents)
    if len(ids) == len(documents):
        return f"Hello. Ask what {'this document says' if len(ids) == 1 else 'these documents say'}: {named}."
    return f"Hello. Ask what these {len(ids):,} documents say, such as {named}."


def _about(generation: Generation) -> str:
    count = len(generation.document_ids())
    documents = list(_first(generation, _TITLES))
    return "\n".join(
        (
            f"This is ibid. It answers with quotations from {_documents(count)}, and from nothing else:",
            *(f"• {document.title}" for document in documents),
            *((f"and {count - len(documents):,} more.",) if count > len(documents) else ()),
            *_examples(generation, documents),
            "Ask a question in a sentence of your own; the next one may follow up on it.",
        )
    )


def _examples(generation: Generation, documents: Sequence[Document]) -> tuple[str, ...]:
    """Questions that are answered, where some were found out, else what is spoken of."""
    questions = [f"• {suggestion.question}" for suggestion in generation.suggestions()[:_TOPICS]]
    if questions:
        return "Among other things it can be asked:", *questions
    topics = _topics(documents)
    return (f"Among other things they speak of: {', '.join(topics)}.",) if topics else ()


def _documents(count: int) -> str:
    return "this document" if count == 1 else f"these {count:,} documents"


def _first(generation: Generation, most: int) -> Iterator[Document]:
    return map(generation.document, generation.document_ids()[:most])


def _topics(documents: Sequence[Document]) -> list[str]:
    """The headings under which the most is said, one of each document before a second of any."""
    ranked = []
    for document in documents:
        said: Counter[str] = Counter()
        for sentence in document.sentences:
            said[document.section_at(sentence.start).heading] += sentence.end - sentence.start
        del said[document.title]
        ranked += [(rank, heading) for rank, (heading, _) in enumerate(said.most_common(_TOPICS))]
    return list(dict.fromkeys(f"“{plain(heading)}”" for _, heading in sorted(ranked, key=lambda row: row[0])))[:_TOPICS]


_REPLIES = {"greeting": _greeting, "thanks": lambda _: "You are welcome.", "about": _about}
