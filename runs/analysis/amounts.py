"""Outcomes in words with their errors: a mean and half of its 95 % interval, rounded to what the error leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, isfinite, log10

import pandas as pd

from runs.analysis.estimates import Estimate
from runs.analysis.findings import Findings
from runs.simulation.money_units import MONEY_UNITS

DIGITS_OF_ERROR = 2
DIGITS_WITHOUT_ERROR = 3
MOST_DECIMALS = 6
MONEY = tuple((unit.billions, f"{unit.word} ¤") for unit in MONEY_UNITS)  # in billion ¤
COUNTS = ((1e6, "million"), (1.0, ""))


@dataclass(frozen=True)
class Unit:
    """A unit in which an outcome is told: how much of the table's own unit it is, and its words."""

    size: float = 1.0
    words: str = ""

    def text(self, mean: float, margin: float = float("nan"), sign: bool = False) -> str:
        """A number of the table's own unit in this one, with its margin; sign: whether a plus is written."""
        number = number_with_error(mean / self.size, margin / self.size, sign)
        return f"{number} {self.words}" if self.words else number

    def cell(self, value: Estimate, sign: bool = False) -> str:
        """An estimate as the text of a cell, whose head has the unit."""
        return number_with_error(value.mean / self.size, value.margin / self.size, sign)


def unit_for(found: Findings, outcome: str, values: pd.Series | list[float]) -> Unit:
    """The unit in which the largest of some values of an outcome is a number from 1 to 1000, as far as there is one."""
    largest = float(pd.Series(values, dtype=float).abs().max())
    sizes = MONEY if is_money(found, outcome) else COUNTS if outcome == found.cars else ()
    known = [Unit(size, words) for size, words in sizes if largest >= size]
    last = [Unit(*sizes[-1])] if sizes else [Unit()]
    unit = (known or last)[0]
    return Unit(unit.size, f"{unit.words} vehicles".strip()) if outcome == found.cars else unit


def with_margin(found: Findings, outcome: str, mean: float, margin: float, text: Callable[[float], str]) -> str:
    """A mean of an outcome with its margin in words; text: how what is neither money nor vehicles is told."""
    if is_money(found, outcome) or outcome == found.cars:
        return unit_for(found, outcome, [mean]).text(mean, margin)
    return text(mean) if pd.isna(margin) else f"{text(mean)} ± {text(margin)}"


def is_money(found: Findings, outcome: str) -> bool:
    """Whether an outcome is told in billion ¤."""
    return outcome in (found.cost, found.precaution)


def number_with_error(mean: float, margin: float = float("nan"), sign: bool = False) -> str:
    """A number with its margin, both to the two leading digits of the margin; a number without one to three digits.

    >>> number_with_error(8.8534, 0.6217), number_with_error(-1234.5, 88.8, True), number_with_error(0.04567)
    ('8.85 ± 0.62', '-1,234 ± 89', '0.0457')
    >>> number_with_error(3.0, 0.0), number_with_error(0.0)
    ('3', '0')
    """
    if not isfinite(mean):
        return "–"
    known = isfinite(margin) and margin > 0.0
    decimals = decimals_of(margin, DIGITS_OF_ERROR) if known else decimals_of(mean, DIGITS_WITHOUT_ERROR)
    plus = "+" if sign else ""
    number = f"{mean:{plus},.{decimals}f}"
    if known:
        return f"{number} ± {margin:,.{decimals}f}"
    return number.rstrip("0").rstrip(".") if "." in number else number


def decimals_of(number: float, digits: int) -> int:
    """After how many decimals a number has as many leading digits."""
    if number == 0.0:
        return 0
    return min(MOST_DECIMALS, max(0, digits - 1 - floor(log10(abs(number)))))


def list_in_words(parts: list[str]) -> str:
    """Some words as a list.

    >>> list_in_words(["a", "b", "c"]), list_in_words(["a"])
    ('a, b and c', 'a')
    """
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
