"""What a batch cannot say, and why: what failed, what was not kept, what made no difference, what is too little."""

from __future__ import annotations

from collections import Counter

from runs.analysis.findings import CARS, COST, STOP, Findings, no_indices, sensitivity, some_runs
from runs.analysis.policy_tables import daily_vehicles
from runs.measures.cost_of_resilience import PRECAUTION

MOST_REASONS = 3  # of failures that are told
WIDE = 0.1  # interval of an index from which on ranks say little
ANSWERED = {
    STOP: "when lines in Japan stop", COST: "what Japan loses", CARS: "how many days of car production levers buy",
    PRECAUTION: "what precaution costs",
}  # fmt: skip


def limits(found: Findings) -> list[str]:
    """What cannot be said of one scenario, in sentences."""
    told = [failures(found)]
    if len(found.frame):
        told += [*left_out(found), *without_effect(found), evidence(found), indices(found)]
    return [sentence for sentence in told if sentence]


def failures(found: Findings) -> str:
    """How many runs failed, which, and why."""
    count, every = len(found.failed), len(found.failed) + len(found.frame)
    if not count:
        return ""
    reasons = Counter(map(str, found.failed.get("error", [])))
    why = "; ".join(f"{reason} ({times:,})" for reason, times in reasons.most_common(MOST_REASONS))
    numbers = ", ".join(str(number) for number in list(found.failed.get("experiment", []))[:MOST_REASONS])
    which = f" (experiment {numbers}{', ...' * (count > MOST_REASONS)})" if numbers else ""
    return f"{count:,} of {some_runs(every)} failed and {'is' if count == 1 else 'are'} left out{which}: {why}."


def left_out(found: Findings) -> list[str]:
    """Which questions cannot be answered since their outcome was not kept."""
    missing = [
        name for name in ANSWERED if not found.has(name) and not (name in (CARS, PRECAUTION) and not found.levers)
    ]
    told = []
    if missing:
        questions = ", ".join(ANSWERED[name] for name in missing)
        told.append(f"Not told: {questions}; add {', '.join(missing)} to the outcomes of the design.")
    if found.levers and found.has(CARS) and daily_vehicles(found) <= 0.0:
        told.append("Not told: days of car production, for no cars are made in Japan in this world.")
    return told


def without_effect(found: Findings) -> list[str]:
    """Which levers and whether luck changed nothing at all, and whether futures did."""
    told = [
        f"{lever} changes nothing that was measured (all outcomes are equal in all {pairs:,} pairs of runs)."
        for lever, pairs in found.idle_levers.items()
    ]
    if found.idle_seeds:
        seeds = found.frame["seed"].nunique()
        told.append(f"Luck plays no part here: the {seeds} seeds come to the same, so they count as one.")
    return told


def evidence(found: Findings) -> str:
    """What no error can be given from."""
    alone = found.frame["future"].nunique() == 1 and (found.frame["seed"].nunique() == 1 or found.idle_seeds)
    if not (alone and found.levers):
        return ""
    return "No error can be given for any difference: there is one future and one luck; take more samples or seeds."


def indices(found: Findings) -> str:
    """Why there are no indices though the batch was sampled for them, or how far they can be trusted."""
    if found.design.sampler not in ("saltelli", "morris") or not found.unknowns or not found.has(COST):
        return ""
    name = "Sobol indices" if found.design.sampler == "saltelli" else "Morris effects"
    if why := no_indices(found, COST):
        return f"No {name} of the loss: {why}."
    table = sensitivity(found, COST)
    if "+- ST" in table and (table["+- ST"].max() > WIDE or (table["alone (S1)"] > table["with others (ST)"]).any()):
        return (f"The {name} of the loss are rough (95 % intervals of up to ± {table['+- ST'].max():.2g}): take more "
                "samples before they are ranked.")  # fmt: skip
    return ""
