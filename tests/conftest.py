"""Before all tests: which lane they run in, and Ctrl-C is heard.

The usual lane is the same every time: laws are tried on fixed examples (other ones only where the sources that are
loaded change, for hypothesis tries numbers that it finds written in them). With LINESTOP_NIGHTLY=1 in the environment
the laws draw fresh examples, ten times as many: `LINESTOP_NIGHTLY=1 python3 -m pytest tests/world/test_laws*.py`. An
example that breaks a law is printed with a line, @reproduce_failure(...), that tries it again when it stands above the
test.

Shells make what is started in the background deaf to Ctrl-C, and subprocesses would inherit that.

The fast lane is `python3 -m pytest -m "not browser and not slow and not subprocess"`. A test that starts a process and
is not marked for it fails; one that takes long and is not marked is listed at the end.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

from tests.support.lanes import SLOW_SECONDS, Started, complaint

EXAMPLES = 30  # of a law, in the usual lane
LANES = {
    "usual": settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None),
    "nightly": settings(max_examples=10 * EXAMPLES, derandomize=False, deadline=None, database=None, print_blob=True),
}  # the first example compiles, so none has a deadline; nothing is kept between runs


def lane() -> str:
    """The lane that the environment asks for."""
    return "nightly" if os.environ.get("LINESTOP_NIGHTLY", "0") not in ("", "0") else "usual"


for name, profile in LANES.items():
    settings.register_profile(name, profile)
settings.load_profile(lane())

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

STARTED = Started()
STARTED.listen()
LONG: dict[str, float] = {}  # CPU seconds of unmarked tests that take long


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note how long a test takes that is not marked for it; CPU time, for others may use the machine."""
    begun = time.process_time()
    done = yield
    took = time.process_time() - begun
    if took > SLOW_SECONDS and not {"slow", "browser"} & {marker.name for marker in item.iter_markers()}:
        LONG[item.nodeid] = took
    return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Forget what the last test started."""
    STARTED.what.clear()
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Fail a test that has started a process and is not marked for it."""
    yield
    if words := complaint(item.nodeid, (marker.name for marker in item.iter_markers()), STARTED.what):
        pytest.fail(words, pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the list over where this process is one of several that test."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["long"] = LONG


class Collector:
    """Takes the lists of the processes that test, where there are several."""

    @staticmethod
    def pytest_testnodedown(node: Any) -> None:
        """Add the list of a process that has ended."""
        LONG.update(getattr(node, "workeroutput", {}).get("long", {}))


def pytest_configure(config: pytest.Config) -> None:
    """Listen to the processes that test, where there are several."""
    if config.pluginmanager.hasplugin("dsession"):
        config.pluginmanager.register(Collector())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the tests that should be marked slow."""
    if LONG:
        terminalreporter.section(f"over {SLOW_SECONDS:g} s of CPU time and not marked slow")
        for test, seconds in sorted(LONG.items(), key=lambda each: -each[1]):
            terminalreporter.line(f"{seconds:6.1f} s  {test}")
