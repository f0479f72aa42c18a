"""The answer of a batch in three sentences: what happens, what helps most, and how far that can be relied on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from runs.analysis.amounts import Unit, list_in_words, unit_for
from runs.analysis.compared import (
    Change,
    baseline_estimate,
    best_change,
    compare_policies,
    count_as_good,
    less_is_better,
    main_outcome,
    name_of_policy,
    stop_outcome,
    stop_subject,
)
from runs.analysis.findings import Findings, capital, varies
from runs.analysis.policy_tables import DAYS, MARGIN, TOTAL, lever_prices
from runs.analysis.sensitivity import S1, S1_MARGIN, could_be_chance, sensitivity_table, tornado_table

MOST_SCENARIOS = 3  # that a sentence names
NOTHING = "No run gave a number that could be told."


@dataclass(frozen=True, eq=False)
class Part:
    """One scenario of the answer: what it is called, its findings, the policies, and the unit of the outcome."""

    title: str
    found: Findings
    outcome: str
    changes: list[Change]
    unit: Unit

    @property
    def best(self) -> Change | None:
        """The policy that does most."""
        return best_change(self.found, self.outcome, self.changes)

    @property
    def runs(self) -> pd.Series:
        """What the runs of the baseline came to."""
        return self.found.baseline.frame[self.outcome].dropna()


def parts_of(found: Findings, titles: dict[str, str]) -> list[Part]:
    """The scenarios of a batch, as far as there are numbers; titles: what they are called, by their names."""
    outcome = main_outcome(found)
    if outcome is None:
        return []
    unit = unit_for(found, outcome, found.frame[outcome])
    return [
        Part(titles.get(name, name), some, outcome, compare_policies(some, outcome), unit)
        for name, some in found.by_scenario
        if len(some.frame) and some.baseline.frame[outcome].notna().any()
    ]


def find_question(title: str, about: str) -> str:
    """The question of a design: the sentence of its title or its text that asks, else its title.

    >>> find_question("Cover", "A table. How many days? Four covers.")
    'How many days?'
    """
    sentences = [title, *re.split(r"(?<=[.?!])\s+", about)]
    return next((words for words in sentences if words.endswith("?")), title)


def answer(parts: list[Part]) -> list[str]:
    """The answer in three sentences."""
    if not parts:
        return [NOTHING]
    return [parts[0].found.in_money(sentence(parts)) for sentence in (what_happens, what_helps, how_sure)]


def join_parts(parts: list[Part], words: Callable[[Part], str]) -> str:
    """What is said of each scenario, each with its title where there are several; only of the first few."""
    several = len(parts) > 1
    each = [words(part) + f" in “{part.title}”" * several for part in parts[:MOST_SCENARIOS]]
    more = len(parts) - MOST_SCENARIOS
    return list_in_words(each) + (f" ({more} more scenarios stand in the appendix)" if more > 0 else "")


def what_happens(parts: list[Part]) -> str:
    """What the outcome comes to in the baseline, and when a line stops first."""
    found = parts[0].found
    words = f"{capital(found.policy_name)}, {level_lead(parts)} {join_parts(parts, level_words)}"
    if found.has(stop_outcome(found)):
        words += f"; {stop_subject(found)} {join_parts(parts, stop_words)}"
    return f"{words}."


def level_lead(parts: list[Part]) -> str:
    """Whose outcome is told, and what it is, in words that end before the amount."""
    found, outcome = parts[0].found, parts[0].outcome
    if outcome == found.cost:
        if any(baseline_estimate(part.found, part.outcome).mean < 0.0 for part in parts):
            return f"the value added lost in {found.home_name} is on average"
        return f"{found.home_name} on average loses value added of"
    return f"{found.home_name} does not build" if outcome == found.cars else f"{outcome} is"


def level_words(part: Part) -> str:
    """What the outcome comes to in the baseline of one scenario, on average over its runs."""
    value = baseline_estimate(part.found, part.outcome)
    return part.unit.text(value.mean, value.margin)


def stop_words(part: Part) -> str:
    """The day of the first stop in the baseline of one scenario, its spread, and in how many runs there is one."""
    stops = part.found.baseline.frame[stop_outcome(part.found)]
    days = stops.dropna()
    if days.empty:
        return "in no run"
    spread = f", {days.min():.0f} to {days.max():.0f}" if varies(days) else ""
    often = "" if len(days) == len(stops) else f", in {len(days):,} of {len(stops):,} runs"
    return f"on day {days.median():.0f} after the shock (median{spread}{often})"


def what_helps(parts: list[Part]) -> str:
    """The policy that does most, or the uncertainty that decides most where nothing can be chosen."""
    found = parts[0].found
    if not found.levers:
        return what_decides(parts)
    counts = sorted({len(part.changes) for part in parts})
    if not counts[-1]:
        return "None of the choices that were tried changes anything that was measured."
    tried = f"{counts[-1]:,} other {'policy' if counts[-1] == 1 else 'policies'} tried"
    clear = [part for part in parts if part.best is not None and is_clear(part, part.best)]
    if not clear:
        words = "lowers this" if less_is_better(found, parts[0].outcome) else "changes this"
        return f"None of the {tried} {words} by more than chance would."
    does = "lowers this most" if less_is_better(found, parts[0].outcome) else "changes this most"
    same = {name_of_policy(part.found, part.best.choices) for part in clear if part.best}
    if len(same) == 1 and len(clear) == len(parts):
        return f"Of the {tried}, “{same.pop()}” {does}: {join_parts(parts, change_words)}{cheapest_day(parts)}."
    lines = [f"“{name_of_policy(part.found, part.best.choices)}” in “{part.title}” ({change_words(part)})"
             for part in clear[:MOST_SCENARIOS] if part.best]  # fmt: skip
    rest = [f"“{part.title}”" for part in parts if part not in clear]
    none = f"; in {list_in_words(rest)} none does so by more than chance would" if rest else ""
    return f"Of the {tried}, what {does} is {list_in_words(lines)}{none}{cheapest_day(parts)}."


def cheapest_day(parts: list[Part]) -> str:
    """Which single choice buys a day of car production most cheaply in each scenario; empty where none clearly does."""
    lines = []
    for part in parts[:MOST_SCENARIOS]:
        table = lever_prices(part.found)
        clear = table[table[DAYS] > table[MARGIN]] if len(table) else table
        if len(clear):
            row = clear.iloc[0]
            days = Unit().text(row[DAYS], row[MARGIN])
            cost = unit_for(part.found, part.found.precaution, [row[TOTAL]])
            price = f"for {cost.text(row[TOTAL])}" if row[TOTAL] > 0.0 else "for nothing"
            where = f" in “{part.title}”" * (len(parts) > 1)
            lines.append(f"“{row['lever']}: {row['choice']}”{where} ({days} days {price})")
    return f"; a day of car production is bought most cheaply by {list_in_words(lines)}" if lines else ""


def is_clear(part: Part, best: Change) -> bool:
    """Whether the best policy does what is wanted by more than chance would bring."""
    return best.clear and (best.change.mean < 0.0 or not less_is_better(part.found, part.outcome))


def change_words(part: Part) -> str:
    """By how much the best policy changes the outcome, what it costs, and how many others may be as good."""
    best = part.best
    if best is None:
        return ""
    better = less_is_better(part.found, part.outcome)
    words = "by " + part.unit.text(-best.change.mean if better else best.change.mean, best.change.margin, not better)
    if best.extra is not None and part.found.has(part.found.precaution):
        cost = unit_for(part.found, part.found.precaution, [best.extra.mean])
        sense = "more" if best.extra.mean >= 0.0 else "less"
        words += f", for {cost.text(abs(best.extra.mean), best.extra.margin)} {sense} of precaution"
    near = count_as_good(part.found, best, part.changes)
    return words + (f", and {near} other{'s' * (near > 1)} may be as good" if near else "")


def what_decides(parts: list[Part]) -> str:
    """The uncertainty that decides most of the outcome, by Sobol indices where the batch has them."""
    part = parts[0]
    found, outcome = part.found, part.outcome
    table = sensitivity_table(found, outcome)
    count = f"Of {len(found.uncertainties)} numbers that nobody knows" if len(found.uncertainties) > 1 else "Of all"
    if S1 in table:
        first = table.sort_values(S1, ascending=False).iloc[0]
        share, margin = 100.0 * first[S1], 100.0 * first[S1_MARGIN]
        where = f" in “{part.title}”" * (len(parts) > 1)
        return (f"{count}, “{first['uncertainty']}” decides most{where}: alone it makes {share:.0f} ± {margin:.0f} % "
                "of the variance between futures.")  # fmt: skip
    return f"{'One policy was run, and nothing is compared with it' if not strongest(part) else strongest(part)}."


def how_sure(parts: list[Part]) -> str:
    """How far the outcome lies apart between runs, over what, and which uncertainty moves it most."""
    single = all(len(part.runs) < 2 for part in parts)
    if single:
        return "How sure this is cannot be told: there is one future and one seed, and so no error."
    over = f"from the lowest to the highest run, over {parts[0].found.baseline.evidence}"
    words = f"What is not known moves it {join_parts(parts, spread_words)} ({over})"
    most = strongest(parts[0]) if parts[0].found.levers else ""
    where = f" in “{parts[0].title}”" if len(parts) > 1 else ""
    return f"{words}; {most}{where}." if most else f"{words}."


def spread_words(part: Part) -> str:
    """From where to where the runs of the baseline go in one scenario."""
    low, high = float(part.runs.min()), float(part.runs.max())
    if not varies(part.runs):
        return "not at all"
    return f"from {part.unit.text(low)} to {part.unit.text(high)}"


def strongest(part: Part) -> str:
    """The uncertainty that moves the outcome most, if it is clearly more than chance; else empty."""
    table = tornado_table(part.found, part.outcome)
    if table.empty or could_be_chance(part.found, part.outcome, table["uncertainty"].iloc[0]):
        return ""
    first = table.iloc[0]
    low, high = part.unit.text(first["at its low end"]), part.unit.text(first["at its high end"])
    return f"“{first['uncertainty']}” moves it most, from {low} at its low end to {high} at its high end on average"
