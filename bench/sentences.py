"""How well sentences are told apart: F1 of the breaks, beside syntok as it is and pySBD.

    python bench/sentences.py [FILE.conllu …]

The breaks of tests/sentences.jsonl were set by hand.  A file of Universal Dependencies may be measured on, too: its
paragraphs are joined from their sentences.  syntok and pySBD are left out where they are not installed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from ingest.read.sentences import split_sentences

HAND_CHECKED = Path(__file__).parent.parent / "tests" / "sentences.jsonl"
Splitter = Callable[[str], Iterable[int]]


def hand_checked(path: Path = HAND_CHECKED) -> dict[str, list[list[str]]]:
    """The paragraphs of each field, as their sentences."""
    fields: dict[str, list[list[str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        fields.setdefault(record["field"], []).append(record["sentences"])
    return fields


def treebank(path: Path) -> list[list[str]]:
    """The paragraphs of a CoNLL-U file, as their sentences."""
    paragraphs: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(("# newdoc", "# newpar")):
            paragraphs.append([])
        elif line.startswith("# text = "):
            paragraphs[-1].append(line.removeprefix("# text = "))
    return [paragraph for paragraph in paragraphs if paragraph]


def score(paragraphs: Sequence[Sequence[str]], split: Splitter) -> tuple[int, int, int]:
    """How many breaks are right, how many were found, and how many there are."""
    right = found = there = 0
    for sentences in paragraphs:
        wanted = set(_breaks(sentences))
        given = {start for start in split(" ".join(sentences)) if start > 0}
        right, found, there = right + len(wanted & given), found + len(given), there + len(wanted)
    return right, found, there


def f1(right: int, found: int, there: int) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * right / (found + there) if found + there else 1.0


def splitters() -> dict[str, Splitter]:
    """What is compared, each as a function that gives where sentences start."""
    found: dict[str, Splitter] = {
        "ibid": lambda text: (start for start, _ in split_sentences(text)),
    }
    if find_spec("syntok"):
        from syntok import segmenter

        found["syntok"] = lambda text: (s[0].offset for paragraph in segmenter.analyze(text) for s in paragraph if s)
    if find_spec("pysbd"):
        from pysbd import Segmenter

        rules = Segmenter(language="en", clean=False, char_span=True)
        found["pySBD"] = lambda text: (span.start for span in rules.segment(text))
    return found


def _breaks(sentences: Sequence[str]) -> Iterator[int]:
    position = 0
    for sentence in sentences[:-1]:
        position += len(sentence) + 1
        yield position


def main(files: Sequence[str]) -> None:
    """Print a line for each set and splitter: F1, precision, recall and the number of breaks."""
    sets = hand_checked()
    sets["all six"] = [paragraph for paragraphs in sets.values() for paragraph in paragraphs]
    sets |= {Path(file).name: treebank(Path(file)) for file in files}
    for name, paragraphs in sets.items():
        for system, split in splitters().items():
            right, found, there = score(paragraphs, split)
            print(  # noqa: T201
                f"{name:24} {system:8} F1 {f1(right, found, there):.3f}  precision {right / max(found, 1):.3f}"
                f"  recall {right / max(there, 1):.3f}  of {there}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
