"""Phones of a class by protocol: each a connection that asks as the page would, and one that follows its events."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

KEEP_TRYING_SECONDS = 20.0


@dataclass
class Phone:
    """A phone: `post` and `get` try again until there is an answer, as the page does; `follow` listens to events."""

    port: int
    nick: str
    cookie: str = ""
    screen: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[float, str]] = field(default_factory=list)  # when, and the identity of the screen
    acknowledged: dict[int, dict[str, Any]] = field(default_factory=dict)  # turn -> wishes that the server has taken
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)  # one question at a time on a connection

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, bytes]:
        """Status and body of an answer; the connection is kept."""
        async with self._asking:
            return await self._ask(method, path, body)

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, bytes]:
        data = json.dumps(body).encode() if body is not None else b""
        head = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", f"Origin: http://localhost:{self.port}",
                "Content-Type: application/json", f"Content-Length: {len(data)}"]  # fmt: skip
        if self.cookie:
            head.append(f"Cookie: {self.cookie}")
        until = time.monotonic() + KEEP_TRYING_SECONDS
        while True:
            try:
                if self._streams is None:
                    self._streams = await asyncio.open_connection("localhost", self.port)
                reader, writer = self._streams
                writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + data)
                await writer.drain()
                return await self._read(reader)
            except (OSError, asyncio.IncompleteReadError):
                self._streams = None
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.2)

    async def _read(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if "set-cookie" in headers:
            self.cookie = headers["set-cookie"].split(";")[0]
        return int(lines[0].split()[1]), await reader.readexactly(int(headers["content-length"]))

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """What is answered to a message."""
        _, text = await self.ask("POST", path, body)
        return self._take(text)

    async def look(self) -> dict[str, Any]:
        """What the phone shows."""
        _, text = await self.ask("GET", "/me")
        return self._take(text)

    def _take(self, text: bytes) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(text)
        if answer.get("room"):
            self.screen = answer
        return answer

    async def join(self, code: str) -> dict[str, Any]:
        return await self.post("/join", code=code, nick=self.nick, key=f"join {self.nick}")

    async def hand_in(self, wishes: dict[str, Any], turn: int, key: str = "") -> dict[str, Any]:
        """Hand in a turn; what the server has taken is noted."""
        answer = await self.post("/hand-in", wishes=wishes, turn=turn, key=key or f"{self.nick} {turn} {wishes}")
        if not answer["message"]:
            self.acknowledged[turn] = wishes
        return answer

    async def follow(self) -> None:
        """Listen to events until cancelled, and come back when the connection breaks."""
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("localhost", self.port)
                head = f"GET /events HTTP/1.1\r\nHost: localhost:{self.port}\r\nCookie: {self.cookie}\r\n\r\n"
                writer.write(head.encode())
                await reader.readuntil(b"\r\n\r\n")
                while line := await reader.readline():
                    if line.startswith(b"data: "):
                        self.screen = json.loads(line[6:])
                        self.events.append((time.monotonic(), self.screen["id"]))
                writer.close()
            await asyncio.sleep(1.0)


@dataclass
class Teacher(Phone):
    """The teacher by protocol."""

    async def enter(self, secret: str) -> None:
        status, _ = await self.ask("POST", "/enter", {"secret": secret})
        assert status == 200

    async def do(self, name: str, **more: Any) -> dict[str, Any]:
        _, text = await self.ask("POST", "/command", {"do": name, **more})
        answer: dict[str, Any] = json.loads(text)
        return answer
