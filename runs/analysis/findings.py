"""Findings of a batch: its table of experiments, its baseline, and which uncertainties matter."""

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
from runs.analysis.estimates import Estimate, estimate
from runs.batch.design import OWN_COLUMNS, Design, Lever
from runs.batch.results import read_manifest, read_results
from runs.batch.samplers import problem, require_sampler
from runs.measures.cost_of_resilience import PRECAUTION
from runs.simulation.focus import base_home, country_name

STOP_OF, COST_OF, CARS_OF = "first_stop_day", "value_added_lost_jpy_bn", "vehicles_not_built"  # of a country
STOP, COST, CARS = (f"{name}_{base_home()}" for name in (STOP_OF, COST_OF, CARS_OF))  # in the base case
CAR_STOP_OF = "median_stop_day_vehicles"
CAR_STOP = f"{CAR_STOP_OF}_{base_home()}"
EARLY_DAYS = 120
FEWEST = 8  # experiments from which on a share or a correlation means something
FEWEST_FUTURES = 20  # futures from which on uncertainties can be ranked
CHANCE = 0.05  # how often chance alone may be reported as a finding
PAIR_KEYS = ("scenario", "future", "seed")  # equal in a pair of runs, beside the other levers
UNSET = -1e300  # instead of nan where outcomes are compared


