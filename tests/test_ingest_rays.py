"""Actors of a Ray cluster make what one process makes.

Ray listens on every interface, whatever it is told: it runs where there is none but the loopback, and where nothing
that it starts outlives the test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fakes import BagEncoder, page

from ingest import PackageMissing, Work
from ingest.work.rays import ray_workers

pytest.importorskip("ray", reason="there is no ray; install it with: pip install 'ibid[ray]'")
ALONE = [
    *("unshare", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc"),
    *("sh", "-c", 'ip link set lo up && "$@"', "sh"),
]
DOCUMENTS = 30
_BUILD = textwrap.dedent(
    """
    import json, os, sys, time
    from dataclasses import dataclass
    from pathlib import Path

    from fakes import BagEncoder
    from ingest import FileCatalog, Source, Work, build
    from ingest.work.rays import LOCAL, ray_workers

    @dataclass(frozen=True, slots=True)
    class Killing(Source):
        @property
        def suffix(self):
            os._exit(3)

    def pids():
        listed = os.popen("ps -eo pid=,args=").read().splitlines()
        return [int(line.split()[0]) for line in listed if line.split()[1].startswith("ray::Worker")]

    def held(index):
        generation = FileCatalog(index).open()
        rows = generation.rows()
        passages = [passage.to_json() for passage in generation.passages(rows)]
        return [generation.store.ids(), list(rows), passages, generation.vectors.of(rows).tolist()]

    folder, corpus = map(Path, sys.argv[1:3])
    documents = [Source(path.stem, path, file=path.name) for path in sorted(corpus.iterdir())]
    build(FileCatalog(folder / "alone"), documents, (), BagEncoder())
    killing = Killing("killing", documents[0].path, file="killing.md")
    documents.insert(10, killing)

    here = BagEncoder()
    with ray_workers(LOCAL, Work.of(folder / "index", BagEncoder, "bag@1", (corpus,)), 2) as workers:
        built = build(FileCatalog(folder / "index"), documents, (), here, workers=workers)
        # One that was ended begins anew, which takes a while on a busy machine.
        until = time.monotonic() + 60
        while len(pids()) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        actors = len(pids())
    until = time.monotonic() + 60
    while pids() and time.monotonic() < until:
        time.sleep(0.1)
    print(json.dumps({
        "same": held(folder / "index") == held(folder / "alone"),
        "embedded": built.embedded,
        "embedded_here": len(here.seen),
        "left_out": [[left.file, left.why] for left in built.plan.left_out],
        "actors": actors,
        "after": len(pids()),
    }))
    """
)


@pytest.fixture
def temporary() -> Iterator[str]:
    """A folder of a short name: those of Ray's sockets are longer by eighty signs, and may have 107."""
    with TemporaryDirectory(prefix="ray", dir="/tmp") as folder:
        yield folder


def test_actors_make_what_one_process_makes_but_for_what_ends_them_twice(tmp_path: Path, temporary: str) -> None:
    permitted = subprocess.run([*ALONE, "true"], capture_output=True, text=True, check=False)
    if permitted.returncode:
        pytest.skip(f"no network of its own can be had for Ray: {permitted.stderr.strip()}")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(DOCUMENTS):
        (corpus / f"d{number:03d}.md").write_text(page(number))
    script = tmp_path / "script.py"
    script.write_text(_BUILD)
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    ran = subprocess.run(
        [*ALONE, sys.executable, str(script), str(tmp_path), str(corpus)],
        env=os.environ | {"PYTHONPATH": paths, "RAY_TMPDIR": temporary},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("\n") == 1, ran.stdout
    told = json.loads(ran.stdout)
    ((file, why),) = told.pop("left_out")
    assert file == "killing.md" and why.startswith("twice ended the process that read it (")
    assert told == {"same": True, "embedded": 2 * DOCUMENTS, "embedded_here": 0, "actors": 2, "after": 0}


def test_what_an_address_from_outside_needs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.work.rays.find_spec", lambda name: None)
    work = Work.of(tmp_path, BagEncoder, "bag@1")
    client = r"install it with: pip install 'ray\[client\]'"
    with pytest.raises(PackageMissing, match=client) as told, ray_workers("ray://head:10001", work):
        pass
    assert "start one" not in str(told.value)
