"""Attacks on a server, a page, a terminal, a fetch and a model's line: `python -m bench.attack [SLOW] [CUTS] [ASKED]`.

All of it stays on this machine.  `ibid serve` is started over documents each of whose places holds one of sixty
payloads; SLOW clients (200 if not given) hold connections beside 16 honest ones, CUTS streams (500) are cut off at any
point, and ASKED questions (180) are asked in a browser, which then reads the sources, a search, a diff and the
report of a run whose gold questions hold them.  What is 0 is left as it was.  Writes bench/results/attack.json.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.attack.clients import ask_beside, cut_streams, held_by
from bench.attack.doors import through_doors
from bench.attack.fetching import hold_up, reach_inside
from bench.attack.models import ask_models
from bench.attack.pages import NAMES, show_answers, show_files, show_rest, watched, write_corpus, write_gold
from bench.attack.payloads import PAYLOADS
from bench.serve import served
from ibid.opening import index
from ibid.places import Places

_TARGET = Path(__file__).parents[1] / "results" / "attack.json"


def main() -> None:
    """Attack one after the other."""
    slow, cuts, asked = (int(number) for number in [*sys.argv[1:], *("200", "500", "180")[len(sys.argv) - 1 :]])
    told: dict[str, Any] = {} if slow and cuts and asked else json.loads(_TARGET.read_text(encoding="utf-8"))
    told["machine"] = {"cores": os.cpu_count(), "load_before": list(os.getloadavg())}
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        places = Places.of(corpus, Path(folder) / "index")
        if asked:
            # For what has changed to be shown.
            write_corpus(corpus, PAYLOADS[::-1])
            index(places)
        write_corpus(corpus, PAYLOADS)
        index(places, suggests=True)
        questions = [
            f"What is said of {NAMES[(number + turn) % len(NAMES)].format(number)}?"
            for turn in range(len(NAMES))
            for number in range(len(PAYLOADS))
        ]
        with served(places, "--rate", "0", "--patience", "60") as server:
            if slow:
                told["slow"] = ask_beside(server.url, questions[:20], 16, slow, 10, 3)
                _write(told)
            if cuts:
                told["cut"] = cut(server.url, server.process, questions[:20], cuts)
                _write(told)
            if asked:
                told["pages"] = browse(Path(folder), places, server.url, questions[:asked])
                _write(told)
        if asked:
            told["doors"] = through_doors(Path(folder) / "doors")
    told["fetch"] = {"inside": reach_inside(), "held_up": hold_up()}
    told["models"] = ask_models()
    told["machine"]["load_after"] = list(os.getloadavg())
    _write(told)


def _write(told: dict[str, Any]) -> None:
    _TARGET.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(_TARGET.read_text(encoding="utf-8"))


def cut(url: str, process: int, questions: list[str], times: int) -> dict[str, Any]:
    """What a server holds before streams are cut off, and some seconds after it."""
    cut_streams(url, questions, times // 5)
    time.sleep(3)
    before = held_by(process)
    cut_streams(url, questions, times)
    time.sleep(3)
    return {"streams": times, "before": before, "after": held_by(process)}


def browse(folder: Path, places: Places, url: str, questions: list[str]) -> dict[str, Any]:
    """What a browser was made to do by all that it was shown."""
    from playwright.sync_api import sync_playwright

    ibid = [sys.executable, "-m", "ibid"]
    where = ["--index", str(places.index), "--corpus", str(places.corpus)]
    subprocess.run([*ibid, "diff", *where, "--html", str(folder / "diff.html")], check=True)
    write_gold(folder / "gold", PAYLOADS)
    subprocess.run([*ibid, "eval", *where, "--gold", str(folder / "gold"), "--out", str(folder / "run")], check=True)
    subprocess.run([*ibid, "eval", "report", str(folder / "run"), "--out", str(folder / "report.html")], check=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        with watched(browser, (f"{url}/", "file://")) as (page, found):
            showing = show_answers(page, found, f"{url}/", questions)
            show_rest(page, found, f"{url}/", [f"page{number}" for number in range(0, len(PAYLOADS), 4)])
            show_files(page, found, [folder / "diff.html", folder / "report.html"])
        browser.close()
    return {"payloads": len(PAYLOADS), "asked": len(questions), "answers_that_show_one": showing, **found}


if __name__ == "__main__":
    main()
