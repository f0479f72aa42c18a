"""Each way to start a process is noticed, and a test that starts one without its marker fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import get_context

import pytest

from tests.support.lanes import Started, complaint

HEARD = Started()
HEARD.listen()


def spawn() -> None:
    process = get_context("spawn").Process(target=os.getpid)
    process.start()
    process.join()


BEGINNINGS: dict[str, Callable[[], object]] = {
    "a command": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    "a line of a shell": lambda: os.system("exit"),
    "a spawned process": spawn,
}


@pytest.mark.subprocess
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_process_is_heard(beginning: str) -> None:
    HEARD.what.clear()
    BEGINNINGS[beginning]()
    assert HEARD.what and "subprocess" in complaint("test_x", ["slow"], HEARD.what)
    assert not complaint("test_x", ["subprocess"], HEARD.what)


def test_a_browser_wants_its_own_marker() -> None:
    assert "@pytest.mark.browser" in complaint("test_x", ["subprocess"], ["subprocess.Popen /usr/bin/chromium"])
    assert not complaint("test_x", ["browser"], ["subprocess.Popen /usr/bin/chromium"])


def test_who_starts_nothing_needs_no_marker() -> None:
    assert complaint("test_x", [], []) == ""
