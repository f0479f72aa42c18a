"""One clock for every room: days pass for the fortieth visitor too, and for nobody where nobody looks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from runs.browser.parts.clock import Clock
from runs.browser.serve import SETTINGS
from runs.browser.watch.room import Room
from runs.simulation.levers import Choice

VISITORS = 40
PATIENCE_SECONDS = 120.0
A_WHILE_SECONDS = 0.5  # some frames at the fastest speed


def wait_for(right: Callable[[], bool]) -> bool:
    """Whether something comes true before one's patience ends."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not right() and time.monotonic() < end:
        time.sleep(0.02)
    return right()


def date(room: Room) -> str:
    return str(json.loads(room.frame.head)["date"])


@pytest.fixture
def room() -> Iterator[Room]:
    opened = Room(Choice("calm"))
    opened.act("speed", days=60)
    yield opened
    opened.close()


@pytest.mark.slow
def test_days_pass_for_every_visitor_in_one_thread() -> None:
    rooms = [Room(Choice("calm")) for _ in range(VISITORS)]
    first = [date(room) for room in rooms]
    before = threading.active_count()
    try:
        for room in rooms:
            room.act("play", on=True)
        assert wait_for(lambda: all(date(room) != day for room, day in zip(rooms, first, strict=True)))
        assert threading.active_count() <= before + 1
    finally:
        for room in rooms:
            room.close()
    assert wait_for(lambda: threading.active_count() <= before)


def test_no_day_passes_where_nobody_looks(room: Room) -> None:
    room.act("play", on=True)
    start = date(room)
    assert wait_for(lambda: date(room) != start)
    room.look(False)
    still = date(room)
    time.sleep(A_WHILE_SECONDS)
    assert date(room) == still
    assert json.loads(room.frame.head)["playing"] is True
    room.look(True)
    assert wait_for(lambda: date(room) != still)


def test_a_look_does_not_start_what_was_paused(room: Room) -> None:
    room.look(False)
    room.look(True)
    start = date(room)
    time.sleep(A_WHILE_SECONDS)
    assert date(room) == start


def test_whoever_steers_for_long_holds_nobody_else_up(room: Room) -> None:
    other = Room(Choice("calm"))
    try:
        start, there = date(room), date(other)
        with other._news:  # as while a second run is made
            other.act("play", on=True)
            room.act("play", on=True)
            assert wait_for(lambda: date(room) != start)
            assert date(other) == there
        assert wait_for(lambda: date(other) != there)
    finally:
        other.close()


def test_a_tick_is_called_until_it_returns_none_and_one_that_fails_harms_no_other() -> None:
    clock, called = Clock(), []

    def three() -> float | None:
        called.append("three")
        return 0.0 if len(called) < 3 else None

    def fails() -> float | None:
        raise ZeroDivisionError

    before = threading.active_count()
    clock.start(fails)
    clock.start(three)
    assert wait_for(lambda: len(called) == 3)
    assert wait_for(lambda: threading.active_count() <= before)
    clock.start(three)
    assert wait_for(lambda: len(called) == 4)


def test_the_clock_stops_with_the_last_view_and_goes_on_when_somebody_is_back(room: Room) -> None:
    solara = pytest.importorskip("solara")
    context = pytest.importorskip("solara.server.kernel_context")
    kernel = pytest.importorskip("solara.server.kernel")
    from runs.browser.watch.page import View

    session = context.VirtualKernelContext(id="visit", kernel=kernel.Kernel(), session_id="one")
    with session:
        session.page_connect("page")
        _, drawn = solara.render(View(room), handle_error=False)
        room.act("play", on=True)
        start = date(room)
        assert wait_for(lambda: date(room) != start)
        session.page_status["page"] = context.PageStatus.DISCONNECTED
        assert wait_for(lambda: not room._seen)
        still = date(room)
        time.sleep(A_WHILE_SECONDS)
        assert date(room) == still
        session.page_status["page"] = context.PageStatus.CONNECTED
        assert wait_for(lambda: date(room) != still)
        drawn.close()


def test_a_visitor_who_is_gone_is_forgotten_after_some_minutes() -> None:
    solara = pytest.importorskip("solara")
    assert 60 <= solara.util.parse_timedelta(SETTINGS["SOLARA_KERNEL_CULL_TIMEOUT"]) <= 600
