"""Gold questions become a Run, its scores, and a report."""

from eval.check import Problem, check
from eval.cost import Start, cold_start, stages
from eval.errors import DatasetError, EvalError, GoldError, RunError
from eval.gold import GOLD, PARTS, Nugget, Question, Span, read_gold
from eval.impact import Change, Impact, impact
from eval.manifest import manifest
from eval.run import Outcome, Told, ask_all
from eval.store import Journal, Run

__all__ = [
    "GOLD",
    "PARTS",
    "Change",
    "DatasetError",
    "EvalError",
    "GoldError",
    "Impact",
    "Journal",
    "Nugget",
    "Outcome",
    "Problem",
    "Question",
    "Run",
    "RunError",
    "Span",
    "Start",
    "Told",
    "ask_all",
    "check",
    "cold_start",
    "impact",
    "manifest",
    "read_gold",
    "stages",
]
