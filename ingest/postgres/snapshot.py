"""One generation as a database has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ingest.errors import IndexMissing
from ingest.postgres.connection import Database


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is read of the generation `serial`, whatever is published meanwhile."""

    database: Database
    serial: int
    name: str

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a query gives for this generation, in which `at` is its row, in one round trip.

        The first column is never null.  IndexMissing where the generation has been forgotten: what is asked and
        whether that is so is seen at one moment, so that nothing is ever answered from a part of it.
        """
        found = self.database.read(
            f"SELECT found.* FROM generations AS at LEFT JOIN LATERAL ({query}) AS found ON true"
            " WHERE at.serial = %s AND at.name = %s",
            (*parameters, self.serial, self.name),
        )
        if not found:
            raise IndexMissing(
                f"the generation {self.name} is no longer kept in {self.database.where}; open the published one"
            )
        return [row for row in found if row[0] is not None]
