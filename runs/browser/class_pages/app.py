"""A class as a Starlette application: phones, the teacher and the wall: each a page, and events when it moves."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runs.browser.class_pages.judge import Draw
from runs.browser.class_pages.phones import Phones
from runs.browser.class_pages.qr import as_svg
from runs.browser.class_pages.served_room import FOLDER, ServedRoom
from runs.browser.class_pages.staff import Staff
from runs.browser.desk.answers import file_of, ready
from runs.class_game.room import Room

FILES = {name: FOLDER / name for name in ("phone.js", "wall.js", "teacher.js", "staff.js", "class.css")}
FILES |= {name: FOLDER.parent / "desk" / name for name in ("words.js", "parts.js", "desk.css")}
TICK_SECONDS = 0.2
THREADS = 12  # that answer requests; each keeps memory of its own
log = logging.getLogger(__name__)


def make_app(
    room: Room,
    url: str,
    leaving: threading.Event | None = None,
    draw: Draw | None = None,
    reword: Callable[[str], str] = str,
) -> Starlette:
    """The application of a room; streams end when `leaving` is set.

    draw: draws the figures of an exercise; reword: what is done to every text that leaves, for neutral names.
    """
    served = ServedRoom(room, url, leaving or threading.Event(), draw, reword)
    phones, staff = Phones(served), Staff(served)

    async def file(request: Request) -> Response:
        """A script or a style sheet."""
        return file_of(FILES, request.path_params["name"])

    async def code(_: Request) -> Response:
        """The QR code of the address with the room's code, as SVG."""
        return Response(as_svg(f"{url}?code={room.code}"), media_type="image/svg+xml")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        clock = asyncio.create_task(run_clock(served))
        yield
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock
        room.close()

    routes: list[tuple[str, Callable[[Request], Awaitable[Response]], str]] = [
        ("/", phones.page, "GET"), ("/teacher", staff.teacher_page, "GET"), ("/wall", staff.wall_page, "GET"),
        ("/class/{name}", file, "GET"), ("/qr.svg", code, "GET"), ("/readyz", ready, "GET"),
        ("/me", phones.me, "GET"), ("/events", phones.events, "GET"), ("/watch", staff.watch, "GET"),
        ("/export.zip", staff.export, "GET"), ("/chair", staff.chair, "GET"),
        ("/join", phones.join, "POST"), ("/back", phones.come_back, "POST"), ("/hand-in", phones.hand_in, "POST"),
        ("/answer", phones.answer, "POST"), ("/enter", staff.enter, "POST"), ("/command", staff.command, "POST"),
    ]  # fmt: skip
    return Starlette(routes=[Route(path, act, methods=[method]) for path, act, method in routes], lifespan=lifespan)


async def run_clock(served: ServedRoom) -> None:
    """Let the room's clock have its say until the server ends."""
    while not served.leaving.is_set():
        version = served.room.book.version
        try:
            if await run_in_threadpool(served.room.tick):
                served.bell.ring()
                await served.play(served.room.compute)
            served.judge.look()
        except Exception:
            log.exception("the clock failed")
            await asyncio.sleep(1.0)
        if served.room.book.version != version:
            served.bell.ring()
        await served.bell.wait(TICK_SECONDS)
