"""The tables, and how those of an older ibid become those of this one."""

from __future__ import annotations

from importlib import resources

from psycopg import errors

from ingest.errors import EngineError
from ingest.postgres.connection import Connection

# What each version adds to the one before; what was released is never changed.
_STEPS = ("0001.sql",)
VERSION = len(_STEPS)
VERSIONS = "SELECT max(version) FROM ibid.schema"
_THERE = "SELECT to_regclass('ibid.schema') IS NOT NULL, to_regnamespace('ibid') IS NOT NULL"


def migrate(connection: Connection, where: str) -> None:
    """Bring the tables forward, in a transaction; EngineError where they are of a newer ibid, or who asks may not."""
    has_tables, has_schema = connection.execute(_THERE).fetchone() or (False, False)
    found = connection.execute(VERSIONS).fetchone() if has_tables else None
    there = int(found[0]) if found else 0
    check(there, where)
    try:
        if not has_schema:
            connection.execute("CREATE SCHEMA ibid")
        for step in _STEPS[there:]:
            connection.execute(resources.files(__package__).joinpath(step).read_text(encoding="utf-8"))
    except errors.InsufficientPrivilege as error:
        lacking = "has tables of an older ibid" if there else "holds no index yet"
        raise EngineError(
            f"{where} {lacking}, and the role that asks may not make its tables ({error.diag.message_primary}); run "
            "ibid index --engine once as who owns them: see docs/postgres.md"
        ) from error


def check(there: int, where: str) -> None:
    """EngineError unless tables of the version `there` are ones that this ibid knows."""
    if there > VERSION:
        raise EngineError(f"{where}: its tables have version {there}, this ibid knows {VERSION}: install a newer ibid")
