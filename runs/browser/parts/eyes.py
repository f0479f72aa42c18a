"""Whether anybody looks: days pass for whoever has a page open, and for nobody else."""

from __future__ import annotations

from typing import Any

from solara.server.kernel_context import PageStatus, get_current_context, has_current_context

GLANCE_SECONDS = 1.0  # how long a page may be gone before its room stops


class Eyes:
    """Whether a browser has the page of the present visitor open; where no server shows pages, somebody looks."""

    def __init__(self) -> None:
        self._session: Any = get_current_context() if has_current_context() else None

    @property
    def open(self) -> bool:
        """Whether a browser is connected now; nobody is missed before the first has come."""
        pages = [] if self._session is None else list(self._session.page_status.values())
        return not pages or PageStatus.CONNECTED in pages

    def await_open(self) -> bool:
        """Wait until a browser is connected; False where the visit is over and none will be."""
        while not self.open:
            if self._session.closed_event.wait(GLANCE_SECONDS / 4):
                return False
        return True
