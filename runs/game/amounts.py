"""Amounts of money as the game shows them."""

from __future__ import annotations

from runs.simulation.money_units import MILLION, TRILLION, choose_unit


def format_amount(billions: float, sign: str) -> str:
    """An amount as people write it, without a minus; sign: that of the currency.

    >>> [format_amount(amount, "$") for amount in (-0.05126, 2.4952, 1234.5, 431.0, 0.0, 0.0000123)]
    ['$51 million', '$2.5 billion', '$1.2 trillion', '$431 billion', '$0 million', '$12 thousand']
    """
    unit = choose_unit([billions], TRILLION) if billions else MILLION
    amount = abs(billions) / unit.billions
    return f"{sign}{amount:.1f} {unit.word}" if 0.0 < amount < 9.95 else f"{sign}{amount:,.0f} {unit.word}"


def signed_amount(billions: float, sign: str) -> str:
    """An amount as people write it, with a minus where it is below zero.

    >>> signed_amount(-2.5, "$")[1:], signed_amount(1860.0, "$")
    ('$2.5 billion', '$1.9 trillion')
    """
    return f"{'−' if billions < 0.0 else ''}{format_amount(billions, sign)}"


def round_amount(amount: float) -> float:
    """The amount with no digits after the point from 100 on, one from 10 on, two below.

    >>> round_amount(123.4), round_amount(-12.34), round_amount(1.234)
    (123, -12.3, 1.23)
    """
    return round(amount) if abs(amount) >= 100 else round(amount, 1 if abs(amount) >= 10 else 2)
