"""Tables of policies: outcomes by policy, differences in pairs of runs, what levers do together, prices of days."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import combinations
from math import hypot
from typing import Any

import numpy as np
import pandas as pd

from runs.analysis.estimates import Estimate
from runs.analysis.findings import EARLY_DAYS, FEWEST_FUTURES, PAIR_KEYS, Findings, choice_label

DAYS, PRICE, TOTAL = "production days bought", "a day costs (bn ¤)", "extra cost of precaution (bn ¤)"
ERROR, MARGIN, FROM = "standard error (days)", "± (95 %, days)", "from"
BEST, NEAR = "best buy", "may buy most"
LEAST, MOST = "least beside other choices", "most beside other choices"
SUM, TOGETHER, MORE, CLEAR = "the two alone add up to", "together", "together less the sum", "clear"
NEGLIGIBLE_JOINT_EFFECT = 1e-9  # days, or billions: what rounding leaves


def policy_outcomes(found: Findings) -> pd.DataFrame:
    """A row a policy: median first stop, share stopped by day 120, median and worst-tenth loss, cars not built.

    The baseline is first. Of few futures the highest loss is given, for nobody can tell a tenth of them.
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
            row["loss (median, bn ¤)"] = some[found.cost].median()
            few = found.draws < FEWEST_FUTURES
            row[f"loss ({'highest' if few else 'worst tenth'}, bn ¤)"] = some[found.cost].quantile(1.0 if few else 0.9)
        if found.has(found.cars):
            row["vehicles not built (median)"] = some[found.cars].median()
        rows.append(row)
    return pd.DataFrame(rows)


def baseline_first(found: Findings) -> pd.DataFrame:
    """All runs, those of the baseline first."""
    if not found.levers or found.frame.empty:
        return found.frame
    return found.frame.loc[(~found.is_policy(found.frame, found.reference)).sort_values(kind="stable").index]


def policy_text(found: Findings, choices: pd.Series) -> str:
    """A policy in words: the choices that differ from those of the baseline."""
    names = [
        f"{name} “{choice_label(choices[name])}”"
        for name in found.effective_levers
        if choices[name] != found.reference[name]
    ]
    return " and ".join(names)


def pairs(found: Findings, outcome: str) -> Iterator[tuple[str, Any, Any, pd.DataFrame]]:
    """For each lever and each of its choices: lever, baseline choice, choice, and the outcomes of both, a row a pair.

    Two runs are a pair if they have the same scenario, future, seed and other levers.
    """
    for lever in found.design.levers:
        others = [*PAIR_KEYS, *(other.name for other in found.design.levers if other.name != lever.name)]
        table = found.frame.pivot_table(index=others, columns=lever.name, values=outcome, observed=True)
        first = found.reference[lever.name]
        for value, _ in lever.choices():
            choice = lever.cell(value)
            if choice != first and {choice, first} <= set(table.columns):
                both = table[[first, choice]].dropna()
                if len(both):
                    yield lever.name, first, choice, both.set_axis(["first", "choice"], axis=1)


def alone_and_beside(found: Findings, lever: str, values: pd.Series) -> tuple[pd.Series, list[float]]:
    """The values of pairs with all other levers as in the baseline, and the mean beside each choice of these.

    A mean is taken over the futures and seeds in which it is known beside every choice, lest it is told as a part of
    what a lever does that some runs failed.
    """
    others = [name for name in found.levers if name != lever]
    if not others:
        return values, [float(values.mean())]
    as_they_are = np.logical_and.reduce(
        [values.index.get_level_values(name) == found.reference[name] for name in others]
    )
    beside = values.unstack(others).dropna() if len(values) else values.to_frame()
    return values[as_they_are], [float(each) for each in beside.mean()] if len(beside) else []


def paired_differences(found: Findings, outcome: str) -> pd.DataFrame:
    """Each choice of each lever against the baseline choice, with the same future and seed, all other levers as in it.

    The standard error of the difference is given in pairs, and as it would be if seed and future were drawn anew for
    each choice: what pairing saves is the ratio of the two. The last columns say what it is beside other choices of the
    other levers.
    """
    rows = []
    for lever, first, choice, both in pairs(found, outcome):
        differences, beside = alone_and_beside(found, lever, both["choice"] - both["first"])
        if differences.empty:
            continue
        change, mine = found.estimate(differences), both.loc[differences.index]
        alone = hypot(found.estimate(mine["first"]).error, found.estimate(mine["choice"]).error)
        rows.append({"lever": lever, "from": choice_label(first), "to": choice_label(choice),
                     "pairs": len(differences), "difference": change.mean, "± (95 %)": change.margin,
                     "standard error, paired": change.error, "standard error, unpaired": alone,
                     "evidence": change.rests_on, **range_cells(beside)})  # fmt: skip
    return pd.DataFrame(rows)


def range_cells(beside: list[float]) -> dict[str, float]:
    """The lowest and the highest mean beside the choices of other levers as cells of a row; none without others."""
    return {LEAST: min(beside), MOST: max(beside)} if len(beside) > 1 else {}


