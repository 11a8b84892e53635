"""Who may ask a server, as far as its options say: what is named there is checked before anything is served."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

import typer

from ibid.listening import is_local

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@*,A-Z]+")


def check_host(host: str, has_keys: bool, insecure: bool) -> bool:
    """Whether `host` is this machine only; where it is not, a key is demanded."""
    local = is_local(host)
    if not local and not has_keys and not insecure:
        raise typer.BadParameter(
            f"{host} can be reached from other machines; give --api-key-file FILE, or --insecure to let anyone ask"
        )
    return local


def check_origins(origins: list[str], has_keys: bool) -> None:
    """Raise BadParameter where one is none, or where any page of the web could read the documents without a key."""
    for origin in origins:
        if origin == "*" and not has_keys:
            raise typer.BadParameter(
                "--cors '*' lets every page that is opened on a machine which reaches this server read its documents; "
                "name origins, or give --api-key-file FILE as well"
            )
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise typer.BadParameter(
                f"{origin} is no origin; write it as browsers do, without a path: --cors https://wiki.example"
            )


def check_proxy(addresses: str | None) -> None:
    """Raise BadParameter where whoever connects would be believed: a header of one's own would evade the rate."""
    for address in addresses.split(",") if addresses is not None else ():
        try:
            network = ipaddress.ip_network(address.strip(), strict=False)
        except ValueError:
            raise typer.BadParameter(
                f"--trust-proxy takes the addresses of proxies, with commas between them, and {address!r} is none"
            ) from None
        if network.prefixlen == 0:
            raise typer.BadParameter(
                f"--trust-proxy {address} would believe whoever connects; name the proxies, as: --trust-proxy 10.0.0.5"
            )


def read_keys(path: Path, shortest: int = 16) -> list[str]:
    """The keys in a file, one a line; BadParameter where there is none, or one of less than `shortest` characters."""
    mend = f"write one a line, as: openssl rand -hex 32 > {path}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise typer.BadParameter(f"no key can be read from {path} ({reason}); {mend}") from error
    keys = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    if not keys:
        raise typer.BadParameter(f"{path} holds no key; {mend}")
    if min(map(len, keys)) < shortest:
        raise typer.BadParameter(
            f"a key in {path} has less than {shortest} characters; make one with: openssl rand -hex 32"
        )
    return keys
