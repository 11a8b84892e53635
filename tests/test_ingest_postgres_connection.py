from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import Server, debian, serving, serving_tls

from ingest.errors import EngineError, IndexBusy, IndexMissing, IndexUnwritable
from ingest.postgres import connection
from ingest.postgres.connection import Connection, Database

pytestmark = pytest.mark.server


@pytest.fixture
def opened(database: str) -> Iterator[Database]:
    found = Database.open(database)
    yield found
    found.close()


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """One that is killed and stopped."""
    with serving() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.3)


def _ended(server: Server, name: str) -> None:
    """End every session of a database but one's own."""
    server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def test_a_read_is_one_round_trip(opened: Database, tmp_path: Path) -> None:
    assert opened.read("SELECT %s::int + 1", (1,)) == [(2,)]
    with (tmp_path / "trace").open("w") as trace:
        with opened._pool.connection() as session:
            session.pgconn.trace(trace.fileno())
        assert opened.read("SELECT %s::int + 1", (2,)) == [(3,)]
        with opened._pool.connection() as session:
            session.pgconn.untrace()
    sent = (tmp_path / "trace").read_text()
    assert sent.count("ReadyForQuery") == 1
    assert "\tParse\t" not in sent and "\tBind\t" in sent


@pytest.mark.parametrize("setting", ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"])
def test_no_session_waits_for_ever(opened: Database, setting: str) -> None:
    assert opened.read("SELECT setting::int > 0 FROM pg_settings WHERE name = %s", (setting,)) == [(True,)]
    for writes in (True, False):
        with opened.session(writes) as session:
            found = session.execute("SELECT setting::int > 0 FROM pg_settings WHERE name = %s", (setting,))
            assert found.fetchall() == [(True,)]


def test_a_statement_that_takes_too_long_ends(database: str) -> None:
    opened = Database.open(f"{database}?options=-c%20statement_timeout%3D50")
    with pytest.raises(EngineError, match="statement timeout; try again when the server has less to do"):
        opened.read("SELECT pg_sleep(20)")
    opened.close()


def test_there_are_so_many_sessions_and_no_more(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SESSIONS", 2)
    opened = Database.open(database)
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with opened.session() as session:
        session.execute("SELECT pg_advisory_lock(7)")
        threads = [threading.Thread(target=opened.read, args=("SELECT pg_advisory_lock_shared(7)",)) for _ in range(2)]
        for thread in threads:
            thread.start()
        while session.execute(waiting).fetchall() != [(2,)]:
            time.sleep(0.01)
        monkeypatch.setattr(connection, "PATIENCE", 0.3)
        with pytest.raises(EngineError, match="all 2 sessions are busy"):
            opened.read("SELECT 1")
    for thread in threads:
        thread.join()
    opened.close()


def test_what_is_written_is_there_as_a_whole_or_not_at_all(opened: Database) -> None:
    with opened.writing() as session:
        session.execute("CREATE TABLE kept (number int)")
    with pytest.raises(IndexUnwritable, match="division by zero"), opened.writing() as session:
        session.execute("INSERT INTO kept VALUES (1)")
        session.execute("SELECT 1 / 0")
    assert opened.read("SELECT * FROM kept") == []


def test_a_lock_that_another_holds_is_told(database: str) -> None:
    opened = Database.open(f"{database}?options=-c%20lock_timeout%3D50")
    with opened.session() as one, pytest.raises(IndexBusy, match="lock timeout"), opened.session() as other:
        one.execute("SELECT pg_advisory_lock(1)")
        other.execute("SELECT pg_advisory_lock(1)")
    opened.close()


def test_what_a_session_locks_goes_with_it(opened: Database) -> None:
    with opened.session() as session:
        session.execute("SELECT pg_advisory_lock(1)")
    with opened.session() as session:
        assert session.execute("SELECT pg_try_advisory_lock(1)").fetchall() == [(True,)]


def test_a_database_without_tables_holds_no_index(opened: Database) -> None:
    with pytest.raises(IndexMissing, match="make one with: ibid index --engine"):
        opened.read("SELECT * FROM generations")


def test_sessions_that_the_server_ended_are_begun_anew(postgres: Server, opened: Database) -> None:
    assert opened.read("SELECT 1") == [(1,)]
    _ended(postgres, opened.where.rpartition("/")[2])
    assert opened.read("SELECT 1") == [(1,)]


@pytest.mark.parametrize("code", ["40001", "40P01", "57P03", "53300"])
def test_what_passes_is_asked_again(opened: Database, code: str) -> None:
    with opened.writing() as session:
        session.execute("CREATE SEQUENCE turn")
        session.execute(
            "CREATE FUNCTION fail_twice(code text) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN"
            " IF nextval('turn') < 3 THEN RAISE EXCEPTION 'not now' USING ERRCODE = code; END IF;"
            " RETURN currval('turn'); END $$"
        )
    assert opened.read("SELECT fail_twice(%s)", (code,)) == [(3,)]


def test_what_does_not_pass_is_asked_once(opened: Database) -> None:
    with opened.writing() as session:
        session.execute("CREATE SEQUENCE turn")
    with pytest.raises(EngineError, match="division by zero"):
        opened.read("SELECT nextval('turn') / 0")
    assert opened.read("SELECT nextval('turn')") == [(2,)]


def test_a_server_that_was_killed_is_waited_for(own_server: Server) -> None:
    opened = Database.open(own_server.url("template1"))
    assert opened.read("SELECT 1") == [(1,)]
    own_server.kill()
    starting = threading.Timer(0.5, own_server.start)
    starting.start()
    assert opened.read("SELECT 1") == [(1,)]
    starting.join()
    opened.close()


def test_a_server_that_stays_away_is_told(own_server: Server, impatient: None) -> None:
    opened = Database.open(own_server.url("template1"))
    own_server.stop()
    try:
        for ask in (lambda: opened.read("SELECT 1"), lambda: Database.open(own_server.url("template1"))):
            with pytest.raises(EngineError, match="Connection refused; see that the server runs"):
                ask()
        with pytest.raises(IndexUnwritable, match="Connection refused"), opened.writing():
            pass
    finally:
        own_server.start()
        opened.close()


def test_of_several_hosts_the_one_that_answers_is_asked(own_server: Server, database: str) -> None:
    port = database.partition("127.0.0.1:")[2].partition("/")[0]
    hosts = f"127.0.0.1:1,127.0.0.1:{port}"
    opened = Database.open(database.replace(f"127.0.0.1:{port}", hosts))
    assert opened.read("SELECT inet_server_port()") == [(int(port),)]
    assert hosts in opened.where
    opened.close()


def test_who_may_not_is_told_where_it_says_who_may(postgres: Server, database: str) -> None:
    opened = Database.open(database)
    with opened.writing() as session:
        session.execute("CREATE TABLE closed (number int)")
        session.execute("CREATE ROLE stranger LOGIN")
    stranger = Database.open(database.replace("postgres@", "stranger@"))
    with pytest.raises(EngineError, match=r"permission denied for table closed; see docs/postgres\.md"):
        stranger.read("SELECT * FROM closed")
    stranger.close()
    opened.close()


def test_a_database_without_pgvector_is_refused(postgres: Server) -> None:
    with pytest.raises(EngineError, match="has no pgvector; who may do so adds it with: CREATE EXTENSION vector"):
        Database.open(postgres.create("template0"))


def test_an_old_pgvector_is_updated_where_the_server_has_a_newer_one(postgres: Server) -> None:
    url = postgres.create()
    database = url.rpartition("/")[2]
    postgres.execute("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'", database)
    with pytest.raises(EngineError, match=r"has pgvector 0\.7\.4; 0\.8 .*adds it with: ALTER EXTENSION vector UPDATE"):
        Database.open(url)


@pytest.mark.parametrize(("template", "statement"), [("template0", "CREATE EXT"), ("template1", "ALTER EXT")])
def test_what_the_server_has_no_package_of_is_installed_first(
    postgres: Server, monkeypatch: pytest.MonkeyPatch, template: str, statement: str
) -> None:
    monkeypatch.setattr(connection, "OLDEST_PGVECTOR", (9, 9))
    with pytest.raises(EngineError, match=rf"has only the package of .*; install pgvector 9\.9 .*run: {statement}"):
        Database.open(postgres.create(template))


def test_versions_that_are_too_old_are_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, newest, told in (("OLDEST_SERVER", 99, "99 or newer"), ("OLDEST_PGVECTOR", (9, 9), "9.9 or newer")):
        with monkeypatch.context() as patch, pytest.raises(EngineError, match=f"{told} is needed"):
            patch.setattr(connection, name, newest)
            Database.open(database)


def test_a_process_ends_though_it_closed_nothing(database: str, root: Path) -> None:
    script = "import sys; from ingest.postgres.connection import Database; d = Database.open(sys.argv[1]);"
    command = [sys.executable, "-c", f"{script} print(d.read('SELECT 1'))", database]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=root)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "[(1,)]\n", "")


