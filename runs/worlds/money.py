"""Units of money as tables name them, and what they are in million JPY."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from model.tables.documents import read_document
from runs.simulation.focus import base_case

MONEY: dict[str, dict[str, Any]] = read_document(Path(__file__).with_suffix(".toml"))
JPY_A_UNIT: dict[str, tuple[float, float, float]] = {
    currency: (rate["value"], rate["low"], rate["high"]) for currency, rate in MONEY["jpy_a_unit"].items()
}  # value, low and high
CURRENCY_WORDS: dict[str, str] = MONEY["words"]
MULTIPLES: dict[str, float] = MONEY["multiples"]
TABLES_IN = base_case().money.code  # the currency to which amounts are converted: what the base case counts in
MILLIONS = f"million {TABLES_IN}"
MILLION = 1e6
JPY_MN_PER_TN = 1e6


def million_jpy(unit: str) -> float | None:
    """The value of a unit of money in million JPY; None for an unknown unit.

    >>> million_jpy("M.JPY"), million_jpy("million yen"), million_jpy("M.USD"), million_jpy("1000 USD")
    (1.0, 1.0, 150.0, 0.15)
    >>> million_jpy("Mio. EUR"), million_jpy("US$ million"), million_jpy("tonnes") is None
    (160.0, 150.0, True)
    """
    many, currency = split_unit(unit)
    if currency not in JPY_A_UNIT or many not in MULTIPLES:
        return None
    return MULTIPLES[many] * JPY_A_UNIT[currency][0] / MILLION


def split_unit(unit: str) -> tuple[str, str]:
    """Split a unit into its multiple and its currency, as the tables above call them."""
    word = re.sub(r"[\s.,_()]|\bOF\b|CURRENT|PRICES", "", unit.upper())
    for name in sorted((*JPY_A_UNIT, *CURRENCY_WORDS), key=len, reverse=True):
        if word.endswith(name) or word.startswith(name):
            many = word.removesuffix(name) if word.endswith(name) else word.removeprefix(name)
            return many, CURRENCY_WORDS.get(name, name)
    return word, ""


def describe_conversion(unit: str, number: float) -> str:
    """Say how amounts were converted to million JPY."""
    _, currency = split_unit(unit)
    value, low, high = JPY_A_UNIT[currency]
    if currency == TABLES_IN:
        return f"taken times {number:g} for {MILLIONS}" if number != 1.0 else "they were taken as they are"
    return (
        f"taken times {number:g} for {MILLIONS}, at {value:g} {TABLES_IN} a {currency} (an assumption, "
        f"{low:g} to {high:g}; --times sets another)"
    )
