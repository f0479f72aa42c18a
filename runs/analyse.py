"""Answers from a batch: which lever buys time most cheaply, which unknown matters, when stops come early."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from model.faults import Faults
from runs.experiment import Experiment
from runs.results import manifest_of, read_results
from runs.samplers import problem

STOP, COST, CARS = "first_stop_day_JP", "value_added_lost_jpy_bn_JP", "vehicles_not_built_JP"
STOCKS = "cost_of_stocks_jpy_bn_JP"
EARLY_DAYS = 120
FEWEST = 8  # experiments below which a share or a correlation says nothing
DEEPEST, LEAF_SHARE = 3, 0.05


@dataclass(frozen=True)
class Findings:
    """What a batch found: its experiment, its table, and the tables of answers."""

    experiment: Experiment
    frame: pd.DataFrame
    failed: pd.DataFrame
    complete: bool
    about: dict[str, Any]

    @property
    def levers(self) -> list[str]:
        """The columns of what was chosen; the scenario counts as one where there are several."""
        several = ["scenario"] if self.frame["scenario"].nunique() > 1 else []
        return several + [lever.name for lever in self.experiment.levers]

    @property
    def unknowns(self) -> list[str]:
        """The columns of what nobody knows."""
        return [each.name for each in self.experiment.uncertainties]

    def has(self, outcome: str) -> bool:
        """Whether an outcome was kept."""
        return outcome in self.frame.columns


def findings(place: Path) -> Findings:
    """Read a batch; raise Faults where there is none, or where every run of it failed."""
    manifest = manifest_of(place)
    if manifest is None or "experiment" not in manifest:
        raise Faults([f"{place}: it holds no results of a batch; 'linestop batch' makes them"])
    every = read_results(place)
    frame = every[every["error"].isna()].reset_index(drop=True)
    if frame.empty:
        raise Faults([f"{place}: all {len(every)} runs failed, the first with: {every['error'].iloc[0]}"])
    experiment = Experiment.model_validate(manifest["experiment"], strict=False)
    return Findings(experiment, frame, every[every["error"].notna()], bool(manifest.get("complete")), manifest)


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


def paired(found: Findings, outcome: str) -> pd.DataFrame:
    """Each choice of each lever against the lever's first, run by run with the same future, luck and other choices.

    The standard error of the difference is given with pairing, and as it would be if luck were drawn anew for
    each choice: what pairing saves is the ratio of the two.
    """
    rows = []
    same = ["scenario", "future", "seed"]
    for lever in found.experiment.levers:
        others = same + [other.name for other in found.experiment.levers if other.name != lever.name]
        table = found.frame.pivot_table(index=others, columns=lever.name, values=outcome, observed=True)
        first, *rest = [choice for choice in found.frame[lever.name].unique() if choice in table.columns] or [None]
        for choice in rest:
            both = table[[first, choice]].dropna()
            if len(both) < 2:
                continue
            change = both[choice] - both[first]
            alone = np.sqrt(both[first].var() / len(both) + both[choice].var() / len(both))
            rows.append({"lever": lever.name, "from": first, "to": choice, "pairs": len(both),
                         "difference": change.mean(), "standard error, paired": change.std() / np.sqrt(len(both)),
                         "standard error, unpaired": alone})  # fmt: skip
    return pd.DataFrame(rows)


def tornado(found: Findings, outcome: str) -> pd.DataFrame:
    """How far an outcome swings with each unknown, from the lowest to the highest fifth of its range, and its rank."""
    rows = []
    values = found.frame[outcome].to_numpy(float)
    if len(values) < FEWEST or not np.isfinite(values).any():
        return pd.DataFrame()
    for name in found.unknowns:
        x = found.frame[name].to_numpy(float)
        low, high = x <= np.quantile(x, 0.2), x >= np.quantile(x, 0.8)
        rows.append({"uncertainty": name, "at its low end": np.nanmean(values[low]),
                     "at its high end": np.nanmean(values[high]),
                     "rank correlation": rank_correlation(x, values)})  # fmt: skip
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    swing = (table["at its high end"] - table["at its low end"]).abs()
    return table.assign(swing=swing).sort_values("swing", ascending=False, ignore_index=True)


def rank_correlation(x: Any, y: Any) -> float:
    """Spearman's rank correlation where both are known; not a number without variation."""
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < FEWEST or np.ptp(x[both]) == 0.0 or np.ptp(y[both]) == 0.0:
        return float("nan")
    return float(np.corrcoef(rankdata(x[both]), rankdata(y[both]))[0, 1])


def sensitivity(found: Findings, outcome: str) -> pd.DataFrame:
    """Sobol indices or Morris effects with SALib, for batches sampled for them; an empty table for others.

    The outcome of a future is its mean over scenarios, luck and policies.
    """
    design = found.experiment.sampler
    means = found.frame.groupby("future")[outcome].mean()
    if design not in ("saltelli", "morris") or not found.complete or means.isna().any():
        return pd.DataFrame()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sobol_table(found, means) if design == "saltelli" else morris_table(found, means)


