"""How many questions are told to be in another language than English: `python bench/language.py [DATA]`.

Those of tests/languages.json were written for this in thirteen languages; the gold questions, and those of `asked` in
DATA, are all English, and none of them may be called foreign.  It is not in `make bench`; some seconds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer.language import language_notice
from eval import read_gold
from eval.public.excerpts import read_asked

WRITTEN = Path(__file__).parent.parent / "tests" / "languages.json"


def foreign(questions: Iterable[str]) -> tuple[int, int]:
    """How many of `questions` are told to be foreign, and how many there are."""
    told = [bool(language_notice(question, [])) for question in questions]
    return sum(told), len(told)


def main(data: Path) -> None:
    """Print the counts of each language and of each set of English questions."""
    sets = json.loads(WRITTEN.read_text(encoding="utf-8"))
    sets["en, gold"] = [text for q in read_gold() for text in (q.question, *q.paraphrases)]
    for split in ("train", "dev", "test"):
        sets[f"en, asked {split}"] = [q.question for q in read_asked(data, split)]
    for name, questions in sets.items():
        told, there = foreign(questions)
        print(f"{name:16} {told} of {there}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"))
