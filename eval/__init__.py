"""Gold questions become a Run, its scores, and a report."""

from eval.check import Problem, check
from eval.compare import Comparison, Verdict, compare, gate
from eval.cost import Start, cold_start, stages, tokens
from eval.errors import DatasetError, EvalError, GoldError, RunError
from eval.gold import GOLD, PARTS, Nugget, Question, Span, parts_of, read_gold
from eval.impact import Change, Impact, impact
from eval.manifest import manifest
from eval.measures import MEASURES, Measure
from eval.report import render
from eval.run import Outcome, Told, ask_all
from eval.scores import Score, Scores, score
from eval.store import Journal, Run

__all__ = [
    "GOLD",
    "MEASURES",
    "PARTS",
    "Change",
    "Comparison",
    "DatasetError",
    "EvalError",
    "GoldError",
    "Impact",
    "Journal",
    "Measure",
    "Nugget",
    "Outcome",
    "Problem",
    "Question",
    "Run",
    "RunError",
    "Score",
    "Scores",
    "Span",
    "Start",
    "Told",
    "Verdict",
    "ask_all",
    "check",
    "cold_start",
    "compare",
    "gate",
    "impact",
    "manifest",
    "parts_of",
    "read_gold",
    "render",
    "score",
    "stages",
    "tokens",
]
