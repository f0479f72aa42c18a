"""The answer to the question of a design: what its levers change of the outcomes that it asks for, in sentences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from runs.analysis.amounts import with_margin
from runs.analysis.findings import Findings, capital, choice_label, varies
from runs.analysis.headline import amount_text, number_text
from runs.analysis.kept_outcomes import CAR_LOSS_OF, CARS_OF, COST_OF, STOP_OF
from runs.analysis.policy_tables import alone_and_beside, pairs
from runs.batch.questions import MAY_NEVER_COME
from runs.measures.outcomes import STORY_STOP

PERCENT_OF = "gdp_share_lost_pct"


def money(value: float) -> str:
    """An amount of money in words."""
    return f"{amount_text(value)} ¤"


def percent(value: float) -> str:
    """A share in words."""
    return f"{number_text(value)} %"


NUMBERS: dict[str, tuple[str, Callable[[float], str]]] = {
    COST_OF: ("the value added that {country} loses", money),
    PERCENT_OF: ("the share of its GDP that {country} loses", percent),
    CARS_OF: ("the vehicles that {country} does not build", number_text),
}
DAYS: dict[str, str] = {
    STORY_STOP: "the first stop of a line in {country} that makes {story}",
    CAR_LOSS_OF: "the day by which half of the lines that build vehicles in {country} have lost a week's output",
    STOP_OF: "the first stop of a line in {country}",
}


def outcome_words(found: Findings, outcome: str) -> tuple[str, Callable[[float], str]]:
    """What an outcome is, in words, and how its values are written; its name where there are no words for it."""
    name, _, code = outcome.rpartition("_")
    words = DAYS.get(name) or NUMBERS.get(name, ("", number_text))[0] or outcome
    country = found.home_name if code == found.home else found.name(code)
    return words.format(country=country, story=found.story), NUMBERS.get(name, ("", number_text))[1]


def lever_answers(found: Findings, lever: str, outcomes: tuple[str, ...]) -> list[str]:
    """What each choice of a lever changes of some outcomes, a sentence each, all other levers as in the baseline."""
    if lever not in found.effective_levers:
        return [f"{capital(lever)} changes nothing that was measured."]
    sentences = [(day_answer if outcome.startswith(MAY_NEVER_COME) else number_answer)(found, lever, outcome)
                 for outcome in outcomes if found.has(outcome)]  # fmt: skip
    return [found.in_money(sentence) for sentence in sentences if sentence]


def number_answer(found: Findings, lever: str, outcome: str) -> str:
    """What each choice of a lever changes of a number, in pairs of runs with the same future and luck."""
    words, text = outcome_words(found, outcome)
    level, parts, over = found.baseline.frame[outcome].mean(), [], ""
    for name, _, choice, both in pairs(found, outcome):
        if name != lever:
            continue
        change, _ = alone_and_beside(found, lever, both["choice"] - both["first"])
        if change.empty:
            continue
        mean = found.estimate(change)
        over = mean.rests_on
        size = -mean.mean if level < 0.0 else mean.mean  # a smaller loss is a larger gain
        told = change_text(
            change, size, mean.margin, with_margin(found, outcome, abs(size), mean.margin, text),
            "the gain" if level < 0.0 else "it",
        )  # fmt: skip
        parts.append(f"“{choice_label(choice)}” {told}")
    if not parts or pd.isna(level):
        return ""
    first = choice_label(found.reference[lever])
    return (f"{capital(words)}: {level_text(level, text)} on average with {lever} “{first}”; {'; '.join(parts)} "
            f"(from {over}{found.others_note}).")  # fmt: skip


def level_text(level: float, text: Callable[[float], str]) -> str:
    """The level of what is lost in words; below zero it is a gain."""
    return text(level) if level >= 0.0 else f"a gain of {text(-level)}"


def change_text(change: pd.Series, mean: float, margin: float, size: str, what: str = "it") -> str:
    """A mean change in words; said to be nothing where it is, or could be chance. size: how much, with its margin."""
    if not change.abs().max() > 0.0:
        return f"changes nothing of {what}"
    if abs(mean) <= margin and varies(change):
        return f"changes {what} by no more than chance would ({'+' if mean > 0 else '-'}{size})"
    return f"{'raises' if mean > 0.0 else 'lowers'} {what} by {size}"


def day_answer(found: Findings, lever: str, outcome: str) -> str:
    """On which day something happens with each choice of a lever: the median over futures and seeds."""
    some = found.varying_only(lever)
    days = some[outcome].fillna(np.inf).groupby(some[lever], sort=False).median()
    order = [cell for cell in (each.cell(value) for each in found.design.levers if each.name == lever
                               for value, _ in each.choices()) if cell in days.index]  # fmt: skip
    words, _ = outcome_words(found, outcome)
    if not order:
        return ""
    if len({days[cell] for cell in order}) == 1:
        return f"{capital(words)} is the same with every choice of {lever}: {day_text(days[order[0]])}."
    parts = [f"{day_text(days[cell])} with “{choice_label(cell)}”" for cell in order]
    return f"{capital(words)}, median over {found.evidence}{found.others_note}: {'; '.join(parts)} ({lever})."


def day_text(day: float) -> str:
    """A day in words."""
    return "never" if np.isinf(day) else f"day {day:.0f}"
