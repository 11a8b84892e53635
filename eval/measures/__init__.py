"""The measures of a run, each one object: all that scores, compares, gates, prints or explains them asks it."""

from __future__ import annotations

import numpy as np

from eval.measures import confidence, consistency, nuggets, refusals, retrieval, support
from eval.measures.measure import Column, Floats, Group, Measure, Table
from eval.store import Run

__all__ = ["BY_NAME", "MEASURES", "Column", "Floats", "Group", "Measure", "Table", "named", "table"]

# In the order of scores; a page sorts them by `Measure.place`.
MEASURES: tuple[Measure, ...] = (
    *retrieval.MEASURES,
    *nuggets.MEASURES,
    *support.MEASURES,
    *refusals.MEASURES,
    *confidence.MEASURES,
    *consistency.MEASURES,
)
BY_NAME = {measure.name: measure for measure in MEASURES}


def named(*names: str) -> tuple[Measure, ...]:
    """The measures of these names, in their order.  Raises KeyError for what is none."""
    return tuple(BY_NAME[name] for name in names)


def table(run: Run) -> Table:
    """What is known of each question of `run`, in order: the columns of all measures."""
    columns = dict.fromkeys(column for measure in MEASURES for column in measure.columns)
    return {column.name: np.array(column.values(run), dtype=float) for column in columns}
