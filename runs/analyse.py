"""Answers from a batch: which lever buys time most cheaply, which unknown matters, when stops come early."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
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
EARLY_DAYS = 120
FEWEST = 8  # experiments below which a share or a correlation says nothing


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
        """The columns of what was chosen."""
        return [lever.name for lever in self.experiment.levers]

    @property
    def unknowns(self) -> list[str]:
        """The columns of what nobody knows."""
        return [each.name for each in self.experiment.uncertainties]

    @property
    def chapters(self) -> list[tuple[str, Findings]]:
        """The same findings scenario by scenario: what is true in one story need not be so in another."""
        groups = self.frame.groupby("scenario", sort=False)
        return [(str(name), replace(self, frame=some.reset_index(drop=True))) for name, some in groups]

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

    The outcome of a future is its mean over luck and policies.
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
