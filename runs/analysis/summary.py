"""Summary of a batch in sentences: what happens, which lever is cheapest, which uncertainty matters, and caveats."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from runs.analysis.caveats import list_caveats
from runs.analysis.discovery import box_inputs, early_day, early_stops, find_box
from runs.analysis.findings import (
    FEWEST_FUTURES,
    Findings,
    could_be_chance,
    runs_text,
    tornado_table,
    varies,
)
from runs.analysis.policy_tables import (
    BEST,
    DAYS,
    FROM,
    MARGIN,
    PRICE,
    TOTAL,
    choice_label,
    lever_prices,
    policy_prices,
)
from runs.measures.quantities import JPY_BN_PER_TN, JPY_MN_PER_BN

NEGLIGIBLE = 0.02  # share of the loss
WHOLE_FROM = 10.0  # numbers from here on are rounded to whole ones
BAND_RUNS = 20  # from here on a band of nine tenths is given, below it the lowest and the highest
MOST_POLICIES_LISTED = 3  # one by one
MOST_OUTCOMES = 4  # that are given where neither stops nor losses were kept
NOT_CLEAR = "buys car production by more than chance would"


def summarize(found: Findings) -> list[str]:
    """The answers of one scenario in sentences, the most useful first, then the caveats."""
    answers = [answer(found) for answer in ANSWERS] if len(found.frame) else []
    return [sentence for sentence in (*answers, *list_caveats(found)) if sentence]


def policy_text(found: Findings, choices: pd.Series) -> str:
    """A policy in words: the choices that differ from those as it is."""
    as_it_is = found.baseline_choices
    names = [
        f"{name} “{choice_label(choices[name])}”" for name in found.effective_levers if choices[name] != as_it_is[name]
    ]
    return " and ".join(names)


def baseline_text(found: Findings) -> str:
    """The baseline in words: everything as it is, or the first choices by name where a lever has no such choice."""
    if not found.levers:
        return ""
    first = found.baseline.frame.iloc[0]
    odd = [
        f"{lever} “{choice_label(first[lever])}”"
        for lever in found.effective_levers
        if not is_unchanged_choice(found, lever, first[lever])
    ]
    return f"With {' and '.join(odd)}" if odd else "With everything as it is"


def is_unchanged_choice(found: Findings, lever: str, choice: object) -> bool:
    """Whether a choice of a lever is known to change nothing."""
    return lever in found.unchanged_choices and choice == found.baseline_choices[lever]


def baseline_sentences(found: Findings) -> str:
    """What happens in the baseline: when lines stop first and what is lost."""
    frame, sentences, name = found.baseline.frame, [], baseline_text(found)
    if found.has(found.stop):
        sentences.append(stops_sentence(frame[found.stop], found.home_name))
    if found.has(found.cost) and frame[found.cost].notna().any():
        sentences.append(loss_sentence(frame[found.cost].dropna(), found.home_name))
        sentences += suppliers_sentences(frame, found.cost)
    if not sentences:
        sentences = [outcome_sentence(outcome, frame[outcome]) for outcome in found.outcomes[:MOST_OUTCOMES]]
    if sentences:
        sentences[0] = f"{name}: {sentences[0]}" if name else sentences[0][0].upper() + sentences[0][1:]
    return " ".join(sentences)


def stops_sentence(stops: pd.Series, home: str) -> str:
    """How often and when a line at home stops, over some runs of one policy."""
    days = stops.dropna()
    if days.empty:
        return f"no line in {home} stops in any run."
    share = 100.0 * len(days) / len(stops)
    often = "in every run" if len(days) == len(stops) else f"in {share:.0f} % of runs"
    return f"{often} a line in {home} stops, the first on day {days.median():.0f} after the shock (median)."


def loss_sentence(loss: pd.Series, home: str) -> str:
    """What the home country loses, over some runs of one policy."""
    middle = float(loss.median())
    if middle < 0.0:
        gain = f"Value added in {home} is {yen_text(-middle)} JPY above normal ({spread_text(-loss, yen_text)})"
        return f"{gain}: customers who came from stopped makers abroad, and built stocks, outweigh what was lost."
    if not varies(loss) and yen_text(middle).startswith("0 "):
        return f"{home} loses no value added in any run."
    return f"{home} loses value added of {yen_text(middle)} JPY ({spread_text(loss, yen_text)})."


def suppliers_sentences(frame: pd.DataFrame, cost: str) -> list[str]:
    """What suppliers beyond the tables lose with the lines whose loss is `cost`; nothing where unknown or not lost."""
    column = f"suppliers_{cost}"
    lost = frame[column].dropna() if column in frame else pd.Series(dtype=float)
    if lost.empty or float(lost.median()) <= 0.0:
        return []
    return [f"Suppliers beyond the tables lose up to {yen_text(float(lost.median()))} JPY with them."]


def outcome_sentence(name: str, values: pd.Series) -> str:
    """Any other outcome, over some runs of one policy."""
    known = values.dropna()
    if known.empty:
        return f"{name} is known of no run."
    part = "" if len(known) == len(values) else f", known of {len(known):,} of {len(values):,} runs"
    return f"{name} is {number_text(known.median())} ({spread_text(known, number_text)}{part})."


def spread_text(values: pd.Series, words: Callable[[float], str]) -> str:
    """The spread of values of runs in words: lowest and highest of a few, nine tenths of many."""
    if not varies(values):
        return "the same in every run" if len(values) > 1 else "one run"
    if len(values) < BAND_RUNS:
        return f"median of {runs_text(len(values))}: {words(values.min())} to {words(values.max())}"
    low, high = (float(values.quantile(share)) for share in (0.05, 0.95))
    return f"median of {runs_text(len(values))}; nine tenths of them: {words(low)} to {words(high)}"


def other_policies_sentences(found: Findings) -> str:
    """The other policies beside the baseline, by the median of the first outcome that is known."""
    known = [name for name in (found.cost, found.stop, found.cars) if found.has(name)][:1] or found.outcomes[
        :MOST_OUTCOMES
    ]
    sentences = [other_policies_sentence(found, outcome) for outcome in known] if found.effective_levers else []
    return " ".join(sentence for sentence in sentences if sentence)


def other_policies_sentence(found: Findings, outcome: str) -> str:
    """The medians of one outcome under the other policies; levers without effect make no other policy."""
    first = found.baseline.frame.iloc[0]
    never = float("inf") if outcome == found.stop else float("nan")
    groups = [(some.iloc[0], some[outcome].fillna(never).median())
              for _, some in found.frame.groupby(found.effective_levers, sort=False)]  # fmt: skip
    rows = sorted(((policy, middle) for policy, middle in groups
                   if middle == middle and not policy[found.effective_levers].equals(first[found.effective_levers])),
                  key=lambda row: row[1])  # fmt: skip
    if not rows:
        return ""
    what = {found.cost: "the median loss", found.stop: f"the median first stop in {found.home_name}"}.get(
        outcome, f"the median of {outcome}"
    )
    each = [f"{outcome_text(found, outcome, middle)} with {policy_text(found, policy)}" for policy, middle in rows]
    if len(rows) <= MOST_POLICIES_LISTED:
        return f"Beside that, {what} is {'; '.join(each)}."
    return f"Beside that, {what} of the {len(rows)} other policies goes from {each[0]} to {each[-1]}."


def outcome_text(found: Findings, outcome: str, value: float) -> str:
    """A value of an outcome in words."""
    if outcome == found.cost:
        return f"{yen_text(value)} JPY" if value >= 0.0 else f"a gain of {yen_text(-value)} JPY"
    if outcome == found.stop:
        return "never" if value == float("inf") else f"day {value:.0f}"
    return number_text(value)


def yen_text(billions: float) -> str:
    """An amount of yen in words, rounded as `number_text` does.

    >>> yen_text(5432.0), yen_text(0.088), yen_text(-58.2)
    ('5.4 trillion', '88 million', '-58 billion')
    """
    size = abs(billions)
    for least, worth, word in ((JPY_BN_PER_TN, JPY_BN_PER_TN, "trillion"), (1.0, 1.0, "billion")):
        if size >= least:
            return f"{number_text(billions / worth)} {word}"
    return f"{number_text(billions * JPY_MN_PER_BN)} million"


def lever_sentence(found: Findings) -> str:
    """The lever that buys a day of car production most cheaply."""
    table = lever_prices(found)
    if table.empty:
        return ""
    several = len(found.effective_levers) > 1
    if table[MARGIN].isna().all():
        best = table.sort_values(DAYS).iloc[-1]
        if best[DAYS] <= 0.0:
            return f"In {best[FROM]}, no choice of any lever buys car production."
        return f"In {best[FROM]}, most days of car production come from {choice_text(best)}: {price_text(best)}."
    clear = table[(table[DAYS] > 0.0) & (table[DAYS] > table[MARGIN])]
    if clear.empty:
        return f"No choice of any lever {NOT_CLEAR} (from {table[FROM].iloc[0]})."
    best, most = clear.iloc[0], clear.sort_values(DAYS).iloc[-1]
    words = "Little can be bought here. " if most[DAYS] < 1.0 else ""
    words += f"The cheapest day of car production comes from {choice_text(best)}: {price_text(best)}"
    words += (
        f" (from {best[FROM]}, on average over the choices of other levers)." if several else f", from {best[FROM]}."
    )
    if most["lever"] != best["lever"] or most["choice"] != best["choice"]:
        words += f" Most days come from {choice_text(most)}: {price_text(most)}."
    return words


def choice_text(row: pd.Series) -> str:
    """A choice of a lever in words."""
    return f"{row['lever']} “{row['choice']}” instead of “{row['instead of']}”"


def price_text(row: pd.Series) -> str:
    """The days that a choice buys, with their 95 % interval, and what they cost, in words."""
    bar = "" if pd.isna(row[MARGIN]) else f" (± {number_text(row[MARGIN])})"
    days = f"{number_text(row[DAYS])} production days{bar}"
    if row[TOTAL] <= 0.0:
        return (
            f"{days}, and precaution costs {yen_text(-row[TOTAL])} JPY less"
            if row[TOTAL] < 0.0
            else f"{days} for nothing"
        )
    return f"{days} for {yen_text(row[TOTAL])} JPY, {yen_text(row[PRICE])} a day"


def number_text(number: float) -> str:
    """A number with two digits, or all those before the point.

    >>> number_text(103.4), number_text(3.14), number_text(0.163)
    ('103', '3.1', '0.16')
    """
    return f"{number:,.0f}" if abs(number) >= WHOLE_FROM else f"{number:.2g}"


def policy_sentence(found: Findings) -> str:
    """The best buy with most days, where levers can be combined."""
    table = policy_prices(found)
    if table.empty or len(found.effective_levers) < 2:
        return ""
    best = table[table[BEST] & (table[DAYS] > table[MARGIN])]
    if best.empty:
        return ""
    most = best.sort_values(DAYS).iloc[-1]
    return f"No policy tried buys more than {policy_text(found, most).replace(' and ', ' with ')}: {price_text(most)}."


def uncertainty_sentence(found: Findings) -> str:
    """The uncertainty that moves the loss most in the baseline."""
    if not found.has(found.cost) or not found.uncertainties:
        return ""
    baseline, name = found.baseline, baseline_text(found)
    lead = f"{name}, the" if name else "The"
    futures = baseline.frame["future"].nunique()
    if not varies(baseline.frame.groupby("future")[found.cost].mean()):
        return f"No uncertainty changes the loss: it is the same in all {futures} futures."
    table = tornado_table(found, found.cost)
    if table.empty:
        return (f"Which uncertainty matters most cannot be said from {futures} future{'s' * (futures != 1)}; it takes "
                f"{FEWEST_FUTURES} or more.")  # fmt: skip
    first = table.iloc[0]
    low, high = first["at its low end"], first["at its high end"]
    if first["swing"] < NEGLIGIBLE * abs(baseline.frame[found.cost].mean()):
        return f"No uncertainty moves the mean loss by more than {100 * NEGLIGIBLE:.0f} %."
    if could_be_chance(found, found.cost, first["uncertainty"]):
        return f"No uncertainty moves the loss by more than chance would in {futures} futures."
    kind = "gain" if max(low, high) < 0.0 else "loss"
    low, high = (-low, -high) if kind == "gain" else (low, high)
    return (
        f"{lead} uncertainty that matters most: {first['uncertainty']}; the mean {kind} is {yen_text(low)} JPY at the "
        f"low end of its range and {yen_text(high)} at the high end."
    )


def early_stops_sentence(found: Findings) -> str:
    """How many runs stop early, and the box of runs in which this is clearly likelier, if there is one."""
    if not found.has(found.stop) or found.frame[found.stop].isna().all():
        return ""
    early, day = early_stops(found), early_day(found)
    policies = len(found.frame.groupby(found.effective_levers)) if found.effective_levers else 1
    over = f", over all {policies} policies tried," if policies > 1 else ""
    words = f"{100 * early.mean():.0f} % of all runs{over} have a stop in {found.home_name} by day {day}"
    if early.all() or box_inputs(found).empty:
        return f"{words}."
    box = find_box(found)
    if box is None:
        return f"{words}; no group of runs stands out."
    there = f"there {100 * box.density:.0f} % of {box.runs:,} runs stop that early"
    return (
        f"{words}; {100 * box.coverage:.0f} % of these have in common: {' and '.join(box.words)} ({there}, "
        f"{number_text(box.lift)} times the share of all runs)."
    )


ANSWERS: tuple[Callable[[Findings], str], ...] = (
    baseline_sentences,
    other_policies_sentences,
    lever_sentence,
    policy_sentence,
    uncertainty_sentence,
    early_stops_sentence,
)
