"""Settings of shocks: `shock.2.review_days=30` changes a number of a scenario's second shock before it is checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from model.tables.documents import plain_value
from model.tables.faults import nearest, shown

PREFIX = "shock."
EXACT = 2.0**53  # below it a float tells one whole number from the next
FORM = "write shock.NUMBER.KEY=VALUE, such as shock.1.review_days=30"
SHOCK_SETTING = re.compile(
    r"shock\.(?P<which>[^.=\[\]]+)\.(?P<key>\w+)(?:\.(?P<entry>[\w-]+))?(?P<times>\*?)=(?P<value>.*)", re.DOTALL
)


def numbered(shocks: Sequence[Any]) -> list[int]:
    """The places of shocks in the order of their numbers: by date as reports list them, those of one day as written."""
    dates = [shock.get("date") if isinstance(shock, dict) else None for shock in shocks]
    return sorted(range(len(shocks)), key=lambda place: day if type(day := dates[place]) is date else date.max)


def set_shock(shocks: list[Any], order: Sequence[int], setting: str) -> tuple[int | None, str]:
    """Change one key of one shock, yet unchecked; the place of the shock, or None and the words of what is wrong.

    A number picks the shock by its place in the order of dates, a name by its key `name`. With a `*` before the equals
    sign the value is a multiple of the number in the scenario.
    """
    parts = SHOCK_SETTING.fullmatch(setting.strip())
    if parts is None:
        return None, f"found no such setting; {FORM}"
    place = shock_called(shocks, order, parts["which"].strip())
    if place is None:
        return None, f"found no shock '{parts['which'].strip()}'; {listed(shocks, order)}"
    shock, key, entry, value = dict(shocks[place]), parts["key"], parts["entry"], whole(plain_value(parts["value"]))
    inner = shock.get(key, {}) if entry else shock
    if not isinstance(inner, dict):
        return None, f"found {shown(inner)} as {key}, which has no entries; {FORM}"
    last = entry or key
    if parts["times"]:
        old = inner.get(last)
        if not (is_number(old) and is_number(value)):
            return None, f"found {shown(old) if last in inner else 'nothing'} to multiply as {last}; leave out the *"
        value = whole(old * value)
    shocks[place] = {**shock, key: {**inner, last: value}} if entry else {**shock, key: value}
    return place, ""


def shock_called(shocks: Sequence[Any], order: Sequence[int], which: str) -> int | None:
    """The place of the shock that a number or a name means; None for none."""
    if which.isdecimal() and len(which) < len(str(len(order))) + 1 and 1 <= int(which) <= len(order):
        place = order[int(which) - 1]
        return place if isinstance(shocks[place], dict) else None
    named = [place for place in order if isinstance(shocks[place], dict) and shocks[place].get("name") == which]
    return named[0] if len(named) == 1 else None


def listed(shocks: Sequence[Any], order: Sequence[int]) -> str:
    """Which shocks there are, in words."""
    if not order:
        return "this scenario has no shocks"
    some = [shocks[place] for place in order]
    names = [str(shock["name"]) for shock in some if isinstance(shock, dict) and "name" in shock]
    words = f"this scenario has {len(order)} of them, numbered from 1 in the order of their dates"
    return words + (f" (named: {nearest('', names)})" if names else "")


def is_number(value: Any) -> bool:
    """Whether a value is a number, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(value: Any) -> Any:
    """A number without a part behind the point as a whole number.

    >>> whole(30.0), whole(0.5), whole("ban"), whole(True)
    (30, 0.5, 'ban', True)
    """
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < EXACT else value
