"""A measure as one object: its name and what that means, which way is better, how it is reckoned, and how it is shown.

A measure is a statistic of columns, a column a thing that is known of each question, under weights that say how often
each question is counted.  So one function gives the estimate (every weight 1), its bootstrap (weights drawn), and its
permutations (weights of the two runs exchanged); and scores of a set, as an area or a ratio, are no special case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
import numpy.typing as npt

from eval.run import Outcome
from eval.store import Run

Floats = npt.NDArray[np.float64]
# Columns of shape (n,), a question a place; NaN where a question has no value.
Table = Mapping[str, Floats]
# Of the values of each column, shape (n,), and weights (B, n): shape (B,).
Statistic = Callable[..., Floats]
Values = Callable[[Run], Sequence[float]]
Direction = Literal["higher", "lower", "neither"]
Guard = Literal["loss", "break"]


class Group(StrEnum):
    """What a measure is about; in the order in which a page shows them."""

    ANSWER = "Answer"
    CITATION = "Citation"
    REFUSING = "Refusing"
    CONFIDENCE = "Confidence"
    RETRIEVAL = "Retrieval"
    CONVERSATION = "Conversation"
    ROBUSTNESS = "Robustness"


@dataclass(frozen=True, slots=True)
class ValueForm:
    """How a page writes a value: how many times itself, with how many digits, and in what unit."""

    name: Literal["part", "score", "number"]
    times: int
    digits: int
    unit: str

    def written(self, value: float) -> str:
        """The value with its unit."""
        # Beside the dash of an interval a hyphen could not be told from one.
        return f"{self.times * value:.{self.digits}f}{self.unit}".replace("-", "−")


PART = ValueForm("part", 100, 0, "%")
SCORE = ValueForm("score", 1, 2, "")
NUMBER = ValueForm("number", 1, 0, "")


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of each question: `values` of a run are in the order of its outcomes, NaN where one has none."""

    name: str
    values: Values


# A measure is what it is, and not another with the same parts.
@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """What is measured.

    `name` is its identity, in scores and on a terminal.  `title` and `words` say on a page what it is, and mean
    something to one who knows no measures; `form` is how a value is written there.  `direction` is what is better.

    `function` of the values of its `columns`, each of shape (n,), and weights (B, n) is (B,), NaN where no question
    counted has a value.  `kind` is what it gives: the mean of the means of its columns, which rest on other questions
    each; another number in [0, 1], as an area; or a ratio, which may be any.  `parameters` are what it is reckoned
    with, as the number of passages that are looked at.

    `guard` is what the gate does with it: it stops a run in which it is significantly worse (`loss`), or one in which
    it is less than 1 for a question (`break`).
    """

    name: str
    group: Group
    title: str
    words: str
    columns: tuple[Column, ...]
    function: Statistic
    direction: Direction = "higher"
    form: ValueForm = PART
    kind: Literal["mean", "area", "ratio"] = "mean"
    parameters: Mapping[str, float] = field(default_factory=dict)
    guard: Guard | None = None

    def statistic(self, table: Table, weights: Floats) -> Floats:
        """What it is over the questions of a table, counted as often as `weights` (B, n) say: shape (B,)."""
        return self.function(*self.of(table), weights)

    def of(self, table: Table) -> tuple[Floats, ...]:
        """The values of its columns."""
        return tuple(table[column.name] for column in self.columns)

    def there(self, table: Table) -> Floats:
        """Which questions the measure rests on, 1 or 0: those with a value in any of its columns.  Shape (n,)."""
        known = np.stack([~np.isnan(values) for values in self.of(table)])
        return known.any(axis=0).astype(float)

    def is_bounded(self, table: Table) -> bool:
        """Whether it cannot but lie in [0, 1]."""
        values = np.concatenate([values[~np.isnan(values)] for values in self.of(table)])
        return self.kind != "ratio" and bool(((values >= 0) & (values <= 1)).all())

    def is_worse(self, before: float, after: float) -> bool:
        """Whether `after` is worse than `before`; never where neither direction is better."""
        return after > before if self.direction == "lower" else self.direction == "higher" and after < before

    def shown(self, value: float) -> str:
        """A value of it, or a difference of two, as a page writes it."""
        return self.form.written(value)

    @property
    def place(self) -> tuple[int, bool, bool]:
        """What a page sorts measures by: their groups, and in each first parts, and what has a title in plain words."""
        return list(Group).index(self.group), self.form is not PART, self.title == self.name


def mean_of(
    column: Column,
    group: Group,
    title: str,
    words: str,
    direction: Direction = "higher",
    form: ValueForm = PART,
    parameters: Mapping[str, float] | None = None,
    guard: Guard | None = None,
) -> Measure:
    """The measure that is the mean of a column, and has its name."""
    return Measure(
        column.name, group, title, words, (column,), mean, direction, form, parameters=parameters or {}, guard=guard
    )


def per_question(value: Callable[[Outcome], float]) -> Values:
    """The values of a run, where each comes of one outcome alone."""
    return lambda run: [value(outcome) for outcome in run.outcomes]


def mean(values: Floats, weights: Floats) -> Floats:
    """The weighted mean of the values of a column."""
    there = ~np.isnan(values)
    counted = weights[:, there]
    total: Floats = counted.sum(1)
    return ratio(counted @ values[there], total)


def ratio(over: Floats, under: Floats, nothing: float = np.nan) -> Floats:
    """`over` / `under`, of one shape; `nothing` where `under` is not above 0."""
    out: Floats = np.full(under.shape, nothing)
    return np.divide(over, under, out=out, where=under > 0)
