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

from runs.browser.desk.catalogue import ENGLISH, choose_language, languages, texts_in, words_in

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
    request: Request, title: str, styles: Sequence[str], script: str, kind: str = "", more: Path | None = None
) -> Response:
    """A page in the language that is asked for; title: the name of a word; more: a folder with words beside the desk's.

    kind: the class of its body.
    """
    language = choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    words = words_in(language) | (words_in(language, more) if more else {})
    known = [(each, words_in(each)["language"]) for each in languages()]
    return as_page(language, words, words[title], styles, script, kind, words["loading"], known)


def page_in_english(title: str, styles: Sequence[str], script: str, kind: str, waiting: str, url: str) -> Response:
    """A page that is English alone; waiting: what stands there until its script has something to show."""
    return as_page(ENGLISH, words_in(ENGLISH), title, styles, script, kind, waiting, url=url)


def as_page(
    language: str, words: Mapping[str, str], title: str, styles: Sequence[str], script: str, kind: str, waiting: str,
    known: Sequence[tuple[str, str]] = (), url: str = "",
) -> Response:  # fmt: skip
    """A page; known: the languages that it can be in, by code and name."""
    text = template().render(
        lang=language, title=title, styles=styles, script=script, kind=kind, waiting=waiting, words=words,
        languages=known, words_data=as_data(words), texts_data=as_data(texts_in(language)), url=url,
    )  # fmt: skip
    return HTMLResponse(text, headers={"Cache-Control": "no-store", "Vary": "Accept-Language"})


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
        return wish if isinstance(wish, dict) else None
    return None


def text_of(wish: dict[str, Any], key: str) -> str:
    """A short text of a wish; empty for anything else."""
    value = wish.get(key, "")
    return value[:MOST_NAME] if isinstance(value, str) else ""


def as_data(words: Mapping[str, str]) -> str:
    """Words as JSON that may stand inside a page."""
    return json.dumps(words, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
