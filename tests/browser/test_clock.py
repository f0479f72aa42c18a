"""One clock for all sessions: days pass for the fortieth visitor too, and for nobody without an open page."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from runs.browser.parts.clock import Clock
from runs.browser.serve import SETTINGS
from runs.browser.watch.session import WatchSession
from runs.simulation.levers import Choice

VISITORS = 40
PATIENCE_SECONDS = 120.0
A_WHILE_SECONDS = 0.5  # some snapshots at the fastest speed


def wait_for(right: Callable[[], bool]) -> bool:
    """Whether something comes true before one's patience ends."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not right() and time.monotonic() < end:
        time.sleep(0.02)
    return right()


def date(session: WatchSession) -> str:
    return str(json.loads(session.snapshot.head)["date"])


@pytest.fixture
def session() -> Iterator[WatchSession]:
    opened = WatchSession(Choice("calm"))
    opened.run_command("speed", days=60)
    yield opened
    opened.close()


@pytest.mark.slow
def test_days_pass_for_every_visitor_in_one_thread() -> None:
    sessions = [WatchSession(Choice("calm")) for _ in range(VISITORS)]
    first = [date(session) for session in sessions]
    before = threading.active_count()
    try:
        for session in sessions:
            session.run_command("play", on=True)
        assert wait_for(lambda: all(date(session) != day for session, day in zip(sessions, first, strict=True)))
        assert threading.active_count() <= before + 1
    finally:
        for session in sessions:
            session.close()
    assert wait_for(lambda: threading.active_count() <= before)


def test_no_day_passes_while_no_page_is_open(session: WatchSession) -> None:
    session.run_command("play", on=True)
    start = date(session)
    assert wait_for(lambda: date(session) != start)
    session.set_visible(False)
    still = date(session)
    time.sleep(A_WHILE_SECONDS)
    assert date(session) == still
    assert json.loads(session.snapshot.head)["playing"] is True
    session.set_visible(True)
    assert wait_for(lambda: date(session) != still)


def test_an_open_page_does_not_start_what_was_paused(session: WatchSession) -> None:
    session.set_visible(False)
    session.set_visible(True)
    start = date(session)
    time.sleep(A_WHILE_SECONDS)
    assert date(session) == start


def test_a_long_command_holds_no_other_session_up(session: WatchSession) -> None:
    other = WatchSession(Choice("calm"))
    try:
        start, there = date(session), date(other)
        with other._changed:  # as while a second run is made
            other.run_command("play", on=True)
            session.run_command("play", on=True)
            assert wait_for(lambda: date(session) != start)
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


def test_the_clock_stops_with_the_last_view_and_goes_on_when_the_page_is_open_again(session: WatchSession) -> None:
    solara = pytest.importorskip("solara")
    context = pytest.importorskip("solara.server.kernel_context")
    kernel = pytest.importorskip("solara.server.kernel")
    from runs.browser.watch.page import WatchView

    solara_context = context.VirtualKernelContext(id="kernel", kernel=kernel.Kernel(), session_id="one")
    with solara_context:
        solara_context.page_connect("page")
        _, drawn = solara.render(WatchView(session, "en", lambda language: None), handle_error=False)
        session.run_command("play", on=True)
        start = date(session)
        assert wait_for(lambda: date(session) != start)
        solara_context.page_status["page"] = context.PageStatus.DISCONNECTED
        assert wait_for(lambda: not session._visible)
        still = date(session)
        time.sleep(A_WHILE_SECONDS)
        assert date(session) == still
        solara_context.page_status["page"] = context.PageStatus.CONNECTED
        assert wait_for(lambda: date(session) != still)
        drawn.close()


def test_a_visitor_who_is_gone_is_forgotten_after_some_minutes() -> None:
    solara = pytest.importorskip("solara")
    assert 60 <= solara.util.parse_timedelta(SETTINGS["SOLARA_KERNEL_CULL_TIMEOUT"]) <= 600
