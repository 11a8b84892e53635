"""The tables, and how those of an older ibid become those of this one."""

from __future__ import annotations

from importlib import resources

from ingest.errors import EngineError
from ingest.postgres.connection import Connection

# What each version adds to the one before; what was released is never changed.
_STEPS = ("0001.sql",)
VERSION = len(_STEPS)
_THERE = "SELECT to_regclass('ibid.schema') IS NOT NULL"


def version(connection: Connection) -> int:
    """The version of the tables that there are; 0 where there are none."""
    there = connection.execute(_THERE).fetchone()
    if not (there and there[0]):
        return 0
    found = connection.execute("SELECT max(version) FROM ibid.schema").fetchone()
    return int(found[0]) if found else 0


def migrate(connection: Connection, where: str) -> None:
    """Bring the tables forward, in a transaction; EngineError where they are of a newer ibid."""
    there = version(connection)
    check(there, where)
    for step in _STEPS[there:]:
        connection.execute(resources.files(__package__).joinpath(step).read_text(encoding="utf-8"))


def check(there: int, where: str) -> None:
    """EngineError unless tables of the version `there` are ones that this ibid knows."""
    if there > VERSION:
        raise EngineError(f"{where}: its tables have version {there}, this ibid knows {VERSION}: install a newer ibid")
