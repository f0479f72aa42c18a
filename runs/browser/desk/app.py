"""The desk as a Starlette application: one page, its script and style, the games as JSON, and events when they move.

GET creates nothing. What is posted carries a key, and is done once however often it arrives.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runs.browser.desk.answers import (
    BEAT_SECONDS,
    MOST_BYTES,
    MOST_NAME,
    START_OF_SERVER,
    event_stream,
    file_of,
    json_answer,
    page_in_language,
    read_wish,
    ready,
    text_of,
)
from runs.browser.desk.rooms import Rooms
from runs.browser.desk.session import START, GameSession
from runs.game.game_plan import DRAWN, GamePlan

FOLDER = Path(__file__).parent
FILES = {name: FOLDER / name for name in ("desk.js", "words.js", "parts.js", "desk.css")}
STEP_SECONDS = 0.25  # in which a new turn reaches the pages that did not play it


class Desk:
    """Answers requests about the games of a folder."""

    def __init__(self, where: Path | None, leaving: threading.Event, plan: GamePlan) -> None:
        self.rooms, self._leaving = Rooms(where, plan), leaving

    async def page(self, request: Request) -> Response:
        """The page in the language that is asked for; it draws what `/screen` says."""
        return page_in_language(request, "title", ["desk/desk.css"], "desk/desk.js")

    async def screen(self, request: Request) -> Response:
        """The screen of a game, or without one the choice of a seat."""
        session = await run_in_threadpool(self.rooms.open, game_of(request))
        return answer(session)

    async def begin(self, request: Request) -> Response:
        """Begin a game: {seat, seed, key}."""
        wish = await read_wish(request)
        if wish is None:
            return mistake()
        session = await run_in_threadpool(
            self.rooms.begin, wish.get("seat", ""), wish.get("seed", ""), text_of(wish, "key")
        )
        return answer(session)

    async def turn(self, request: Request) -> Response:
        """Hand in a turn: {wishes, turn, key}."""
        wish = await read_wish(request)
        if wish is None:
            return mistake()
        session = await run_in_threadpool(self.rooms.open, game_of(request))
        if session.snapshot.shown == START:
            return answer(session)  # which says why there is no such game
        arguments = {"wishes": wish.get("wishes"), "turn": wish.get("turn"), "key": text_of(wish, "key")}
        await run_in_threadpool(lambda: session.run_command("next", **arguments))
        return answer(session)

    async def card(self, request: Request) -> Response:
        """The books of a line when the game is over."""
        session = await run_in_threadpool(self.rooms.open, game_of(request))
        row = request.query_params.get("row", "")
        return JSONResponse(await run_in_threadpool(session.card, int(row) if row.isdecimal() else -1))

    async def events(self, request: Request) -> Response:
        """A game's screens as server-sent events: at once where the page has an older one, then each new one."""
        session = await run_in_threadpool(self.rooms.open, game_of(request))
        seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
        return event_stream(self._follow(session, seen))

    async def _follow(self, session: GameSession, seen: str) -> AsyncIterator[str]:
        """The newest screen whenever there is a newer one: a page that was slow or asleep gets one, not a queue."""
        name, quiet = session.name, 0.0
        self.rooms.watch(name, 1)
        try:
            yield "retry: 1000\n\n"
            while not self._leaving.is_set() and session.snapshot.shown != START:
                if event_id(session) != seen:
                    seen, quiet = event_id(session), 0.0
                    yield f"id: {seen}\ndata: {screen_text(session, '')}\n\n"
                elif quiet >= BEAT_SECONDS:
                    quiet = 0.0
                    yield ": here\n\n"
                await asyncio.sleep(STEP_SECONDS)
                quiet += STEP_SECONDS
        finally:
            self.rooms.watch(name, -1)

    async def file(self, request: Request) -> Response:
        """A script or the style sheet."""
        return file_of(FILES, request.path_params["name"])


def make_app(where: Path | None = None, leaving: threading.Event | None = None, plan: GamePlan = DRAWN) -> Starlette:
    """The application, with the games of a folder (default: the user's own); streams end when `leaving` is set.

    plan: what a new game is played with.
    """
    desk = Desk(where, leaving or threading.Event(), plan)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        desk.rooms.close()

    routes = [
        Route("/", desk.page),
        Route("/screen", desk.screen),
        Route("/events", desk.events),
        Route("/card", desk.card),
        Route("/begin", desk.begin, methods=["POST"]),
        Route("/turn", desk.turn, methods=["POST"]),
        Route("/readyz", ready),
        Route("/desk/{name}", desk.file),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.desk = desk
    return app


def game_of(request: Request) -> str:
    """The game that the address names."""
    return request.query_params.get("game", "")[:MOST_NAME]


def mistake() -> Response:
    """The answer to what is no wish."""
    words = f"A JSON object of at most {MOST_BYTES} bytes was expected; nothing was played."
    return JSONResponse({"message": words}, 400)


def event_id(session: GameSession) -> str:
    """What names the newest screen of a game."""
    return f"{START_OF_SERVER}-{session.snapshot.version}"


def screen_text(session: GameSession, message: str | None = None) -> str:
    """A session's newest screen as JSON; message: said in place of its own, which is for whoever caused it."""
    snapshot = session.snapshot
    screen = json.loads(snapshot.screen)
    if message is not None:
        screen["message"] = message
    out = {"id": event_id(session), "shown": snapshot.shown, "screen": screen, "world": json.loads(snapshot.world)}
    return json.dumps(out, ensure_ascii=False)


def answer(session: GameSession) -> Response:
    """A session's newest screen as an answer."""
    return json_answer(screen_text(session))
