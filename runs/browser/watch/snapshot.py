"""What the watch page draws at one moment; it never changes."""

from __future__ import annotations

from typing import NamedTuple


class WatchSnapshot(NamedTuple):
    """What the page draws: one JSON text for each of its parts."""

    version: int
    plan: str
    now: str
    charts: str
    responses: str
    unknowns: str
    glossary: str
    card: str
    sources: str
    head: str
    levers: str
