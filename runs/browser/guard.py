"""The guard in front of every page: which requests are answered, and the security headers of every answer.

A foreign page that is open in the same browser can send requests to this machine, too, and can point its own name to
it (DNS rebinding). But it can neither put the name of this machine into the Host header nor leave out its Origin.
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
HOST_AND_PORT = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?)(?::([0-9]{1,5}))?")
PORTS = {"http": 80, "https": 443}
SCHEMES = {"http": "http", "ws": "http", "https": "https", "wss": "https"}
SAFE_METHODS = frozenset({"GET", "HEAD"})
PROXY_HEADERS = frozenset({b"script-name", b"x-script-name", b"x-forwarded-host", b"x-forwarded-proto"})
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {socket}; worker-src 'self' blob:; "
    "frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class HostPort(NamedTuple):
    """The host and port of a Host or Origin header: lower case, without brackets or a last dot."""

    host: str
    port: int


class Guard:
    """ASGI middleware that answers only requests for this machine's own name, and from its own pages.

    host: what `--host` says. Valid as well are the names of the loopback and the address at which the request came
    in; where the server listens on every address, so is the name of the machine. policy: what a page may load; without
    one that of Solara's pages.
    """

    def __init__(self, app: App, host: str, policy: str = CONTENT_POLICY) -> None:
        self._app, self._names, self._policy = app, names_of(host), policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers: Headers = list(scope["headers"])
        scheme = SCHEMES.get(scope["scheme"], "http")
        asked = read_host(single_header(headers, b"host"), scheme)
        own_headers = security_headers(asked, self._policy)
        refusal = self._refusal(scope, asked, read_origin(single_header(headers, b"origin"), scheme))
        if refusal:
            await refuse(scope, send, refusal, own_headers)
            return
        inner = {**scope, "headers": [each for each in headers if each[0] not in PROXY_HEADERS]}
        await self._app(inner, receive, add_headers(send, own_headers))

    def _refusal(self, scope: Scope, asked: HostPort | None, origin: HostPort | None) -> str:
        """Why a request is refused; empty where it is not."""
        if asked is None or not self._is_ours(asked.host, scope.get("server")):
            return "This server does not go by that name; ask for it by the address that it printed."
        safe = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        if not safe and origin != asked:
            return "Only the pages of this server may ask for that."
        return ""

    def _is_ours(self, host: str, server: tuple[str, int | None] | None) -> bool:
        return host in self._names or (server is not None and host == normalize_host(server[0]))


def names_of(host: str) -> frozenset[str]:
    """The names that a server answers to, for what `--host` says.

    >>> sorted(names_of("[::1]")), "lab.example" in names_of("Lab.Example.")
    (['127.0.0.1', '::1', 'localhost'], True)
    """
    named = normalize_host(host)
    names = {*LOOPBACK_NAMES, named}
    if is_every_address(named):
        machine = normalize_host(socket.gethostname())
        names |= {machine, f"{machine.split('.')[0]}.local"} - {"", ".local"}
    return frozenset(names)


def is_every_address(host: str) -> bool:
    """Whether `--host` stands for all addresses of the machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def normalize_host(host: str) -> str:
    """The normal spelling of a host: lower case, no brackets, no last dot, the shortest form of an address.

    >>> normalize_host("LocalHost."), normalize_host("[0:0::1]"), normalize_host("::ffff:192.0.2.7")
    ('localhost', '::1', '192.0.2.7')
    """
    text = host.strip().lower().removeprefix("[").removesuffix("]").removesuffix(".")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    return str(getattr(address, "ipv4_mapped", None) or address)


def single_header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """The value of a header that occurs once; None where it is missing or repeated."""
    found = [value for key, value in headers if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else None


def read_host(text: str | None, scheme: str = "http") -> HostPort | None:
    """Read a Host header; None where it is invalid.

    >>> read_host("LOCALHOST.:8765")
    HostPort(host='localhost', port=8765)
    >>> read_host("[::1]:8765"), read_host("localhost")
    (HostPort(host='::1', port=8765), HostPort(host='localhost', port=80))
    >>> read_host("me@localhost"), read_host("localhost:99999"), read_host("")
    (None, None, None)
    """
    found = HOST_AND_PORT.fullmatch((text or "").lower())
    if found is None:
        return None
    port = int(found[3]) if found[3] else PORTS[scheme]
    return HostPort(normalize_host(found[1] or found[2]), port) if 1 <= port <= 65535 else None


def read_origin(text: str | None, scheme: str = "http") -> HostPort | None:
    """Read an Origin header; None where it is missing, invalid, "null", or of another scheme.

    A browser sends it with every WebSocket and POST; a program has to send it as well, so that there is one rule.

    >>> read_origin("http://localhost:8765")
    HostPort(host='localhost', port=8765)
    >>> read_origin("null"), read_origin("https://localhost:8765"), read_origin("http://localhost:8765/page")
    (None, None, None)
    """
    head, _, rest = (text or "").partition("://")
    return read_host(rest, scheme) if head.lower() == scheme else None


def security_headers(asked: HostPort | None, policy: str) -> Headers:
    """The security headers of every answer: nothing from outside, no frame, no guessing of content types."""
    nameable = asked is not None and ":" not in asked.host  # a policy cannot name an address in brackets
    own_socket = f"ws://{asked.host}:{asked.port}" if asked and nameable else ""  # not 'self' to older browsers
    return [
        (b"content-security-policy", policy.format(socket=own_socket).encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]


def add_headers(send: Send, own: Headers) -> Send:
    """Wrap `send`: every answer gets our own headers, and cookies that are sent to this site only."""
    names = {name for name, _ in own}

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = [(key.lower(), value) for key, value in message.get("headers", [])]
            kept = [
                (key, make_lax(value) if key == b"set-cookie" else value) for key, value in given if key not in names
            ]
            message = {**message, "headers": [*kept, *own]}
        await send(message)

    return send_with_headers


def make_lax(cookie: bytes) -> bytes:
    """The cookie with SameSite=Lax: sent to this site's own pages only; a stricter one stays as it is.

    >>> make_lax(b"id=7; Path=/; SameSite=none; Secure")
    b'id=7; Path=/; SameSite=Lax'
    """
    parts = [each.strip() for each in cookie.split(b";")]
    if b"samesite=strict" in (each.lower() for each in parts):
        return cookie
    kept = [each for each in parts if each.lower() != b"secure" and not each.lower().startswith(b"samesite")]
    return b"; ".join([*kept, b"SameSite=Lax"])


async def refuse(scope: Scope, send: Send, reason: str, own: Headers) -> None:
    """Answer 403 with the reason as plain text; a WebSocket is closed."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = reason.encode()
    length = str(len(body)).encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length), *own]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
