"""What is read of a run that has passed: the columns of a record, whoever keeps it."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from model.register import Register
from model.state import Network


class History(Protocol):
    """What the search reads: the columns of a record."""

    @property
    def scenario(self) -> Any:
        """The scenario that was run, or None."""

    @property
    def start(self) -> date:
        """The first day."""

    @property
    def shock_day(self) -> int | None:
        """The day on which the story begins."""

    @property
    def register(self) -> Register:
        """The names behind the row numbers."""

    @property
    def network(self) -> Network:
        """What never changes."""

    @property
    def lines(self) -> dict[str, Any]:
        """Columns by line, days x F."""

    @property
    def needs(self) -> dict[str, Any]:
        """Columns by need, days x N."""

    @property
    def links(self) -> dict[str, Any]:
        """Columns by link, days x L."""

    @property
    def licences(self) -> dict[str, Any]:
        """Columns by licensed link, days x K."""
