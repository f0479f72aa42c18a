"""What was chosen and what it came to: outcomes by policy, differences paired by luck, and what a day of cars costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from runs.analyse import CARS, COST, EARLY_DAYS, STOP, Findings
from runs.precautions import PRECAUTION

SAME = ("scenario", "future", "seed")  # what a pair of runs has in common, beside its other levers
FEWEST_PAIRS = 2
DAYS, PRICE, TOTAL = "production days bought", "a day costs (bn JPY)", "extra cost of precaution (bn JPY)"
ERROR, BEST = "standard error (days)", "best buy"


def by_policy(found: Findings) -> pd.DataFrame:
    """A row a policy: median first stop, share stopped by day 120, median and worst-tenth loss, cars not built."""
    keys: Any = found.levers or ["scenario"]
    rows = []
    for choice, some in found.frame.groupby(keys, sort=False, observed=True):
        row = dict(zip(keys, choice if isinstance(choice, tuple) else (choice,), strict=True)) | {"runs": len(some)}
        if found.has(STOP):
            row["never stops (%)"] = 100.0 * some[STOP].isna().mean()
            row["first stop (median day)"] = float(some[STOP].fillna(np.inf).median())
            row[f"stops by day {EARLY_DAYS} (%)"] = 100.0 * (some[STOP] <= EARLY_DAYS).mean()
        if found.has(COST):
            row["loss (median, bn JPY)"] = some[COST].median()
            row["loss (worst tenth, bn JPY)"] = some[COST].quantile(0.9)
        if found.has(CARS):
            row["vehicles not built (median)"] = some[CARS].median()
        rows.append(row)
    return pd.DataFrame(rows)


def pairs(found: Findings, outcome: str) -> Iterator[tuple[str, Any, Any, pd.DataFrame]]:
    """For each lever and each of its choices but the first: lever, first, choice, and both outcomes run by run.

    Two runs make a pair if they have the same scenario, future, luck and other levers.
    """
    for lever in found.experiment.levers:
        others = [*SAME, *(other.name for other in found.experiment.levers if other.name != lever.name)]
        table = found.frame.pivot_table(index=others, columns=lever.name, values=outcome, observed=True)
        known = [choice for choice in found.frame[lever.name].unique() if choice in table.columns]
        for choice in known[1:]:
            both = table[[known[0], choice]].dropna()
            if len(both) >= FEWEST_PAIRS:
                yield lever.name, known[0], choice, both.set_axis(["first", "choice"], axis=1)


def paired(found: Findings, outcome: str) -> pd.DataFrame:
    """Each choice of each lever against the lever's first, run by run with the same future, luck and other choices.

    The standard error of the difference is given with pairing, and as it would be if luck and future were drawn anew
    for each choice: what pairing saves is the ratio of the two.
    """
    rows = []
    for lever, first, choice, both in pairs(found, outcome):
        change = both["choice"] - both["first"]
        alone = np.sqrt((both["first"].var() + both["choice"].var()) / len(both))
        rows.append({"lever": lever, "from": first, "to": choice, "pairs": len(both), "difference": change.mean(),
                     "standard error, paired": standard_error(change), "standard error, unpaired": alone})  # fmt: skip
    return pd.DataFrame(rows)


def standard_error(values: pd.Series) -> float:
    """The standard error of a mean."""
    return float(values.std() / np.sqrt(len(values)))


def by_lever(found: Findings) -> pd.DataFrame:
    """What each choice of each lever buys against the lever's first: production days of cars, and their price.

    A production day is the Japanese output of vehicles of a normal day. The cost is that of precaution, whoever pays:
    a quiet year's stocks of lines and of the state, second sources, redesign. The cheapest day stands first.
    """
    if not (found.has(CARS) and found.has(PRECAUTION)):
        return pd.DataFrame()
    daily, rows = daily_vehicles(found), []
    cost = {(lever, choice): both["choice"] - both["first"] for lever, _, choice, both in pairs(found, PRECAUTION)}
    for lever, first, choice, both in pairs(found, CARS):
        days = (both["first"] - both["choice"]) / daily
        rows.append({"lever": lever, "instead of": short(first), "choice": short(choice), DAYS: days.mean(),
                     ERROR: standard_error(days), TOTAL: cost[lever, choice].mean()})  # fmt: skip
    return priced(pd.DataFrame(rows))


def cheapest(found: Findings) -> pd.DataFrame:
    """What each policy buys against the first one, and whether it is a best buy.

    Means over the same futures with the same luck; days and cost as in `by_lever`. A policy is a best buy if no other
    one, doing as before included, buys as many days for less.
    """
    if not (found.has(CARS) and found.has(PRECAUTION) and found.levers):
        return pd.DataFrame()
    groups = [(choice, some.set_index(list(SAME))) for choice, some in found.frame.groupby(found.levers, sort=False)]
    (_, first), *rest = groups
    rows = [bought(found, first, some, dict(zip(found.levers, choice, strict=True))) for choice, some in rest]
    table = pd.DataFrame(rows)
    return priced(table.assign(**{BEST: best_buys(table)})) if rows else table


def bought(found: Findings, first: pd.DataFrame, group: pd.DataFrame, choice: dict[Any, Any]) -> dict[str, Any]:
    """The row of one policy against the first."""
    days = ((first[CARS] - group[CARS]) / daily_vehicles(found)).dropna()
    extra = (group[PRECAUTION] - first[PRECAUTION]).dropna()
    return {**choice, DAYS: days.mean(), ERROR: standard_error(days), TOTAL: extra.mean()}


def best_buys(table: pd.DataFrame) -> list[bool]:
    """Which policies no other one beats: none that is as cheap buys as many days, and they buy some."""
    days, cost = table[DAYS].to_numpy(), table[TOTAL].to_numpy()
    place = np.arange(len(table))
    beaten = [
        np.any((cost <= cost[i]) & (days >= days[i]) & ((cost < cost[i]) | (days > days[i]) | (place < i)))
        for i in place
    ]  # of two alike the first stands for both
    return [bool(days[i] > 0.0 and not beaten[i]) for i in place]


def priced(table: pd.DataFrame) -> pd.DataFrame:
    """With what a day costs, where days are bought at all: the cheapest first, and of those for nothing the most."""
    if table.empty:
        return table
    days = table[DAYS].where(table[DAYS] > 0.0)
    table = table.assign(**{PRICE: table[TOTAL].clip(lower=0.0) / days})
    return table.sort_values([PRICE, DAYS], ascending=[True, False], ignore_index=True)


def daily_vehicles(found: Findings) -> float:
    """Japanese vehicles of a normal day, as the batch found them in its tables."""
    return float(found.about["vehicles_a_day"])


def short(value: object) -> str:
    """A choice as a label."""
    return f"{value:g}" if isinstance(value, float) else str(value)
