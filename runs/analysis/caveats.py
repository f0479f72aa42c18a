"""Caveats of a batch: failed runs, outcomes that were not kept, levers without effect, too few runs."""

from __future__ import annotations

from collections import Counter

from runs.analysis.findings import Findings, runs_text, sensitivity_table, why_no_indices
from runs.analysis.policy_tables import daily_vehicles

MOST_REASONS = 3  # of failures that are listed
WIDE_INTERVAL = 0.1  # of an index: from here on its rank says little


def questions(found: Findings) -> dict[str, str]:
    """What each of the outcomes that a page needs answers."""
    return {
        found.stop: f"when lines in {found.home_name} stop",
        found.cost: f"what {found.home_name} loses",
        found.cars: "how many days of car production levers buy",
        found.precaution: "what precaution costs",
    }


def list_caveats(found: Findings) -> list[str]:
    """The caveats of one scenario, in sentences."""
    sentences = [failed_runs_sentence(found)]
    if len(found.frame):
        sentences += [
            *missing_outcome_sentences(found),
            *no_effect_sentences(found),
            no_error_sentence(found),
            indices_sentence(found),
        ]
    return [sentence for sentence in sentences if sentence]


def failed_runs_sentence(found: Findings) -> str:
    """A sentence with how many runs failed, which, and why; empty if none did."""
    count, every = len(found.failed), len(found.failed) + len(found.frame)
    if not count:
        return ""
    reasons = Counter(map(str, found.failed.get("error", [])))
    why = "; ".join(f"{reason} ({times:,})" for reason, times in reasons.most_common(MOST_REASONS))
    numbers = ", ".join(str(number) for number in list(found.failed.get("experiment", []))[:MOST_REASONS])
    which = f" (experiment {numbers}{', ...' * (count > MOST_REASONS)})" if numbers else ""
    return f"{count:,} of {runs_text(every)} failed and {'is' if count == 1 else 'are'} left out{which}: {why}."


def missing_outcome_sentences(found: Findings) -> list[str]:
    """The questions that cannot be answered, for their outcome was not kept or no cars are made."""
    asked, none_made = questions(found), found.about.get("vehicles_a_day") == 0.0
    if none_made:
        asked.pop(found.cars)
    missing = [
        name
        for name in asked
        if not found.has(name) and not (name in (found.cars, found.precaution) and not found.levers)
    ]
    sentences = []
    if missing:
        words = ", ".join(asked[name] for name in missing)
        sentences.append(f"Not answered: {words}; add {', '.join(missing)} to the outcomes of the design.")
    if found.levers and (none_made or (found.has(found.cars) and daily_vehicles(found) <= 0.0)):
        sentences.append(
            f"Not answered: days of car production, for no cars are made in {found.home_name} in this world."
        )
    return sentences


def no_effect_sentences(found: Findings) -> list[str]:
    """The levers, and the seeds, that changed no outcome."""
    sentences = [
        f"{lever} changes nothing that was measured (all outcomes are equal in all {pairs:,} pairs of runs)."
        for lever, pairs in found.levers_without_effect.items()
    ]
    if found.seeds_without_effect:
        seeds = found.frame["seed"].nunique()
        sentences.append(f"Luck plays no part here: the {seeds} seeds have the same outcomes, so they count as one.")
    return sentences


def no_error_sentence(found: Findings) -> str:
    """A sentence if the runs give no error: one future with one seed."""
    alone = found.frame["future"].nunique() == 1 and (found.frame["seed"].nunique() == 1 or found.seeds_without_effect)
    if not (alone and found.levers):
        return ""
    return "No error can be given for any difference: there is one future and one seed; take more samples or seeds."


def indices_sentence(found: Findings) -> str:
    """Why a batch that was sampled for indices gives none, or how wide their intervals are; empty if all is well."""
    if found.group_size == 1 or not found.has(found.cost):
        return ""
    name = "Sobol indices" if found.design.sampler == "saltelli" else "Morris effects"
    if why := why_no_indices(found, found.cost):
        return f"No {name} of the loss: {why}."
    table = sensitivity_table(found, found.cost)
    if "+- ST" in table and (
        table["+- ST"].max() > WIDE_INTERVAL or (table["alone (S1)"] > table["with others (ST)"]).any()
    ):
        return (f"The {name} of the loss are rough (95 % intervals of up to ± {table['+- ST'].max():.2g}): take more "
                "samples before they are ranked.")  # fmt: skip
    return ""
