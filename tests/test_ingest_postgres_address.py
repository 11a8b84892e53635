from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from ingest.errors import EngineError
from ingest.postgres.address import Address


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSSLMODE", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann@db.example/ibid",
        "postgresql://10.0.0.7/ibid",
        "postgresql://127.0.0.1,db.example/ibid",
        "postgresql://localhost/ibid?hostaddr=10.0.0.7",
        "postgresql://[2001:db8::1]/ibid",
        "postgresql:///?service=answers",
        "postgresql://127.0.0.1/ibid?service=answers",
    ],
)
def test_elsewhere_it_is_proved_who_answers(url: str) -> None:
    assert Address.parse(url).parameters["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///ibid",
        "postgresql://localhost/ibid",
        "postgresql://127.0.0.1,127.9.9.9:5433/ibid",
        "postgresql://[::1]/ibid",
        "postgresql:///ibid?host=/var/run/postgresql",
        "postgresql://db.example/ibid?hostaddr=127.0.0.1",
    ],
)
def test_on_this_machine_it_need_not_be_proved(url: str) -> None:
    assert "sslmode" not in Address.parse(url).parameters


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_elsewhere_nothing_less_is_taken(mode: str) -> None:
    with pytest.raises(EngineError, match="say sslmode=verify-full, and sslrootcert=FILE"):
        Address.parse(f"postgresql://ann@db.example/ibid?sslmode={mode}")


def test_a_host_that_the_environment_names_is_elsewhere_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "disable")
    for variable, host in {"PGHOST": "db.example", "PGHOSTADDR": "10.0.0.7", "PGSERVICE": "answers"}.items():
        with monkeypatch.context() as patch:
            patch.setenv(variable, host)
            assert Address.parse("postgresql:///ibid").parameters["sslmode"] == "verify-full", variable


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:hush-hush@127.0.0.1/ibid",
        "postgresql://127.0.0.1/ibid?password=hush-hush",
        "postgresql://127.0.0.1/ibid?sslpassword=hush-hush",
        "postgresql://ann:hush-hush%zz@127.0.0.1/ibid",
        "postgresql://ann:9/hush-hush@127.0.0.1/ibid",
        "postgresql://ann:hush-hush/9@127.0.0.1/ibid",
    ],
)
def test_a_password_in_a_url_is_refused_and_never_repeated(url: str) -> None:
    with pytest.raises(EngineError) as refused:
        Address.parse(url)
    assert "hush-hush" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_who_writes_a_password_into_a_url_is_told_where_else() -> None:
    with pytest.raises(EngineError, match="set PGPASSWORD, or PGPASSFILE or PGSERVICEFILE"):
        Address.parse("postgresql://ann:hush-hush@127.0.0.1/ibid")


@pytest.mark.parametrize("url", ["mysql://127.0.0.1/ibid", "/var/lib/ibid", "host=127.0.0.1 dbname=ibid", ""])
def test_what_is_no_url_of_postgresql_is_refused(url: str) -> None:
    with pytest.raises(EngineError, match="begins with postgresql://"):
        Address.parse(url)


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("postgres://ann@127.0.0.1:5433/ibid?sslmode=disable", "postgresql://127.0.0.1:5433/ibid"),
        ("postgresql://ann:@a,b:5433/ibid", "postgresql://a,b:5433/ibid"),
        ("postgresql://a:5432,b:5433/ibid", "postgresql://a:5432,b:5433/ibid"),
        ("postgresql:///ibid?host=/run/pg", "postgresql:///run/pg/ibid"),
        ("postgresql:///?service=answers", "postgresql:///?service=answers"),
    ],
)
def test_what_messages_call_it(url: str, where: str) -> None:
    assert Address.parse(url).where == where


def test_a_silent_server_is_given_up() -> None:
    parameters = Address.parse("postgresql://127.0.0.1/ibid?connect_timeout=9").parameters
    assert parameters["connect_timeout"] == "9"
    assert {"keepalives", "tcp_user_timeout"} <= parameters.keys()


def test_the_options_of_the_url_have_the_last_word(tmp_path: Path) -> None:
    address = Address.parse("postgresql://127.0.0.1/ibid?options=-c%20statement_timeout%3D9s")
    session = conninfo_to_dict(address.with_options({"jit": "off"}, target_session_attrs="read-write"))
    assert session["options"] == "-c jit=off -c statement_timeout=9s"
    assert session["target_session_attrs"] == "read-write"
