"""A server as deploy/ runs it: nothing may be written but in one folder, and it may do nothing that others may not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

# All is mounted once more for this process alone, read only but for $STATE; no capability is left to it, nor to be had.
CLOSED = """
set -eu
mount --bind "$STATE" "$STATE"
for at in $(awk '$2 !~ "^/(proc|sys)" && $2 != ENVIRON["STATE"] { print $2 }' /proc/self/mounts); do
    mount -o remount,bind,ro "$at" 2>/dev/null || true
done
for at in "$STATE" "$IBID_INDEX" "$PWD" "$HOME"; do
    if touch "$at/written" 2>/dev/null; then echo "can write: $at"; rm "$at/written"; fi
done
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""

pytestmark = [pytest.mark.model, pytest.mark.server]


@pytest.fixture
def closed(root: Path, tmp_path: Path) -> list[str]:
    """The beginning of a command line that runs the rest so."""
    apart = ["unshare", "--mount", "--propagation=private", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if not all(shutil.which(name) for name in ("unshare", "setpriv", "mount")):
        pytest.skip("there is no unshare, setpriv or mount here")
    if subprocess.run([*apart, "mount", "--bind", tmp_path, tmp_path], capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here")
    return [*apart, "sh", "-c", CLOSED, "sh"]


@pytest.fixture
def served(closed: list[str], root: Path, index: Path, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a server that runs so, and what it was found that it can write to."""
    state = tmp_path / "state"
    state.mkdir()
    told = {"STATE": str(state), "TMPDIR": str(state), "XDG_CACHE_HOME": str(state), "IBID_INDEX": str(index)}
    command = [*closed, sys.executable, "-m", "ibid", "serve", "--port", "0", "--no-open", "--drain", "0"]
    with subprocess.Popen(
        command, cwd=root, env=os.environ | told, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as server:
        assert server.stdout
        said = []
        for line in server.stdout:
            said.append(line.strip())
            found = re.search(r"Answering at (http://\S+?);", line)
            if found:
                yield found[1], [line.removeprefix("can write: ") for line in said if line.startswith("can write")]
                break
        else:
            pytest.fail("\n".join(said))
        server.terminate()
        assert server.wait(60) == 0


def test_a_server_answers_where_it_can_write_to_one_folder_only(served: tuple[str, list[str]], tmp_path: Path) -> None:
    address, written = served
    assert written == [str(tmp_path / "state")]
    asked = json.dumps({"question": "What are the common side effects of cabozantinib?"}).encode()
    request = urllib.request.Request(f"{address}/v1/answers", asked, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    assert answer["status"] == "answered"
    with urllib.request.urlopen(f"{address}/readyz", timeout=10) as response:
        assert json.load(response)["status"] == "ok"
