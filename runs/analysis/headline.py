"""The first sentences of a batch: what happens under the policy that is today's, whose line stops, and what is lost."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from runs.analysis.findings import FEWEST_FUTURES, Findings, capital, runs_text, varies
from runs.measures.quantities import JPY_BN_PER_TN, JPY_MN_PER_BN

WHOLE_FROM = 10.0  # numbers from here on are rounded to whole ones
MOST_OUTCOMES = 4  # that are given where neither stops nor losses were kept


def baseline_sentences(found: Findings) -> str:
    """What happens in the baseline: when lines of the industry in focus stop, whose stops first, and what is lost."""
    frame, sentences, over = found.baseline.frame, [], found.baseline.evidence
    if found.has(found.stop):
        sentences += [stops_sentence(found), first_line_sentence(found)]
    if found.has(found.cost) and frame[found.cost].notna().any():
        sentences.append(loss_sentence(frame[found.cost].dropna(), found.home_name, over, is_many(found)))
        sentences += suppliers_sentences(frame, found.cost)
    if not sentences:
        sentences = [outcome_sentence(found, outcome) for outcome in found.outcomes[:MOST_OUTCOMES]]
    if sentences:
        sentences[0] = f"{capital(found.policy_name)}: {sentences[0]}"
    return " ".join(sentence for sentence in sentences if sentence)


def is_many(found: Findings) -> bool:
    """Whether so many futures were drawn that shares of them mean something."""
    return found.draws >= FEWEST_FUTURES


def stops_sentence(found: Findings) -> str:
    """How often and when a line of the industry in focus stops at home in the baseline."""
    stops, over = found.baseline.frame[found.stop], found.baseline.evidence
    days = stops.dropna()
    if days.empty:
        return f"{found.stopping.replace('a line', 'no line', 1)} stops in any run ({over})."
    often = "in every run" if len(days) == len(stops) else share_text(len(days), len(stops), is_many(found))
    spread = f", from {days.min():.0f} to {days.max():.0f}" if varies(days) else ""
    day = f"day {days.median():.0f} after the shock"
    return f"{often} {found.stopping} stops, the first on {day} (median{spread}; {over})."


def share_text(some: int, runs: int, many: bool) -> str:
    """In how many runs: a share of many futures, a count of few.

    >>> share_text(3, 8, False), share_text(300, 800, True)
    ('in 3 of 8 runs', 'in 38 % of runs')
    """
    return f"in {100.0 * some / runs:.0f} % of runs" if many else f"in {some:,} of {runs_text(runs)}"


def first_line_sentence(found: Findings) -> str:
    """Whose line is the first of all to stop at home in the baseline, as far as it was kept."""
    frame = found.baseline.frame
    if not (found.has(found.any_stop) and found.has(found.first_line)) or frame[found.any_stop].isna().all():
        return ""
    names = frame[found.first_line].dropna()
    if names.empty:
        return ""
    name, times = names.mode()[0], int((names == names.mode()[0]).sum())
    days = frame.loc[names[names == name].index, found.any_stop]
    often = "" if times == len(frame) else f" in {times:,} of {runs_text(len(frame))}"
    return f"The first line of all to stop there is that of {name}{often}, on day {days.median():.0f} (median)."


def loss_sentence(loss: pd.Series, home: str, over: str, many: bool) -> str:
    """What the home country loses, in runs of one policy; over: of what, in words; many: whether shares can be told."""
    middle = float(loss.median())
    if middle < 0.0:
        spread = spread_text(-loss, amount_text, over, many)
        gain = f"Value added in {home} is {amount_text(-middle)} ¤ above normal ({spread})"
        return f"{gain}: customers who came from stopped makers abroad, and built stocks, outweigh what was lost."
    if not varies(loss) and amount_text(middle).startswith("0 "):
        return f"{home} loses no value added in any run."
    return f"{home} loses value added of {amount_text(middle)} ¤ ({spread_text(loss, amount_text, over, many)})."


def suppliers_sentences(frame: pd.DataFrame, cost: str) -> list[str]:
    """What suppliers beyond the tables lose with the lines whose loss is `cost`; nothing where unknown or not lost."""
    column = f"suppliers_{cost}"
    lost = frame[column].dropna() if column in frame else pd.Series(dtype=float)
    if lost.empty or float(lost.median()) <= 0.0:
        return []
    return [f"Suppliers beyond the tables lose up to {amount_text(float(lost.median()))} ¤ with them."]


def outcome_sentence(found: Findings, name: str) -> str:
    """Any other outcome in the baseline."""
    values = found.baseline.frame[name]
    known = values.dropna()
    if known.empty:
        return f"{name} is known of no run."
    part = "" if len(known) == len(values) else f", known of {len(known):,} of {len(values):,} runs"
    spread = spread_text(known, number_text, found.baseline.evidence, is_many(found))
    return f"{name} is {number_text(known.median())} ({spread}{part})."


def spread_text(values: pd.Series, words: Callable[[float], str], over: str, many: bool) -> str:
    """The spread of values of runs in words: lowest and highest of a few futures, nine tenths of many.

    over: what the runs are taken over, in words; many: whether there are enough futures to tell shares of them.
    """
    if not varies(values):
        return f"the same in every run, {over}" if len(values) > 1 else f"one run, {over}"
    if not many:
        return f"median over {over}: {words(values.min())} to {words(values.max())}"
    low, high = (float(values.quantile(share)) for share in (0.05, 0.95))
    return f"median over {over}; nine tenths of the runs: {words(low)} to {words(high)}"


def amount_text(billions: float) -> str:
    """An amount of money in words, rounded as `number_text` does.

    >>> amount_text(5432.0), amount_text(0.088), amount_text(-58.2)
    ('5.4 trillion', '88 million', '-58 billion')
    """
    size = abs(billions)
    for least, worth, word in ((JPY_BN_PER_TN, JPY_BN_PER_TN, "trillion"), (1.0, 1.0, "billion")):
        if size >= least:
            return f"{number_text(billions / worth)} {word}"
    return f"{number_text(billions * JPY_MN_PER_BN)} million"


def number_text(number: float) -> str:
    """A number with two digits, or all those before the point.

    >>> number_text(103.4), number_text(3.14), number_text(0.163)
    ('103', '3.1', '0.16')
    """
    return f"{number:,.0f}" if abs(number) >= WHOLE_FROM else f"{number:.2g}"
