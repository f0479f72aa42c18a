"""Policies held against the baseline in pairs of runs, for one page: in which outcome, by how much, which are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from runs.analysis.estimates import Estimate
from runs.analysis.findings import Findings, choice_label, varies
from runs.analysis.policy_tables import daily_vehicles

MOST_SHOWN = 9  # policies beside the baseline
CELL = ["future", "seed"]  # what an error rests on
Choices = tuple[str, ...]  # a policy: the choice of each lever that changes something, as a label


@dataclass(frozen=True, eq=False)
class Change:
    """A policy in one scenario: what an outcome comes to, how that differs from the baseline, and what it costs.

    clear: whether the difference is more than chance would bring among so many policies; extra: how much more
    precaution costs, None where that was not kept; days: how many days of car production it buys, None where not
    known; stop: the median day of the first stop, endless for never, None where not kept; paired: the difference in
    each pair of runs.
    """

    choices: Choices
    level: Estimate
    change: Estimate
    clear: bool
    extra: Estimate | None
    days: Estimate | None
    stop: float | None
    paired: pd.Series
    middle: float


def main_outcome(found: Findings) -> str | None:
    """The outcome that the answers are about: the loss, else cars not built, else the first that differs."""
    known = [
        name
        for name in dict.fromkeys([found.cost, found.cars, *found.outcomes])
        if found.has(name) and found.frame[name].notna().any()
    ]
    return next((name for name in known if varies(found.frame[name])), known[0] if known else None)


def less_is_better(found: Findings, outcome: str) -> bool:
    """Whether less of an outcome is what everybody wants."""
    return outcome in (found.cost, found.cars)


def baseline_estimate(found: Findings, outcome: str) -> Estimate:
    """The mean of an outcome in the baseline, with its error."""
    return found.estimate(found.baseline.frame.set_index(CELL)[outcome])


def compare_policies(found: Findings, outcome: str) -> list[Change]:
    """Each other policy of one scenario against the baseline, in pairs of runs with the same future and seed.

    Levers that change nothing make no other policy. A policy of which no run has such a pair is left out.
    """
    if not found.effective_levers or found.frame.empty:
        return []
    idle = {lever: found.reference[lever] for lever in found.levers_without_effect}
    frame = found.frame[found.is_policy(found.frame, idle)]
    first = found.baseline.frame.set_index(CELL)
    groups = [(choices, some.set_index(CELL)) for choices, some in frame.groupby(found.effective_levers, sort=False)]
    others = [(choices, some) for choices, some in groups if labels(choices) != baseline_choices(found)]
    found_changes = []
    for choices, some in others:
        paired = (some[outcome] - first[outcome]).dropna()
        if len(paired):
            change, sure = found.estimate(paired), found.estimate(paired, len(others))
            extra = paired_estimate(found, some, first, found.precaution)
            days = paired_estimate(found, first, some, found.cars, daily_vehicles(found))
            clear = abs(change.mean) > sure.margin
            level = found.estimate(some[outcome])
            stop = median_stop(found, some)
            middle = float(some[outcome].median())
            found_changes.append(Change(labels(choices), level, change, clear, extra, days, stop, paired, middle))
    return found_changes


def paired_estimate(
    found: Findings, runs: pd.DataFrame, others: pd.DataFrame, outcome: str, unit: float = 1.0
) -> Estimate | None:
    """The mean difference of an outcome in pairs of runs, with its error; None where it was not kept or has no unit."""
    if not found.has(outcome) or unit <= 0.0:
        return None
    return found.estimate((runs[outcome] - others[outcome]).dropna() / unit)


def stop_outcome(found: Findings) -> str:
    """The outcome of stops that is told: half of the car lines' loss where a stock is varied, else the first stop."""
    return found.car_loss if found.numeric_levers and found.has(found.car_loss) else found.stop


def stop_subject(found: Findings) -> str:
    """Who stops, and in what sense, in words that end before the day."""
    if stop_outcome(found) == found.car_loss:
        return f"half of the lines that build vehicles in {found.home_name} have lost a week's output"
    return f"{found.stopping} first stops"


def median_stop(found: Findings, runs: pd.DataFrame) -> float | None:
    """The median day of the stop that is told in some runs; endless for never, None where it was not kept."""
    outcome = stop_outcome(found)
    return float(runs[outcome].fillna(float("inf")).median()) if found.has(outcome) else None


def labels(choices: Iterable[object]) -> Choices:
    """Choices as labels."""
    return tuple(choice_label(choice) for choice in choices)


def baseline_choices(found: Findings) -> Choices:
    """The baseline as a policy."""
    return labels(found.reference[lever] for lever in found.effective_levers)


def name_of_policy(found: Findings, choices: Choices) -> str:
    """A policy in words: the choices that differ from those of the baseline."""
    names = zip(found.effective_levers, choices, baseline_choices(found), strict=True)
    return " + ".join(f"{lever}: {choice}" for lever, choice, first in names if choice != first)


def best_change(found: Findings, outcome: str, changes: list[Change]) -> Change | None:
    """The policy that lowers an outcome most where less is better, else the one that changes it most."""
    if not changes:
        return None
    if less_is_better(found, outcome):
        return min(changes, key=lambda each: each.change.mean)
    return max(changes, key=lambda each: abs(each.change.mean))


def count_as_good(found: Findings, best: Change, changes: list[Change]) -> int:
    """How many other policies may be as good as the best, for all that pairs of runs tell."""
    count = 0
    for each in changes:
        behind = (each.paired - best.paired).dropna()
        if each is not best and len(behind):
            less = found.estimate(behind)
            count += not less.mean > less.margin
    return count


def policies_to_show(by_scenario: list[tuple[Findings, list[Change]]], outcome: str) -> list[Choices]:
    """The policies that a table has room for: each choice by itself and the best of each scenario, best first.

    All of them where there are few. Order is that of the first scenario.
    """
    found, changes = by_scenario[0]
    if len(changes) > MOST_SHOWN:
        base = baseline_choices(found)
        best = [top.choices for some, each in by_scenario if (top := best_change(some, outcome, each))]
        alone = [each for each in changes if sum(one != two for one, two in zip(each.choices, base, strict=True)) == 1]
        alone = sorted(alone, key=lambda each: -abs(each.change.mean))
        wanted = [*dict.fromkeys([*best, *(each.choices for each in alone)])][:MOST_SHOWN]
        changes = [each for each in changes if each.choices in wanted]
    return [each.choices for each in sorted(changes, key=lambda each: each.change.mean)]
