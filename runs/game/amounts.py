"""Amounts of money as the game shows them."""

from __future__ import annotations

from runs.simulation.focus import base_case
from runs.simulation.watched_run import JPY_MN_IN_A_BILLION

SIGN = base_case().money.sign  # of the base case's currency, for the game plays in it
MILLIONS, BILLIONS = f"{SIGN} million", f"{SIGN} billion"


def round_amount(amount: float) -> float:
    """The amount with no digits after the point from 100 on, one from 10 on, two below.

    >>> round_amount(123.4), round_amount(-12.34), round_amount(1.234)
    (123, -12.3, 1.23)
    """
    return round(amount) if abs(amount) >= 100 else round(amount, 1 if abs(amount) >= 10 else 2)


def format_amount(amount: float, unit: str) -> str:
    """An amount as text, without a minus; unit: MILLIONS or BILLIONS.

    >>> found = [format_amount(-51.26, MILLIONS), format_amount(2495.2, MILLIONS), format_amount(0.4, BILLIONS)]
    >>> [words.removeprefix(SIGN) for words in found]
    ['51 million', '2.5 billion', '0.4 billion']
    """
    scale = unit.removeprefix(f"{SIGN} ")
    amount = abs(amount)
    if scale == "million" and amount >= JPY_MN_IN_A_BILLION:
        amount, scale = amount / JPY_MN_IN_A_BILLION, "billion"
    return f"{SIGN}{amount:,.0f} {scale}" if amount >= 10 else f"{SIGN}{amount:.1f} {scale}"
