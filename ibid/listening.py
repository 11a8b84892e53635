"""Where a server listens: on this machine only, or for others too."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys

_LOCAL_NAMES = ("localhost", "ibid.localhost")


def is_local(host: str) -> bool:
    """Whether a host name or address is this machine's own, which no other machine can reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in _LOCAL_NAMES


def bind(host: str, port: int) -> socket.socket:
    """A socket that has the address, and listens only once there is something to answer.

    Raises OSError, with what mends it, where the address cannot be had.
    """
    bound = None
    try:
        # With its protocol: asyncio would not know it for TCP otherwise and leave Nagle's algorithm on, by which an
        # answer waits some 40 ms for the client to acknowledge its head.
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        if bound:
            bound.close()
        raise OSError(f"cannot listen on {host}:{port} ({error.strerror}); give another --host or --port") from error
    return bound


def shown(bound: socket.socket) -> str:
    """The address of a socket as a URL writes it: "127.0.0.1:8017", "[::1]:8017"."""
    host, port = bound.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def open_page(url: str) -> None:
    """Open a page in the browser, if there is a terminal and a display to show one on; nothing is waited for or told.

    The variable BROWSER names one that needs no display.
    """
    shows = sys.platform in ("darwin", "win32") or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"}
    if not (shows and sys.stdin.isatty() and sys.stderr.isatty()):
        return
    import subprocess

    # In a process of its own, since what opens a browser may wait for it, and write what belongs nowhere; and isolated,
    # since what lies in this folder is none of its modules.
    command = [sys.executable, "-I", "-m", "webbrowser", url]
    silent = subprocess.DEVNULL
    subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True)
