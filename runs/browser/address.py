"""Where a page is served: the sockets that listen, and the address that can be typed into a browser."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket

from model.tables.faults import Faults
from runs.browser.guard import is_every_address, normalize_host

LOOPBACK = "localhost"
DEFAULT_PORT = 8765
TRIED_PORTS = 20
TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})
NOT_AVAILABLE = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
# reserved for documentation (RFC 5737, RFC 3849)
EXAMPLE_ADDRESSES = {socket.AF_INET: "198.51.100.1", socket.AF_INET6: "2001:db8::1"}


def listen_on(host: str, port: int | None) -> list[socket.socket]:
    """Listen on every address of a host, on a port or on the first free one. Raise Faults where that fails."""
    addresses = resolve_host(host)
    if port is not None:
        try:
            return open_sockets(addresses, port)
        except OSError as error:
            raise Faults([f"port {port} on {host}: {system_message(error)}; {port_advice(error)}"]) from None
    for free in range(DEFAULT_PORT, DEFAULT_PORT + TRIED_PORTS):
        try:
            return open_sockets(addresses, free)
        except OSError as error:
            if error.errno not in TAKEN:
                raise Faults([f"--host {host}: {system_message(error)}; {port_advice(error)}"]) from None
    raise Faults([f"the ports {DEFAULT_PORT} to {DEFAULT_PORT + TRIED_PORTS - 1} are all taken; name one with --port"])


def system_message(error: OSError) -> str:
    """The operating system's message for an error, without the address that Python adds."""
    return os.strerror(error.errno) if error.errno else str(error)


def port_advice(error: OSError) -> str:
    """What to do about a port that cannot be opened."""
    if error.errno in NOT_AVAILABLE:
        return f"--host takes an address of this machine, such as {LOOPBACK}, or 0.0.0.0 for all that it has"
    return "name another with --port"


def resolve_host(host: str) -> list[tuple[socket.AddressFamily, str, int]]:
    """The addresses of a host: (family, address, scope). Raise Faults for an unknown host."""
    text = normalize_host(host)
    if not text:
        raise Faults([f"--host is empty; it takes a name or an address of this machine, such as {LOOPBACK}"])
    try:
        found = socket.getaddrinfo(text, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise Faults(
            [f"--host '{text[:60]}' is no name or address that this machine knows; {LOOPBACK} is this machine alone"]
        ) from None
    known = [(family, str(place[0]), int(place[3]) if len(place) > 3 else 0) for family, _, _, _, place in found]
    return [each for each in dict.fromkeys(known) if each[0] in EXAMPLE_ADDRESSES]


def open_sockets(addresses: list[tuple[socket.AddressFamily, str, int]], port: int) -> list[socket.socket]:
    """Listen on a port of each address of an available family. Raise OSError where there is none."""
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    for family, address, scope in addresses:
        place: tuple[str, int] | tuple[str, int, int, int] = (address, port)
        if family == socket.AF_INET6:
            place = (address, port, 0, scope)
        both = family == socket.AF_INET6 and is_every_address(address) and socket.has_dualstack_ipv6()
        try:
            sockets.append(socket.create_server(place, family=family, dualstack_ipv6=both))
        except OSError as error:
            if error.errno in NOT_AVAILABLE:
                missing = error
                continue
            for each in sockets:
                each.close()
            raise
    if not sockets:
        raise missing or OSError(errno.EADDRNOTAVAIL, "no such address on this machine")
    return sockets


def served_host(host: str, sockets: list[socket.socket]) -> str:
    """The host that is served: the address for all addresses, by whatever spelling, or the name that `--host` says."""
    address = str(sockets[0].getsockname()[0])
    return address if is_every_address(address) else normalize_host(host)


def page_address(host: str, port: int) -> str:
    """The address that opens the page, from another machine as well where it can be reached from there.

    >>> page_address("::1", 8765), page_address("localhost", 80)
    ('http://[::1]:8765/', 'http://localhost:80/')
    """
    name = normalize_host(host)
    if is_every_address(name):
        name = find_own_address(name) or normalize_host(socket.gethostname())
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def find_own_address(every: str) -> str:
    """The machine's address in its network; empty where it is in none. Nothing is sent to find it."""
    families = [socket.AF_INET]
    if ":" in every:
        families = [*(families if socket.has_dualstack_ipv6() else []), socket.AF_INET6]
    for family in families:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((EXAMPLE_ADDRESSES[family], 9))
                return str(probe.getsockname()[0])
        except OSError:
            continue
    return ""


def is_loopback_only(sockets: list[socket.socket]) -> bool:
    """Whether only this machine can reach the sockets."""
    hosts = (normalize_host(each.getsockname()[0].split("%")[0]) for each in sockets)
    return all(ipaddress.ip_address(host).is_loopback for host in hosts)
