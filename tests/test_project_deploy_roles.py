"""The roles of deploy/roles.sh, with the passwords of deploy/secrets.sh, on a server that asks for them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgres import Server, embedded, serving

pytestmark = pytest.mark.server
PASSWORDS = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
ROLES = ("owner", "writer", "reader")


@pytest.fixture(scope="module")
def secrets(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roles") / "secrets"
    subprocess.run(["sh", root / "deploy" / "secrets.sh", folder], check=True)
    return folder


@pytest.fixture(scope="module")
def server(root: Path, secrets: Path) -> Iterator[Server]:
    told = dict(line.split("=", 1) for line in (secrets / "roles.env").read_text().splitlines())
    assert set(told) == {f"IBID_{role.upper()}_PASSWORD" for role in ROLES}
    with serving() as server:
        (server.data / "pg_hba.conf").write_text(PASSWORDS)
        server.execute("SELECT pg_reload_conf()")
        where = {"PGHOST": str(server.folder), "PGPORT": str(server.port), "PATH": f"{embedded()}:{os.environ['PATH']}"}
        script, guide = str(root / "deploy" / "roles.sh"), str(root / "docs" / "postgres.md")
        ran = subprocess.run(
            ["sh", script],
            env=os.environ | told | where | {"IBID_GUIDE": guide},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        yield server


def _password(secrets: Path, role: str) -> str:
    return (secrets / f"{role}.env").read_text().strip().removeprefix("PGPASSWORD=")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_let_in_with_its_password_and_with_no_other(server: Server, secrets: Path, role: str) -> None:
    where, password = server.url("ibid", f"ibid_{role}"), _password(secrets, role)
    with psycopg.connect(where, password=password) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (f"ibid_{role}",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(where, password=password[::-1])


def test_only_the_owner_may_make_tables(server: Server, secrets: Path) -> None:
    made = []
    for role in ROLES:
        where = server.url("ibid", f"ibid_{role}")
        with psycopg.connect(where, password=_password(secrets, role), autocommit=True) as connection:
            try:
                connection.execute(f"CREATE TABLE ibid.of_{role} (number integer)")
            except psycopg.errors.InsufficientPrivilege:
                continue
            made.append(role)
    assert made == ["owner"]
