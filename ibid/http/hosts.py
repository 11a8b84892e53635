"""Whose a request is, and for which host it is meant."""

from __future__ import annotations

import ipaddress
import re


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
