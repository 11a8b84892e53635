"""Plant faults in what a model writes, and count those that are caught: `python bench/generator.py [CORPUS …]`.

A scripted generator writes one sentence at a time, made from a sentence of the corpus by a rule, and cites a passage.
A wrong one that is still said is a miss; a right one that is not said is a loss.  Of the bundled corpus there is free
prose as well, in prose/: sentences written by no rule, as a model might write them, right (`fault` null) or with a
fault, each with the words by which the sentence that it is of is found.  The checks were mended by the first set; the
second is freer, and was written when they were.  Writes bench/results/generator.json.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer import Answerer, Evidence, Message, Reply, Schema
from answer.compose import marked, says_the_same
from answer.writer.draft import draft
from answer.writer.prompt import passages_for
from answer.writer.prove import Prover
from bench.planted import RIGHT, WRONG, planted
from ibid.opening import index, open_index
from ibid.places import Places

ROOT = Path(__file__).parent.parent
A_RULE = 60
ASKED = ("wrong_citation", "altered_figure", "dropped_negation")


class Scripted:
    """Writes what it is told to."""

    name = "scripted"
    reply = ""

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        """The sentence that is planted."""
        return Reply(self.reply)


def main() -> None:
    """Plant in every corpus, and write what came of it."""
    corpora = [Path(given) for given in sys.argv[1:]] or [ROOT / "corpus", ROOT / "tests" / "sport"]
    found = {corpus.name: measure(corpus) for corpus in corpora}
    if ROOT / "corpus" in corpora:
        for file in sorted((Path(__file__).parent / "prose").glob("*.jsonl")):
            found[f"prose, {file.stem} set"] = measure_prose(ROOT / "corpus", file)
    target = Path(__file__).parent / "results" / "generator.json"
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


def measure(corpus: Path) -> dict[str, object]:
    """What was caught of each kind of fault, and what was lost of each kind of right sentence."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        places = Places(corpus, Path(folder))
        index(places)
        answerer = Answerer(*open_index(places))
        prover = Prover(answerer.terms, answerer.encoder)
        generation = answerer.generation
        everything: dict[str, list[Evidence]] = {}
        texts = []
        for passage in generation.passages(generation.rows()):
            document = generation.document(passage.document_id)
            for sentence in document.sentences:
                text = document.reading_text(sentence.start, sentence.end)
                kind = document.blocks[sentence.block].kind
                if passage.start <= sentence.start < passage.end and kind in ("paragraph", "item"):
                    texts.append(text)
        texts = [t for t in dict.fromkeys(texts) if len(t.split()) > (5 if t.endswith((".", "!")) else 8)]
        said, of = Counter[str](), Counter[str]()
        told: list[str] = []

        def say(kind: str, source: str, sentence: str, cite: int | None = None) -> None:
            evidence = everything.setdefault(source, answerer.evidence(source))
            passages = passages_for([evidence])
            own = next((n for n, e in enumerate(passages, 1) if source in e.text), None)
            if own is None or of[kind] >= A_RULE:
                return
            number = own if cite is None else cite if cite else wrong(passages, own, chance)
            if number is None:
                return
            stop = sentence[-1] if sentence[-1] in ".!" else "."
            generator.reply = f"{sentence.rstrip('.!')} [{number}]{stop}"
            kept = draft(generator, source, [evidence], marked(evidence), prover).sentences
            of[kind] += 1
            said[kind] += bool(kept)
            if bool(kept) == (kind in wrongs):
                why = prover.fault(sentence, [passages[number - 1]]) if number <= len(passages) else None
                told.append(f"{kind} ({why}): {generator.reply}")

        generator = Scripted()
        rights = [rule.__name__ for rule in RIGHT]
        wrongs = [*(rule.__name__ for rule in WRONG), "wrong_citation", "dangling"]
        chance.shuffle(texts)
        for kind, source, sentence in planted(RIGHT + WRONG, texts, chance, answerer.terms):
            say(kind, source, sentence)
        for source in texts * 2:
            say("wrong_citation", source, source, 0)
            say("dangling", source, source, 99)
    kept, lost = sum(said[r] for r in rights), sum(of[r] - said[r] for r in rights)
    asked = sum(of[k] for k in ASKED)
    return {
        "caught_percent": {k: _percent(of[k] - said[k], of[k]) for k in wrongs},
        "planted": {k: of[k] for k in wrongs},
        "asked": {"planted": asked, "caught_percent": _percent(asked - sum(said[k] for k in ASKED), asked)},
        "all_faults": {
            "planted": sum(of[k] for k in wrongs),
            "caught_percent": _percent(sum(of[k] - said[k] for k in wrongs), sum(of[k] for k in wrongs)),
        },
        "right": {k: of[k] for k in rights},
        "dropped_percent": {k: _percent(of[k] - said[k], of[k]) for k in rights},
        "right_dropped_percent": _percent(lost, kept + lost),
        "not_as_it_should_be": told,
    }


def measure_prose(corpus: Path, file: Path) -> dict[str, object]:
    """What was caught of the faults in free prose, by kind, and how much of what is right was lost."""
    lines = file.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        places = Places(corpus, Path(folder))
        index(places)
        answerer = Answerer(*open_index(places))
        prover = Prover(answerer.terms, answerer.encoder)
        done, of = Counter[str](), Counter[str]()
        told: list[str] = []
        for row in map(json.loads, lines):
            passages = passages_for([answerer.evidence(row["source"])])
            cited = next(passage for passage in passages if row["source"] in passage.text)
            fault = prover.fault(row["written"], [cited])
            kind = row["fault"] or "right"
            of[kind] += 1
            is_done = (fault is None) == (row["fault"] is None)
            done[kind] += is_done
            if not is_done:
                told.append(f"{kind} ({fault}): {row['written']}")
    faults = [kind for kind in of if kind != "right"]
    caught, planted_here = sum(done[k] for k in faults), sum(of[k] for k in faults)
    return {
        "caught": {kind: f"{done[kind]} of {of[kind]}" for kind in faults},
        "all_faults": {"planted": planted_here, "caught_percent": _percent(caught, planted_here)},
        "right": of["right"],
        "right_dropped_percent": _percent(of["right"] - done["right"], of["right"]),
        "not_as_it_should_be": told,
    }


def wrong(passages: Sequence[Evidence], own: int, chance: random.Random) -> int | None:
    """The number of a passage that does not say what number `own` says: of the nearest three, by chance."""
    mine = passages[own - 1]
    others = [
        n
        for n, e in enumerate(passages, 1)
        if mine.text.rstrip(".") not in e.text
        and e.text.rstrip(".") not in mine.text
        and not says_the_same(mine.text, e.text)
    ]
    return chance.choice(others[:3]) if others else None


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


if __name__ == "__main__":
    main()
