"""What PostgreSQL refuses or fails at: whether it passes by itself, and what is told of it."""

from __future__ import annotations

import psycopg
from psycopg import errors

from ingest.errors import EngineError, IndexBusy, IndexMissing, IngestError

# By what the standard and PostgreSQL's appendix A call them: connections lost or refused for now, a transaction that
# another one or the replay on a standby was in the way of, a session that was ended, too many of them.
_PASSING = ("08", "40001", "40P01", "53300", "57P01", "57P02", "57P03", "57P05", "25P03")
# A connection that is refused has no code, only what the server or libpq says; where the server says it in another
# language than English nothing is tried again.
_PASSING_WORDS = (
    "connection refused",
    "connection reset",
    "network is unreachable",
    "no route to host",
    "no such file or directory",
    "temporary failure in name resolution",
    "timeout expired",
    "closed the connection unexpectedly",
    "starting up",
    "shutting down",
    "not yet accepting connections",
    "in recovery mode",
    "too many clients",
    "remaining connection slots",
    # A standby that is not promoted yet, where one that takes writes is asked for.
    "session is read-only",
    "server is in hot standby mode",
)
_MENDS = (
    ("no password supplied", "set PGPASSWORD, or PGPASSFILE or PGSERVICEFILE to the path of a file that has it"),
    ("password authentication failed", "see what PGPASSWORD, PGPASSFILE or the service file says"),
    ("root certificate file", "add sslrootcert=FILE to the url, with the certificate of who signed the server's"),
    ("certificate", "see that sslrootcert names who signed the server's certificate, and that it is one of this host"),
    ("ssl", "see that the server speaks TLS"),
    ("session is read-only", "name a host that takes writes as well, or wait until one is promoted"),
    ("does not exist", "see docs/postgres.md for how a database and its roles are made"),
)


def passes(error: psycopg.Error) -> bool:
    """Whether the same may succeed a little later."""
    if error.sqlstate is not None:
        return error.sqlstate.startswith(_PASSING)
    if not isinstance(error, psycopg.OperationalError):
        return False
    said = str(error).lower()
    refused = said.startswith(("connection failed", "failed to resolve"))
    return not refused or any(words in said for words in _PASSING_WORDS)


def explained(error: psycopg.Error, where: str) -> IngestError:
    """What a caller is told: what happened in one line, and what mends it."""
    said = _first_line(error)
    match error:
        case errors.UndefinedTable() | errors.InvalidSchemaName():
            return IndexMissing(f"{where} holds no index that can be read here; make one with: ibid index --engine")
        case errors.InsufficientPrivilege():
            return EngineError(f"{where}: {said}; see docs/postgres.md for what each role may do")
        case errors.ReadOnlySqlTransaction():
            return EngineError(f"{where} takes no writes; name the server that does, or several hosts")
        case errors.LockNotAvailable():
            return IndexBusy(f"{where}: {said}; try again when the other one has ended")
        case errors.QueryCanceled():
            return EngineError(f"{where}: {said}; try again when the server has less to do")
        case errors.DiskFull():
            return EngineError(f"{where}: {said}; free some space and try again")
    mend = next((mend for words, mend in _MENDS if words in said.lower()), "see that the server runs, and try again")
    return EngineError(f"{where}: {said}; {mend}")


def _first_line(error: psycopg.Error) -> str:
    """Without the lines behind it, which may repeat what was sent."""
    primary = error.diag.message_primary
    if primary is not None:
        return primary
    said = str(error).partition("\n")[0]
    return said.rpartition("failed: ")[2] if said.startswith("connection failed") else said
