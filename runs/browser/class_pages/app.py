"""A class as a Starlette application: phones, the teacher and the wall: each a page, and events when it moves.

GET creates nothing, so that looking at a link seats nobody. What is posted carries a key and counts once. A member is
known by a token in a cookie that no script can read; the file keeps its hash.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from model.tables.faults import Faults
from runs.browser.class_pages.bell import Bell
from runs.browser.class_pages.judge import Draw, Judge
from runs.browser.class_pages.qr import as_svg
from runs.browser.desk.answers import (
    BEAT_SECONDS,
    START_OF_SERVER,
    event_stream,
    file_of,
    json_answer,
    language_of,
    page_in_language,
    read_wish,
    ready,
    text_of,
)
from runs.browser.parts.session import as_sentence
from runs.class_game.export import export_room
from runs.class_game.people import Member
from runs.class_game.room import Room

FOLDER = Path(__file__).parent
STAFF = FOLDER / "staff"  # words and texts of the teacher's page and the wall
FILES = {name: FOLDER / name for name in ("phone.js", "wall.js", "teacher.js", "staff.js", "class.css")}
FILES |= {name: FOLDER.parent / "desk" / name for name in ("words.js", "parts.js", "desk.css")}
STYLES = ("class/desk.css", "class/class.css")
TICK_SECONDS = 0.2
MOST_TEXTS = 1000  # that were reworded and are kept; a desk is reworded once a turn
THREADS = 12  # that answer requests; each keeps memory of its own
WALL_SECONDS = 0.5  # at most so often the wall and the teacher's table are drawn anew
SEAT, CHAIR = "linestop_seat", "linestop_chair"  # cookies: a member's, and the teacher's
COOKIE_SECONDS = 12 * 3600
FAILURE = "That did not work; what was saved is safe, and the room goes on."
log = logging.getLogger(__name__)


class ClassApp:
    """Answers requests about a room. url: the address that phones are told."""

    def __init__(
        self, room: Room, url: str, leaving: threading.Event, draw: Draw | None, reword: Callable[[str], str]
    ) -> None:
        self.room, self._url, self._leaving = room, url, leaving
        self._reword = lru_cache(MOST_TEXTS)(reword)
        self.bell, self._judge = Bell(), Judge(room, draw)
        self._worlds = ThreadPoolExecutor(1, "worlds")  # whatever plays a world: one thread, with one heap of memory

    async def _play(self, act: Callable[[], Any]) -> Any:
        """Do what plays a world."""
        return await asyncio.get_running_loop().run_in_executor(self._worlds, act)

    # --- pages ---------------------------------------------------------------------------------------------------

    async def phone_page(self, request: Request) -> Response:
        """The page of a phone, in the language that is asked for."""
        return page_in_language(request, "class_title", STYLES, "class/phone.js", "phone", [FOLDER])

    async def teacher_page(self, request: Request) -> Response:
        """The teacher's page; it is empty without the teacher's cookie."""
        more = [FOLDER, STAFF]
        return page_in_language(request, "teacher_title", STYLES, "class/teacher.js", "teacher", more, self._url)

    async def wall_page(self, request: Request) -> Response:
        """The wall, in the language that the teacher has chosen; it is empty without the teacher's cookie."""
        language, more = self.room.language or language_of(request), [FOLDER, STAFF]
        return page_in_language(request, "wall_title", STYLES, "class/wall.js", "wall", more, self._url, language)

    async def file(self, request: Request) -> Response:
        """A script or a style sheet."""
        return file_of(FILES, request.path_params["name"])

    async def code(self, _: Request) -> Response:
        """The QR code of the address with the room's code, as SVG."""
        return Response(as_svg(f"{self._url}?code={self.room.code}"), media_type="image/svg+xml")

    # --- phones --------------------------------------------------------------------------------------------------

    def member(self, request: Request) -> Member | None:
        """Who asks."""
        return self.room.member_of(request.cookies.get(SEAT, ""))

    async def me(self, request: Request) -> Response:
        """What the phone shows."""
        return json_answer(self.phone_text(self.member(request)))

    def phone_text(self, member: Member | None, said: str = "", **more: Any) -> str:
        """What a phone shows, as JSON; said: a sentence for whoever has asked."""
        if member is None or member.number not in self.room.book.members:
            return json.dumps({"id": "", "room": None, "desk": None, "message": said, **more}, ensure_ascii=False)
        with self.room.lock:
            shown, desk = self.room.phone(member), self.desk_text(member)
            name = self.event_id(member)
        told = {"id": name, "room": shown, "message": said, **more}
        head = self._reword(json.dumps(told, ensure_ascii=False))
        return f'{head[:-1]}, "desk": {desk}}}'

    def desk_text(self, member: Member) -> str:
        """What the member's seat sees."""
        return "null" if self.room.activity is None else self._reword(self.room.activity.desk_text(member))

    def event_id(self, member: Member) -> str:
        """What names the newest screen of a phone."""
        return f"{START_OF_SERVER}-{self.room.book.version}-{member.version}"

    async def events(self, request: Request) -> Response:
        """A phone's screens as server-sent events: at once where it has an older one, then each new one."""
        if self.member(request) is None:
            return PlainTextResponse("You are not in the room.", 403)
        seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
        return event_stream(self._follow(request, seen))

    async def _follow(self, request: Request, seen: str) -> AsyncIterator[str]:
        """The newest screen whenever there is a newer one, as long as the phone is signed in.

        A phone that was asleep gets one screen, not a queue.
        """
        yield "retry: 1000\n\n"
        while not self._leaving.is_set() and (member := self.member(request)) is not None:
            if self.event_id(member) != seen:
                text = await run_in_threadpool(self.phone_text, member)
                seen = json.loads(text)["id"]
                yield f"id: {seen}\ndata: {text}\n\n"
            else:
                yield ": here\n\n"
            if self.event_id(member) == seen:
                await self.bell.wait(BEAT_SECONDS)

    async def join(self, request: Request) -> Response:
        """Come in: {code, nick, key}; the cookie is set, and the PIN told once."""

        def come_in(wish: dict[str, Any]) -> Response:
            member, token, pin = self.room.join(wish.get("code"), wish.get("nick"), text_of(wish, "key"))
            return with_cookie(json_answer(self.phone_text(member, pin=pin)), SEAT, token)

        return await self._post(request, come_in)

    async def come_back(self, request: Request) -> Response:
        """Come back on another phone: {nick, pin}."""

        def come_in(wish: dict[str, Any]) -> Response:
            member, token = self.room.come_back(wish.get("nick"), wish.get("pin"))
            return with_cookie(json_answer(self.phone_text(member)), SEAT, token)

        return await self._post(request, come_in)

    async def hand_in(self, request: Request) -> Response:
        """Hand in a turn: {wishes, turn, key}."""
        return await self._post_as_member(
            request,
            lambda member, wish: self.room.hand_in(member, wish.get("wishes"), wish.get("turn"), text_of(wish, "key")),
        )

    async def answer(self, request: Request) -> Response:
        """Answer a question: {question, value}."""
        return await self._post_as_member(
            request, lambda member, wish: self.room.answer(member, wish.get("question"), wish.get("value"))
        )

    async def _post_as_member(self, request: Request, act: Callable[[Member, dict[str, Any]], None]) -> Response:
        member = self.member(request)
        if member is None:
            return json_answer(self.phone_text(None, "You are not in the room any more; come in again."))
        world = self.room.world_of(member)
        if world is not None and not world.in_memory:
            with suppress(ValueError):  # it is told when the orders are taken
                await self._play(lambda: world.game)

        def take(wish: dict[str, Any]) -> Response:
            act(member, wish)
            return json_answer(self.phone_text(member))

        return await self._post(request, take, member)

    async def _post(
        self, request: Request, act: Callable[[dict[str, Any]], Response], member: Member | None = None
    ) -> Response:
        """Do what was posted; what cannot be done is a sentence, and changes nothing."""
        wish = await read_wish(request)
        if wish is None:
            return json_answer(self.phone_text(member, "That was no message of this page; nothing was changed."))
        try:
            return await run_in_threadpool(act, wish)
        except (Faults, ValueError, TypeError) as error:
            return json_answer(await run_in_threadpool(self.phone_text, member, sentence_of(error), refused=True))
        except Exception:
            log.exception("a request failed: %s", request.url.path)
            return json_answer(await run_in_threadpool(self.phone_text, member, FAILURE, refused=True))
        finally:
            self.bell.ring()

    # --- the teacher and the wall --------------------------------------------------------------------------------

    def is_teacher(self, request: Request) -> bool:
        """Whether the teacher asks."""
        return self.room.is_teacher(request.cookies.get(CHAIR, ""))

    async def chair(self, request: Request) -> Response:
        """Whether the teacher asks."""
        return PlainTextResponse("yes") if self.is_teacher(request) else PlainTextResponse("no", 403)

    async def enter(self, request: Request) -> Response:
        """Sit down as the teacher: {secret}, from the link that was printed."""
        wish = await read_wish(request)
        secret = text_of(wish or {}, "secret")
        if not self.room.is_teacher(secret):
            return JSONResponse({"message": "That is not the teacher's link; use the one that was printed."}, 403)
        return with_cookie(JSONResponse({"message": ""}), CHAIR, secret)

    async def command(self, request: Request) -> Response:
        """Do what the teacher asks: {do, ...}."""
        if not self.is_teacher(request):
            return JSONResponse({"message": "Only the teacher may do that."}, 403)
        wish = await read_wish(request)
        if wish is None:
            return JSONResponse({"message": "That was no message of this page; nothing was changed."}, 400)
        name = wish.pop("do", "")
        try:
            said = await self._play(lambda: self.room.command(name, wish))
        except (Faults, ValueError, TypeError) as error:
            said = sentence_of(error)
        except Exception:
            log.exception("a command failed: %s", name)
            said = FAILURE
        self.bell.ring()
        told = {"message": said, "view": await run_in_threadpool(self._locked, self.room.teacher)}
        return json_answer(self._reword(json.dumps(told, ensure_ascii=False)))

    async def watch(self, request: Request) -> Response:
        """The teacher's table, or the wall, as server-sent events."""
        if not self.is_teacher(request):
            return PlainTextResponse("Only the teacher may see that.", 403)
        show = self.room.teacher if request.query_params.get("page") == "teacher" else self.room.projector
        return event_stream(self._watch(show))

    async def _watch(self, show: Callable[[], dict[str, Any]]) -> AsyncIterator[str]:
        """What is shown, whenever it has changed; what the clock shows goes along."""
        yield "retry: 1000\n\n"
        before, quiet = "", 0.0
        while not self._leaving.is_set():
            view = await run_in_threadpool(self._locked, show)
            text = json.dumps({**view, "left": None, "version": self.room.book.version}, ensure_ascii=False)
            if text != before:
                before, quiet = text, 0.0
                yield f"data: {self._reword(json.dumps(view, ensure_ascii=False))}\n\n"
            elif quiet >= BEAT_SECONDS:
                quiet = 0.0
                yield ": here\n\n"
            await asyncio.sleep(WALL_SECONDS)
            quiet += WALL_SECONDS

    def _locked(self, show: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with self.room.lock:
            return show()

    async def export(self, request: Request) -> Response:
        """The room as a zip."""
        if not self.is_teacher(request):
            return PlainTextResponse("Only the teacher may have that.", 403)
        try:
            await run_in_threadpool(self._judge.finish)
        except Exception:
            log.exception("a debrief failed; the export lacks its results")
        body = await run_in_threadpool(export_room, self.room.file)
        name = f"{self.room.file.path.stem}.zip"
        return Response(
            body, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    # --- the clock -----------------------------------------------------------------------------------------------

    async def run_clock(self) -> None:
        """Let the room's clock have its say until the server ends."""
        while not self._leaving.is_set():
            version = self.room.book.version
            try:
                if await run_in_threadpool(self.room.tick):
                    self.bell.ring()
                    await self._play(self.room.compute)
                self._judge.look()
            except Exception:
                log.exception("the clock failed")
                await asyncio.sleep(1.0)
            if self.room.book.version != version:
                self.bell.ring()
            await self.bell.wait(TICK_SECONDS)


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
    pages = ClassApp(room, url, leaving or threading.Event(), draw, reword)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        clock = asyncio.create_task(pages.run_clock())
        yield
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock
        room.close()

    routes: list[tuple[str, Callable[[Request], Awaitable[Response]], str]] = [
        ("/", pages.phone_page, "GET"), ("/teacher", pages.teacher_page, "GET"), ("/wall", pages.wall_page, "GET"),
        ("/class/{name}", pages.file, "GET"), ("/qr.svg", pages.code, "GET"), ("/readyz", ready, "GET"),
        ("/me", pages.me, "GET"), ("/events", pages.events, "GET"), ("/watch", pages.watch, "GET"),
        ("/export.zip", pages.export, "GET"), ("/chair", pages.chair, "GET"),
        ("/join", pages.join, "POST"), ("/back", pages.come_back, "POST"), ("/hand-in", pages.hand_in, "POST"),
        ("/answer", pages.answer, "POST"), ("/enter", pages.enter, "POST"), ("/command", pages.command, "POST"),
    ]  # fmt: skip
    app = Starlette(routes=[Route(path, act, methods=[method]) for path, act, method in routes], lifespan=lifespan)
    app.state.pages = pages
    return app


def sentence_of(error: Exception) -> str:
    """What went wrong, as a sentence."""
    if isinstance(error, Faults):
        return " ".join(as_sentence(each) for each in error.sentences)
    return as_sentence(str(error))


def with_cookie(response: Response, name: str, value: str) -> Response:
    """An answer that sets a cookie which no script can read and no other site can send."""
    response.set_cookie(name, value, max_age=COOKIE_SECONDS, httponly=True, samesite="strict", path="/")
    return response
