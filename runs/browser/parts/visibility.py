"""Whether a browser has the page open: days pass for a visitor with an open page, and for nobody else."""

from __future__ import annotations

from typing import Any

from solara.server.kernel_context import PageStatus, get_current_context, has_current_context

CHECK_SECONDS = 1.0  # how long a page may be gone before its days stop


class Visibility:
    """Whether a browser has the present visitor's page open; without a server every page counts as open."""

    def __init__(self) -> None:
        self._context: Any = get_current_context() if has_current_context() else None

    @property
    def is_open(self) -> bool:
        """Whether a browser is connected now; true as well before the first has connected."""
        pages = [] if self._context is None else list(self._context.page_status.values())
        return not pages or PageStatus.CONNECTED in pages

    def wait_open(self) -> bool:
        """Wait until a browser is connected; False where the visitor's context has ended and none will be."""
        while not self.is_open:
            if self._context.closed_event.wait(CHECK_SECONDS / 4):
                return False
        return True
