"""Tables of policies: outcomes by policy, differences in pairs of runs, and the price of a day of car production."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot
from typing import Any

import numpy as np
import pandas as pd

from runs.analysis.estimates import Estimate
from runs.analysis.findings import EARLY_DAYS, PAIR_KEYS, Findings

DAYS, PRICE, TOTAL = "production days bought", "a day costs (bn JPY)", "extra cost of precaution (bn JPY)"
ERROR, MARGIN, FROM = "standard error (days)", "± (95 %, days)", "from"
BEST = "best buy"


def policy_outcomes(found: Findings) -> pd.DataFrame:
    """A row a policy: median first stop, share stopped by day 120, median and worst-tenth loss, cars not built.

    The baseline is first.
    """
    keys: Any = found.levers or ["scenario"]
    rows = []
    for choice, some in baseline_first(found).groupby(keys, sort=False, observed=True):
        row = dict(zip(keys, choice if isinstance(choice, tuple) else (choice,), strict=True)) | {"runs": len(some)}
        if found.has(found.stop):
            row["never stops (%)"] = 100.0 * some[found.stop].isna().mean()
            row["first stop (median day)"] = float(some[found.stop].fillna(np.inf).median())
            row[f"stops by day {EARLY_DAYS} (%)"] = 100.0 * (some[found.stop] <= EARLY_DAYS).mean()
        if found.has(found.cost):
            row["loss (median, bn JPY)"] = some[found.cost].median()
            row["loss (worst tenth, bn JPY)"] = some[found.cost].quantile(0.9)
        if found.has(found.cars):
            row["vehicles not built (median)"] = some[found.cars].median()
        rows.append(row)
    return pd.DataFrame(rows)


def baseline_first(found: Findings) -> pd.DataFrame:
    """All runs, those of the baseline first."""
    if not found.levers or found.frame.empty:
        return found.frame
    first = found.baseline.frame[found.levers].iloc[0]
    return found.frame.loc[(found.frame[found.levers] != first).any(axis=1).sort_values(kind="stable").index]


def pairs(found: Findings, outcome: str) -> Iterator[tuple[str, Any, Any, pd.DataFrame]]:
    """For each lever and each of its choices: lever, baseline choice, choice, and the outcomes of both, a row a pair.

    Two runs are a pair if they have the same scenario, future, seed and other levers.
    """
    for lever in found.design.levers:
        others = [*PAIR_KEYS, *(other.name for other in found.design.levers if other.name != lever.name)]
        table = found.frame.pivot_table(index=others, columns=lever.name, values=outcome, observed=True)
        first = found.baseline_choices[lever.name]
        for value, _ in lever.choices():
            choice = lever.cell(value)
            if choice != first and {choice, first} <= set(table.columns):
                both = table[[first, choice]].dropna()
                if len(both):
                    yield lever.name, first, choice, both.set_axis(["first", "choice"], axis=1)


def paired_differences(found: Findings, outcome: str) -> pd.DataFrame:
    """Each choice of each lever against the baseline choice, with the same future, seed and other choices.

    The standard error of the difference is given in pairs, and as it would be if seed and future were drawn anew for
    each choice: what pairing saves is the ratio of the two.
    """
    rows = []
    for lever, first, choice, both in pairs(found, outcome):
        change = found.estimate(both["choice"] - both["first"])
        alone = hypot(found.estimate(both["first"]).error, found.estimate(both["choice"]).error)
        rows.append({"lever": lever, "from": first, "to": choice, "pairs": len(both), "difference": change.mean,
                     "± (95 %)": change.margin, "standard error, paired": change.error,
                     "standard error, unpaired": alone, "evidence": change.rests_on})  # fmt: skip
    return pd.DataFrame(rows)


def lever_prices(found: Findings) -> pd.DataFrame:
    """The production days of cars that each choice buys against the baseline choice of its lever, and their price.

    A production day is the Japanese output of vehicles of a normal day. The cost is that of precaution, whoever pays:
    a quiet year's stocks of lines and of the state, second sources, redesign. The cheapest day is first. Levers
    without effect are left out.
    """
    if not can_be_priced(found):
        return pd.DataFrame()
    daily, rows = daily_vehicles(found), []
    cost = {
        (lever, choice): both["choice"] - both["first"] for lever, _, choice, both in pairs(found, found.precaution)
    }
    for lever, first, choice, both in pairs(found, found.cars):
        if lever in found.effective_levers and (lever, choice) in cost:
            days = found.estimate((both["first"] - both["choice"]) / daily)
            rows.append({"lever": lever, "instead of": choice_label(first), "choice": choice_label(choice),
                         **days_cells(days), TOTAL: cost[lever, choice].mean()})  # fmt: skip
    return with_price(pd.DataFrame(rows))


def days_cells(days: Estimate) -> dict[str, Any]:
    """Days bought as cells of a row: their mean, its error, its interval, and its evidence."""
    return {DAYS: days.mean, ERROR: days.error, MARGIN: days.margin, FROM: days.rests_on}


def can_be_priced(found: Findings) -> bool:
    """Whether days of car production and their cost are known, in a world that makes cars."""
    return bool(found.levers) and found.has(found.cars) and found.has(found.precaution) and daily_vehicles(found) > 0.0


def policy_prices(found: Findings) -> pd.DataFrame:
    """The production days that each policy buys against the baseline, their price, and whether it is a best buy.

    Means over the same futures with the same seeds; days and cost as in `lever_prices`. A policy is a best buy if no
    other one, the baseline included, buys as many days for less.
    """
    if not can_be_priced(found):
        return pd.DataFrame()
    groups = baseline_first(found).groupby(found.levers, sort=False)
    (_, first), *rest = [(choice, some.set_index(list(PAIR_KEYS))) for choice, some in groups]
    rows = [policy_row(found, first, some, dict(zip(found.levers, choice, strict=True))) for choice, some in rest]
    rows = [row for row in rows if np.isfinite(row[DAYS]) and np.isfinite(row[TOTAL])]
    table = pd.DataFrame(rows)
    return with_price(table.assign(**{BEST: mark_best_buys(table)})) if rows else table


def policy_row(found: Findings, first: pd.DataFrame, group: pd.DataFrame, choice: dict[Any, Any]) -> dict[str, Any]:
    """The row of a policy; first, group: the runs of the baseline and of the policy."""
    days = found.estimate(((first[found.cars] - group[found.cars]) / daily_vehicles(found)).dropna())
    extra = (group[found.precaution] - first[found.precaution]).dropna()
    return {**choice, **days_cells(days), TOTAL: extra.mean()}


def mark_best_buys(table: pd.DataFrame) -> list[bool]:
    """Whether each policy is a best buy: it buys days, and no other one that is as cheap buys as many."""
    days, cost = table[DAYS].to_numpy(), table[TOTAL].to_numpy()
    place = np.arange(len(table))
    beaten = [
        np.any((cost <= cost[i]) & (days >= days[i]) & ((cost < cost[i]) | (days > days[i]) | (place < i)))
        for i in place
    ]  # of two equal ones the first is kept
    return [bool(days[i] > 0.0 and not beaten[i]) for i in place]


def with_price(table: pd.DataFrame) -> pd.DataFrame:
    """A table with the price of a day where days are bought: the cheapest first, and of equal prices the most days."""
    if table.empty:
        return table
    days = table[DAYS].where(table[DAYS] > 0.0)
    table = table.assign(**{PRICE: table[TOTAL].clip(lower=0.0) / days})
    return table.sort_values([PRICE, DAYS], ascending=[True, False], ignore_index=True)


def daily_vehicles(found: Findings) -> float:
    """The vehicles that Japan makes on a normal day, as the manifest of the batch says."""
    return float(found.about.get("vehicles_a_day") or 0.0)


def choice_label(value: object) -> str:
    """A choice as a label."""
    return f"{value:g}" if isinstance(value, float) else str(value)
