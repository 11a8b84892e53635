"""Without the packages of an extra, what needs them says in one line how to install them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import page


@pytest.mark.parametrize(
    ("missing", "arguments", "mend"),
    [
        ("ftfy", ["index"], "ftfy is not installed; install it with: pip install 'ibid[index]'"),
        ("markdown_it", ["ask", "What?"], "markdown_it is not installed; install it with: pip install 'ibid[index]'"),
        ("langchain_text_splitters", ["index", "--dry-run"], "pip install 'ibid[index]'"),
        ("sentence_transformers", ["index"], "sentence_transformers is not installed"),
        ("ray", ["index", "--ray", "local"], "ray is not installed; install it with: pip install 'ibid[ray]'"),
        ("ir_measures", ["eval", "--public", "scifact"], "pip install 'ibid[eval]'"),
    ],
)
def test_one_line_says_what_to_install(tmp_path: Path, missing: str, arguments: list[str], mend: str) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "one.md").write_text(page(1) + "\nThe café is open.\n", encoding="utf-8")
    where = [] if "eval" in arguments else ["--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]
    # In front of the packages, so that processes that this one starts miss it too.
    front = tmp_path / "front"
    front.mkdir()
    (front / f"{missing}.py").write_text(f"raise ModuleNotFoundError(name={missing!r})\n", encoding="utf-8")
    paths = os.pathsep.join([str(front), str(Path(__file__).parents[1])])
    command = [sys.executable, "-m", "ibid", *arguments, *where]
    ran = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": paths}, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    (complaint,) = ran.stderr.splitlines()
    assert mend in complaint


@pytest.mark.parametrize(
    ("missing", "extra"), [("langchain_core", "langchain"), ("llama_index", "llamaindex"), ("haystack", "haystack")]
)
def test_what_is_imported_says_what_to_install(missing: str, extra: str) -> None:
    probe = f"import sys; sys.modules[{missing!r}] = None; import ibid.{extra}"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert ran.stderr.splitlines()[-1] == (
        f"ingest.errors.PackageMissing: {missing} is not installed; install it with: pip install 'ibid[{extra}]'"
    )
