"""Gold questions asked of an index in files and of the same index elsewhere: `python bench/engines.py [--corpus DIR]`.

The corpus, the bundled one if none is given, is indexed, published to a SeaweedFS on this machine and pulled into an
empty folder, as `ibid index --publish` and `ibid serve --from` do.  Every gold question is then asked of both, in its
conversation: answers must have the same text and citations, and passages the same scores to 1e-5.  Writes the counts
under the name of the corpus into bench/results/engines.json.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer import Answerer
from eval import Question, Told, read_gold
from eval.run import tell_all
from ibid.opening import index, open_answerer
from ibid.places import Places, bundled_corpus
from ingest import Puller, open_objects, publish
from tools.seaweed import BUCKET, seaweed

RESULTS = Path(__file__).parent / "results" / "engines.json"
# What an engine may differ by in a score.
EXACT = 1e-5


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


def pulled(source: Path, folder: Path) -> Answerer:
    """What answers from a replica of the index `source`, by way of a store that runs in `folder` meanwhile."""
    with seaweed(folder / "weeds") as store:
        os.environ |= store.environment
        objects = open_objects(f"s3://{BUCKET}/gold")
        publish(source, objects)
        Puller(objects, folder / "replica").pull()
    return open_answerer(Places.of(index=folder / "replica"))


def main() -> None:
    """Index, publish, pull, ask both, and write how often they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=bundled_corpus())
    corpus = parser.parse_args().corpus
    with tempfile.TemporaryDirectory() as folder:
        places = Places.of(corpus, Path(folder) / "index")
        index(places)
        counts = differences(open_answerer(places), pulled(places.index, Path(folder)), read_gold())
    keep(f"{corpus.resolve().name}: object store", counts)


if __name__ == "__main__":
    main()
