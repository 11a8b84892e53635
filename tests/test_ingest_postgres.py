"""What only a database does: who keeps what is read, what is removed, and how it is looked up."""

from __future__ import annotations

import gc
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from engines import WORDS, document, hits, publish, same, told, words, written
from fakes import BagEncoder
from pgvector.psycopg import register_vector
from postgres import Server

from ingest import FileCatalog, IndexBusy, IndexMissing, query_terms
from ingest.errors import EngineError, IndexUnwritable
from ingest.postgres.catalog import PostgresCatalog
from ingest.postgres.lexical import PostgresLexical
from ingest.postgres.nearest import PostgresNearest
from ingest.postgres.pins import PINNED
from ingest.postgres.places import places
from ingest.postgres.snapshot import Snapshot
from ingest.postgres.store import PostgresStore

TABLES = ["documents", "spans", "passages", "vectors", "postings", "frequencies", "words", "pairs", "listed"]


@pytest.fixture
def catalog(database: str, tmp_path: Path) -> PostgresCatalog:
    return PostgresCatalog.connect(database, tmp_path / "local")


def counts(database: str, *tables: str) -> list[int]:
    with psycopg.connect(database) as connection:
        return [connection.execute(f"SELECT count(*) FROM ibid.{table}").fetchone()[0] for table in tables or TABLES]


def pages(count: int, seed: int = 0) -> list[Any]:
    chance = random.Random(seed)
    return [written(f"d{number}", chance) for number in range(count)]


def test_scores_are_those_of_tantivy(catalog: PostgresCatalog, tmp_path: Path) -> None:
    chance = random.Random(3)
    texts = [" ".join(chance.choices(WORDS, k=chance.choice([1, 5, 60, 300]))) for _ in range(40)]
    publish(catalog, [document(f"d{number}", text) for number, text in enumerate(texts)])
    publish(FileCatalog(tmp_path / "files"), [document(f"d{number}", text) for number, text in enumerate(texts)])
    questions = [" ".join(chance.sample(WORDS, 4)) for _ in range(30)]
    assert same(hits(catalog.open(), questions), hits(FileCatalog(tmp_path / "files").open(), questions))


def test_rare_terms_find_what_all_find(catalog: PostgresCatalog) -> None:
    chance = random.Random(1)
    weights = [2**-place for place in range(len(WORDS))]
    texts = [" ".join(chance.choices(WORDS, weights, k=20)) for _ in range(300)]
    publish(catalog, [document(f"d{number}", text) for number, text in enumerate(texts)])
    lexical = catalog.open().lexical
    for _ in range(30):
        asked = [query_terms(" ".join(chance.sample(WORDS, 4)))]
        for limit in (1, 5, 200):
            assert lexical.search(asked, limit, few=1) == lexical.search(asked, limit, few=10**6)


def test_what_no_generation_has_any_more_is_removed(catalog: PostgresCatalog, database: str, tmp_path: Path) -> None:
    last = pages(3, seed=9)
    for seed in range(5):
        publish(catalog, pages(3, seed), keep=2)
    publish(catalog, last, keep=1)
    # What was open until then is let go of when the next is.
    gc.collect()
    catalog.open()
    with catalog.sole_writer():
        catalog.forget(1)
    assert len(catalog.names()) == 1
    documents, spans, passages, vectors, postings, *_ = counts(database)
    assert (documents, spans) == (3, 3)
    assert passages == vectors == catalog.open().passage_count()
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT count(*) FROM ibid.postings JOIN ibid.passages USING (row)").fetchone()
        left = connection.execute("SELECT DISTINCT generation FROM ibid.words").fetchall()
        assert rows == (postings,)
        assert left == connection.execute("SELECT DISTINCT generation FROM ibid.frequencies").fetchall() == [(0,)]


def test_what_another_process_reads_is_kept(catalog: PostgresCatalog, database: str, tmp_path: Path) -> None:
    first = publish(catalog, pages(3, 1))
    reader = PostgresCatalog.connect(database, tmp_path / "reader")
    held = reader.open()
    expected = told(held), words(held), hits(held)
    gc.collect()
    for seed in range(2, 5):
        publish(catalog, pages(3, seed), keep=1)
    assert first in catalog.names()
    assert (told(reader.open(first)), words(held), hits(held)) == expected
    reader.close()
    publish(catalog, pages(3, 6), keep=1)
    assert first not in catalog.names()


