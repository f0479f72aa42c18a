"""Decisions under deep uncertainty: regret, how often policies keep to targets, and the best policy for its cost.

The regret of a policy in a future is what is lost beyond the loss of the best policy in the same future (Savage 1951).
Policies are compared over the futures and seeds in which the outcomes of all of them are known.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from runs.analysis.findings import FEWEST_FUTURES, Findings
from runs.analysis.policy_tables import baseline_first, policy_text
from runs.analysis.restrictions import share_interval
from runs.batch.questions import Target

POLICY, COST, LOSS = "policy", "extra cost of precaution (bn ¤)", "loss (mean, bn ¤)"
CHANGE, MARGIN = "loss less than as it is (bn ¤)", "± (95 %, bn ¤)"
MEAN_REGRET, REGRET_MARGIN, TENTH_REGRET, WORST_REGRET = (
    "regret (mean, bn ¤)", "± regret (95 %)", "regret (90th percentile)", "regret (worst)"
)  # fmt: skip
BEST_IN, FRONTIER, FROM = "is best in (futures, %)", "none cheaper loses less", "from"
BY_ROUNDING = 1e-9  # of the largest loss: what rounding leaves of equal ones


def policy_names(found: Findings) -> pd.Series:
    """The policy of each run by what it changes; levers without effect make no other policy."""
    if not found.effective_levers:
        return pd.Series(found.policy_name, found.frame.index)
    rows = found.frame[found.effective_levers]
    names = {choices: policy_text(found, pd.Series(dict(zip(rows.columns, choices, strict=True))))
             for choices in dict.fromkeys(rows.itertuples(index=False, name=None))}  # fmt: skip
    return pd.Series([names[choices] or found.policy_name for choices in rows.itertuples(index=False, name=None)],
                     index=found.frame.index)  # fmt: skip


def by_policy(found: Findings, values: pd.Series) -> pd.DataFrame:
    """Values of runs by future and seed, a column a policy, the baseline first; of the futures and seeds known of all.

    A policy of which no run is known is left out.
    """
    frame = pd.DataFrame({"future": found.frame["future"], "seed": found.frame["seed"],
                          POLICY: policy_names(found), "value": values.astype(float)})  # fmt: skip
    order = dict.fromkeys(frame[POLICY].loc[baseline_first(found).index])
    table = frame.pivot_table(index=["future", "seed"], columns=POLICY, values="value")
    return table[[name for name in order if name in table]].dropna()


@lru_cache(maxsize=16)
def losses(found: Findings) -> pd.DataFrame:
    """The loss by future, seed and policy; empty where it was not kept or there is one policy."""
    if not found.has(found.cost) or not found.effective_levers:
        return pd.DataFrame()
    table = by_policy(found, found.frame[found.cost])
    return table if len(table.columns) > 1 else pd.DataFrame()


def regrets(loss: pd.DataFrame) -> pd.DataFrame:
    """What is lost beyond the loss of the policy that is best in the same future, on average over its seeds.

    By future and seed, so that errors know what runs share; the mean over the seeds of a future is never negative.
    """
    means = loss.groupby("future").mean()
    best = means.idxmin(axis=1)
    least = [loss.at[block, best[block[0]]] for block in loss.index]
    return loss.sub(least, axis=0)


def keeps_to(target: Target, values: pd.Series) -> pd.Series:
    """Whether values keep to a target, 1 or 0; nan where they are not known. A day that is missing never comes."""
    held = values.isna() if target.never else values <= target.at_most if target.at_most is not None else (
        values >= target.at_least)  # fmt: skip
    if target.is_day:
        return (held | (values.isna() & (target.at_most is None))).astype(float)
    return held.astype(float).where(values.notna())


def target_shares(found: Findings, target: Target) -> pd.DataFrame:
    """How often each policy keeps to a target: a share of futures, over all seeds, with its 95 % interval.

    The interval counts each future, or whatever was drawn independently, as one. Empty where the outcome was not kept.
    """
    if not found.has(target.outcome):
        return pd.DataFrame()
    table = by_policy(found, keeps_to(target, found.frame[target.outcome]))
    if table.empty:
        return pd.DataFrame()
    units = pd.Series(found.units_of(table.index.get_level_values("future").to_series()), name="unit")
    shares = table.groupby([units.to_numpy(), table.index.get_level_values("seed")]).mean().groupby(level=0).mean()
    rows = [{POLICY: name, "share": share, "futures": len(shares), "low": low, "high": high}
            for name, share in shares.mean().items()
            for low, high in [share_interval(float(share), len(shares))]]  # fmt: skip
    return pd.DataFrame(rows)


@lru_cache(maxsize=16)
def decision_table(found: Findings) -> pd.DataFrame:
    """A row a policy, the cheapest first: its cost, its loss, its regret, and how often it keeps to each target.

    Differences of the loss are to the baseline in the same futures with the same luck. Of fewer than 20 futures no
    percentile is given.
    """
    loss = losses(found)
    if loss.empty:
        return pd.DataFrame()
    regret, cost = regrets(loss), extra_costs(found)
    table = pd.DataFrame(
        [policy_row(found, str(name), loss, regret) | ({COST: cost.get(name, np.nan)} if len(cost) else {})
         for name in loss]
    )  # fmt: skip
    for target in found.design.targets:
        shares = target_shares(found, target)
        if len(shares):
            table[f"{target.name} (futures, %)"] = table[POLICY].map(100.0 * shares.set_index(POLICY)["share"])
    if COST in table:
        table = table[[POLICY, COST, *(name for name in table if name not in (POLICY, COST))]]
        table[FRONTIER] = undominated(table[COST].to_numpy(), table[LOSS].to_numpy())
        table = table.sort_values([COST, LOSS], ignore_index=True)
    return table


def policy_row(found: Findings, name: str, loss: pd.DataFrame, regret: pd.DataFrame) -> dict[str, Any]:
    """The loss and the regret of a policy as cells of a row."""
    change = found.estimate(loss.iloc[:, 0] - loss[name])
    mine = found.estimate(regret[name])
    futures = regret.groupby("future").mean()
    few, tiny = (
        len(futures) < FEWEST_FUTURES or found.draws < FEWEST_FUTURES,
        BY_ROUNDING * float(loss.abs().to_numpy().max()),
    )
    return {POLICY: name, LOSS: found.estimate(loss[name]).mean, CHANGE: change.mean, MARGIN: change.margin,
            MEAN_REGRET: mine.mean, REGRET_MARGIN: mine.margin,
            TENTH_REGRET: np.nan if few else futures[name].quantile(0.9), WORST_REGRET: futures[name].max(),
            BEST_IN: 100.0 * (futures[name] <= tiny).mean(), FROM: change.rests_on}  # fmt: skip


def extra_costs(found: Findings) -> pd.Series:
    """What precaution costs more than in the baseline, by policy, on average; empty where it was not kept."""
    if not found.has(found.precaution):
        return pd.Series(dtype=float)
    cost = by_policy(found, found.frame[found.precaution])
    return cost.sub(cost.iloc[:, 0], axis=0).mean() if len(cost) else pd.Series(dtype=float)


def undominated(cost: Any, loss: Any) -> list[bool]:
    """Whether no policy that costs no more loses as little; of two that are equal in both the first is kept.

    >>> undominated(np.array([0.0, 1.0, 2.0, 1.0]), np.array([9.0, 5.0, 5.0, 5.0]))
    [True, True, False, False]
    """
    place = np.arange(len(cost))
    beaten = [
        np.any((cost <= cost[i]) & (loss <= loss[i]) & ((cost < cost[i]) | (loss < loss[i]) | (place < i)))
        for i in place
    ]
    return [bool(np.isfinite(cost[i]) and np.isfinite(loss[i]) and not beaten[i]) for i in place]


def budget_steps(found: Findings) -> list[tuple[float, str, float]]:
    """The best policies by budget: the extra cost from which each can be paid, its name, and its mean loss.

    A policy makes a step where its loss is below that of the step before by more than chance would bring. Of those
    that cost nothing more than the baseline the last is kept.
    """
    table, loss = decision_table(found), losses(found)
    steps: list[tuple[float, str, float]] = []
    for _, row in table[table[FRONTIER]].iterrows() if FRONTIER in table else ():
        name = str(row[POLICY])
        less = found.estimate(loss[steps[-1][1]] - loss[name]) if steps else None
        if less is None or (less.mean > 0.0 and not less.mean <= less.margin):
            steps = [step for step in steps if step[0] > 0.0 or row[COST] > 0.0]
            steps.append((max(0.0, float(row[COST])), name, float(row[LOSS])))
    return steps


def near_in_regret(found: Findings, best: str) -> int:
    """How many other policies may be regretted as little as the best, for all that the same futures tell."""
    regret = regrets(losses(found))
    more = [found.estimate(regret[name] - regret[best]) for name in regret if name != best]
    return sum(not each.mean > each.margin for each in more)
