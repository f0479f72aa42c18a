"""Money as tables of others name it: which currency a unit is of, and how many millions of a world's currency it is."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from model.tables.documents import read_document
from model.tables.focus_file import Money
from runs.simulation.focus import base_case
from runs.worlds.delimited_files import excerpt

CURRENCIES_FILE = Path(__file__).with_name("currencies.csv")
MONEY: dict[str, dict[str, Any]] = read_document(Path(__file__).with_suffix(".toml"))
JPY_A_UNIT: dict[str, tuple[float, float, float]] = {
    currency: (rate["value"], rate["low"], rate["high"]) for currency, rate in MONEY["jpy_a_unit"].items()
}  # value, low and high
WEIGHTS_TOO: tuple[str, ...] = tuple(MONEY["weights_too"]["codes"])
MULTIPLES: dict[str, float] = MONEY["multiples"]
ASSUMED = base_case().money.code  # the currency of amounts of which nothing is said: that of the base case
MILLIONS = f"million {ASSUMED}"
MILLION = 1e6
JPY_MN_PER_TN = 1e6


@cache
def currencies() -> dict[str, Money]:
    """The currencies of ISO 4217 that are in use, by code: what each is called, and its sign where English has one."""
    with CURRENCIES_FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Money.model_validate(row) for row in csv.DictReader(file)} | {ASSUMED: base_case().money}


@cache
def currency_words() -> dict[str, str]:
    """Words and signs that stand for a currency: word in capitals -> code."""
    signs = {money.sign.upper(): code for code, money in currencies().items() if money.sign}
    return signs | {code: code for code in currencies()} | MONEY["words"]


def split_unit(unit: str, expected: str = "") -> tuple[float, str] | None:
    """Split a unit of money into its multiple and the code of its currency; None for what is no unit of money.

    expected: the currency that the user has named. A code that may be a unit of weight, too, is money only then.

    >>> split_unit("M.JPY"), split_unit("million yen"), split_unit("US$ million"), split_unit("k.BRL")
    ((1000000.0, 'JPY'), (1000000.0, 'JPY'), (1000000.0, 'USD'), (1000.0, 'BRL'))
    >>> split_unit("tonnes"), split_unit("KGS"), split_unit("KGS", "KGS"), split_unit("pen")
    (None, None, (1.0, 'KGS'), None)
    """
    written = re.sub(r"[\s.,_()]|(?i:\bOF\b|CURRENT|PRICES)", "", unit)
    word = written.upper()
    names = sorted(currency_words(), key=len, reverse=True)
    before = ((name, word.removesuffix(name), written[-len(name) :]) for name in names if word.endswith(name))
    after = ((name, word.removeprefix(name), written[: len(name)]) for name in names if word.startswith(name))
    for name, many, part in (*before, *after):  # M.RUB is a million roubles, and no thousand million of MRU
        code = currency_words()[name]
        in_capitals = code in JPY_A_UNIT or name != code or part.isupper()  # "pen" is none of Peru's
        if many in MULTIPLES and in_capitals and (code not in WEIGHTS_TOO or code == expected):
            return MULTIPLES[many], code
    return None


def choose_currency(units: Iterable[str], asked: str | None) -> str:
    """The currency of a world whose amounts are in these units: as the user says, else that of the only one in them.

    Where they are of several, or of none, it is that of the base case, in which rates of exchange are known.
    """
    found = {parts[1] for unit in units if unit and (parts := split_unit(unit))}
    return asked or (found.pop() if len(found) == 1 else ASSUMED)


def millions_in(unit: str, currency: str) -> float | None:
    """How many million of a currency a unit is; None for what is no money, or no rate is known of.

    >>> millions_in("M.EUR", "EUR"), millions_in("1000 USD", "JPY"), millions_in("M.BRL", "BRL")
    (1.0, 0.15, 1.0)
    >>> millions_in("M.BRL", "JPY") is None, millions_in("tonnes", "JPY") is None
    (True, True)
    """
    parts = split_unit(unit, currency)
    rate = rate_of(parts[1], currency) if parts else None
    return None if parts is None or rate is None else parts[0] * rate[0] / MILLION


def rate_of(one: str, currency: str) -> tuple[float, float, float] | None:
    """What one unit of a currency is of another, with low and high; None where it is not known."""
    if one == currency:
        return 1.0, 1.0, 1.0
    if one not in JPY_A_UNIT or currency not in JPY_A_UNIT:
        return None
    (value, low, high), (other, least, most) = JPY_A_UNIT[one], JPY_A_UNIT[currency]
    return value / other, low / most, high / least


def describe_conversion(unit: str, number: float, currency: str) -> str:
    """Say how amounts of a unit were converted to millions of a currency."""
    parts = split_unit(unit, currency)
    one = parts[1] if parts else currency
    if one == currency:
        return f"taken times {number:g} for million {currency}" if number != 1.0 else "they were taken as they are"
    value, low, high = rate_of(one, currency) or (1.0, 1.0, 1.0)
    return (
        f"taken times {number:g} for million {currency}, at {value:.3g} {currency} a {one} (an assumption, "
        f"{low:.3g} to {high:.3g}; --times sets another)"
    )


def note_on_times(times: float | None, currency: str, asked: str | None, units: Iterable[str]) -> str:
    """Say what amounts were taken for where the user says how much a unit is, or where nobody says anything."""
    if times is not None:
        said = " and ".join(f"'{excerpt(unit)}'" for unit in units)
        more = f"; the file says {said}" if said else ""
        return f"amounts were taken times {times:g} for million {currency}, as --times says{more}"
    words = f"amounts were taken for million {currency} a year"
    if asked:
        return f"{words}, as --currency says"
    return f"{words}, an assumption (--currency, --times, or a unit such as M.EUR in the file, says what they are)"


def why_unknown(unit: str, currency: str) -> str:
    """Why amounts of a unit cannot be counted in a currency, and the mend, as the end of a sentence.

    >>> why_unknown("M.BRL", "JPY")
    'for which no rate to JPY is known; give all amounts in one currency'
    """
    if split_unit(unit, currency):
        return f"for which no rate to {currency} is known; give all amounts in one currency"
    return "which is no known unit of money; write one such as M.EUR"


def focus_on_money(currency: str) -> str:
    """What a world says of its currency, as a part of its focus.toml."""
    money = currencies()[currency]
    lines = [f"{name} = {json.dumps(getattr(money, name), ensure_ascii=False)}" for name in ("code", "name", "sign")]
    return "\n".join(["[money]", *lines, ""])
