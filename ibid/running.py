"""Making a run: opening what answers, in as many processes as there are cores, and asking it the gold questions."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from answer import Answerer
from eval import GOLD, Journal, Outcome, Question, Run, ask_all, manifest
from ibid.models import ModelOptions
from ibid.opening import index, open_index, open_reader, open_resolver
from ibid.places import Places, user_index
from ibid.progress import counting
from ingest import PASSAGE_SIZE

RUNS = Path("runs")
_TALKS_A_WORKER = 25
_NAMES = ("passage_size", "reader")


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens what answers from the evaluated corpus and from those beside the gold questions, whose names are `others`.

    `parameters` are those of Answerer, `passage_size`, and the name `reader`.  It is called in every process that asks.
    """

    places: Places
    encoder: str | None
    gold: Path
    others: tuple[str, ...]
    parameters: tuple[tuple[str, Any], ...] = ()
    models: ModelOptions = ModelOptions()  # noqa: RUF009 - frozen

    @classmethod
    def of(
        cls,
        places: Places,
        encoder: str | None,
        reader: str | None,
        models: ModelOptions,
        gold: Path | None,
        questions: Sequence[Question],
        parameters: Mapping[str, Any] = MappingProxyType({}),
    ) -> Opening:
        """What opens all that `questions` are of; `gold` is the folder that they are from, None the bundled one."""
        others = sorted({question.corpus for question in questions if question.corpus})
        given = {**parameters, "reader": reader} if reader else parameters
        return cls(places, encoder, gold or GOLD, tuple(others), tuple(given.items()), models)

    def __call__(self) -> Mapping[str | None, Answerer]:
        """An answerer for each corpus; the indexes have to be there."""
        named = dict(self.parameters)
        given = {name: value for name, value in named.items() if name not in _NAMES}
        model = self.models.open()
        opened = {name: (place, *open_index(place, self.encoder)) for name, place in self._places().items()}
        return {
            name: Answerer(
                generation,
                encoder,
                open_reader(place, encoder, named.get("reader")),
                open_resolver(place, encoder),
                model=model,
                writes=self.models.write,
                **given,
            )
            for name, (place, generation, encoder) in opened.items()
        }

    def index(self) -> None:
        """Bring the indexes up to date."""
        size = dict(self.parameters).get("passage_size", PASSAGE_SIZE)
        for place in self._places().values():
            index(place, self.encoder, passage_size=size)

    def _places(self) -> dict[str | None, Places]:
        beside = {name: self.gold / name for name in self.others}
        return {None: self.places} | {name: Places(path, user_index(path)) for name, path in beside.items()}


def make_run(
    opening: Opening, questions: Sequence[Question], folder: Path | None, workers: int | None, robust: bool = True
) -> tuple[Run, Path]:
    """Index, ask, and write the run into `folder`, or one in RUNS that is named after the run's manifest.

    An interrupted run goes on where it stopped.  `robust`: see `eval.ask_all`.
    """
    opening.index()
    answerers = opening()
    generations = {name: answerer.generation for name, answerer in answerers.items()}
    reader = answerers[None].reader
    asked = dict(opening.parameters) | opening.models.to_json() | {"robust": robust}
    under = manifest(generations, questions, asked, reader.fingerprint if reader else None)
    folder = folder or RUNS / hashlib.sha256(json.dumps(under, sort_keys=True).encode()).hexdigest()[:12]
    journal = Journal(folder, under)
    left = journal.left(questions)
    # A process of its own takes seconds to start, which few questions do not repay.
    many = min(workers or os.cpu_count() or 1, 1 + len(left) // _TALKS_A_WORKER)
    with counting("Asking") as progress:

        def done(talk: Sequence[Outcome]) -> None:
            journal.add(talk)
            progress(len(journal.outcomes), len(questions))

        ask_all(opening if many > 1 else lambda: answerers, left, many, done, robust)
    run = Run.of(under, journal, questions, generations)
    run.write(folder)
    return run, folder


def write_beside(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    """Write what was found of a run beside it, into its `folder`, as JSON."""
    (folder / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
