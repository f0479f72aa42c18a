"""The answers of a batch in sentences, for somebody who has a minute."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from runs.analysis.discovery import discovery, early_day, early_stops, inputs_of
from runs.analysis.findings import CARS, COST, FEWEST_FUTURES, STOP, Findings, by_chance, tornado, varies
from runs.analysis.limits import limits
from runs.analysis.policy_tables import BEST, DAYS, FROM, MARGIN, PRICE, TOTAL, by_lever, cheapest, short
from runs.measures.quantities import JPY_BN_PER_TN, JPY_MN_PER_BN

SLIGHT = 0.02  # share of the loss that nobody would ask about
TEN = 10.0  # from here on digits after the point say nothing
BAND_RUNS = 20  # from here on a band of nine tenths is told, below it the lowest and the highest
MOST_BESIDE = 3  # policies that are told one by one
MOST_OTHERS = 4  # outcomes that are told where none of those that words are made of was kept
NOT_CLEAR = "buys car production by more than chance would"


def answers(found: Findings) -> list[str]:
    """What the batch says of one scenario, the most useful first, and what it cannot say."""
    told = [outlook(found), beside(found), lever_answer(found), policy_answer(found), unknown_answer(found),
            early_answer(found)] if len(found.frame) else []  # fmt: skip
    return [sentence for sentence in (*told, *limits(found)) if sentence]


def policy_name(found: Findings, choices: pd.Series) -> str:
    """A policy by what differs from things as they are."""
    todays = found.today
    names = [f"{name} “{short(choices[name])}”" for name in found.moving if choices[name] != todays[name]]
    return " and ".join(names)


def base_name(found: Findings) -> str:
    """The policy that is told first: everything as it is, or the first choices, named where they are no such thing."""
    if not found.levers:
        return ""
    first = found.base.frame.iloc[0]
    odd = [f"{lever} “{short(first[lever])}”" for lever in found.moving if not still(found, lever, first[lever])]
    return f"With {' and '.join(odd)}" if odd else "With everything as it is"


def still(found: Findings, lever: str, choice: object) -> bool:
    """Whether a choice of a lever is known to leave things as they are."""
    return lever in found.unchanged and choice == found.today[lever]


def outlook(found: Findings) -> str:
    """What happens with everything as it is: when lines stop first and what is lost."""
    frame, told, name = found.base.frame, [], base_name(found)
    if found.has(STOP):
        told.append(told_stops(frame[STOP]))
    if found.has(COST) and frame[COST].notna().any():
        told.append(told_loss(frame[COST].dropna()))
    if not told:
        told = [told_outcome(outcome, frame[outcome]) for outcome in found.outcomes[:MOST_OTHERS]]
    if told:
        told[0] = f"{name}: {told[0]}" if name else told[0][0].upper() + told[0][1:]
    return " ".join(told)


def told_stops(stops: pd.Series) -> str:
    """How often and when a line in Japan stops, over some runs of one policy."""
    days = stops.dropna()
    if days.empty:
        return "no line in Japan stops in any run."
    share = 100.0 * len(days) / len(stops)
    often = "in every run" if len(days) == len(stops) else f"in {share:.0f} % of runs"
    return f"{often} a line in Japan stops, the first on day {days.median():.0f} after the shock (median)."


def told_loss(loss: pd.Series) -> str:
    """What Japan loses, over some runs of one policy."""
    middle = float(loss.median())
    if middle < 0.0:
        return (f"Value added in Japan is {money(-middle)} JPY above normal ({spread(-loss, money)}): customers who "
                "came from makers abroad that stood, and stocks that were built, outweigh what was lost.")  # fmt: skip
    if not varies(loss) and money(middle).startswith("0 "):
        return "Japan loses no value added in any run."
    return f"Japan loses value added of {money(middle)} JPY ({spread(loss, money)})."


def told_outcome(name: str, values: pd.Series) -> str:
    """Any other outcome, over some runs of one policy."""
    known = values.dropna()
    if known.empty:
        return f"{name} is known of no run."
    part = "" if len(known) == len(values) else f", known of {len(known):,} of {len(values):,} runs"
    return f"{name} is {few(known.median())} ({spread(known, few)}{part})."


def spread(values: pd.Series, words: Callable[[float], str]) -> str:
    """How values of runs are spread, in words, as well as their number allows."""
    if not varies(values):
        return "the same in every run" if len(values) > 1 else "one run"
    if len(values) < BAND_RUNS:
        return f"median of {of_runs(len(values))}: {words(values.min())} to {words(values.max())}"
    low, high = (float(values.quantile(share)) for share in (0.05, 0.95))
    return f"median of {of_runs(len(values))}; nine tenths of them: {words(low)} to {words(high)}"


def of_runs(count: int) -> str:
    """So many runs."""
    return f"{count:,} runs" if count != 1 else "1 run"


def beside(found: Findings) -> str:
    """The other policies beside things as they are, by the medians of what is told of these."""
    known = [name for name in (COST, STOP, CARS) if found.has(name)][:1] or found.outcomes[:MOST_OTHERS]
    told = [others_of(found, outcome) for outcome in known] if found.moving else []
    return " ".join(sentence for sentence in told if sentence)


def others_of(found: Findings, outcome: str) -> str:
    """The medians of one outcome under the other policies; levers that change nothing make no other policy."""
    first = found.base.frame.iloc[0]
    never = float("inf") if outcome == STOP else float("nan")
    groups = [(some.iloc[0], some[outcome].fillna(never).median())
              for _, some in found.frame.groupby(found.moving, sort=False)]  # fmt: skip
    rows = sorted(((policy, middle) for policy, middle in groups
                   if middle == middle and not policy[found.moving].equals(first[found.moving])),
                  key=lambda row: row[1])  # fmt: skip
    if not rows:
        return ""
    what = {COST: "the median loss", STOP: "the median first stop in Japan"}.get(outcome, f"the median of {outcome}")
    told = [f"{amount(outcome, middle)} with {policy_name(found, policy)}" for policy, middle in rows]
    if len(rows) <= MOST_BESIDE:
        return f"Beside that, {what} is {'; '.join(told)}."
    return f"Beside that, {what} of the {len(rows)} other policies goes from {told[0]} to {told[-1]}."


def amount(outcome: str, value: float) -> str:
    """A value of an outcome in words."""
    if outcome == COST:
        return f"{money(value)} JPY" if value >= 0.0 else f"a gain of {money(-value)} JPY"
    if outcome == STOP:
        return "never" if value == float("inf") else f"day {value:.0f}"
    return few(value)


def money(billions: float) -> str:
    """An amount of yen in words, by what matters of it.

    >>> money(5432.0), money(0.088), money(-58.2)
    ('5.4 trillion', '88 million', '-58 billion')
    """
    size = abs(billions)
    for least, worth, word in ((JPY_BN_PER_TN, JPY_BN_PER_TN, "trillion"), (1.0, 1.0, "billion")):
        if size >= least:
            return f"{few(billions / worth)} {word}"
    return f"{few(billions * JPY_MN_PER_BN)} million"


def lever_answer(found: Findings) -> str:
    """Which lever buys a day of car production most cheaply."""
    table = by_lever(found)
    if table.empty:
        return ""
    several = len(found.moving) > 1
    if table[MARGIN].isna().all():
        best = table.sort_values(DAYS).iloc[-1]
        if best[DAYS] <= 0.0:
            return f"In {best[FROM]}, no choice of any lever buys car production."
        return f"In {best[FROM]}, most days of car production come from {named(best)}: {bill(best)}."
    clear = table[(table[DAYS] > 0.0) & (table[DAYS] > table[MARGIN])]
    if clear.empty:
        return f"No choice of any lever {NOT_CLEAR} (from {table[FROM].iloc[0]})."
    best, most = clear.iloc[0], clear.sort_values(DAYS).iloc[-1]
    words = "Little can be bought here. " if most[DAYS] < 1.0 else ""
    words += f"The cheapest day of car production comes from {named(best)}: {bill(best)}"
    words += (
        f" (from {best[FROM]}, on average over the choices of other levers)." if several else f", from {best[FROM]}."
    )
    if most["lever"] != best["lever"] or most["choice"] != best["choice"]:
        words += f" Most days come from {named(most)}: {bill(most)}."
    return words


def named(row: pd.Series) -> str:
    """A choice of a lever in words."""
    return f"{row['lever']} “{row['choice']}” instead of “{row['instead of']}”"


def bill(row: pd.Series) -> str:
    """What something buys, within which 95 % interval, and what it costs, in words."""
    bar = "" if pd.isna(row[MARGIN]) else f" (± {few(row[MARGIN])})"
    days = f"{few(row[DAYS])} production days{bar}"
    if row[TOTAL] <= 0.0:
        return (
            f"{days}, and precaution costs {money(-row[TOTAL])} JPY less" if row[TOTAL] < 0.0 else f"{days} for nothing"
        )
    return f"{days} for {money(row[TOTAL])} JPY, {money(row[PRICE])} a day"


def few(number: float) -> str:
    """A number by what matters of it.

    >>> few(103.4), few(3.14), few(0.163)
    ('103', '3.1', '0.16')
    """
    return f"{number:,.0f}" if abs(number) >= TEN else f"{number:.2g}"


def policy_answer(found: Findings) -> str:
    """The best buy of most days, where levers can be combined."""
    table = cheapest(found)
    if table.empty or len(found.moving) < 2:
        return ""
    best = table[table[BEST] & (table[DAYS] > table[MARGIN])]
    if best.empty:
        return ""
    most = best.sort_values(DAYS).iloc[-1]
    return f"No policy tried buys more than {policy_name(found, most).replace(' and ', ' with ')}: {bill(most)}."


def unknown_answer(found: Findings) -> str:
    """Which unknown moves the loss most, with everything as it is."""
    if not found.has(COST) or not found.unknowns:
        return ""
    base, name = found.base, base_name(found)
    lead = f"{name}, what" if name else "What"
    futures = base.frame["future"].nunique()
    if not varies(base.frame.groupby("future")[COST].mean()):
        return f"Nothing that was left open changes the loss: it is the same in all {futures} futures."
    table = tornado(found, COST)
    if table.empty:
        return (f"Which unknown matters cannot be told from {futures} future{'s' * (futures != 1)}; it takes "
                f"{FEWEST_FUTURES} or more.")  # fmt: skip
    first = table.iloc[0]
    low, high = first["at its low end"], first["at its high end"]
    if first["swing"] < SLIGHT * abs(base.frame[COST].mean()):
        return f"Nothing that was left open moves the mean loss by more than {100 * SLIGHT:.0f} %."
    if by_chance(found, COST, first["uncertainty"]):
        return f"No unknown moves the loss by more than chance would in {futures} futures."
    kind = "gain" if max(low, high) < 0.0 else "loss"
    low, high = (-low, -high) if kind == "gain" else (low, high)
    return (
        f"{lead} nobody knows and matters most: {first['uncertainty']}; the mean {kind} is {money(low)} JPY at the "
        f"low end of its range and {money(high)} at the high end."
    )


def early_answer(found: Findings) -> str:
    """When stops come early: the box of runs in which they are clearly likelier, if there is one."""
    if not found.has(STOP) or found.frame[STOP].isna().all():
        return ""
    early, day = early_stops(found), early_day(found)
    policies = len(found.frame.groupby(found.moving)) if found.moving else 1
    over = f", over all {policies} policies tried," if policies > 1 else ""
    words = f"{100 * early.mean():.0f} % of all runs{over} have a stop in Japan by day {day}"
    if early.all() or inputs_of(found).empty:
        return f"{words}."
    box = discovery(found)
    if box is None:
        return f"{words}; no group of runs stands out."
    return (
        f"{words}; {100 * box.coverage:.0f} % of these have in common: {' and '.join(box.words)} (there "
        f"{100 * box.density:.0f} % of {box.runs:,} runs stop that early, {few(box.lift)} times the share of all runs)."
    )


def discovered(found: Findings) -> pd.DataFrame:
    """The box of early stops as a table of one row; empty where no group of runs stands out."""
    box = discovery(found)
    if box is None:
        return pd.DataFrame()
    row = {"what they have in common": " and ".join(box.words), "runs": box.runs,
           "stop early (%, density)": 100.0 * box.density,
           "of all runs (%, base rate)": 100.0 * box.all_early / box.all_runs,
           "times as likely (lift)": box.lift, "of all early stops (%, coverage)": 100.0 * box.coverage}  # fmt: skip
    return pd.DataFrame([row])
