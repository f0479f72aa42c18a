"""A bell: pages wait for it, and it rings when there is something new; rings close together are one."""

from __future__ import annotations

import asyncio
from contextlib import suppress

SOON_SECONDS = 0.05


class Bell:
    """A bell of one event loop."""

    def __init__(self) -> None:
        self._event, self._soon = asyncio.Event(), False

    def ring(self) -> None:
        """Wake all who wait, in a moment."""
        if not self._soon:
            self._soon = True
            asyncio.get_running_loop().call_later(SOON_SECONDS, self._ring_now)

    def _ring_now(self) -> None:
        self._soon = False
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def wait(self, seconds: float) -> None:
        """Wait until it rings, at most so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
