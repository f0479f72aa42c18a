"""What phones ask of a room: to come in, what to show, and what they hand in.

GET creates nothing, so that looking at a link seats nobody. What is posted carries a key and counts once. A member is
known by a token in a cookie that no script can read; the file keeps its hash.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from model.tables.faults import Faults
from runs.browser.class_pages.served_room import FAILURE, FOLDER, STYLES, ServedRoom, sentence_of, with_cookie
from runs.browser.desk.answers import (
    BEAT_SECONDS,
    START_OF_SERVER,
    event_stream,
    json_answer,
    page_in_language,
    read_wish,
    text_of,
)
from runs.class_game.people import Member

SEAT = "linestop_seat"  # the cookie of a member
log = logging.getLogger(__name__)


class Phones:
    """Answers the phones of a room."""

    def __init__(self, served: ServedRoom) -> None:
        self.served, self.room = served, served.room

    async def page(self, request: Request) -> Response:
        """The page of a phone, in the language that is asked for."""
        return page_in_language(
            request, "class_title", STYLES, "class/phone.js", "phone", [FOLDER], reword=self.served.reword
        )

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
        head = self.served.reword(json.dumps(told, ensure_ascii=False))
        return f'{head[:-1]}, "desk": {desk}}}'

    def desk_text(self, member: Member) -> str:
        """What the member's seat sees."""
        return "null" if self.room.activity is None else self.served.reword(self.room.activity.desk_text(member))

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
        while not self.served.leaving.is_set() and (member := self.member(request)) is not None:
            if self.event_id(member) != seen:
                text = await run_in_threadpool(self.phone_text, member)
                seen = json.loads(text)["id"]
                yield f"id: {seen}\ndata: {text}\n\n"
            else:
                yield ": here\n\n"
            if self.event_id(member) == seen:
                await self.served.bell.wait(BEAT_SECONDS)

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
                await self.served.play(lambda: world.game)

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
            self.served.bell.ring()
