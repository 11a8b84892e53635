"""Host names and addresses: which are this machine's own, and whose a request is."""

from __future__ import annotations

import ipaddress
import re

_LOCAL_NAMES = ("localhost", "ibid.localhost")


def is_local(host: str) -> bool:
    """Whether a host name or address is this machine's own, which no other machine can reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in _LOCAL_NAMES


def host_of(header: str) -> str:
    """The host in a Host header, without its port and brackets; empty where it is none."""
    found = re.fullmatch(r"(?:\[([^\]]*)\]|([^:]*))(?::\d*)?", header)
    return (found[1] or found[2] or "") if found else ""


def network_of(host: str) -> str:
    """The address of a client; of one with IPv6 the network, for it has many addresses."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
