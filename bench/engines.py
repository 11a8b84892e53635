"""Gold questions asked of an index in files and of the same index elsewhere: `python bench/engines.py [--corpus DIR]`.

The corpus, the bundled one if none is given, is indexed, published to a SeaweedFS on this machine and pulled into an
empty folder, as `ibid index --publish` and `ibid serve --from` do.  Every gold question is then asked of both, in its
conversation: answers must have the same text and citations, and passages the same scores to 1e-5.  Writes the counts
under the name of the corpus into bench/results/engines.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer import Answerer
from eval import GOLD, PARTS, Question, Told, read_gold
from eval.run import tell_all

RESULTS = Path(__file__).parent / "results" / "engines.json"
# What an engine may differ by in a score.
EXACT = 1e-5


def gold() -> list[Question]:
    """The gold questions of all parts."""
    return [question for part in PARTS for question in read_gold(GOLD, part)]


def differences(files: Answerer, other: Answerer, questions: Sequence[Question]) -> dict[str, Any]:
    """In how many of `questions` what is told from `files` and from the `other` engine differs, and in what.

    `score` is the greatest difference of the scores of a passage and of the confidences, `examples` are the ids of the
    first questions that differ in anything but the scores.
    """
    counts: dict[str, Any] = {"questions": 0, "text": 0, "citations": 0, "passages": 0, "score": 0.0, "examples": []}
    told = zip(questions, tell_all(files, questions), tell_all(other, questions), strict=True)
    for question, one, two in told:
        differs = [name for name, is_other in _differs(one, two).items() if is_other]
        counts["questions"] += 1
        counts["score"] = max(counts["score"], _apart(one, two))
        for name in differs:
            counts[name] += 1
        if differs and len(counts["examples"]) < 5:
            counts["examples"].append(question.id)
    return counts


def _differs(one: Told, two: Told) -> dict[str, bool]:
    first, second = one.answer.to_json(), two.answer.to_json()
    cited = ("citations", "nearest", "notices", "statements")
    return {
        "text": any(first[name] != second[name] for name in ("text", "status", "reason", "resolved_question")),
        "citations": any(first.get(name) != second.get(name) for name in cited),
        "passages": [hit.passage for hit in one.hits] != [hit.passage for hit in two.hits],
    }


def _apart(one: Told, two: Told) -> float:
    """The greatest difference of two scores of one passage, or of the confidences."""
    scores = {hit.passage: hit.score for hit in two.hits}
    pairs = [(hit.score, scores[hit.passage]) for hit in one.hits if hit.passage in scores]
    pairs.append((one.answer.confidence, two.answer.confidence))
    return max(abs(first - second) for first, second in pairs)


def keep(name: str, counts: dict[str, Any]) -> None:
    """Write `counts` under `name` beside what others have written, and print them."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results[name] = counts
    RESULTS.write_text(json.dumps(dict(sorted(results.items())), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{name}: {json.dumps(counts)}\n")
