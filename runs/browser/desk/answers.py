"""What light pages are answered with: one template, scripts and styles, JSON, events; and how posts are read."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, select_autoescape
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse

from runs.browser.desk.catalogue import (
    NEUTRAL,
    TEXTS,
    Reword,
    choose_language,
    languages,
    neutral_texts,
    texts_in,
    words_in,
)

TEMPLATE = Path(__file__).with_name("page.html")
TYPES = {".js": "text/javascript", ".css": "text/css"}
MOST_BYTES = 20_000  # of what is posted; a turn takes some hundred
MOST_NAME = 200
BEAT_SECONDS = 15.0  # between two signs of life in a stream of events
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
START_OF_SERVER = secrets.token_hex(4)  # versions count from one anew when the server does


@cache
def template() -> Template:
    """The template of all light pages."""
    return Environment(autoescape=select_autoescape()).from_string(TEMPLATE.read_text("utf-8"))


def page_in_language(
    request: Request, title: str, styles: Sequence[str], script: str, kind: str = "", more: Sequence[Path] = (),
    url: str = "", language: str = "", reword: Reword = str,
) -> Response:  # fmt: skip
    """A page in the language that is asked for; title: the name of a word; kind: the class of its body.

    more: folders whose words/ and texts/ stand beside the desk's; language: the one that it is in whatever is asked
    for, and then no other is offered; reword: what replaces names in all English texts of the page, if anything does.
    """
    known = [] if language else [(each, words_in(each)["language"]) for each in languages()]
    language = language or language_of(request)
    words, texts = dict(words_in(language)), dict(texts_in(language))
    for folder in more:
        words |= words_in(language, folder / "words")
        texts |= texts_in(language, folder / "texts")
    if reword is not str:
        texts = neutral_texts(texts, language, [folder / NEUTRAL for folder in (TEXTS.parent, *more)], reword)
    text = template().render(
        lang=language, title=words[title], styles=styles, script=script, kind=kind, waiting=words["loading"],
        words=words, languages=known, words_data=as_data(words), texts_data=as_data(texts), url=url,
    )  # fmt: skip
    return HTMLResponse(text, headers={"Cache-Control": "no-store", "Vary": "Accept-Language"})


def language_of(request: Request) -> str:
    """The language that the address of a request names, or that its browser accepts."""
    return choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))


def file_of(files: Mapping[str, Path], name: str) -> Response:
    """A script or a style sheet of those that there are, by name."""
    if name not in files:
        return PlainTextResponse("There is no such file.", 404)
    return FileResponse(files[name], media_type=TYPES[files[name].suffix], headers={"Cache-Control": "no-cache"})


async def ready(_: Request) -> Response:
    """Whether the server answers."""
    return PlainTextResponse("ok")


def json_answer(text: str, status: int = 200) -> Response:
    """JSON that was made already."""
    return Response(text, status, media_type="application/json", headers={"Cache-Control": "no-store"})


def event_stream(events: AsyncIterator[str]) -> Response:
    """A stream of server-sent events."""
    return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def read_wish(request: Request) -> dict[str, Any] | None:
    """The JSON object that was posted; None for anything else and for too much of it."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    with suppress(ValueError, RecursionError):
        wish = json.loads(body)
        json.dumps(wish, ensure_ascii=False).encode()  # half a letter could be neither kept nor told
        return wish if isinstance(wish, dict) else None
    return None


def text_of(wish: dict[str, Any], key: str) -> str:
    """A short text of a wish; empty for anything else."""
    value = wish.get(key, "")
    return value[:MOST_NAME] if isinstance(value, str) else ""


def as_data(words: Mapping[str, str]) -> str:
    """Words as JSON that may stand inside a page."""
    return json.dumps(words, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
