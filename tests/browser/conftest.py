"""The session of the watch page, as several tests open it."""

from collections.abc import Iterator

import pytest

from runs.browser.watch.session import WatchSession
from runs.simulation.levers import Choice


@pytest.fixture
def session() -> Iterator[WatchSession]:
    """A visitor's session of a full stop, before its first step."""
    opened = WatchSession(Choice("full-stop"))
    yield opened
    opened.close()
