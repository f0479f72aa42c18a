"""Answers from a batch: which lever buys time most cheaply, which unknown matters, when stops come early."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError
from scipy.stats import rankdata, spearmanr

from model.tables.faults import Faults
from runs.analysis.errors import Estimate, estimate
from runs.batch.experiment import Experiment, Lever
from runs.batch.results import manifest_of, read_results
from runs.batch.samplers import problem, require_sampler

STOP, COST, CARS = "first_stop_day_JP", "value_added_lost_jpy_bn_JP", "vehicles_not_built_JP"
EARLY_DAYS = 120
FEWEST = 8  # experiments below which a share or a correlation says nothing
FEWEST_FUTURES = 20  # futures below which nobody can say which of several unknowns matters
CHANCE = 0.05  # how often chance alone may be told as a finding
OWN = ("experiment", "scenario", "future", "seed", "error")
PAIRED = ("scenario", "future", "seed")  # what a pair of runs has in common, beside its other levers
UNSET = -1e300  # stands for what is not known where outcomes are compared


@dataclass(frozen=True, eq=False)
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
    def outcomes(self) -> list[str]:
        """The columns of what was measured and kept."""
        others = {*OWN, *self.levers, *self.unknowns}
        return [name for name in self.frame.columns if name not in others and is_number(self.frame[name])]

    @cached_property
    def chapters(self) -> list[tuple[str, Findings]]:
        """The same findings scenario by scenario: what is true in one story need not be so in another."""
        names = dict.fromkeys([*self.frame["scenario"], *self.failed.get("scenario", [])])
        return [(str(name), self.of_scenario(name)) for name in names]

    def of_scenario(self, name: str) -> Findings:
        """What was found in one scenario, and what failed in it."""
        some, failed = (frame[frame["scenario"] == name] if "scenario" in frame else frame for frame in
                        (self.frame, self.failed))  # fmt: skip
        return replace(self, frame=some.reset_index(drop=True), failed=failed)

    def has(self, outcome: str) -> bool:
        """Whether an outcome was kept, and is known of some run."""
        return outcome in self.frame.columns

    @cached_property
    def unchanged(self) -> dict[str, Any]:
        """The choice of each lever that leaves things as they are, as far as that is known."""
        found = {}
        kept = self.about.get("as_it_is") or {}
        for lever in self.experiment.levers:
            still = [value for value, settings in lever.choices() if not settings or changes_nothing(lever, value)]
            if still or lever.name in kept:
                found[lever.name] = as_column(lever, kept.get(lever.name, *still[:1]))
        return found

    @cached_property
    def today(self) -> dict[str, Any]:
        """The choice of each lever that leaves things as they are, or its first, as it stands in the table."""
        firsts = {lever.name: as_column(lever, lever.choices()[0][0]) for lever in self.experiment.levers}
        return firsts | self.unchanged

    @cached_property
    def base(self) -> Findings:
        """The runs of one policy: everything as it is, or the first that has runs."""
        if not self.levers or self.frame.empty:
            return self
        mine = self.frame[(self.frame[self.levers] == pd.Series(self.today)).all(axis=1)]
        if mine.empty:
            mine = next(some for _, some in self.frame.groupby(self.levers, sort=False))
        return replace(self, frame=mine.reset_index(drop=True))

    def only(self, lever: str) -> pd.DataFrame:
        """The runs in which no lever but this one differs from things as they are; all runs where there are none."""
        first = self.base.frame.iloc[:1]
        others = [name for name in self.levers if name != lever]
        mine = self.frame[(self.frame[others] == first[others].iloc[0]).all(axis=1)] if others else self.frame
        return mine

    @cached_property
    def idle_levers(self) -> dict[str, int]:
        """Levers under whose choices all outcomes are equal in all pairs, and how many pairs there are."""
        idle: dict[str, int] = {}
        for lever in self.levers:
            others = [*PAIRED, *(name for name in self.levers if name != lever)]
            if self.frame[lever].nunique() > 1 and (count := equal_within(self, others)):
                idle[lever] = count
        return idle

    @property
    def moving(self) -> list[str]:
        """The levers that change something of what was measured."""
        return [lever for lever in self.levers if lever not in self.idle_levers]

    @cached_property
    def idle_seeds(self) -> bool:
        """Whether luck made no difference to anything that was measured."""
        return self.frame["seed"].nunique() > 1 and equal_within(self, ["scenario", "future", *self.levers]) > 0

    def unit(self, futures: pd.Series) -> pd.Series:
        """The independent piece of evidence that each future belongs to: some designs take futures in groups."""
        sides = len(self.unknowns)
        group = {"saltelli": 2 * sides + 2, "morris": sides + 1}.get(self.experiment.sampler, 1) if sides else 1
        return futures // group

    def estimate(self, values: pd.Series) -> Estimate:
        """The mean of values of runs, whose index names future and seed, with its error."""
        futures, seeds = (pd.Series(values.index.get_level_values(name)) for name in ("future", "seed"))
        if self.idle_seeds:
            seeds = pd.Series(1, seeds.index)
        groups = self.experiment.sampler in ("saltelli", "morris") and bool(self.unknowns)
        return estimate(values, self.unit(futures), seeds, "group of futures" if groups else "future")


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers."""
    return bool(pd.api.types.is_numeric_dtype(column)) and column.dtype != bool


def equal_within(found: Findings, keys: list[str], outcomes: list[str] | None = None) -> int:
    """How many runs have a twin with the same keys, if all twins have the same outcomes; 0 if some have not."""
    outcomes = found.outcomes if outcomes is None else outcomes
    groups = found.frame[outcomes].fillna(UNSET).groupby([found.frame[key] for key in keys], observed=True)
    twins = len(found.frame) - groups.ngroups
    return twins if outcomes and twins and (groups.min() == groups.max()).all(axis=None) else 0


