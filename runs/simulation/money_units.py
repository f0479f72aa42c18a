"""In what amounts of money are told: trillions, billions, millions or thousands, by the largest of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class MoneyUnit:
    """A unit of money: how many billions it is, its word, and what stands for it where there is little room."""

    billions: float
    word: str
    short: str


TRILLION, BILLION, MILLION, THOUSAND = (
    MoneyUnit(1e3, "trillion", "tn"), MoneyUnit(1.0, "billion", "bn"),
    MoneyUnit(1e-3, "million", "mn"), MoneyUnit(1e-6, "thousand", "k"),
)  # fmt: skip
MONEY_UNITS = (TRILLION, BILLION, MILLION, THOUSAND)


def choose_unit(billions: Iterable[float], largest: MoneyUnit = BILLION) -> MoneyUnit:
    """The unit, up to the largest, in which the largest of some amounts is at least 1; that where all are nothing.

    >>> [choose_unit(amounts).word for amounts in ([0.2, -3.0], [0.01], [2e-5], [1234.0], [0.0], [1e-12])]
    ['billion', 'million', 'thousand', 'billion', 'billion', 'thousand']
    """
    most = max((abs(amount) for amount in billions if np.isfinite(amount)), default=0.0)
    known = MONEY_UNITS[MONEY_UNITS.index(largest) :]
    return largest if most == 0.0 else next((unit for unit in known if most >= unit.billions), THOUSAND)