def test_a_reader_whose_session_was_lost_is_told_that_its_generation_is_gone(
    catalog: PostgresCatalog, database: str, postgres: Server, tmp_path: Path
) -> None:
    publish(catalog, pages(3, 1))
    reader = PostgresCatalog.connect(database, tmp_path / "reader")
    held, rows = reader.open(), reader.open().rows()
    gc.collect()
    name = database.rpartition("/")[2]
    postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    for seed in range(2, 4):
        publish(catalog, pages(3, seed), keep=1)
    for ask in (
        lambda: held.found(rows),
        lambda: held.lexical.search([["dose"]], 5),
        lambda: held.vectors.search(BagEncoder().encode(["dose"]), 5),
        lambda: held.store.known(["dose"], ["dose"]),
        held.document_ids,
    ):
        with pytest.raises(IndexMissing, match="no longer kept"):
            ask()
    # It opens what is published, and that is kept again.
    fresh = reader.open()
    publish(catalog, pages(3, 5), keep=1)
    assert fresh.document_ids() == ["d0", "d1", "d2"]


def test_what_is_just_being_forgotten_cannot_be_opened(catalog: PostgresCatalog, database: str, tmp_path: Path) -> None:
    publish(catalog, pages(2))
    catalog.close()
    reader = PostgresCatalog.connect(f"{database}?options=-c%20lock_timeout%3D50", tmp_path)
    with psycopg.connect(database) as forgetting:
        forgetting.execute("SELECT pg_advisory_xact_lock(%s, serial) FROM ibid.generations", (PINNED,))
        with pytest.raises(IndexMissing, match="is being forgotten"):
            reader.open()
    assert reader.open().document_ids() == ["d0", "d1"]
    reader.close()


def test_there_is_one_writer(catalog: PostgresCatalog, database: str, tmp_path: Path) -> None:
    other = PostgresCatalog.connect(database, tmp_path / "other")
    with catalog.sole_writer(), pytest.raises(IndexBusy, match="another ibid"), other.sole_writer(wait=False):
        pass
    with other.sole_writer(wait=False):
        pass


def test_the_place_of_the_writer_goes_with_its_session(
    catalog: PostgresCatalog, database: str, postgres: Server, tmp_path: Path
) -> None:
    publish(catalog, pages(2))
    before = counts(database)
    name = database.rpartition("/")[2]

    def cut(*_: object) -> bool:
        postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        return True

    with pytest.raises((IndexUnwritable, EngineError)):
        publish(catalog, pages(3, 7), check=cut)
    # What was written and never published is undone by who writes next.
    other = PostgresCatalog.connect(database, tmp_path / "other")
    assert len(other.names()) == 2
    publish(other, pages(2), anew=False)
    assert other.open().documents(["d0", "d1"]) == catalog.open().documents(["d0", "d1"])
    with other.sole_writer():
        from ingest.postgres.forgetting import clear_unpublished

        with other._transaction() as session:
            clear_unpublished(session)
    assert counts(database) == before


def test_tables_of_a_newer_ibid_are_not_touched(catalog: PostgresCatalog, database: str, tmp_path: Path) -> None:
    publish(catalog, pages(1))
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("INSERT INTO ibid.schema (version) VALUES (1000)")
    with pytest.raises(EngineError, match="newer ibid"):
        publish(catalog, pages(2))
    with pytest.raises(EngineError, match="newer ibid"):
        PostgresCatalog.connect(database, tmp_path / "other")


