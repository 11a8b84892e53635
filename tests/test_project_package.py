from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_the_packages_and_the_corpus(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {"ibid/corpus/sources.toml", "ingest/english.toml"} <= set(names)
    tops = {name.split("/")[0] for name in names if not name.startswith("ibid-")}
    assert tops == {"ingest", "retriever", "answer", "eval", "ibid"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert {f"{package}/py.typed" for package in tops} <= set(names)


def test_downloaded_originals_are_not_handed_on(root: Path, tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(root / name, tmp_path)
    shutil.copytree(root / "ibid", tmp_path / "ibid")
    for folder in ("ingest", "retriever", "answer", "eval", "corpus/originals"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "page.txt").write_text("x")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    names = zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))).namelist()
    assert "ingest/page.txt" in names
    assert not [name for name in names if "originals" in name]


def test_the_wheel_is_not_to_be_uploaded(wheel: zipfile.ZipFile) -> None:
    metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith("/METADATA"))).decode()
    assert "Classifier: Private :: Do Not Upload" in metadata
    assert "License-Expression: Apache-2.0" in metadata


def test_every_dependency_is_locked_to_one_release(root: Path) -> None:
    lock = (root / "requirements.lock").read_text()
    pins = re.sub(r"^#.*\n", "", lock, flags=re.MULTILINE).replace("\\\n", "").splitlines()
    hashes = r"(?: +--hash=sha256:[0-9a-f]{64})+"
    assert all(re.fullmatch(rf"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*{hashes}", pin) for pin in pins)
    locked = {_key(pin.split("==")[0]) for pin in pins} | {"torch"}
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = {*project["dependencies"], *_extra(project, "dev")}
    assert {_key(re.split(r"[<>=[]", name)[0]) for name in wanted} <= locked
    assert set().union(*(_extra(project, extra) for extra in project["optional-dependencies"])) <= wanted
    # It comes in builds of other hashes, and in one release.
    assert "torch==2.13.0" in _extra(project, "index")


def test_every_locked_package_is_listed_with_its_licence(root: Path) -> None:
    page = (root / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = {
        (_key(name), version): licence for name, version, licence in re.findall(r"\| (\S+) \| (\S+) \| (.+?) \|", page)
    }
    locked = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (root / "requirements.lock").read_text(), re.MULTILINE)
    assert {(_key(name), version) for name, version in locked} <= {*listed}
    assert "not said" not in listed.values()


def test_what_asks_a_ready_index_needs_none_of_what_makes_one(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    names = {_key(re.split(r"[<>=[]", name)[0]) for name in {*project["dependencies"], *_extra(project, "serve-only")}}
    assert {"onnxruntime", "tokenizers", "fastapi", "mcp"} <= names
    assert not names & {"torch", "transformers", "sentence-transformers", "langchain-core", "onnx", "trafilatura"}


def _extra(project: dict[str, Any], name: str) -> set[str]:
    """What an extra names, and what the extras name that it names."""
    named = set(project["optional-dependencies"][name])
    own = {entry for entry in named if entry.startswith("ibid[")}
    others = {other for entry in own for other in entry.removeprefix("ibid[").rstrip("]").split(",")}
    return (named - own).union(*(_extra(project, other) for other in others))


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