@pytest.fixture(scope="module")
def tls() -> Iterator[tuple[str, str]]:
    """The url of Debian's server, as a host that its certificate names, and what to trust."""
    with serving_tls() as (server, authority):
        server.execute("CREATE ROLE ann LOGIN PASSWORD 'hush-hush'")
        yield f"postgresql://ann@db.example:{server.port}/postgres?hostaddr=127.0.0.1", str(authority)


def _through_tls(url: str) -> Connection:
    return connection._connect(address := connection.Address.parse(url), address.with_options({}))


def test_with_a_certificate_and_a_password_it_is_connected(
    tls: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url, authority = tls
    url += f"&sslmode=verify-full&sslrootcert={authority}"
    monkeypatch.setenv("PGPASSWORD", "hush-hush")
    with _through_tls(url) as session:
        assert session.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchall() == [(True,)]
    monkeypatch.delenv("PGPASSWORD")
    held = tmp_path / "passwords"
    held.write_text("*:*:*:ann:hush-hush\n")
    held.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(held))
    _through_tls(url).close()
    monkeypatch.delenv("PGPASSFILE")
    service = tmp_path / "services"
    service.write_text("[answers]\nuser=ann\npassword=hush-hush\n")
    monkeypatch.setenv("PGSERVICEFILE", str(service))
    _through_tls(f"{url}&service=answers").close()


