"""Cuts what tells languages apart out of py3langid's model: `python tools/cut_languages.py`.

It needs py3langid 0.4 (BSD; `pip install py3langid==0.4.0`), which ibid itself does not.  See answer/LANGUAGE.md.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from answer.language import NOTICES, STEP, TABLE

# The n-grams that are kept: those that tell most, by how often a language has them and how rarely English does.
_KEPT = 40_000


def _grams(model: LanguageIdentifier) -> dict[int, bytes]:
    """The n-gram of each feature: the shortest way to a state of the automaton that finds it."""
    moves, rows = np.asarray(model.tk_nextmove), np.asarray(model.tk_row, dtype=np.int64)
    names = {0: b""}
    found: dict[int, bytes] = {}
    todo = [0]
    while todo:
        state = todo.pop(0)
        row = moves[rows[state] * 256 : rows[state] * 256 + 256]
        for letter in np.flatnonzero(row):
            following = int(row[letter])
            if following not in names:
                names[following] = names[state] + bytes([letter])
                todo.append(following)
                if model.tk_output[following] >= 0:
                    found.setdefault(model.tk_output[following], names[following])
    return found


def main() -> None:
    """Write the table."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    languages = ["en", *(code for code in json.loads(NOTICES.read_text(encoding="utf-8")) if code != "en")]
    columns = [list(model.nb_classes).index(code) for code in languages]
    grams = _grams(model)
    features = sorted(grams)
    known = np.asarray(model.nb_ptc)[features][:, columns].astype(np.float32)
    odds = known - known[:, :1]
    telling = np.exp(known) * np.abs(odds)
    telling[:, 0] = np.exp(known[:, 0]) * np.abs(odds).max(axis=1)
    kept = sorted(np.argsort(-telling.max(axis=1))[:_KEPT], key=lambda n: grams[features[n]])
    np.savez_compressed(
        TABLE,
        languages=np.array(languages),
        grams=np.frombuffer(b"".join(grams[features[n]] for n in kept), dtype=np.uint8),
        lengths=np.array([len(grams[features[n]]) for n in kept], dtype=np.uint8),
        odds=np.clip(np.rint(odds[kept] / STEP), -127, 127).astype(np.int8)[:, 1:],
        prior=np.asarray(model.nb_pc)[columns].astype(np.float32),
    )
    sys.stdout.write(f"{TABLE.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