def sobol_table(found: Findings, means: pd.Series) -> pd.DataFrame:
    """First-order and total Sobol indices, with 95 % intervals."""
    from SALib.analyze import sobol

    told = sobol.analyze(problem(found.experiment), means.to_numpy(), seed=1, print_to_console=False)
    return pd.DataFrame(
        {"uncertainty": found.unknowns, "alone (S1)": told["S1"], "+- S1": told["S1_conf"],
         "with others (ST)": told["ST"], "+- ST": told["ST_conf"]}
    ).sort_values("with others (ST)", ascending=False, ignore_index=True)  # fmt: skip


def morris_table(found: Findings, means: pd.Series) -> pd.DataFrame:
    """Morris' mean absolute effect and its spread over the cube."""
    from SALib.analyze import morris

    from runs.samplers import MORRIS_LEVELS, points

    told = morris.analyze(
        problem(found.experiment), points(found.experiment), means.to_numpy(), num_levels=MORRIS_LEVELS, seed=1
    )
    return pd.DataFrame(
        {"uncertainty": found.unknowns, "mean effect": told["mu"], "mean size of effect": told["mu_star"],
         "spread": told["sigma"]}
    ).sort_values("mean size of effect", ascending=False, ignore_index=True)  # fmt: skip


def cheapest(found: Findings) -> pd.DataFrame:
    """What each policy buys against the first one: production days of cars, and the stocks that it pays for.

    A production day is the Japanese output of vehicles of a normal day; means over the same futures with the same
    luck. The cost is what Japanese lines pay to hold stocks.
    """
    if not (found.has(CARS) and found.has(STOCKS) and found.experiment.levers):
        return pd.DataFrame()
    table = found.frame.groupby(found.levers, sort=False, observed=True)[[CARS, STOCKS]].mean().reset_index()
    bought = (table[CARS].iloc[0] - table[CARS]) / daily_vehicles()
    extra = table[STOCKS] - table[STOCKS].iloc[0]
    out = table[found.levers].assign(**{"production days bought": bought, "extra cost of stocks (bn JPY)": extra})
    out["cost per production day (bn JPY)"] = np.where(bought > 0.0, extra / bought.where(bought > 0.0), np.nan)
    return out.iloc[1:].sort_values("cost per production day (bn JPY)", ignore_index=True)


def daily_vehicles() -> float:
    """Japanese vehicles of a normal day, from the base case."""
    from model.table_files import read_tables
    from runs.outcomes import HOME, VEHICLES
    from runs.stage import DATA

    lines = read_tables(DATA).firms
    year = sum(line.demand_per_year for line in lines if line.country == HOME and line.industry == VEHICLES)
    return float(year / 365.0)


def early_day(found: Findings) -> int:
    """The day before which a stop counts as early: 120, or the median first stop where that parts no runs."""
    stops = found.frame[STOP]
    early = (stops <= EARLY_DAYS).mean()
    return EARLY_DAYS if 0.0 < early < 1.0 or stops.isna().all() else int(stops.median())


def discovery(found: Findings) -> tuple[list[str], str]:
    """When do stops come early: rules of a shallow tree (scikit-learn), in words; and what the tree rests on."""
    from sklearn.tree import DecisionTreeClassifier

    columns, days = [*found.levers, *found.unknowns], early_day(found)
    early = (found.frame[STOP] <= days).to_numpy() if found.has(STOP) else np.zeros(len(found.frame), bool)
    if not columns or early.all() or not early.any() or len(early) < FEWEST:
        return [], f"{100 * early.mean():.0f} % of all runs have a first stop in Japan by day {days}."
    inputs = pd.get_dummies(found.frame[columns], prefix_sep=" = ").astype(float)
    least = max(2, int(LEAF_SHARE * len(early)))
    tree = DecisionTreeClassifier(max_depth=DEEPEST, min_samples_leaf=least, random_state=1).fit(inputs, early)
    return rules(tree, list(inputs.columns)), f"{100 * early.mean():.0f} % of all runs stop by day {days}."


def rules(tree: Any, names: list[str]) -> list[str]:
    """The leaves of a tree in which early stops are likelier than not, as sentences, the purest first."""
    inner = tree.tree_
    found: list[tuple[float, str]] = []

    def walk(node: int, path: list[str]) -> None:
        if inner.children_left[node] < 0:
            shares = inner.value[node][0] / inner.value[node][0].sum()
            if shares[1] > 0.5 and path:
                told = f"{100 * shares[1]:.0f} % of {inner.n_node_samples[node]} runs: {' and '.join(path)}"
                found.append((shares[1], told))
            return
        name, bound = names[inner.feature[node]], inner.threshold[node]
        for child, low in ((inner.children_left[node], True), (inner.children_right[node], False)):
            walk(child, [*path, condition(name, bound, low)])

    walk(0, [])
    return [text for _, text in sorted(found, reverse=True)]


def condition(name: str, bound: float, low: bool) -> str:
    """One side of a branch in words."""
    if " = " in name:
        return name.replace(" = ", " is " if not low else " is not ")
    return f"{name} {'at most' if low else 'above'} {bound:.3g}"
