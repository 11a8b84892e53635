"""Where a database is: a url as libpq reads it, and what must be so before anything is sent there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import zip_longest

from psycopg import ProgrammingError, pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ingest.errors import EngineError

SCHEMES = ("postgresql://", "postgres://")
# What is not in the url itself libpq takes from the environment, and a service file; what is given here stands before
# both.  A host that has gone silent is given up after some ten seconds.
_ALWAYS = {
    # Where it is offered, GSSAPI would be taken in the place of TLS.
    "gssencmode": "disable",
    "keepalives": "1",
    "keepalives_idle": "4",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    # What one process reads it reads of one server, as long as that is there: others may be behind.
    "load_balance_hosts": "disable",
}
_UNLESS_TOLD = {"connect_timeout": "4", "fallback_application_name": "ibid"}
_SECRETS = ("password", "sslpassword", "oauth_client_secret")
_WHERE_ELSE = "leave it out, and set PGPASSWORD, or PGPASSFILE or PGSERVICEFILE to the path of a file that has it"


@dataclass(frozen=True, slots=True)
class Address:
    """What libpq is given to connect, without a password, and what messages call the place."""

    parameters: Mapping[str, str]
    where: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read a url; EngineError if it is none, holds a password, or would send anything unprotected to elsewhere."""
        if not url.startswith(SCHEMES):
            raise EngineError(f"an engine is named by a url that begins with {SCHEMES[0]}")
        try:
            given = {name: str(value) for name, value in conninfo_to_dict(url).items() if value not in (None, "")}
        except ProgrammingError:
            # What libpq says of it may repeat a password.
            raise EngineError(
                "the url of the engine cannot be read; write it as postgresql://USER@HOST:PORT/DATABASE"
            ) from None
        # So does a url whose password holds a / that is not escaped, if all of it is repeated.
        astray = not all(port.isdigit() for port in given.get("port", "").split(",") if port)
        if astray or "@" in given.get("dbname", ""):
            raise EngineError("the url of the engine holds a / or @ that is no part of an address; " + _WHERE_ELSE)
        if any(name in given for name in _SECRETS):
            raise EngineError("the url of the engine holds a password, which others could see; " + _WHERE_ELSE)
        where = _told(given)
        parameters = _UNLESS_TOLD | given | _ALWAYS
        if _is_far(given):
            if given.get("sslmode", "verify-full") != "verify-full":
                raise EngineError(
                    f"{where} is not on this machine, and sslmode={given['sslmode']} does not prove who answers there; "
                    "say sslmode=verify-full, and sslrootcert=FILE where no known authority signed its certificate"
                )
            parameters["sslmode"] = "verify-full"
        return cls(parameters, where)

    def with_options(self, settings: Mapping[str, str], **changed: str) -> str:
        """What a session is begun with: `settings`, then those of the url, with some parameters changed."""
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        own = self.parameters.get("options", "")
        return make_conninfo("", **{**self.parameters, "options": f"{options} {own}".strip(), **changed})


def _told(given: Mapping[str, str]) -> str:
    hosts, ports = (given.get(name, "").split(",") for name in ("host", "port"))
    if "host" not in given and "hostaddr" in given:
        hosts = given["hostaddr"].split(",")
    # One port is that of all hosts.
    ports = ports * len(hosts) if len(ports) == 1 else ports
    places = ",".join(f"{host}:{port}" if port else host for host, port in zip_longest(hosts, ports, fillvalue=""))
    service = f"?service={given['service']}" if "service" in given else ""
    return f"{SCHEMES[0]}{places}/{given.get('dbname', '')}{service}"


def _is_far(given: dict[str, str]) -> bool:
    if "hostaddr" not in given and ("service" in given or "PGSERVICE" in os.environ):
        # It may name another machine than the url does.
        return True
    defaults = pq.Conninfo.get_defaults()
    known = {option.keyword.decode(): option.val.decode() for option in defaults if option.val is not None} | given
    hosts, addresses = (known.get(name, "").split(",") for name in ("host", "hostaddr"))
    return not all(_is_near(address or host) for host, address in zip_longest(hosts, addresses, fillvalue=""))


def _is_near(host: str) -> bool:
    # Without a host it is a socket of this machine, whose path begins so, or so where it is in no folder.
    if not host or host[0] in "/@" or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
