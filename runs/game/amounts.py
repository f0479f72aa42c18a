"""Amounts of money as the game shows them."""

from __future__ import annotations

from runs.simulation.focus import base_case

SIGN = base_case().money.sign  # of the base case's currency, for the game plays in it
SCALES = ((1000.0, "trillion"), (1.0, "billion"), (0.001, "million"))


def format_amount(billions: float) -> str:
    """An amount as people write it, without a minus.

    >>> found = [format_amount(amount) for amount in (-0.05126, 2.4952, 1234.5, 431.0, 0.0)]
    >>> [words.removeprefix(SIGN) for words in found]
    ['51 million', '2.5 billion', '1.2 trillion', '431 billion', '0 million']
    """
    amount = abs(billions)
    scale, word = next((each for each in SCALES if amount >= each[0]), SCALES[-1])
    amount /= scale
    return f"{SIGN}{amount:.1f} {word}" if 0.0 < amount < 9.95 else f"{SIGN}{amount:,.0f} {word}"


def signed_amount(billions: float) -> str:
    """An amount as people write it, with a minus where it is below zero.

    >>> signed_amount(-2.5)[1:].replace(SIGN, ""), signed_amount(1860.0).replace(SIGN, "")
    ('2.5 billion', '1.9 trillion')
    """
    return f"{'−' if billions < 0.0 else ''}{format_amount(billions)}"


def round_amount(amount: float) -> float:
    """The amount with no digits after the point from 100 on, one from 10 on, two below.

    >>> round_amount(123.4), round_amount(-12.34), round_amount(1.234)
    (123, -12.3, 1.23)
    """
    return round(amount) if abs(amount) >= 100 else round(amount, 1 if abs(amount) >= 10 else 2)
