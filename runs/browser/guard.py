"""The guard in front of every page: who may ask, and what a browser is told to keep to.

A page from elsewhere that is open in the same browser can send requests to this machine, too, and can have its own
name lead here (DNS rebinding). What it cannot do is to name us as the host that it asks, and to hide where it is from.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, NamedTuple

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
AUTHORITY = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?)(?::([0-9]{1,5}))?")
PORTS = {"http": 80, "https": 443}
SCHEMES = {"http": "http", "ws": "http", "https": "https", "wss": "https"}
READING = frozenset({"GET", "HEAD"})
OF_A_PROXY = frozenset({b"script-name", b"x-script-name", b"x-forwarded-host", b"x-forwarded-proto"})
NO_OUTSIDE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {socket}; worker-src 'self' blob:; "
    "frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class Authority(NamedTuple):
    """A host and its port, as a Host or an Origin names them: lower case, without brackets or a last dot."""

    host: str
    port: int


class Guard:
    """An ASGI layer that lets in whoever asks for this machine by its name, from a page of its own.

    host: what `--host` says. Beside it the names of the loopback are right, and the address by which a request has
    come in; where the server listens on every address, so is the name of the machine.
    """

    def __init__(self, app: App, host: str) -> None:
        self._app, self._names = app, names_of(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers: Headers = list(scope["headers"])
        scheme = SCHEMES.get(scope["scheme"], "http")
        asked = read_authority(only(headers, b"host"), scheme)
        own = keeping_headers(asked)
        trouble = self._trouble(scope, asked, read_origin(only(headers, b"origin"), scheme))
        if trouble:
            await refuse(scope, send, trouble, own)
            return
        inner = {**scope, "headers": [each for each in headers if each[0] not in OF_A_PROXY]}
        await self._app(inner, receive, keeping(send, own))

    def _trouble(self, scope: Scope, asked: Authority | None, origin: Authority | None) -> str:
        """Why a request is not answered, or nothing."""
        if asked is None or not self._is_ours(asked.host, scope.get("server")):
            return "This server does not go by that name; ask for it by the address that it printed."
        reading = scope["type"] == "http" and scope["method"] in READING
        if not reading and origin != asked:
            return "Only the pages of this server may ask for that."
        return ""

    def _is_ours(self, host: str, server: tuple[str, int | None] | None) -> bool:
        return host in self._names or (server is not None and host == plain(server[0]))


def names_of(host: str) -> frozenset[str]:
    """The names that a server answers to, for what `--host` says.

    >>> sorted(names_of("[::1]")), "lab.example" in names_of("Lab.Example.")
    (['127.0.0.1', '::1', 'localhost'], True)
    """
    named = plain(host)
    names = {*LOOPBACK_NAMES, named}
    if is_every_address(named):
        machine = plain(socket.gethostname())
        names |= {machine, f"{machine.split('.')[0]}.local"} - {"", ".local"}
    return frozenset(names)


def is_every_address(host: str) -> bool:
    """Whether `--host` stands for all addresses of the machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def plain(host: str) -> str:
    """One spelling for a host: lower case, no brackets, no last dot, the shortest form of an address.

    >>> plain("LocalHost."), plain("[0:0::1]"), plain("::ffff:192.0.2.7")
    ('localhost', '::1', '192.0.2.7')
    """
    text = host.strip().lower().removeprefix("[").removesuffix("]").removesuffix(".")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    return str(getattr(address, "ipv4_mapped", None) or address)


def only(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """The value of a header that is there once; two of them are none."""
    found = [value for key, value in headers if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else None


def read_authority(text: str | None, scheme: str = "http") -> Authority | None:
    """Read a Host; None where it is none.

    >>> read_authority("LOCALHOST.:8765")
    Authority(host='localhost', port=8765)
    >>> read_authority("[::1]:8765"), read_authority("localhost")
    (Authority(host='::1', port=8765), Authority(host='localhost', port=80))
    >>> read_authority("me@localhost"), read_authority("localhost:99999"), read_authority("")
    (None, None, None)
    """
    found = AUTHORITY.fullmatch((text or "").lower())
    if found is None:
        return None
    port = int(found[3]) if found[3] else PORTS[scheme]
    return Authority(plain(found[1] or found[2]), port) if 1 <= port <= 65535 else None


def read_origin(text: str | None, scheme: str = "http") -> Authority | None:
    """Read an Origin; None where it is none, "null", or that of another scheme.

    A browser names the origin of every WebSocket and POST. A program that wants in names it as well: so there is one
    rule, and nothing that leaves the header out is let through.

    >>> read_origin("http://localhost:8765")
    Authority(host='localhost', port=8765)
    >>> read_origin("null"), read_origin("https://localhost:8765"), read_origin("http://localhost:8765/page")
    (None, None, None)
    """
    head, _, rest = (text or "").partition("://")
    return read_authority(rest, scheme) if head.lower() == scheme else None


def keeping_headers(asked: Authority | None) -> Headers:
    """What every answer tells a browser to keep to: nothing from outside, no frame, no guess at what a file is."""
    nameable = asked is not None and ":" not in asked.host  # a policy cannot name an address in brackets
    own_socket = f"ws://{asked.host}:{asked.port}" if asked and nameable else ""  # not 'self' to older browsers
    return [
        (b"content-security-policy", NO_OUTSIDE.format(socket=own_socket).encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]


def keeping(send: Send, own: Headers) -> Send:
    """Send answers with what a browser is to keep to, and cookies that no other site can have sent along."""
    names = {name for name, _ in own}

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            told = [(key.lower(), value) for key, value in message.get("headers", [])]
            kept = [(key, lax(value) if key == b"set-cookie" else value) for key, value in told if key not in names]
            message = {**message, "headers": [*kept, *own]}
        await send(message)

    return keep


def lax(cookie: bytes) -> bytes:
    """A cookie that is sent to this site's own pages only.

    >>> lax(b"id=7; Path=/; SameSite=none; Secure")
    b'id=7; Path=/; SameSite=Lax'
    """
    parts = [each.strip() for each in cookie.split(b";")]
    kept = [each for each in parts if each.lower() != b"secure" and not each.lower().startswith(b"samesite")]
    return b"; ".join([*kept, b"SameSite=Lax"])


async def refuse(scope: Scope, send: Send, words: str, own: Headers) -> None:
    """Answer with a sentence and nothing else; a WebSocket is not opened."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = words.encode()
    length = str(len(body)).encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length), *own]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
