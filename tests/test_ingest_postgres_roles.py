"""What docs/postgres.md says of roles and backups, with the SQL that it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from engines import document, told
from fakes import BagEncoder
from postgres import Server, serving

from ingest import Document, EngineError, IndexMissing, IndexUnwritable, build, rollback
from ingest.postgres.catalog import PostgresCatalog

pytestmark = pytest.mark.server
DOCUMENTS = [document("a", "The dose of verdolin is low."), document("b", "Fever is mild.", "Its onset is acute.")]
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'ibid'::regnamespace AND relkind = 'r'"


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "postgres.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server(page: str) -> Iterator[Server]:
    """One that is set up as the page says, with an index that the owner made."""
    (sql,) = re.findall(r"```sql\n(.+?)```", page, re.DOTALL)
    with serving() as server:
        server.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.url(), told=sql)
        yield server


@pytest.fixture
def catalogs(server: Server, tmp_path: Path) -> Iterator[dict[str, PostgresCatalog]]:
    """By who is connected."""
    found = {
        role: PostgresCatalog.connect(server.url("ibid", f"ibid_{role}"), tmp_path)
        for role in ("owner", "writer", "reader")
    }
    yield found
    for catalog in found.values():
        catalog.close()


@pytest.fixture
def indexed(server: Server, catalogs: dict[str, PostgresCatalog], tmp_path: Path) -> dict[str, PostgresCatalog]:
    """With an index that the owner made."""
    if not catalogs["owner"].names():
        first = PostgresCatalog.connect(server.url("ibid", "ibid_owner"), tmp_path)
        _publish(first, DOCUMENTS)
        first.close()
    return catalogs


def _publish(catalog: PostgresCatalog, documents: list[Document]) -> None:
    with catalog.sole_writer():
        build(catalog, documents, [], BagEncoder(), keep=2)


def test_only_the_owner_makes_the_tables(catalogs: dict[str, PostgresCatalog]) -> None:
    for role in ("writer", "reader"):
        with pytest.raises(EngineError, match=r"no index yet, .*permission denied .*; run ibid index --engine once as"):
            _publish(catalogs[role], DOCUMENTS)
    with pytest.raises(IndexMissing, match="make one with: ibid index --engine"):
        catalogs["reader"].open()


def test_who_writes_builds_goes_back_and_forgets(indexed: dict[str, PostgresCatalog]) -> None:
    writer = indexed["writer"]
    for number in range(4):
        _publish(writer, [*DOCUMENTS, document("c", f"The tablet has {number} marks.")])
    assert len(writer.names()) == 2
    rollback(writer)
    assert writer.published() == writer.names()[0]
    _publish(writer, DOCUMENTS)
    assert told(writer.open()) == told(indexed["reader"].open())


def test_who_reads_reads_and_no_more(server: Server, indexed: dict[str, PostgresCatalog]) -> None:
    reader = indexed["reader"]
    generation = reader.open()
    assert generation.document_ids() == ["a", "b"]
    assert generation.lexical.search([["fever"]], 5)[0]
    assert generation.vectors.search(BagEncoder().encode(["fever"]), 5)[0]
    tables = [name for (name,) in server.execute(TABLES, "ibid")]
    with psycopg.connect(server.url("ibid", "ibid_reader"), autocommit=True) as session:
        for table in tables:
            for statement in ("DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "TRUNCATE {}", "DROP TABLE {}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    session.execute(statement.format(f"ibid.{table}"))
        for statement in ("SELECT ibid.settle(16, true)", "CREATE TABLE ibid.own ()", "CREATE TEMPORARY TABLE own ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement)
    with pytest.raises(IndexUnwritable, match="permission denied"):
        _publish(reader, [document("a", "Something else.")])
    with pytest.raises(IndexUnwritable, match="permission denied"):
        reader.point_to(reader.published())
    assert told(reader.open()) == told(generation)


def test_who_writes_changes_no_table(server: Server, indexed: dict[str, PostgresCatalog]) -> None:
    with psycopg.connect(server.url("ibid", "ibid_writer"), autocommit=True) as session:
        for (table,) in server.execute(TABLES, "ibid"):
            for statement in ("DROP TABLE {}", "ALTER TABLE {} ADD own int", "CREATE INDEX ON {} ((1))", "TRUNCATE {}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    session.execute(statement.format(f"ibid.{table}"))
        for statement in ("CREATE TABLE ibid.own ()", "CREATE TABLE public.own ()", "CREATE SCHEMA own"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement)
        session.execute("SELECT ibid.settle(16, true)")


def test_a_stranger_is_not_let_in(server: Server) -> None:
    server.execute("CREATE ROLE stranger LOGIN")
    with pytest.raises(EngineError, match="permission denied for database"):
        PostgresCatalog.connect(server.url("ibid", "stranger"), Path())


def test_tables_of_a_newer_ibid_are_left_alone(server: Server, indexed: dict[str, PostgresCatalog]) -> None:
    server.execute("INSERT INTO ibid.schema (version) VALUES (99)", "ibid")
    try:
        with pytest.raises(EngineError, match="install a newer ibid"):
            _publish(indexed["owner"], [document("a", "Something else.")])
        with pytest.raises(EngineError, match="install a newer ibid"):
            PostgresCatalog.connect(server.url("ibid", "ibid_reader"), Path())
    finally:
        server.execute("DELETE FROM ibid.schema WHERE version = 99", "ibid")


def test_a_dump_is_restored_with_all_that_it_had(
    server: Server, indexed: dict[str, PostgresCatalog], page: str, tmp_path: Path
) -> None:
    before, names = told(indexed["reader"].open()), indexed["reader"].names()
    kept = server.folder / "ibid.dump"
    server.run("pg_dump", "--format=custom", f"--file={kept}", server.url("ibid"))
    with serving() as other:
        (backups,) = re.findall(r"## Backups\n(.+?)\n## ", page, re.DOTALL)
        statements = re.findall(r'-c "(.+?)"', backups)
        other.run("psql", "-X", "-v", "ON_ERROR_STOP=1", "-d", other.url(), *(f"--command={one}" for one in statements))
        other.run("pg_restore", "--create", "--dbname", other.url(), kept)
        catalog = PostgresCatalog.connect(other.url("ibid", "ibid_reader"), tmp_path)
        assert catalog.names() == names
        assert told(catalog.open()) == before
        catalog.close()
        writer = PostgresCatalog.connect(other.url("ibid", "ibid_writer"), tmp_path)
        _publish(writer, [*DOCUMENTS, document("c", "A new one.")])
        assert writer.open().document_ids() == ["a", "b", "c"]
        writer.close()