def test_each_question_of_an_engine_is_one_round_trip(
    catalog: PostgresCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(catalog, pages(5))
    generation = catalog.open()
    asked: list[str] = []
    read = catalog.database.read
    monkeypatch.setattr(catalog.database, "read", lambda sql, values=(): (asked.append(sql), read(sql, values))[1])
    vectors = BagEncoder().encode(["dose", "fever", "liver"])
    for ask in (
        lambda: generation.vectors.search(vectors, 5),
        lambda: generation.lexical.search([["dose"], ["fever"], ["liver"]], 5),
        lambda: generation.found(range(5)),
        lambda: generation.documents(["d0", "d1", "d2"]),
        lambda: generation.store.known(["dose", "fever"], ["liver", "mild"]),
        lambda: generation.vectors.of(range(5)),
    ):
        asked.clear()
        ask()
        assert len(asked) == 1, asked


def test_places_stay_where_they_can() -> None:
    chance = random.Random(0)
    order: list[int] = []
    held: dict[int, Any] = {}
    for number in range(0, 600, 3):
        at = chance.randint(0, len(order)) if number % 2 else len(order) // 2
        order[at:at] = [number, number + 1, number + 2]
        new = places(order, held)
        assert set(new) == {number, number + 1, number + 2}
        held |= new
        assert sorted(held, key=held.__getitem__) == order
    first = order.pop(0)
    order.append(first)
    assert set(places(order, held)) == {first}


class Explained:
    """Stands in for a database, and remembers the plans of what it is asked, those of its functions too."""

    where = "here"

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True, options="-c search_path=ibid,public -c jit=off")
        register_vector(self.connection)
        for setting in ("log_min_duration = 0", "log_nested_statements = on"):
            self.connection.execute("LOAD 'auto_explain'")
            self.connection.execute(f"SET auto_explain.{setting}")
        self.connection.execute("SET client_min_messages = log")
        self.plans: list[str] = []
        self.connection.add_notice_handler(lambda told: self.plans.append(told.message_primary or ""))

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, parameters, binary=True).fetchall()


def test_every_look_up_uses_its_index(catalog: PostgresCatalog, database: str) -> None:
    chance = random.Random(0)
    many = [f"{word}{number}" for word in WORDS for number in range(100)]
    texts = [[f"{' '.join(chance.choices(many, k=30))} (brand{number})" for _ in range(4)] for number in range(800)]
    publish(catalog, [document(f"d{number}", *lines) for number, lines in enumerate(texts)])
    with psycopg.connect(database, autocommit=True) as connection:
        numbers = "FROM generate_series(1, 20000) AS n"
        connection.execute(f"INSERT INTO ibid.pairs SELECT 0, 9 + n, 'a' || n, 'b' || n, 1, false, false {numbers}")
        connection.execute(f"INSERT INTO ibid.listed SELECT 0, 'c' || n {numbers}")
        connection.execute("SELECT ibid.settle(%s, true)", (BagEncoder.dimension,))
        connection.execute("VACUUM ANALYZE")
    explained = Explained(database)
    generation = catalog.open()
    snapshot = Snapshot(explained, 1, generation.name)  # type: ignore[arg-type]
    store = PostgresStore(snapshot, 800)
    used = {
        "passages_pkey": lambda: store.found([1, 100, 700], ["dose1"]),
        "documents_pkey": lambda: store.found([1, 100, 700]),
        "spans_pkey": lambda: store.found([1, 100, 700]),
        "documents_by_id": lambda: store.documents(["d1", "d700"]),
        "passages_by_text": lambda: store.rows_with([generation.passages([5])[0].text_hash]),
        "words_pkey": lambda: store.known(["dose1", "fever7"], ["liver3"]),
        "words_by_term": lambda: store.known(["dose1", "fever7"], ["liver3"]),
        "pairs_by_name": lambda: store.known(["dose1", "fever7"], []),
        "pairs_by_other": lambda: store.known(["brand1", "brand7"], []),
        "listed_by_word": lambda: store.known(["c1", "c7"], []),
        "postings_by_term on": lambda: store.found([1, 100, 700], ["dose1", "fever7"]),
        "postings_by_term": lambda: PostgresLexical(snapshot, 3200).search([["dose1", "fever7"]], 100),
        "frequencies_pkey": lambda: PostgresLexical(snapshot, 3200).search([["dose1", "fever7"]], 100),
        "vectors_pkey": lambda: PostgresNearest(snapshot, 3200, 16).of([1, 100, 700]),
        "graph_16": lambda: PostgresNearest(snapshot, 3200, 16).search(BagEncoder().encode(["dose1"]), 20),
    }
    for index, ask in used.items():
        explained.plans.clear()
        ask()
        plans = "\n".join(explained.plans)
        assert index in plans, (index, plans)
        assert set(re.findall(r"Seq Scan on (\w+)", plans)) <= {"generations"}, (index, plans)
    explained.connection.close()
