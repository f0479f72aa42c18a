"""Findings of a batch: its table of experiments, the policy that is today's, and what its errors rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from model.tables.faults import Faults
from runs.analysis.drawn_futures import DrawnFutures
from runs.analysis.estimates import PLURALS, Estimate, estimate, evidence_text
from runs.batch.design import OWN_COLUMNS, Design
from runs.batch.inputs import Lever
from runs.batch.results import read_manifest, read_results
from runs.batch.samplers import require_sampler

EARLY_DAYS = 120
FEWEST = 8  # experiments from which on a share or a correlation means something
FEWEST_FUTURES = 20  # futures from which on uncertainties can be ranked
AS_IT_IS = "with everything as it is"
CHANCE = 0.05  # how often chance alone may be reported as a finding
PAIR_KEYS = ("scenario", "future", "seed")  # equal in a pair of runs, beside the other levers
COSTS = "cost_of_"  # how the outcomes begin that say what precaution costs
UNSET = -1e300  # instead of nan where outcomes are compared


class Findings(DrawnFutures):
    """A batch as read from its folder: its design, its finished and its failed experiments, and its manifest."""

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
        wanted = self.baseline_choices
        if not self.is_policy(self.frame, wanted).any():
            wanted = {lever: self.frame[lever].iloc[0] for lever in self.levers}
        frame = self.frame[self.is_policy(self.frame, wanted)].reset_index(drop=True)
        known = set(self.levers) <= set(self.failed)
        return replace(self, frame=frame, failed=self.failed[self.is_policy(self.failed, wanted)] if known else
                       self.failed)  # fmt: skip

    def is_policy(self, frame: pd.DataFrame, choices: Mapping[str, Any]) -> pd.Series:
        """Which runs have these choices of some levers."""
        same = pd.Series(True, frame.index)
        for lever, choice in choices.items():
            same &= frame[lever] == choice
        return same

    @cached_property
    def reference(self) -> dict[str, Any]:
        """The choice of each lever in the baseline that has runs: what all others are held against."""
        return {lever: self.baseline.frame[lever].iloc[0] for lever in self.levers}

    @cached_property
    def policy_name(self) -> str:
        """The baseline in words: everything as it is, or by name the choices that are not known to change nothing."""
        odd = [
            f"{lever} “{choice_label(choice)}”"
            for lever, choice in self.reference.items()
            if lever in self.effective_levers and self.unchanged_choices.get(lever) != choice
        ]
        return f"with {' and '.join(odd)}" if odd else AS_IT_IS

    @property
    def others_note(self) -> str:
        """What the other levers are where one is varied alone, as the end of a label; empty where there is but one."""
        if len(self.effective_levers) < 2:
            return ""
        how = "they are" if self.policy_name == AS_IT_IS else self.policy_name
        return f", all other levers as {how}"

    @property
    def numeric_levers(self) -> list[str]:
        """The levers whose choices all read as numbers."""
        texts = {lever.name: [str(value) for value, _ in lever.choices()] for lever in self.design.levers}
        return [name for name, each in texts.items() if pd.to_numeric(pd.Series(each), errors="coerce").notna().all()]

    def car_losses(self, lever: str) -> pd.DataFrame:
        """The day of the median car line's loss, endless for never: a row a choice of a lever, rising, a column a run.

        Other levers are as in the baseline; of a future or a luck some of whose runs failed there is no column.
        """
        some = self.varying_only(lever)
        stops = some[self.car_loss].fillna(np.inf)
        stops.index = pd.MultiIndex.from_arrays([pd.to_numeric(some[lever]), some["future"], some["seed"]])
        return stops.unstack([1, 2]).sort_index().dropna(axis=1)

    def varying_only(self, lever: str) -> pd.DataFrame:
        """The runs in which all other levers are as in the baseline."""
        others = {name: choice for name, choice in self.reference.items() if name != lever}
        return self.frame[self.is_policy(self.frame, others)]

    @cached_property
    def levers_without_effect(self) -> dict[str, int]:
        """The levers under whose choices all outcomes are equal in all pairs of runs; lever -> number of pairs."""
        return self.idle_levers(self.outcomes)

    @cached_property
    def levers_that_only_cost(self) -> dict[str, int]:
        """The levers under whose choices all outcomes but costs are equal in all pairs; lever -> number of pairs."""
        idle = self.idle_levers([name for name in self.outcomes if not name.startswith(COSTS)])
        return {lever: pairs for lever, pairs in idle.items() if lever not in self.levers_without_effect}

    def idle_levers(self, outcomes: list[str]) -> dict[str, int]:
        """The levers under whose choices these outcomes are equal in all pairs of runs; lever -> number of pairs."""
        idle: dict[str, int] = {}
        for lever in self.levers:
            others = [*PAIR_KEYS, *(name for name in self.levers if name != lever)]
            if self.frame[lever].nunique() > 1 and (count := count_equal_twins(self, others, outcomes)):
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
    def kinds_of_luck(self) -> int:
        """How many seeds differ; seeds without effect count as one."""
        return 1 if self.seeds_without_effect else int(self.frame["seed"].nunique())

    @property
    def evidence(self) -> str:
        """What the runs of one policy are taken over, in words."""
        futures = evidence_text(int(self.frame["future"].nunique()), self.kinds_of_luck, "future")
        kinds = {"group of futures": "groups", "world": "worlds of the ensemble"}
        return f"{futures}, in {self.draws:,} {kinds[self.unit]}" if self.unit in kinds else futures

    def estimate(self, values: pd.Series, comparisons: int = 1) -> Estimate:
        """The mean of values of runs with its error; the index of the values names future and seed.

        comparisons: how many such means are looked through for one that is not zero (Bonferroni).
        """
        futures, seeds = (pd.Series(values.index.get_level_values(name)) for name in ("future", "seed"))
        if self.seeds_without_effect:
            seeds = pd.Series(1, seeds.index)
        return estimate(values, pd.Series(self.units_of(futures)), seeds, self.unit, 1.0 - CHANCE / comparisons)


def is_numeric_column(column: pd.Series) -> bool:
    """Whether a column holds numbers."""
    return bool(pd.api.types.is_numeric_dtype(column)) and column.dtype != bool


def count_equal_twins(found: Findings, keys: list[str], outcomes: list[str] | None = None) -> int:
    """How many runs repeat another with the same keys, if all of them have its outcomes; 0 if some have not."""
    outcomes = found.outcomes if outcomes is None else outcomes
    groups = found.frame[outcomes].fillna(UNSET).groupby([found.frame[key] for key in keys], observed=True)
    twins = len(found.frame) - groups.ngroups
    return twins if outcomes and twins and (groups.min() == groups.max()).all(axis=None) else 0


def choice_label(value: object) -> str:
    """A choice as a label."""
    return f"{value:g}" if isinstance(value, float) else str(value)


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


def varies(values: Any) -> bool:
    """Whether numbers differ by more than rounding."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    return bool(len(values) and np.ptp(values) > 1e-9 * max(1.0, np.abs(values).max()))


def runs_text(count: int) -> str:
    """A number of runs in words."""
    return f"{count:,} run{'s' * (count != 1)}"


def draws_text(found: Findings) -> str:
    """How many futures, or groups of futures, were drawn independently of each other, in words."""
    return f"{found.draws:,} {found.unit if found.draws == 1 else PLURALS[found.unit]}"


def capital(words: str) -> str:
    """Words with a capital at their beginning."""
    return words[:1].upper() + words[1:]
