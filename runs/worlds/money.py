"""Units of money as tables name them, and what they are in million JPY."""

from __future__ import annotations

import re

JPY_A_UNIT: dict[str, tuple[float, float, float]] = {
    "JPY": (1.0, 1.0, 1.0), "USD": (150.0, 110.0, 160.0), "EUR": (160.0, 120.0, 185.0), "CNY": (21.0, 16.0, 23.0),
    "KRW": (0.11, 0.095, 0.12), "GBP": (190.0, 140.0, 210.0),
}  # fmt: skip  # value, low and high: round rates of 2015 to 2025, an assumption
CURRENCY_WORDS = {
    "YEN": "JPY", "DOLLAR": "USD", "DOLLARS": "USD", "US$": "USD", "$": "USD", "EURO": "EUR", "EUROS": "EUR",
    "RMB": "CNY", "YUAN": "CNY", "WON": "KRW", "\u20ac": "EUR", "\u00a5": "JPY",
}  # fmt: skip
MULTIPLES: dict[str, float] = {
    "": 1.0, "K": 1e3, "T": 1e3, "TH": 1e3, "THOUSAND": 1e3, "THOUSANDS": 1e3, "1000": 1e3,
    "M": 1e6, "MN": 1e6, "MIO": 1e6, "MILL": 1e6, "MILLION": 1e6, "MILLIONS": 1e6, "1000000": 1e6,
    "B": 1e9, "BN": 1e9, "MRD": 1e9, "BILLION": 1e9, "BILLIONS": 1e9, "100M": 1e8, "100MILLION": 1e8, "OKU": 1e8,
}  # fmt: skip
MILLION = 1e6
JPY_MN_PER_TN = 1e6


def million_jpy(unit: str) -> float | None:
    """The value of a unit of money in million JPY; None for an unknown unit.

    >>> million_jpy("M.JPY"), million_jpy("million yen"), million_jpy("M.USD"), million_jpy("1000 USD")
    (1.0, 1.0, 150.0, 0.15)
    >>> million_jpy("Mio. EUR"), million_jpy("tonnes") is None
    (160.0, True)
    """
    many, currency = split_unit(unit)
    if currency not in JPY_A_UNIT or many not in MULTIPLES:
        return None
    return MULTIPLES[many] * JPY_A_UNIT[currency][0] / MILLION


def split_unit(unit: str) -> tuple[str, str]:
    """Split a unit into its multiple and its currency, as the tables above call them."""
    word = re.sub(r"[\s.,_()]|\bOF\b|CURRENT|PRICES", "", unit.upper())
    for name in sorted((*JPY_A_UNIT, *CURRENCY_WORDS), key=len, reverse=True):
        if word.endswith(name):
            return word.removesuffix(name), CURRENCY_WORDS.get(name, name)
    return word, ""


def describe_conversion(unit: str, number: float) -> str:
    """Say how amounts were converted to million JPY."""
    _, currency = split_unit(unit)
    value, low, high = JPY_A_UNIT[currency]
    if currency == "JPY":
        return f"taken times {number:g} for million JPY" if number != 1.0 else "they were taken as they are"
    return (
        f"taken times {number:g} for million JPY, at {value:g} JPY a {currency} (an assumption, {low:g} to {high:g}; "
        "--times sets another)"
    )
