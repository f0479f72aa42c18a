"""Asks a page as a browser would, without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

PORT = 8765


async def ask(
    app: Any, path: str, wish: Any, headers: dict[bytes, bytes], parts: int = 0
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of an answer; of one that does not end its first parts."""
    path, _, query = path.partition("?")
    own = {b"host": f"localhost:{PORT}".encode(), b"origin": f"http://localhost:{PORT}".encode(), **headers}
    scope = {
        "type": "http", "method": "GET" if wish is None else "POST", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": query.encode(), "headers": list(own.items()),
        "server": ("127.0.0.1", PORT), "client": ("127.0.0.1", 1), "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    posted = wish if isinstance(wish, bytes) else json.dumps(wish).encode()
    status, found, bodies, gone, sent = 0, dict[bytes, bytes](), list[bytes](), asyncio.Event(), False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": posted, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status, found
        if message["type"] == "http.response.start":
            status, found = message["status"], dict(message["headers"])
        elif message.get("body"):
            bodies.append(message["body"])
            if parts and len(bodies) >= parts:
                gone.set()

    answer: Awaitable[None] = app(scope, receive, send)
    await asyncio.wait_for(answer, 60)
    return status, found, b"".join(bodies)
