"""Which addresses of the internet may be fetched from: public ones, and nothing inside a network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence

from ingest.errors import AddressRefused

Resolver = Callable[[str, int], Sequence[str]]
"""A host and a port become the addresses of that host, as text; OSError where there are none."""

# Written out rather than taken from `ipaddress`, whose idea of what is private differs between releases of Python.
# https://www.iana.org/assignments/iana-ipv4-special-registry
_SPECIAL_4 = [
    (ipaddress.IPv4Network(network), name)
    for network, name in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud-internal"),  # Azure's own, although it is numbered like a public one
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
]
# https://www.iana.org/assignments/iana-ipv6-special-registry
_SPECIAL_6 = [
    (ipaddress.IPv6Network(network), name)
    for network, name in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
    )
]
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")


def look_up(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host; OSError where it knows none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def special(address: str) -> str | None:
    """What kind of address this is if it is no public one ("private", "loopback", …), else None.

    A form that carries an IPv4 address inside is never public, whatever it carries.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unreadable"
    if isinstance(parsed, ipaddress.IPv4Address):
        return next((name for network, name in _SPECIAL_4 if parsed in network), None)
    if parsed.scope_id:
        return "link-local"
    name = next((name for network, name in _SPECIAL_6 if parsed in network), None)
    return name or (None if parsed in _GLOBAL_6 else "reserved")


def check(host: str, addresses: Sequence[str], allow_loopback: bool = False) -> None:
    """Refuse a host of which one address is not public: a mixture is how a name is bound to another machine.

    Raises AddressRefused with the address and its kind.
    """
    for address in addresses:
        kind = special(address)
        if kind and not (allow_loopback and kind == "loopback"):
            shown = address if address == host else f"{host} is at {address}, which"
            raise AddressRefused(f"{shown} is no public address ({kind}); name a public host")