def lever_prices(found: Findings) -> pd.DataFrame:
    """The production days of cars that each choice buys against the baseline choice, and their price.

    All other levers are as in the baseline; the last columns give the range beside their other choices. A production
    day is the output of vehicles at home on a normal day. The cost is that of precaution, whoever pays: a quiet year's
    stocks of lines and of the state, second sources, redesign. The cheapest day is first. Levers without effect are
    left out.
    """
    if not can_be_priced(found):
        return pd.DataFrame()
    daily, rows = daily_vehicles(found), []
    cost = {
        (lever, choice): both["choice"] - both["first"] for lever, _, choice, both in pairs(found, found.precaution)
    }
    for lever, first, choice, both in pairs(found, found.cars):
        if lever in found.levers_without_effect or (lever, choice) not in cost:
            continue
        bought, beside = alone_and_beside(found, lever, (both["first"] - both["choice"]) / daily)
        dearer, _ = alone_and_beside(found, lever, cost[lever, choice])
        if len(bought) and len(dearer):
            rows.append({"lever": lever, "instead of": choice_label(first), "choice": choice_label(choice),
                         **days_cells(found.estimate(bought)), TOTAL: dearer.mean(),
                         **range_cells(beside)})  # fmt: skip
    return with_price(pd.DataFrame(rows))


def interactions(found: Findings) -> pd.DataFrame:
    """How much more, or less, two choices of two levers do together than the two alone add up to, clearest first.

    In days of car production, or in the loss where these are unknown, all other levers as in the baseline. Clear is
    what is further from zero than chance would bring in one of twenty tables of as many pairs of choices.
    """
    days = can_be_priced(found)
    outcome, scale = (found.cars, -1.0 / daily_vehicles(found)) if days else (found.cost, 1.0)
    if not found.has(outcome) or len(found.effective_levers) < 2:
        return pd.DataFrame()
    table = found.frame.set_index(list(PAIR_KEYS))
    pairs_of_levers = list(pairs_of_choices(found))
    rows = []
    for (one, choice), (two, other) in pairs_of_levers:
        corners = [
            table[found.is_policy(table, found.reference | mine)][outcome]
            for mine in ({}, {one: choice}, {two: other}, {one: choice, two: other})
        ]
        none, alone, beside, both = (scale * corner for corner in corners)
        joint = (both - alone - beside + none).dropna()
        if len(joint):
            more, sure = found.estimate(joint), found.estimate(joint, len(pairs_of_levers))
            rows.append({"lever": one, "choice": choice_label(choice), "with": two, "as": choice_label(other),
                         SUM: float(((alone - none) + (beside - none)).loc[joint.index].mean()),
                         TOGETHER: float((both - none).loc[joint.index].mean()), MORE: more.mean,
                         "± (95 %)": more.margin, CLEAR: abs(more.mean) > max(sure.margin, NEGLIGIBLE_JOINT_EFFECT),
                         FROM: more.rests_on})  # fmt: skip
    if not rows:
        return pd.DataFrame()
    return pd.DataFrame(rows).sort_values([CLEAR, MORE], ascending=False, key=abs, ignore_index=True)


def pairs_of_choices(found: Findings) -> Iterator[tuple[tuple[str, Any], tuple[str, Any]]]:
    """Each pair of choices of two levers that differ from the baseline and were run."""
    changes = [
        (lever.name, cell)
        for lever in found.design.levers
        if lever.name in found.effective_levers
        for cell in (lever.cell(value) for value, _ in lever.choices())
        if cell != found.reference[lever.name]
    ]
    return ((one, two) for one, two in combinations(changes, 2) if one[0] != two[0])


def days_cells(days: Estimate) -> dict[str, Any]:
    """Days bought as cells of a row: their mean, its error, its interval, and its evidence."""
    return {DAYS: days.mean, ERROR: days.error, MARGIN: days.margin, FROM: days.rests_on}


def can_be_priced(found: Findings) -> bool:
    """Whether days of car production and their cost are known, in a world that makes cars."""
    return bool(found.levers) and found.has(found.cars) and found.has(found.precaution) and daily_vehicles(found) > 0.0


def policy_prices(found: Findings) -> pd.DataFrame:
    """The production days that each policy buys against the baseline, their price, and whether it is a best buy.

    Means over the futures and seeds in which no policy that has runs failed; days and cost as in `lever_prices`. A
    policy is a best buy if no other one, the baseline included, buys as many days for less. Last stands whether it may
    buy as many days as the policy that buys most, for all that pairs of runs tell.
    """
    if not can_be_priced(found):
        return pd.DataFrame()
    keys = list(PAIR_KEYS)
    known = baseline_first(found).dropna(subset=[found.cars, found.precaution])
    groups = [(choice, some.set_index(keys)) for choice, some in known.groupby(found.levers, sort=False)]
    if len(groups) < 2 or dict(zip(found.levers, groups[0][0], strict=True)) != found.reference:
        return pd.DataFrame()
    shared = reduce(pd.Index.intersection, (some.index for _, some in groups))
    if shared.empty:
        return pd.DataFrame()
    (_, first), *rest = [(choice, some.loc[shared]) for choice, some in groups]
    rows = [policy_row(found, first, some, dict(zip(found.levers, choice, strict=True))) for choice, some in rest]
    table = pd.DataFrame(rows)
    most = dict(table[found.levers].iloc[int(table[DAYS].argmax())])
    ahead = next(some for choice, some in rest if dict(zip(found.levers, choice, strict=True)) == most)
    behind = [(some[found.cars] - ahead[found.cars]) / daily_vehicles(found) for _, some in rest]
    return with_price(table.assign(**{BEST: mark_best_buys(table), NEAR: [is_near(found, each) for each in behind]}))


def is_near(found: Findings, behind: pd.Series) -> bool:
    """Whether a policy may buy as many days as the one that buys most; behind: days fewer, in pairs of runs."""
    less = found.estimate(behind)
    return not less.mean > less.margin


def policy_row(found: Findings, first: pd.DataFrame, group: pd.DataFrame, choice: dict[Any, Any]) -> dict[str, Any]:
    """The row of a policy; first, group: the runs of the baseline and of the policy."""
    days = found.estimate((first[found.cars] - group[found.cars]) / daily_vehicles(found))
    extra = group[found.precaution] - first[found.precaution]
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
