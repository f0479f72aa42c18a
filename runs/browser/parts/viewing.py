"""How a page follows a session: it draws the newest snapshot, and asks for the next one when that is drawn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

from runs.browser.parts.session import Session
from runs.browser.parts.visibility import CHECK_SECONDS, Visibility

STYLE_SHEET = Path(__file__).parent / "page.css"
DRAWING_SECONDS = 2.0  # after so long a page that has not said "drawn" gets its next snapshot all the same
DRAWN_CHECK_SECONDS = 0.005


def use_snapshot(session: Session) -> Any:
    """The newest snapshot of a session; the component draws again when there is a newer one."""
    newest_seen = solara.use_reactive(0)
    view = solara.use_memo(lambda: {"drawn": 0, "left": False}, [session])
    visibility = solara.use_memo(Visibility, [session])

    def watch() -> Any:
        def pump() -> None:
            seen = 0
            while not view["left"]:
                newest = session.wait_newer(seen, CHECK_SECONDS)
                session.set_visible(visibility.is_open)
                if view["left"] or newest <= seen:
                    continue
                seen = newest
                newest_seen.set(seen)
                start = time.monotonic()
                while view["drawn"] < seen and not view["left"] and time.monotonic() - start < DRAWING_SECONDS:
                    time.sleep(DRAWN_CHECK_SECONDS)

        threading.Thread(target=pump, daemon=True).start()
        return lambda: view.update(left=True)

    solara.use_effect(watch, [session])
    version = newest_seen.value
    solara.use_effect(lambda: view.update(drawn=version), [version])
    return session.snapshot


def event_handlers(session: Session) -> tuple[Callable[[Any], None], Callable[[Any], None]]:
    """Handlers for the events of a page's parts: one runs a command with its arguments, one picks a line."""

    def run_command(event: Any) -> None:
        arguments = dict(event) if isinstance(event, dict) else {}
        session.run_command(str(arguments.pop("name", "")), **arguments)

    return run_command, lambda row: session.run_command("pick", row=row)


def add_style() -> Any:
    """Add the pages' own style sheet."""
    return solara.Style(STYLE_SHEET.read_text(encoding="utf-8"))