def changes_nothing(lever: Lever, value: Any) -> bool:
    """Whether a choice is a multiple of one."""
    return lever.set is not None and lever.set.endswith("*") and value == 1


def as_column(lever: Lever, value: Any) -> Any:
    """A choice as it stands in the column of its lever: a number where all choices are numbers, else words."""
    if lever.values and all(not isinstance(each, str) for each in lever.values):
        return float(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def findings(place: Path) -> Findings:
    """Read a batch; raise Faults where there is none, or where every run of it failed."""
    manifest = manifest_of(place)
    if manifest is None or "experiment" not in manifest:
        raise Faults([f"{place}: it holds no results of a batch; 'linestop batch' makes them"])
    every = read_results(place)
    frame = every[every["error"].isna()].reset_index(drop=True)
    if frame.empty:
        raise Faults([f"{place}: all {len(every)} runs failed, the first with: {every['error'].iloc[0]}"])
    try:
        experiment = Experiment.model_validate(manifest["experiment"], strict=False)
    except ValidationError as error:
        told = error.errors()[0]
        words = f"{'.'.join(map(str, told['loc']))}: {told['msg']}"
        raise Faults(
            [f"{place}: what it says of its experiment cannot be read ({words}); make the batch again"]
        ) from None
    require_sampler(experiment)
    return Findings(experiment, frame, every[every["error"].notna()], bool(manifest.get("complete")), manifest)


def tornado(found: Findings, outcome: str) -> pd.DataFrame:
    """How far an outcome swings with each unknown, from the lowest to the highest fifth of its range, and its rank.

    It is about one policy, everything as it is. Empty where there are too few futures, or where nothing varies.
    """
    if not found.has(outcome) or not found.unknowns:
        return pd.DataFrame()
    means = found.base.frame.groupby("future")[[outcome, *found.unknowns]].mean().dropna()
    values = means[outcome].to_numpy(float)
    if len(means) < FEWEST_FUTURES or not varies(values):
        return pd.DataFrame()
    rows = []
    for name in found.unknowns:
        x = means[name].to_numpy(float)
        low, high = x <= np.quantile(x, 0.2), x >= np.quantile(x, 0.8)
        rows.append({"uncertainty": name, "at its low end": values[low].mean(), "at its high end": values[high].mean(),
                     "rank correlation": rank_correlation(x, values)})  # fmt: skip
    table = pd.DataFrame(rows)
    swing = (table["at its high end"] - table["at its low end"]).abs()
    return table.assign(swing=swing).sort_values("swing", ascending=False, ignore_index=True)


def varies(values: Any) -> bool:
    """Whether numbers differ by more than rounding."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    return bool(len(values) and np.ptp(values) > 1e-9 * max(1.0, np.abs(values).max()))


def by_chance(found: Findings, outcome: str, name: str) -> bool:
    """Whether chance alone could make an unknown and an outcome go together as they do, among so many unknowns."""
    means = found.base.frame.groupby("future")[[outcome, name]].mean().dropna()
    if not (varies(means[outcome]) and varies(means[name])):
        return True
    return bool(spearmanr(means[name], means[outcome]).pvalue > CHANCE / len(found.unknowns))


def rank_correlation(x: Any, y: Any) -> float:
    """Spearman's rank correlation where both are known; not a number without variation."""
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < FEWEST or not varies(x[both]) or not varies(y[both]):
        return float("nan")
    return float(np.corrcoef(rankdata(x[both]), rankdata(y[both]))[0, 1])


def no_indices(found: Findings, outcome: str) -> str:
    """Why no indices can be taken from a design that was made for them; nothing where they can."""
    base, design = found.base.frame, found.experiment.sampler
    if design not in ("saltelli", "morris") or not found.unknowns:
        return "the design was not made for them"
    if not found.complete:
        return "the batch is not finished"
    group = 2 * len(found.unknowns) + 2 if design == "saltelli" else len(found.unknowns) + 1
    futures = found.experiment.samples * group
    if len(base) < futures * len(found.experiment.seeds) and len(found.failed):
        return f"{some_runs(len(found.failed))} failed, and the design is torn without them"
    means = base.groupby("future")[outcome].mean()
    if means.isna().any() or len(means) != futures:
        return f"it is not known of all {futures} futures, and the design is torn without them"
    return "" if varies(means) else "it is the same in every future"


def some_runs(count: int) -> str:
    """So many runs, in words."""
    return f"{count:,} run{'s' * (count != 1)}"


def sensitivity(found: Findings, outcome: str) -> pd.DataFrame:
    """Sobol indices or Morris effects with SALib, for batches sampled for them; an empty table for others.

    The outcome of a future is its mean over luck, with everything as it is.
    """
    if not found.has(outcome) or no_indices(found, outcome):
        return pd.DataFrame()
    means = found.base.frame.groupby("future")[outcome].mean()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sobol_table(found, means) if found.experiment.sampler == "saltelli" else morris_table(found, means)


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

    from runs.batch.samplers import MORRIS_LEVELS, points

    told = morris.analyze(
        problem(found.experiment), points(found.experiment), means.to_numpy(), num_levels=MORRIS_LEVELS, seed=1
    )
    return pd.DataFrame(
        {"uncertainty": found.unknowns, "mean effect": told["mu"], "mean size of effect": told["mu_star"],
         "spread": told["sigma"]}
    ).sort_values("mean size of effect", ascending=False, ignore_index=True)  # fmt: skip
