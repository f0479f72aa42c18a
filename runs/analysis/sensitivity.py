"""Which uncertainty matters: swings from end to end, rank correlations, Sobol indices and Morris effects."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from runs.analysis.findings import FEWEST, FEWEST_FUTURES, Findings, runs_text, varies
from runs.batch.samplers import problem

S1, ST, S1_MARGIN, ST_MARGIN = "alone (S1)", "with others (ST)", "+- S1", "+- ST"


def tornado_table(found: Findings, outcome: str) -> pd.DataFrame:
    """How far an outcome swings from the lowest to the highest fifth of each uncertainty, largest swing first.

    In the baseline alone. Empty where there are too few futures, or where nothing varies.
    """
    if not found.has(outcome) or not found.ordered_uncertainties:
        return pd.DataFrame()
    means = found.baseline.frame.groupby("future")[[outcome, *found.ordered_uncertainties]].mean().dropna()
    values = means[outcome].to_numpy(float)
    if found.draws < FEWEST_FUTURES or not varies(values):
        return pd.DataFrame()
    rows = []
    for name in found.ordered_uncertainties:
        x = means[name].to_numpy(float)
        low, high = x <= np.quantile(x, 0.2), x >= np.quantile(x, 0.8)
        rows.append({"uncertainty": name, "at its low end": values[low].mean(), "at its high end": values[high].mean(),
                     "rank correlation": rank_correlation(x, values)})  # fmt: skip
    table = pd.DataFrame(rows)
    swing = (table["at its high end"] - table["at its low end"]).abs()
    return table.assign(swing=swing).sort_values("swing", ascending=False, ignore_index=True)


def could_be_chance(found: Findings, outcome: str, name: str) -> bool:
    """Whether an outcome may be correlated with an uncertainty by chance alone, among so many uncertainties.

    Spearman's correlation is the mean, over futures, of the product of both ranks; its error rests on the futures, or
    groups of futures, that were drawn independently of each other.
    """
    means = found.baseline.frame.groupby("future")[[outcome, name]].mean().dropna()
    if not (varies(means[outcome]) and varies(means[name])):
        return True
    ranks = means.rank()
    products = ((ranks - ranks.mean()) / ranks.std(ddof=0)).prod(axis=1)
    cells = pd.MultiIndex.from_arrays([means.index, np.ones(len(means))], names=["future", "seed"])
    link = found.estimate(products.set_axis(cells), len(found.ordered_uncertainties))
    return not abs(link.mean) > link.margin


def rank_correlation(x: Any, y: Any) -> float:
    """Spearman's rank correlation where both are known; nan without variation."""
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < FEWEST or not varies(x[both]) or not varies(y[both]):
        return float("nan")
    return float(np.corrcoef(rankdata(x[both]), rankdata(y[both]))[0, 1])


def why_no_indices(found: Findings, outcome: str) -> str:
    """Why a batch gives no sensitivity indices of an outcome; empty where it does."""
    if found.group_size == 1:
        return "the design was not made for them"
    if not found.complete:
        return "the batch is not finished"
    futures, baseline = found.design.samples * found.group_size, found.baseline
    runs = futures * len(found.design.seeds)
    if len(baseline.failed):
        return (f"{len(baseline.failed):,} of the {runs_text(runs)} that they take failed, and the design is "
                "incomplete without them")  # fmt: skip
    if len(baseline.frame) != runs:
        return f"they take {runs_text(runs)}, and there are {len(baseline.frame):,}"
    missing = int(baseline.frame.groupby("future")[outcome].mean().isna().sum())
    if missing:
        return f"it is not known of {missing:,} of the {futures:,} futures, and the design is incomplete without them"
    return "" if varies(baseline.frame.groupby("future")[outcome].mean()) else "it is the same in every future"


def sensitivity_table(found: Findings, outcome: str) -> pd.DataFrame:
    """Sobol indices or Morris effects by SALib, for batches sampled for them; an empty table for others.

    The outcome of a future is its mean over the seeds, in the baseline.
    """
    if not found.has(outcome) or why_no_indices(found, outcome):
        return pd.DataFrame()
    means = found.baseline.frame.groupby("future")[outcome].mean()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sobol_table(found, means) if found.design.sampler == "saltelli" else morris_table(found, means)


def sobol_table(found: Findings, means: pd.Series) -> pd.DataFrame:
    """First-order and total Sobol indices, with 95 % intervals."""
    from SALib.analyze import sobol

    indices = sobol.analyze(
        problem(found.design), means.to_numpy(), calc_second_order=False, seed=1, print_to_console=False
    )
    return pd.DataFrame(
        {"uncertainty": found.uncertainties, S1: indices["S1"], S1_MARGIN: indices["S1_conf"],
         ST: indices["ST"], ST_MARGIN: indices["ST_conf"]}
    ).sort_values(ST, ascending=False, ignore_index=True)  # fmt: skip


def morris_table(found: Findings, means: pd.Series) -> pd.DataFrame:
    """Mean effect, mean absolute effect and spread of the effects (Morris 1991)."""
    from SALib.analyze import morris

    from runs.batch.samplers import MORRIS_LEVELS, points

    effects = morris.analyze(
        problem(found.design), points(found.design), means.to_numpy(), num_levels=MORRIS_LEVELS, seed=1
    )
    return pd.DataFrame(
        {"uncertainty": found.uncertainties, "mean effect": effects["mu"], "mean size of effect": effects["mu_star"],
         "spread": effects["sigma"]}
    ).sort_values("mean size of effect", ascending=False, ignore_index=True)  # fmt: skip
