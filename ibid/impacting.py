"""What a new index does to answers, and whether it is published all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ibid.output import print_json
from ibid.places import Places, bundled_corpus

if TYPE_CHECKING:
    from answer import Answerer, Verdict
    from eval import Impact, Question


class ImpactGate:
    """Compares the answers of the published index and of the next one, and decides whether that is published."""

    def __init__(
        self,
        questions: Sequence[Question],
        strict: bool = False,
        publish: bool = True,
        stored: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        """`questions` are asked of both; see `questions_of`.

        `strict` refuses an index that loses a vital nugget, without `publish` any is; `stored` are records by name.
        """
        self._questions = questions
        self.refused = False
        self._strict = strict
        self._publish = publish
        self._stored = stored or {}
        self._impact: Impact | None = None

    def __call__(self, before: Answerer | None, after: Answerer) -> bool:
        """Whether the next index may be published."""
        from eval import impact
        from ibid.progress import counting

        if before is None:
            return self._publish
        with counting("Asking") as progress:
            self._impact = impact(before, after, self._questions, self._stored, progress)
        self.refused = self._strict and self._impact.loses_a_nugget
        return self._publish and not self.refused

    def report(self, as_json: bool) -> None:
        """Print what was found."""
        if self._impact is None:
            if not as_json:
                typer.echo("There is nothing to compare with, or nothing has changed.")
            return
        if as_json:
            print_json(asdict(self._impact) | {"refused": self.refused})
            return
        _show(self._impact)
        if self.refused:
            typer.echo("Not published: an answer would lose a vital nugget. Without --gate it would be.")


def questions_of(places: Places, gold: Path | None) -> list[Question]:
    """The gold questions in `gold`; without it the bundled ones, or of other documents those that are suggested.

    None where nothing is indexed yet or no question was found.  Raises GoldError, IndexDamaged.
    """
    from eval import GOLD, Question, parts_of, read_gold
    from ingest import Suggested

    if gold or places.corpus.resolve() == bundled_corpus().resolve():
        return read_gold(parts_of(gold or GOLD), gold or GOLD)
    catalog = places.catalog
    kept = filter(None, map(catalog.suggested, reversed(catalog.names())))
    suggested = next(kept, Suggested()).suggestions
    return [Question(s.document_id, "suggested", s.question, "answered") for s in suggested]


def _show(impact: Impact) -> None:
    from rich.text import Text

    from ibid.render import put, stdout

    console = stdout()
    effects = Counter(change.effect for change in impact.changes)
    counts = ", ".join(f"{effects[effect]} {effect}" for effect in ("exact", "changed", "lost", "gained"))
    typer.echo(f"Answers to {len(impact.changes)} questions: {counts}.")
    typer.echo(f"Their citations: {_count(impact.citations)}.")
    for change in impact.changes:
        if change.effect != "exact":
            put(console, Text(f"{change.effect}: {change.question}  {change.text}"), 4)
            put(console, Text.assemble(("before: ", "dim"), change.before), 8)
            put(console, Text.assemble(("after: ", "dim"), change.after), 8)
        for pattern in change.lost_nuggets:
            put(console, Text(f"lost vital nugget: {pattern}"), 8)
    for name, verdicts in impact.stored:
        typer.echo(f"{name}: {_count(verdicts)}.")
        for verdict in verdicts:
            if verdict.status != "exact":
                put(console, Text(f"{verdict.status}: {verdict.document_id}  “{' '.join(verdict.quote.split())}”"), 4)


def _count(verdicts: tuple[Verdict, ...]) -> str:
    counts = Counter(verdict.status for verdict in verdicts)
    return ", ".join(f"{counts[status]} {status}" for status in ("exact", "moved", "gone"))
