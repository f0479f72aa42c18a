"""Dates as people write them, on every system."""

from __future__ import annotations

from datetime import date


def in_words(when: date, rest: str = "%B %Y") -> str:
    """A date in words: the day without a leading zero, which strftime can only write on some systems, and the rest.

    >>> in_words(date(2026, 1, 6)), in_words(date(2026, 1, 6), "%b")
    ('6 January 2026', '6 Jan')
    """
    return f"{when.day} {when:{rest}}"
