"""Where a page is served: the sockets that listen, and the address that somebody can type."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket

from model.tables.faults import Faults
from runs.browser.guard import is_every_address, plain

LOOPBACK = "localhost"
DEFAULT_PORT = 8765
TRIED_PORTS = 20
TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})
NOT_HERE = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
SOMEWHERE = {socket.AF_INET: "198.51.100.1", socket.AF_INET6: "2001:db8::1"}  # for examples only; nobody is there


def listen_on(host: str, port: int | None) -> list[socket.socket]:
    """Listen on every address of a host, on a port or on the first free one. Raise Faults where that cannot be had."""
    addresses = addresses_of(host)
    if port is not None:
        try:
            return bound(addresses, port)
        except OSError as error:
            raise Faults([f"port {port} on {host}: {reason(error)}; {mend(error)}"]) from None
    for free in range(DEFAULT_PORT, DEFAULT_PORT + TRIED_PORTS):
        try:
            return bound(addresses, free)
        except OSError as error:
            if error.errno not in TAKEN:
                raise Faults([f"--host {host}: {reason(error)}; {mend(error)}"]) from None
    raise Faults([f"the ports {DEFAULT_PORT} to {DEFAULT_PORT + TRIED_PORTS - 1} are all taken; name one with --port"])


def reason(error: OSError) -> str:
    """Why a port cannot be had, in the system's own words and no more."""
    return os.strerror(error.errno) if error.errno else str(error)


def mend(error: OSError) -> str:
    """What to do about a port that cannot be had."""
    if error.errno in NOT_HERE:
        return f"--host takes an address of this machine, such as {LOOPBACK}, or 0.0.0.0 for all that it has"
    return "name another with --port"


def addresses_of(host: str) -> list[tuple[socket.AddressFamily, str, int]]:
    """The addresses that a host stands for: (family, address, scope). Raise Faults for what is none."""
    text = plain(host)
    if not text:
        raise Faults([f"--host is empty; it takes a name or an address of this machine, such as {LOOPBACK}"])
    try:
        found = socket.getaddrinfo(text, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise Faults(
            [f"--host '{text[:60]}' is no name or address that this machine knows; {LOOPBACK} is this machine alone"]
        ) from None
    known = [(family, str(place[0]), int(place[3]) if len(place) > 3 else 0) for family, _, _, _, place in found]
    return [each for each in dict.fromkeys(known) if each[0] in SOMEWHERE]


def bound(addresses: list[tuple[socket.AddressFamily, str, int]], port: int) -> list[socket.socket]:
    """Listen on a port of each address but those of a family that is not here. Raise OSError where none is had."""
    sockets: list[socket.socket] = []
    lacking: OSError | None = None
    for family, address, scope in addresses:
        place: tuple[str, int] | tuple[str, int, int, int] = (address, port)
        if family == socket.AF_INET6:
            place = (address, port, 0, scope)
        both = family == socket.AF_INET6 and is_every_address(address) and socket.has_dualstack_ipv6()
        try:
            sockets.append(socket.create_server(place, family=family, dualstack_ipv6=both))
        except OSError as error:
            if error.errno in NOT_HERE:
                lacking = error
                continue
            for each in sockets:
                each.close()
            raise
    if not sockets:
        raise lacking or OSError(errno.EADDRNOTAVAIL, "no such address on this machine")
    return sockets


def served_host(host: str, sockets: list[socket.socket]) -> str:
    """What `--host` comes to: all addresses, by whatever spelling, or the name that it says."""
    address = str(sockets[0].getsockname()[0])
    return address if is_every_address(address) else plain(host)


def printed_address(host: str, port: int) -> str:
    """The address that opens the page, from another machine as well where it can be reached from there.

    >>> printed_address("::1", 8765), printed_address("localhost", 80)
    ('http://[::1]:8765/', 'http://localhost:80/')
    """
    name = plain(host)
    if is_every_address(name):
        name = own_address(name) or plain(socket.gethostname())
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def own_address(every: str) -> str:
    """The machine's address in its network, or nothing where it is in none. Nothing is sent to find it."""
    families = [socket.AF_INET]
    if ":" in every:
        families = [*(families if socket.has_dualstack_ipv6() else []), socket.AF_INET6]
    for family in families:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((SOMEWHERE[family], 9))
                return str(probe.getsockname()[0])
        except OSError:
            continue
    return ""


def is_private(sockets: list[socket.socket]) -> bool:
    """Whether only this machine can reach what listens."""
    return all(ipaddress.ip_address(plain(each.getsockname()[0].split("%")[0])).is_loopback for each in sockets)
