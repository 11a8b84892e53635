from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import document, hits, told
from fakes import BagEncoder
from postgres import Server, serving

from ingest import Catalog, EngineError, IndexMissing, build, rollback
from ingest.postgres import connection
from ingest.postgres.catalog import PostgresCatalog

pytestmark = pytest.mark.server
DOCUMENTS = [document("a", "The dose of verdolin is low."), document("b", "Fever is mild.", "Its onset is acute.")]


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    """A primary with an index in its database `postgres`, and a standby that has it all."""
    with serving() as primary:
        primary.execute("CREATE EXTENSION vector")
        catalog = PostgresCatalog.connect(primary.url(), Path())
        _publish(catalog, "first")
        catalog.close()
        standby = primary.follower()
        try:
            yield primary, standby
        finally:
            standby.remove()


def _publish(catalog: Catalog, text: str) -> str | None:
    with catalog.sole_writer():
        return build(catalog, [*DOCUMENTS, document("c", f"This is the {text} one.")], [], BagEncoder()).generation


def _both(primary: Server, standby: Server) -> str:
    return primary.url().replace(f":{primary.port}", f":{primary.port},127.0.0.1:{standby.port}")


def _caught_up(primary: Server, standby: Server) -> None:
    primary.execute("SELECT pg_switch_wal()")
    (position,) = primary.execute("SELECT pg_current_wal_flush_lsn()")[0]
    while not standby.execute(f"SELECT pg_last_wal_replay_lsn() >= '{position}'")[0][0]:
        pass


def test_a_standby_answers_the_same_and_takes_no_writes(
    pair: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.5)
    primary, standby = (PostgresCatalog.connect(server.url(), Path()) for server in pair)
    assert standby.names() == primary.names()
    assert told(standby.open()) == told(primary.open())
    assert hits(standby.open()) == hits(primary.open())
    with pytest.raises(EngineError, match="session is read-only; name a host that takes writes"):
        _publish(standby, "second")
    primary.close()
    standby.close()


def test_when_the_primary_is_lost_the_standby_takes_over(pair: tuple[Server, Server]) -> None:
    primary, standby = pair
    catalog = PostgresCatalog.connect(_both(primary, standby), Path())
    generation = catalog.open()
    before = told(generation), hits(generation)
    primary.kill()
    assert (told(generation), hits(generation)) == before
    assert catalog.published() == generation.name
    assert told(catalog.open()) == before[0]
    standby.promote()
    published = _publish(catalog, "second")
    assert catalog.open().name == published != generation.name
    assert rollback(catalog) == generation.name
    assert (told(generation), hits(generation)) == before
    catalog.close()


def test_what_a_standby_lacks_is_told_and_not_answered_in_part(pair: tuple[Server, Server]) -> None:
    primary, standby = pair
    catalog = PostgresCatalog.connect(_both(primary, standby), Path())
    old = catalog.open()
    before = told(old)
    standby.execute("SELECT pg_wal_replay_pause()")
    _publish(catalog, "second")
    new = catalog.open()
    assert new.name != old.name
    primary.kill()
    for read in (new.rows, new.document_ids, lambda: new.lexical.search([["dose"]], 5)):
        with pytest.raises(IndexMissing, match="no longer kept"):
            read()
    assert told(old) == told(catalog.open()) == before
    catalog.close()


def test_who_reads_from_a_standby_keeps_it_on_the_primary(pair: tuple[Server, Server]) -> None:
    primary, standby = pair
    reader = PostgresCatalog.connect(_both(primary, standby) + "?target_session_attrs=prefer-standby", Path())
    generation = reader.open()
    assert reader.database.read("SELECT pg_is_in_recovery()") == [(True,)]
    before = told(generation)
    writer = PostgresCatalog.connect(primary.url(), Path())
    for text in ("second", "third", "fourth"):
        _publish(writer, text)
    with writer.sole_writer():
        writer.forget(1)
    assert generation.name in writer.names()
    _caught_up(primary, standby)
    assert told(generation) == before
    reader.close()
    with writer.sole_writer():
        writer.forget(1)
    assert generation.name not in writer.names()
    writer.close()
