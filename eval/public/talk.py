"""CANARD: is a turn's answer found, by the turn alone, by the turn as ibid understands it, and by a person's rewrite?

What is searched are the answers of all turns: those of six words and more, each text once, with "I don't know." and the
last turn of a dialog, whose answer the set does not give, left out.  Asked are the later turns, all but the first of a
dialog, whose answer is searched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from answer import Answerer, Conversation, Reader, Resolver
from eval.public.beir import Progress, document_of, make_index, read_lines
from eval.public.figures import ALONE, Aside, Row, mean_row
from ingest import Encoder, Generation

_KEYS = ("QuAC_dialog_id", "Question_no", "History", "Question", "Rewrite")
_SHORTEST = 6
_UNKNOWN = "I don't know"
_DEPTH = 100
_TEST = "MRR of the turn's answer"


@dataclass(frozen=True, slots=True)
class DialogTurn:
    """One turn of a dialog: its answer is None where the set does not give it."""

    dialog: str
    number: int
    question: str
    rewrite: str
    answer: str | None

    @property
    def is_searched(self) -> bool:
        """Whether its answer is among those that are searched."""
        text = self.answer or ""
        return len(text.split()) >= _SHORTEST and not text.startswith(_UNKNOWN)


@dataclass(frozen=True, slots=True)
class Dialog:
    """A conversation about a topic, in order."""

    topic: str
    turns: tuple[DialogTurn, ...]


def canard(data: Path, work: Path, encoder: Encoder, reader: Reader | None, progress: Progress | None) -> list[Row]:
    """The dialogs whose id ends in 0, searched by ibid to a depth of 100; all dialogs by cosine, as was published.

    A conversation opens with the dialog's topic, as it did for those who asked, and goes on with the answers of the
    set.  Intervals over dialogs.
    """
    dialogs = read_dialogs(data / "canard" / "dev.jsonl")
    pool = list(dict.fromkeys(str(t.answer) for dialog in dialogs for t in dialog.turns if t.is_searched))
    held_out = [dialog for dialog in dialogs if dialog.turns[0].dialog.endswith("0")]
    names = {answer: f"a{number}" for number, answer in enumerate(pool)}
    make_index(work / "canard", [document_of(name, "", text) for text, name in names.items()], encoder, progress)
    resolver = Resolver.beside(reader) if reader else None
    answerer = Answerer(Generation.open(work / "canard"), encoder, resolver=resolver)
    turns = later(held_out)
    resolved = _resolved(held_out, answerer)
    forms = {
        "turn alone": ([turn.question for turn in turns], Aside(0.139, "MiniLM, turn alone")),
        "ibid": ([resolved[turn.dialog, turn.number] for turn in turns], Aside(0.139, "MiniLM, turn alone", 0.26)),
        "human rewrite": ([turn.rewrite for turn in turns], Aside(0.259, "MiniLM, human rewrite")),
    }
    rows, done = [], 0
    for system, (queries, aside) in forms.items():
        values = []
        for query, turn in zip(queries, turns, strict=True):
            values.append(_reciprocal(answerer, query, names[str(turn.answer)]))
            done += 1
            if progress:
                progress(done, 3 * len(turns))
        rows.append(mean_row(_TEST, system, "MRR", values, [turn.dialog for turn in turns], aside))
    return [*rows, *_by_cosine(dialogs, pool, encoder)]


def read_dialogs(path: Path) -> list[Dialog]:
    """The dialogs of a file in CANARD's layout; a turn's answer is what the history of the next turn ends with."""
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for _, row in read_lines(path, _KEYS):
        rows.setdefault(row["QuAC_dialog_id"], {})[row["Question_no"]] = row
    return [_dialog(name, turns) for name, turns in rows.items()]


def _dialog(name: str, rows: Mapping[int, Mapping[str, Any]]) -> Dialog:
    topic = str(rows[min(rows)]["History"][0])
    turns = []
    for number, row in sorted(rows.items()):
        answer = str(rows[number + 1]["History"][-1]) if number + 1 in rows else None
        turns.append(DialogTurn(name, number, row["Question"], row["Rewrite"], answer))
    return Dialog(topic, tuple(turns))


def later(dialogs: Sequence[Dialog]) -> list[DialogTurn]:
    """The turns after the first whose answer is searched."""
    return [turn for dialog in dialogs for turn in dialog.turns if turn.number > 1 and turn.is_searched]


def _resolved(dialogs: Sequence[Dialog], answerer: Answerer) -> dict[tuple[str, int], str]:
    """Each turn as ibid understands it in its conversation."""
    found = {}
    for dialog in dialogs:
        talk = Conversation()
        talk.remember(dialog.topic, "")
        for turn in dialog.turns:
            resolved = talk.resolve(turn.question, answerer.resolver)
            talk.remember(resolved, turn.answer or "")
            found[turn.dialog, turn.number] = resolved
    return found


def _reciprocal(answerer: Answerer, query: str, document: str) -> float:
    """1 / rank of `document` among what is found, 0 where it is not (Voorhees 1999)."""
    found = dict.fromkeys(hit.passage.document_id for hit in answerer.search(query, _DEPTH))
    return next((1 / place for place, name in enumerate(found, 1) if name == document), 0.0)


def _by_cosine(dialogs: Sequence[Dialog], pool: Sequence[str], encoder: Encoder) -> list[Row]:
    turns = later(dialogs)
    vectors = encoder.encode(pool)
    place = {answer: row for row, answer in enumerate(pool)}
    right = [place[str(turn.answer)] for turn in turns]
    rows = []
    forms = {"turn alone": [turn.question for turn in turns], "human rewrite": [turn.rewrite for turn in turns]}
    for (form, queries), published in zip(forms.items(), (0.139, 0.259), strict=True):
        cosines = encoder.encode(queries) @ vectors.T
        own = cosines[np.arange(len(right)), right]
        ranks = (cosines > own[:, None]).sum(axis=1) + 1
        aside = Aside(published, f"MiniLM, {form}") if turns else ALONE
        clusters = [turn.dialog for turn in turns]
        rows.append(mean_row(f"{_TEST}, all dialogs", f"{form}, cosine", "MRR", (1 / ranks).tolist(), clusters, aside))
    return rows
