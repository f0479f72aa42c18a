"""Settings of shocks: `shock.2.review_days=30` changes a number of a scenario's second shock before it is checked.

Two keys are of settings alone: `shift_days` lets a shock, or as a setting of its own the whole story, come later, and
`happens=false` leaves a shock out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from model.tables.documents import plain_value
from model.tables.faults import nearest, shown

BY_HAND = "--set"  # the file of what a setting says
PREFIX = "shock."
SHIFT, HAPPENS = "shift_days", "happens"
ALSO = "|"  # between the shocks that one setting changes
EXACT = 2.0**53  # below it a float tells one whole number from the next
FORM = "write shock.NUMBER.KEY=VALUE, such as shock.1.review_days=30"
WHOLE_DAYS = "a whole number of days was expected"
Part = tuple[tuple[str, str], Any]  # where a shock is written, and the shock as it is written there
SHOCK_SETTING = re.compile(
    r"shock\.(?P<which>[^.=\[\]]+)\.(?P<key>\w+)(?:\.(?P<entry>[\w-]+))?(?P<times>\*?)=(?P<value>.*)", re.DOTALL
)


def numbered(shocks: Sequence[Any]) -> list[int]:
    """The places of shocks in the order of their numbers: by date as reports list them, those of one day as written."""
    dates = [shock.get("date") if isinstance(shock, dict) else None for shock in shocks]
    return sorted(range(len(shocks)), key=lambda place: day if type(day := dates[place]) is date else date.max)


def change_shocks(shocks: list[Part], order: Sequence[int], setting: str) -> list[str]:
    """Change one key of one or several shocks, yet unchecked, and note the setting as their place; return the faults.

    A number picks a shock by its place in the order of dates, a name by its key `name`; `|` stands between several.
    With a `*` before the equals sign the value is a multiple of the number in the scenario.
    """
    parts = SHOCK_SETTING.fullmatch(setting.strip())
    if parts is None:
        return [f"{BY_HAND}: {setting}: found no such setting; {FORM}"]
    faults = []
    for which in map(str.strip, parts["which"].split(ALSO)):
        place = shock_called([raw for _, raw in shocks], order, which)
        if place is None:
            words = f"found no shock '{which}'; {listed([raw for _, raw in shocks], order, which)}"
        else:
            changed, words = with_key(shocks[place][1], parts)
            shocks[place] = shocks[place] if words else ((BY_HAND, setting), changed)
        faults += [f"{BY_HAND}: {setting}: {words}"] * bool(words)
    return faults


def shift_story(scalars: dict[str, Any], shocks: list[Part], setting: str) -> list[str]:
    """Let a story come so many days later: its date, all shocks from that day on, and the last day; return the faults.

    scalars: what is written of the scenario beside its shocks.
    """
    days, begins = whole(plain_value(setting.partition("=")[2])), scalars.get("shock_date")
    if type(begins) is not date:
        return [f"{BY_HAND}: {setting}: found no shock_date that it could move; leave it out"]
    if type(days) is not int:
        return [f"{BY_HAND}: {setting}: found {shown(days)}; {WHOLE_DAYS}"]
    scalars["shock_date"] = later(begins, days)
    if type(scalars.get("days")) is int:
        scalars["days"] += days
    for place, (_, shock) in enumerate(shocks):
        if isinstance(shock, dict) and type(shock.get("date")) is date and shock["date"] >= begins:
            shocks[place] = ((BY_HAND, setting), shifted(shock, days))
    return []


def with_key(shock: dict[str, Any], parts: re.Match[str]) -> tuple[dict[str, Any], str]:
    """A shock with one key changed, as the parts of a setting say; or as it is, and the words of what is wrong."""
    key, entry, value = parts["key"], parts["entry"], whole(plain_value(parts["value"]))
    if key in (SHIFT, HAPPENS) and (entry or parts["times"]):
        return shock, f"found more than {key}=VALUE; {FORM}"
    if key == SHIFT:
        return (shifted(shock, value), "") if type(value) is int else (shock, f"found {shown(value)}; {WHOLE_DAYS}")
    if key == HAPPENS and value not in (0, 1):
        return shock, f"found {shown(value)} as {HAPPENS}; write true or false"
    inner = shock.get(key, {}) if entry else shock
    if not isinstance(inner, dict):
        return shock, f"found {shown(inner)} as {key}, which has no entries; {FORM}"
    last = entry or key
    if parts["times"]:
        old = inner.get(last)
        if not (is_number(old) and is_number(value)):
            return shock, f"found {shown(old) if last in inner else 'nothing'} to multiply as {last}; leave out the *"
        value = whole(old * value)
    return ({**shock, key: {**inner, last: value}} if entry else {**shock, key: value}), ""


def shifted(shock: dict[str, Any], days: int) -> dict[str, Any]:
    """A shock that comes, and where its end is a date ends, so many days later."""
    return shock | {key: later(shock[key], days) for key in ("date", "until") if type(shock.get(key)) is date}


def later(day: date, days: int) -> date:
    """The date so many days later, the first or the last of all where that is beyond what has a date."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def those_that_happen(shocks: Sequence[Part]) -> list[Part]:
    """The shocks that no setting left out; what settings alone say is taken out."""
    kept: list[Part] = []
    for place, shock in shocks:
        if not (isinstance(shock, dict) and place[0] == BY_HAND and HAPPENS in shock):
            kept.append((place, shock))
        elif shock[HAPPENS]:
            kept.append((place, {key: value for key, value in shock.items() if key != HAPPENS}))
    return kept


def shock_called(shocks: Sequence[Any], order: Sequence[int], which: str) -> int | None:
    """The place of the shock that a number or a name means; None for none."""
    if which.isdecimal() and len(which) < len(str(len(order))) + 1 and 1 <= int(which) <= len(order):
        place = order[int(which) - 1]
        return place if isinstance(shocks[place], dict) else None
    named = [place for place in order if isinstance(shocks[place], dict) and shocks[place].get("name") == which]
    return named[0] if len(named) == 1 else None


def listed(shocks: Sequence[Any], order: Sequence[int], which: str) -> str:
    """Which shocks there are, in words, and the name that is nearest to the one that was asked for."""
    if not order:
        return "this scenario has no shocks"
    some = [shocks[place] for place in order]
    names = [str(shock["name"]) for shock in some if isinstance(shock, dict) and "name" in shock]
    words = f"this scenario has {len(order)} of them, numbered from 1 in the order of their dates"
    return words + (f"; {nearest('' if which.isdecimal() else which, names)}" if names else "")


def is_number(value: Any) -> bool:
    """Whether a value is a number, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(value: Any) -> Any:
    """A number without a part behind the point as a whole number.

    >>> whole(30.0), whole(0.5), whole("ban"), whole(True)
    (30, 0.5, 'ban', True)
    """
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < EXACT else value
