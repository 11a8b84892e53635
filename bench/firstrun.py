"""How long the first answer out of a folder takes: `python bench/firstrun.py [ROUNDS]`.

A folder of 20 small documents is made, and each round is a new user's first: `ibid serve FOLDER` of this Python, with
empty data and cache folders, from the start of the command until it says where it answers, and until the answer to a
question has come over HTTP.  The first round, in which what is imported may have to be compiled and read from the disk,
and the median of the others, of ROUNDS (4 if not given).  Writes bench/results/firstrun.json.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.machine import machine

DOCUMENTS = 20
GOAL = 30.0
PACKAGES = ("ibid", "onnx", "onnxruntime", "sentence-transformers", "torch", "uvicorn")
_PARTS = ("wick", "burner", "shade", "handle", "tank", "chimney")


def write_folder(folder: Path, seed: int = 0) -> dict[str, int]:
    """Write manuals of lanterns into `folder`; the hours that the tank of each lasts, by its name."""
    chance = random.Random(seed)
    hours: dict[str, int] = {}
    for number in range(DOCUMENTS):
        name = "".join(chance.choice("bdfklmnprst") + chance.choice("aeiou") for _ in range(3)).capitalize()
        hours[name] = chance.randint(5, 60)
        pages = [f"# The {name} lantern", f"A full tank of the {name} lantern lasts {hours[name]} hours."]
        for part in chance.sample(_PARTS, 4):
            years, colour = chance.randint(2, 9), chance.choice(("brass", "tin", "copper"))
            pages += [
                f"## The {part}",
                f"The {part} of the {name} is of {colour}, and is to be renewed every {years} years.",
            ]
            pages += [
                f"Clean the {part} with a dry cloth before the lantern is lit, and let it cool before you store it."
            ]
        (folder / f"{number:02}-{name.lower()}.md").write_text("\n\n".join(pages) + "\n", encoding="utf-8")
    return hours


def first_answer(folder: Path, hours: dict[str, int]) -> dict[str, float]:
    """Seconds from the start of the command until it says where it answers, and until it has answered."""
    name, right = next(iter(hours.items()))
    with tempfile.TemporaryDirectory() as own:
        places = {"XDG_DATA_HOME": f"{own}/data", "XDG_CACHE_HOME": f"{own}/cache", "HOME": own}
        before = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "ibid", "serve", str(folder), "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
            cwd=own,
            env=os.environ | places,
        )
        try:
            assert server.stderr
            told = []
            while not (found := re.search(r"Answering at (http://\S+);", "".join(told[-1:]))):
                told.append(server.stderr.readline())
                if not told[-1]:
                    raise SystemExit(f"it has ended: {''.join(told)}")
            address = time.perf_counter() - before
            body = json.dumps({"question": f"How many hours does a full tank of the {name} lantern last?"}).encode()
            asked = urllib.request.Request(f"{found[1]}/v1/answers", body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(asked) as response:
                record = json.load(response)
            answer = time.perf_counter() - before
        finally:
            server.terminate()
            server.communicate()
    if f"{right} hours" not in record["text"]:
        raise SystemExit(f"a wrong answer: {record['text']}")
    return {"address_seconds": round(address, 2), "answer_seconds": round(answer, 2)}


def main() -> None:
    """Measure, and write the result."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    load = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory() as temporary:
        hours = write_folder(Path(temporary))
        runs = [first_answer(Path(temporary), hours) for _ in range(rounds)]
    again = {what: round(statistics.median(run[what] for run in runs[1:]), 2) for what in runs[0]} if runs[1:] else None
    result = machine(PACKAGES) | {"load_average": load, "documents": DOCUMENTS, "rounds": rounds, "goal_seconds": GOAL}
    result |= {"first": runs[0], "again": again}
    text = json.dumps(result, indent=1) + "\n"
    (Path(__file__).parent / "results" / "firstrun.json").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
