"""What the teacher's page and the wall ask of a room."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from model.tables.faults import Faults
from runs.browser.class_pages.served_room import FAILURE, FOLDER, STYLES, ServedRoom, sentence_of, with_cookie
from runs.browser.desk.answers import (
    BEAT_SECONDS,
    event_stream,
    json_answer,
    language_of,
    page_in_language,
    read_wish,
    text_of,
)
from runs.class_game.export import export_room

STAFF = FOLDER / "staff"  # words and texts of the teacher's page and the wall
CHAIR = "linestop_chair"  # the cookie of the teacher
WALL_SECONDS = 0.5  # at most so often the wall and the teacher's table are drawn anew
log = logging.getLogger(__name__)


class Staff:
    """Answers the teacher's page and the wall of a room; both need the teacher's cookie."""

    def __init__(self, served: ServedRoom) -> None:
        self.served, self.room = served, served.room

    async def teacher_page(self, request: Request) -> Response:
        """The teacher's page; it is empty without the teacher's cookie."""
        more = [FOLDER, STAFF]
        return page_in_language(
            request, "teacher_title", STYLES, "class/teacher.js", "teacher", more, self.served.url,
            reword=self.served.reword,
        )  # fmt: skip

    async def wall_page(self, request: Request) -> Response:
        """The wall, in the language that the teacher has chosen; it is empty without the teacher's cookie."""
        language, more = self.room.language or language_of(request), [FOLDER, STAFF]
        return page_in_language(
            request, "wall_title", STYLES, "class/wall.js", "wall", more, self.served.url, language, self.served.reword
        )

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
            said = await self.served.play(lambda: self.room.command(name, wish))
        except (Faults, ValueError, TypeError) as error:
            said = sentence_of(error)
        except Exception:
            log.exception("a command failed: %s", name)
            said = FAILURE
        self.served.bell.ring()
        told = {"message": said, "view": await run_in_threadpool(self.served.shown, self.room.teacher)}
        return json_answer(self.served.reword(json.dumps(told, ensure_ascii=False)))

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
        while not self.served.leaving.is_set():
            view = await run_in_threadpool(self.served.shown, show)
            text = json.dumps({**view, "left": None, "version": self.room.book.version}, ensure_ascii=False)
            if text != before:
                before, quiet = text, 0.0
                yield f"data: {self.served.reword(json.dumps(view, ensure_ascii=False))}\n\n"
            elif quiet >= BEAT_SECONDS:
                quiet = 0.0
                yield ": here\n\n"
            await asyncio.sleep(WALL_SECONDS)
            quiet += WALL_SECONDS

    async def export(self, request: Request) -> Response:
        """The room as a zip."""
        if not self.is_teacher(request):
            return PlainTextResponse("Only the teacher may have that.", 403)
        try:
            await run_in_threadpool(self.served.judge.finish)
        except Exception:
            log.exception("a debrief failed; the export lacks its results")
        body = await run_in_threadpool(export_room, self.room.file)
        name = f"{self.room.file.path.stem}.zip"
        return Response(
            body, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )
