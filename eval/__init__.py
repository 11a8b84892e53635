"""Gold questions become a Run, its scores, and a report."""

from eval.errors import EvalError, GoldError
from eval.gold import PARTS, Nugget, Question, Span, read_gold
from eval.impact import Change, Impact, impact
from eval.report import COLUMNS, rows, scores_json, write
from eval.run import Outcome, Run, run
from eval.scores import Score, score, score_by_stratum

__all__ = [
    "COLUMNS",
    "PARTS",
    "Change",
    "EvalError",
    "GoldError",
    "Impact",
    "Nugget",
    "Outcome",
    "Question",
    "Run",
    "Score",
    "Span",
    "impact",
    "read_gold",
    "rows",
    "run",
    "score",
    "score_by_stratum",
    "scores_json",
    "write",
]