@dataclass(frozen=True, eq=False)
class Findings:
    """A batch as read from its folder: its design, its finished and its failed experiments, and its manifest.

    complete: whether all experiments are there; about: the manifest.
    """

    design: Design
    frame: pd.DataFrame
    failed: pd.DataFrame
    complete: bool
    about: dict[str, Any]

    @property
    def home(self) -> str:
        """The home country of the world; that of the base case where the manifest does not say."""
        return str(self.about.get("home") or base_home())

    @property
    def home_name(self) -> str:
        """What the home country is called."""
        return str(self.about.get("home_name") or country_name(self.home))

    @property
    def stop(self) -> str:
        """The outcome of the day of the first stop at home."""
        return f"{STOP_OF}_{self.home}"

    @property
    def car_stop(self) -> str:
        """The outcome of the median day on which lines that build vehicles at home stop."""
        return f"{CAR_STOP_OF}_{self.home}"

    @property
    def cost(self) -> str:
        """The outcome of the value added that home loses."""
        return f"{COST_OF}_{self.home}"

    @property
    def cars(self) -> str:
        """The outcome of the vehicles that home does not build."""
        return f"{CARS_OF}_{self.home}"

    @property
    def precaution(self) -> str:
        """The outcome of what precaution costs at home."""
        return f"{PRECAUTION}_{self.home}"

    @property
    def levers(self) -> list[str]:
        """The columns of the levers."""
        return [lever.name for lever in self.design.levers]

    @property
    def uncertainties(self) -> list[str]:
        """The columns of the uncertainties."""
        return [each.name for each in self.design.uncertainties]

    @property
    def outcomes(self) -> list[str]:
        """The columns of the outcomes that were kept."""
        others = {*OWN_COLUMNS, *self.levers, *self.uncertainties}
        return [name for name in self.frame.columns if name not in others and is_numeric_column(self.frame[name])]

    @cached_property
    def by_scenario(self) -> list[tuple[str, Findings]]:
        """The findings of each scenario, by its name: what is true in one need not be true in another."""
        names = dict.fromkeys([*self.frame["scenario"], *self.failed.get("scenario", [])])
        return [(str(name), self.of_scenario(name)) for name in names]

    def of_scenario(self, name: str) -> Findings:
        """The findings of one scenario."""
        some, failed = (frame[frame["scenario"] == name] if "scenario" in frame else frame for frame in
                        (self.frame, self.failed))  # fmt: skip
        return replace(self, frame=some.reset_index(drop=True), failed=failed)

    def has(self, outcome: str) -> bool:
        """Whether an outcome was kept."""
        return outcome in self.frame.columns

    @cached_property
    def unchanged_choices(self) -> dict[str, Any]:
        """The choice of each lever that changes nothing, as far as it is known."""
        found = {}
        kept = self.about.get("as_it_is") or {}
        for lever in self.design.levers:
            neutral = [value for value, settings in lever.choices() if not settings or is_multiple_of_one(lever, value)]
            if neutral or lever.name in kept:
                found[lever.name] = lever.cell(kept.get(lever.name, *neutral[:1]))
        return found

    @cached_property
    def baseline_choices(self) -> dict[str, Any]:
        """The choice of each lever that changes nothing, or its first, as a cell of its column."""
        firsts = {lever.name: lever.cell(lever.choices()[0][0]) for lever in self.design.levers}
        return firsts | self.unchanged_choices

    @cached_property
    def baseline(self) -> Findings:
        """The runs of the baseline: the policy with everything as it is, or the first that has runs."""
        if not self.levers or self.frame.empty:
            return self
        mine = self.frame[(self.frame[self.levers] == pd.Series(self.baseline_choices)).all(axis=1)]
        if mine.empty:
            mine = next(some for _, some in self.frame.groupby(self.levers, sort=False))
        return replace(self, frame=mine.reset_index(drop=True))

    @property
    def numeric_levers(self) -> list[str]:
        """The levers whose choices all read as numbers."""
        texts = {lever.name: [str(value) for value, _ in lever.choices()] for lever in self.design.levers}
        return [name for name, each in texts.items() if pd.to_numeric(pd.Series(each), errors="coerce").notna().all()]

    def car_stops(self, lever: str) -> pd.DataFrame:
        """The first stop of the median car line, endless for none: a row a choice of a lever, rising, a column a run.

        Other levers are as in the baseline; of a future or a luck some of whose runs failed there is no column.
        """
        some = self.varying_only(lever)
        stops = some[self.car_stop].fillna(np.inf)
        stops.index = pd.MultiIndex.from_arrays([pd.to_numeric(some[lever]), some["future"], some["seed"]])
        return stops.unstack([1, 2]).sort_index().dropna(axis=1)

    def varying_only(self, lever: str) -> pd.DataFrame:
        """The runs in which all other levers are as in the baseline."""
        first = self.baseline.frame.iloc[:1]
        others = [name for name in self.levers if name != lever]
        return self.frame[(self.frame[others] == first[others].iloc[0]).all(axis=1)] if others else self.frame

    @cached_property
    def levers_without_effect(self) -> dict[str, int]:
        """The levers under whose choices all outcomes are equal in all pairs of runs; lever -> number of pairs."""
        idle: dict[str, int] = {}
        for lever in self.levers:
            others = [*PAIR_KEYS, *(name for name in self.levers if name != lever)]
            if self.frame[lever].nunique() > 1 and (count := count_equal_twins(self, others)):
                idle[lever] = count
        return idle

    @property
    def effective_levers(self) -> list[str]:
        """The levers that change some outcome."""
        return [lever for lever in self.levers if lever not in self.levers_without_effect]

    @cached_property
    def seeds_without_effect(self) -> bool:
        """Whether all seeds have the same outcomes."""
        return self.frame["seed"].nunique() > 1 and count_equal_twins(self, ["scenario", "future", *self.levers]) > 0

    @property
    def group_size(self) -> int:
        """How many futures the sampler draws together, which are not independent of each other."""
        sides = len(self.uncertainties)
        return {"saltelli": 2 * sides + 2, "morris": sides + 1}.get(self.design.sampler, 1) if sides else 1

    def estimate(self, values: pd.Series) -> Estimate:
        """The mean of values of runs with its error; the index of the values names future and seed."""
        futures, seeds = (pd.Series(values.index.get_level_values(name)) for name in ("future", "seed"))
        if self.seeds_without_effect:
            seeds = pd.Series(1, seeds.index)
        unit = "group of futures" if self.group_size > 1 else "future"
        return estimate(values, futures // self.group_size, seeds, unit)


def is_numeric_column(column: pd.Series) -> bool:
    """Whether a column holds numbers."""
    return bool(pd.api.types.is_numeric_dtype(column)) and column.dtype != bool


def count_equal_twins(found: Findings, keys: list[str], outcomes: list[str] | None = None) -> int:
    """How many runs repeat another with the same keys, if all of them have its outcomes; 0 if some have not."""
    outcomes = found.outcomes if outcomes is None else outcomes
    groups = found.frame[outcomes].fillna(UNSET).groupby([found.frame[key] for key in keys], observed=True)
    twins = len(found.frame) - groups.ngroups
    return twins if outcomes and twins and (groups.min() == groups.max()).all(axis=None) else 0


def is_multiple_of_one(lever: Lever, value: Any) -> bool:
    """Whether a choice is a multiple of one."""
    return lever.set is not None and lever.set.endswith("*") and value == 1


def read_findings(place: Path) -> Findings:
    """Read a batch; raise Faults where there is none, or where every run of it failed."""
    manifest = read_manifest(place)
    if manifest is None or "experiment" not in manifest:
        raise Faults([f"{place}: it holds no results of a batch; 'linestop batch' makes them"])
    every = read_results(place)
    frame = every[every["error"].isna()].reset_index(drop=True)
    if frame.empty:
        raise Faults([f"{place}: all {len(every)} runs failed, the first with: {every['error'].iloc[0]}"])
    try:
        design = Design.model_validate(manifest["experiment"], strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        words = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Faults([f"{place}: the design in its manifest cannot be read ({words}); run the batch again"]) from None
    require_sampler(design)
    return Findings(design, frame, every[every["error"].notna()], bool(manifest.get("complete")), manifest)


def tornado_table(found: Findings, outcome: str) -> pd.DataFrame:
    """How far an outcome swings from the lowest to the highest fifth of each uncertainty, largest swing first.

    In the baseline alone. Empty where there are too few futures, or where nothing varies.
    """
    if not found.has(outcome) or not found.uncertainties:
        return pd.DataFrame()
    means = found.baseline.frame.groupby("future")[[outcome, *found.uncertainties]].mean().dropna()
    values = means[outcome].to_numpy(float)
    if len(means) < FEWEST_FUTURES or not varies(values):
        return pd.DataFrame()
    rows = []
    for name in found.uncertainties:
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


def could_be_chance(found: Findings, outcome: str, name: str) -> bool:
    """Whether an outcome may be correlated with an uncertainty by chance alone, among so many uncertainties."""
    means = found.baseline.frame.groupby("future")[[outcome, name]].mean().dropna()
    if not (varies(means[outcome]) and varies(means[name])):
        return True
    return bool(spearmanr(means[name], means[outcome]).pvalue > CHANCE / len(found.uncertainties))


def rank_correlation(x: Any, y: Any) -> float:
    """Spearman's rank correlation where both are known; nan without variation."""
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < FEWEST or not varies(x[both]) or not varies(y[both]):
        return float("nan")
    return float(np.corrcoef(rankdata(x[both]), rankdata(y[both]))[0, 1])


def why_no_indices(found: Findings, outcome: str) -> str:
    """Why a batch gives no sensitivity indices of an outcome; empty where it does."""
    baseline = found.baseline.frame
    if found.group_size == 1:
        return "the design was not made for them"
    if not found.complete:
        return "the batch is not finished"
    futures = found.design.samples * found.group_size
    if len(baseline) < futures * len(found.design.seeds) and len(found.failed):
        return f"{runs_text(len(found.failed))} failed, and the design is incomplete without them"
    means = baseline.groupby("future")[outcome].mean()
    if means.isna().any() or len(means) != futures:
        return f"it is not known of all {futures} futures, and the design is incomplete without them"
    return "" if varies(means) else "it is the same in every future"


def runs_text(count: int) -> str:
    """A number of runs in words."""
    return f"{count:,} run{'s' * (count != 1)}"


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

    indices = sobol.analyze(problem(found.design), means.to_numpy(), seed=1, print_to_console=False)
    return pd.DataFrame(
        {"uncertainty": found.uncertainties, "alone (S1)": indices["S1"], "+- S1": indices["S1_conf"],
         "with others (ST)": indices["ST"], "+- ST": indices["ST_conf"]}
    ).sort_values("with others (ST)", ascending=False, ignore_index=True)  # fmt: skip


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
