"""Measures that facts of any world may ask for: trade and output by month, licences, stops, and every outcome.

An argument is written as pairs, `good=bearing,to=VALE,month=2026-04`; columns of lines choose lines, as in exercises.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping

import numpy as np

from model.metrics import time_to_recover
from model.tables.faults import Faults, unknown
from runs.measures import selected
from runs.measures.quantities import flow_at_rest
from runs.measures.trade import day_of, traded_links
from runs.simulation.record import Array, Record

Pairs = dict[str, str]
ANYWHERE = "*"


def measure_fact_of_world(record: Record, name: str, argument: str) -> float:
    """What a run says of a fact; not a number where it never happened. Raise Faults for what cannot be measured."""
    if name in TAKES:
        return MEASURES[name](record, checked_pairs(record, name, argument))
    if name in MEASURES:
        return MEASURES[name](record, pairs_of(argument))
    return selected.measure(record, f"{name}[{argument}]" if argument else name)


def pairs_of(argument: str) -> Pairs:
    """The pairs of an argument.

    >>> pairs_of("good=bearing, to=VALE")
    {'good': 'bearing', 'to': 'VALE'}
    """
    pairs = (part.partition("=") for part in argument.split(",") if part.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}


def checked_pairs(record: Record, name: str, argument: str) -> Pairs:
    """The pairs of an argument with exactly the keys that a measure takes; raise Faults for others and wrong names."""
    pairs, keys = pairs_of(argument), TAKES[name]
    faults = [unknown(key, f"part of the argument of {name}", keys) for key in pairs if key not in keys]
    faults += [f"argument: {key} is missing; write {', '.join(f'{each}=...' for each in keys)}"
               for key in keys if key not in pairs]  # fmt: skip
    for key, known in names_in(record).items():
        if pairs.get(key, ANYWHERE) != ANYWHERE and pairs[key] not in known:
            faults.append(unknown(pairs[key], {"to": "country"}.get(key, key), known))
    if faults:
        raise Faults(faults)
    return pairs


def names_in(record: Record) -> Mapping[str, Collection[str]]:
    """Which goods, countries, months and days a run knows, by the key of an argument."""
    return {
        "good": list(map(str, record.register.goods["good"])),
        "to": list(map(str, record.register.countries["country"])),
        "month": list(dict.fromkeys(map(str, record.dates.astype("datetime64[M]")))),
        "until": list(map(str, record.dates.astype("datetime64[D]"))),
    }


def exports(record: Record, pairs: Pairs) -> float:
    """What the exporters ship of a good to a country in a month, over as many days of the world at rest."""
    links, inside = traded_links(record, (pairs["good"],), pairs["to"]), days_of_month(record, pairs["month"])
    at_rest = float(flow_at_rest(record.network)[links].sum())
    shipped = float(record.links["shipped"][inside][:, links].sum())
    return shipped / (at_rest * inside.sum()) if at_rest > 0.0 else math.nan


def output(record: Record, pairs: Pairs) -> float:
    """What some lines make in a month, each by its worth, over as many days of the world at rest."""
    months = names_in(record)["month"]
    month = pairs.pop("month", "")
    if month not in months:
        raise Faults([unknown(month, "month of the run", months)])
    rows, inside = chosen_rows(record, pairs), days_of_month(record, month)
    price = record.network.base_price[record.network.good_of[rows]]
    made = float((record.lines["output"][inside][:, rows] * price).sum())
    return made / (float((record.network.baseline[rows] * price).sum()) * float(inside.sum()))


def length_of_stop(record: Record, pairs: Pairs) -> float:
    """Days from the first stop of the line that stops first until it makes 95 % again for a week."""
    rows = chosen_rows(record, pairs)
    lines, made = np.zeros(len(record.network.good_of), bool), record.lines["output"]
    firsts = []
    for row in rows:
        lines[:] = False
        lines[row] = True
        firsts.append(selected.first_stop(record, lines))
    if np.isnan(firsts).all():
        return math.nan
    row = int(rows[int(np.nanargmin(firsts))])
    usual = record.lines["usual"][:, row : row + 1]
    return float(time_to_recover(made[:, row : row + 1], usual, record.shock_day or 0)[0])


def first_licence(record: Record, pairs: Pairs) -> float:
    """Days from the shock to the first licence for a good and a country."""
    after = record.shock_day or 0
    granted = record.licences["granted"][after:, licensed(record, pairs)].sum(axis=1)
    days = np.flatnonzero(granted > 0.0)
    return float(days[0]) if len(days) else math.nan


def licences_granted(record: Record, pairs: Pairs) -> float:
    """Applications for a good and a country granted until a date, in percent of those filed since the shock."""
    days, rows = slice(record.shock_day, day_of(record, pairs["until"]) + 1), licensed(record, pairs)
    filed, granted = (float(record.licences[name][days][:, rows].sum()) for name in ("filed", "granted"))
    return 100.0 * granted / filed if filed > 0.0 else math.nan


def days_of_month(record: Record, month: str) -> Array:
    """Which days of a run are in a month, T, true or false."""
    return np.asarray(record.dates.astype("datetime64[M]") == np.datetime64(month))


def chosen_rows(record: Record, pairs: Pairs) -> Array:
    """The rows of the lines that fit some pairs."""
    return np.flatnonzero(selected.lines_where(record, ",".join(f"{key}={value}" for key, value in pairs.items())))


def licensed(record: Record, pairs: Pairs) -> Array:
    """Rows of licensed links that carry a good to a country."""
    return np.flatnonzero(traded_links(record, (pairs["good"],), pairs["to"])[record.network.link_of])


TAKES: dict[str, tuple[str, ...]] = {
    "exports": ("good", "to", "month"),
    "first_licence": ("good", "to"),
    "licences_granted": ("good", "to", "until"),
}
MEASURES: dict[str, Callable[[Record, Pairs], float]] = {
    measure.__name__: measure for measure in (exports, output, length_of_stop, first_licence, licences_granted)
}
