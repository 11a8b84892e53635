"""Nothing is unpickled while documents are indexed and asked: whoever can write a pickle can run what they like."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

# Stands in every process before anything is imported, and writes down who unpickles even where the error is swallowed.
POISON = """
import importlib.abc, importlib.machinery, os, pickle, sys, traceback, _pickle

def refuse(*_, **__):
    with open(os.environ["POISONED"], "a") as file:
        file.write("".join(traceback.format_stack()[-6:]))
    raise RuntimeError("nothing is to be unpickled")

class Unpickler(_pickle.Unpickler):
    load = refuse

for module in (pickle, _pickle):
    module.load = module.loads = refuse
    module.Unpickler = Unpickler
pickle._load = pickle._loads = pickle._Unpickler.load = refuse

class Torch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "torch.serialization":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            module.load = refuse
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Torch())
"""
PAGE = "# Verdolin\n\nVerdolin is a feed for tomatoes.\n\n## Dose\n\nThe dose of verdolin is 5 ml in a can of water.\n"
ASK = """
import sys
from ibid.cli import run
index = ["--index", sys.argv[2]]
assert run(["index", "--corpus", sys.argv[1], *index]) == 0
assert run(["ask", *index, "What is the dose of verdolin?"]) == 0
assert run(["doctor", *index]) == 0
"""
PROVE = """
import numpy as np, os, pickle, torch
for unpickle in (lambda: pickle.loads(b"N."), lambda: torch.load("x"), lambda: np.load("x.npy", allow_pickle=True)):
    try:
        unpickle()
    except RuntimeError:
        continue
    raise SystemExit(1)
"""


@pytest.fixture
def poisoned(tmp_path: Path, root: Path) -> dict[str, str]:
    (tmp_path / "poison").mkdir()
    (tmp_path / "poison" / "sitecustomize.py").write_text(POISON)
    path = os.pathsep.join([str(tmp_path / "poison"), str(root)])
    return os.environ | {"PYTHONPATH": path, "POISONED": str(tmp_path / "told")}


def test_the_poison_works(poisoned: dict[str, str], tmp_path: Path) -> None:
    import numpy as np

    np.save(tmp_path / "x.npy", np.array([{}]), allow_pickle=True)
    subprocess.run([sys.executable, "-c", PROVE], env=poisoned, cwd=tmp_path, check=True)
    assert (tmp_path / "told").exists()


def test_nothing_is_unpickled_to_index_to_ask_and_to_serve(
    poisoned: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("uvicorn", reason="there is no uvicorn; install it with: pip install 'ibid[serve]'")
    from tools.serving import serving

    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "verdolin.md").write_text(PAGE)
    ran = subprocess.run(
        [sys.executable, "-c", ASK, str(corpus), str(index)], env=poisoned, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "5 ml" in ran.stdout
    for name in ("PYTHONPATH", "POISONED"):
        monkeypatch.setenv(name, poisoned[name])
    with serving("--index", index) as url:
        told = httpx.post(f"{url}v1/answers", json={"question": "How much verdolin is a dose?"}, timeout=60).json()
    assert "5 ml" in told["text"]
    assert not (tmp_path / "told").exists(), (tmp_path / "told").read_text()
