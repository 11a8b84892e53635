"""What people say of answers, kept as drafts of gold questions.

DIR/drafts.jsonl has one JSON object a line: `right`, `comment`, `generation`, `received`, and `item`, which is a gold
item (eval/gold/README.md) as far as it is known.  Of an answer that was wrong only the question is: what would have
been right is for the evaluator to say, as with `ibid gold add`.
"""

from __future__ import annotations

import datetime
import json
import re
import threading
import uuid
from pathlib import Path

from answer import Answer
from eval.draft import draft
from ibid.http.problems import RequestProblem

STRATUM = "feedback"
MOST_BYTES = 50_000_000


class Feedback:
    """The drafts in one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep drafts in `folder`, which is made.  Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "drafts.jsonl"
        self._lock = threading.Lock()
        self._path.touch(mode=0o600)

    def keep(self, answer: Answer, right: bool, comment: str) -> None:
        """Add a draft.  Raises RequestProblem 503 where there are too many, OSError where it cannot be written."""
        name = f"{STRATUM}-{uuid.uuid4().hex[:12]}"
        item: dict[str, object] = {"id": name, "stratum": STRATUM, "question": answer.question}
        if right:
            said = [_pattern(statement.text) for statement in answer.statements]
            item = draft(answer, name, STRATUM, said[:1], said[1:]).to_json()
        received = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        told = {"right": right, "comment": comment, "generation": answer.generation, "received": received, "item": item}
        with self._lock:
            if self._path.stat().st_size > MOST_BYTES:
                raise RequestProblem(503, "feedback_full", "no more feedback is kept", "move drafts.jsonl away")
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told, ensure_ascii=False) + "\n")


def _pattern(text: str) -> str:
    return " ".join(re.escape(word) for word in text.split())