@pytest.mark.parametrize(
    ("changed", "password", "told"),
    [
        ("&sslmode=verify-full&sslrootcert={ca}", "wrong", "password authentication failed .*; see what PGPASSWORD"),
        ("&sslmode=verify-full&sslrootcert={ca}", "", "no password supplied; set PGPASSWORD, or PGPASSFILE"),
        ("&sslmode=verify-full&sslrootcert=system", "hush-hush", "certificate verify failed; see that sslrootcert"),
        ("&sslmode=verify-full&sslrootcert=/nowhere", "hush-hush", "root certificate file .*; add sslrootcert=FILE"),
        ("&sslmode=disable", "hush-hush", "no encryption; see"),
        ("&sslmode=verify-full&sslrootcert={ca}&host=other.example", "hush-hush", "does not match host name .*; see"),
    ],
)
def test_what_is_amiss_is_told_with_what_mends_it(
    tls: tuple[str, str], changed: str, password: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, authority = tls
    monkeypatch.setenv("PGPASSWORD", password)
    started = time.monotonic()
    with pytest.raises(EngineError, match=told) as refused:
        _through_tls(url + changed.format(ca=authority))
    assert "hush-hush" not in str(refused.value)
    # Nothing that does not pass by itself is tried again.
    assert time.monotonic() - started < connection.PATIENCE


def test_a_server_of_debians_without_pgvector_is_refused(tls: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    if list((debian().parents[3] / "share/postgresql").glob("*/extension/vector.control")):
        pytest.skip("it has pgvector")
    monkeypatch.setenv("PGPASSWORD", "hush-hush")
    with pytest.raises(EngineError, match="has no pgvector, and its server has no package of it; install pgvector"):
        Database.open(f"{tls[0]}&sslmode=verify-full&sslrootcert={tls[1]}")
