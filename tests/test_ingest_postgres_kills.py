from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engines import document, told
from fakes import BagEncoder
from postgres import Server, serving

from ingest import IngestError, build
from ingest.postgres import catalog as catalogs
from ingest.postgres.catalog import PostgresCatalog

pytestmark = pytest.mark.server
LITTER = """
    SELECT (SELECT count(*) FROM ibid.generations WHERE published IS NULL)
        + (SELECT count(*) FROM ibid.documents WHERE number NOT IN (SELECT number FROM ibid.spans))
        + (SELECT count(*) FROM ibid.passages WHERE document NOT IN (SELECT number FROM ibid.documents))
"""


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """One that is killed."""
    with serving() as server:
        yield server


@pytest.fixture
def url(own_server: Server) -> str:
    return own_server.create()


def _publish(catalog: PostgresCatalog, text: str) -> None:
    with catalog.sole_writer():
        build(catalog, [document("a", "The dose is low."), document("b", text)], [], BagEncoder())


def _end_sessions(server: Server) -> None:
    """As it is when the process that writes is killed."""
    server.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )


def _kill(server: Server) -> None:
    server.kill()
    server.start()


@pytest.mark.parametrize("strike", [_end_sessions, _kill])
@pytest.mark.parametrize("point", ["write_generation", "point_to", "forget_generations"])
def test_what_was_published_answers_on_and_the_next_build_finishes(
    own_server: Server,
    url: str,
    point: str,
    strike: Callable[[Server], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalog = PostgresCatalog.connect(url, tmp_path)
    _publish(catalog, "Fever is mild.")
    old = catalog.open()
    before = told(old)
    holder = PostgresCatalog if point == "point_to" else catalogs
    whole = getattr(holder, point)

    def struck(*arguments: object) -> None:
        if point != "point_to":
            whole(*arguments)
        strike(own_server)
        if point == "point_to":
            whole(*arguments)

    with monkeypatch.context() as patch, pytest.raises(IngestError):
        patch.setattr(holder, point, struck)
        _publish(catalog, "Fever is high.")
    assert told(old) == before
    published = catalog.open()
    assert (published.name == old.name) == (point != "forget_generations")
    _publish(catalog, "There is no fever.")
    assert "There is no fever." in catalog.open().document("b").text
    assert told(old) == before
    assert own_server.execute(LITTER, url.rpartition("/")[2]) == [(0,)]
    catalog.close()
