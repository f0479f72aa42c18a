"""How a page looks at a room: it draws the newest frame, and asks for the next one when that is drawn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

from runs.browser.parts.eyes import GLANCE_SECONDS, Eyes
from runs.browser.parts.session import Visit

HERE = Path(__file__).parent
PATIENCE_SECONDS = 2.0  # after so long a page that has not said "drawn" gets its next frame all the same
BREATH_SECONDS = 0.005


def use_frame(room: Visit) -> Any:
    """The newest frame of a room; the component draws again when there is a newer one."""
    tick = solara.use_reactive(0)
    view = solara.use_memo(lambda: {"drawn": 0, "left": False}, [room])
    eyes = solara.use_memo(Eyes, [room])

    def watch() -> Any:
        def pump() -> None:
            seen = 0
            while not view["left"]:
                newest = room.wait_newer(seen, GLANCE_SECONDS)
                room.look(eyes.open)
                if view["left"] or newest <= seen:
                    continue
                seen = newest
                tick.set(seen)
                begun = time.monotonic()
                while view["drawn"] < seen and not view["left"] and time.monotonic() - begun < PATIENCE_SECONDS:
                    time.sleep(BREATH_SECONDS)

        threading.Thread(target=pump, daemon=True).start()
        return lambda: view.update(left=True)

    solara.use_effect(watch, [room])
    version = tick.value
    solara.use_effect(lambda: view.update(drawn=version), [version])
    return room.frame


def asks(room: Visit) -> tuple[Callable[[Any], None], Callable[[Any], None]]:
    """What a page hands to its parts: one that passes any act on by its name, and one that picks a line."""

    def act(wish: Any) -> None:
        wish = dict(wish) if isinstance(wish, dict) else {}
        room.act(str(wish.pop("name", "")), **wish)

    return act, lambda row: room.act("pick", row=row)


def style() -> Any:
    """The page's own style sheet."""
    return solara.Style((HERE / "page.css").read_text(encoding="utf-8"))
