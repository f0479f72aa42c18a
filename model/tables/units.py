"""Units of numbers in tables and files, as notes on types: they cost nothing, and references read them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """In what a number is counted, such as days."""

    words: str


DAYS = Unit("days")
SHARE = Unit("share")
TIMES = Unit("times what is normal")
A_DAY = Unit("units of the good a day")
A_YEAR = Unit("units of the good a year")
RULINGS = Unit("applications a day")
MONEY_A_UNIT = Unit("millions of the world's currency a unit of the good")
