"""Caveats of a batch: failed runs, outcomes that were not kept, levers without effect, too few runs."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from runs.analysis.findings import FEWEST_FUTURES, Findings, capital, draws_text, runs_text, varies
from runs.analysis.policy_tables import daily_vehicles
from runs.analysis.sensitivity import S1, S1_MARGIN, ST, ST_MARGIN, sensitivity_table, why_no_indices

MOST_REASONS = 3  # of failures that are listed
WIDE_INTERVAL = 0.1  # of an index: from here on its rank says little


def questions(found: Findings) -> dict[str, str]:
    """What each of the outcomes that a page needs answers."""
    return {
        found.stop: f"when {found.stopping} stops",
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
            *unknown_outcome_sentences(found),
            *no_effect_sentences(found),
            constant_outcomes_sentence(found),
            no_error_sentence(found),
            few_futures_sentence(found),
            one_seed_sentence(found),
            ensemble_sentence(found),
            *indices_sentences(found),
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
    if found.levers and not none_made and found.has(found.cars) and daily_vehicles(found) <= 0.0:
        sentences.append(
            f"Not answered: days of car production, for no cars are made in {found.home_name} in this world."
        )
    return sentences


def unknown_outcome_sentences(found: Findings) -> list[str]:
    """How many runs did not come to a number for an outcome that answers need; a first stop may be missing: never."""
    words = {found.cost: "The loss", found.cars: "The number of vehicles not built",
             found.precaution: "What precaution costs"}  # fmt: skip
    runs = len(found.frame)
    unknown = {text: int(found.frame[name].isna().sum()) for name, text in words.items() if found.has(name)}
    return [
        f"{text} is not known of {missing:,} of {runs_text(runs)}, which are left out where it is asked for."
        for text, missing in unknown.items()
        if missing
    ]


def no_effect_sentences(found: Findings) -> list[str]:
    """The levers, and the seeds, that changed no outcome."""
    sentences = [
        f"{lever} changes nothing that was measured (all outcomes are equal in all {pairs:,} pairs of runs)."
        for lever, pairs in found.levers_without_effect.items()
    ] + [
        f"{lever} changes what precaution costs and nothing else that was measured (in all {pairs:,} pairs of runs)."
        for lever, pairs in found.levers_that_only_cost.items()
    ]
    if found.seeds_without_effect:
        seeds = found.frame["seed"].nunique()
        sentences.append(f"Luck plays no part here: the {seeds} seeds have the same outcomes, so they count as one.")
    return sentences


def constant_outcomes_sentence(found: Findings) -> str:
    """A sentence with the main outcomes that are the same in every run, so that nothing is ranked by them."""
    if len(found.frame) < 2:
        return ""
    words = {
        found.stop: f"the first stop of {found.stopping}",
        found.cost: "the loss",
        found.cars: "the number of vehicles not built",
    }
    same = [text for name, text in words.items() if found.has(name) and is_constant(found.frame[name])]
    verb = "is" if len(same) == 1 else "are"
    return f"{capital(' and '.join(same))} {verb} the same in every run of every policy." if same else ""


def is_constant(values: pd.Series) -> bool:
    """Whether all runs have the same value, a missing one included."""
    return not varies(values) and values.isna().nunique() == 1


def no_error_sentence(found: Findings) -> str:
    """A sentence if the runs give no error: one future with one seed."""
    if not (found.frame["future"].nunique() == 1 and found.kinds_of_luck == 1 and found.levers):
        return ""
    return "No error can be given for any difference: there is one future and one seed; take more samples or seeds."


def few_futures_sentence(found: Findings) -> str:
    """A sentence if there are too few futures to tell shares of them, and which uncertainty matters."""
    if found.draws >= FEWEST_FUTURES or not found.uncertainties:
        return ""
    return (f"How likely anything here is cannot be told: {draws_text(found)} were drawn, and it takes "
            f"{FEWEST_FUTURES} or more; spreads are from the lowest to the highest run.")  # fmt: skip


def one_seed_sentence(found: Findings) -> str:
    """A sentence if errors rest on futures that share all luck."""
    if found.frame["seed"].nunique() > 1 or found.frame["future"].nunique() == 1:
        return ""
    return "All runs have the same seed: spreads and errors are over futures alone, and nothing is said of luck."


def ensemble_sentence(found: Findings) -> str:
    """A sentence where futures draw worlds of the ensemble: what errors rest on, and what cannot be said of them."""
    if not found.world_column:
        return ""
    return (f"Futures draw {found.frame[found.world_column].nunique():,} worlds of the ensemble "
            f"(“{found.world_column}”). Worlds have no low and no high end, so that no swing of them is given; what "
            "runs have in common is told by the numbers of their worlds.")  # fmt: skip


def indices_sentences(found: Findings) -> list[str]:
    """Why a batch that was sampled for indices gives none, or what is wrong with them; empty if all is well."""
    if found.group_size == 1:
        return []
    name = "Sobol indices" if found.design.sampler == "saltelli" else "Morris effects"
    sentences = []
    for outcome, words in ((found.cost, "the loss"), (found.stop, f"the first stop of {found.stopping}")):
        if not found.has(outcome):
            continue
        if why := why_no_indices(found, outcome):
            sentences.append(f"No {name} of {words}: {why}.")
        else:
            sentences += rough_indices_sentences(sensitivity_table(found, outcome), words)
    return sentences


def rough_indices_sentences(table: pd.DataFrame, of: str) -> list[str]:
    """Warnings of Sobol indices that are too rough to be ranked, or larger alone than with others."""
    if ST not in table:
        return []
    sentences = []
    widest = float(table[[S1_MARGIN, ST_MARGIN]].to_numpy().max())
    if widest > WIDE_INTERVAL:
        sentences.append(
            f"The Sobol indices of {of} are rough (95 % intervals of up to ± {widest:.2g}): take more samples before "
            "they are ranked."
        )
    excess = (table[S1] - table[ST]).set_axis(table["uncertainty"])
    if excess.max() > 0.0:
        others = int((excess > 0.0).sum()) - 1
        who = f"{excess.idxmax()}{f' and {others} more' * (others > 0)}"
        sentences.append(
            f"For {of}, the index alone is above that with others for {who}, by up to {excess.max():.2g}, which no "
            "true index is: differences of that size are error."
        )
    return sentences
