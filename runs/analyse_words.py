"""The answers of a batch in sentences, for somebody who has a minute."""

from __future__ import annotations

import pandas as pd

from runs.analyse import COST, STOP, Findings, tornado
from runs.discovery import discovery, early_day, early_stops
from runs.outcomes import JPY_BN_PER_TN, JPY_MN_PER_BN
from runs.policy_tables import BEST, DAYS, ERROR, PRICE, TOTAL, by_lever, cheapest, short

SURE = 2.0  # standard errors by which a difference stands clear of luck
SLIGHT = 0.02  # share of the loss that nobody would ask about
TEN = 10.0  # from here on digits after the point say nothing


def answers(found: Findings) -> list[str]:
    """What the batch says of one scenario, the most useful first."""
    told = [outlook(found), lever_answer(found), policy_answer(found), unknown_answer(found), early_answer(found)]
    return [sentence for sentence in told if sentence]


def outlook(found: Findings) -> str:
    """What happens on the whole: when lines stop first and what is lost, over everything that was tried."""
    frame, told = found.frame, []
    if found.has(STOP):
        stops = frame[STOP].dropna()
        share = 100.0 * len(stops) / len(frame)
        often = "In every run" if share == 100.0 else f"In {share:.0f} % of runs"
        when = f", the first on day {stops.median():.0f} after the shock (median)" if len(stops) else ""
        told.append(f"{often} a line in Japan stops{when}." if len(stops) else "No line in Japan stops in any run.")
    if found.has(COST):
        low, middle, high = (float(frame[COST].quantile(share)) for share in (0.05, 0.5, 0.95))
        if middle >= 0.0:
            spread = f"nine tenths of runs: {money(low)} to {money(high)}"
            told.append(f"Japan loses value added of {money(middle)} JPY (median; {spread}).")
        else:
            told.append(f"Value added in Japan is {money(-middle)} JPY above normal (median): customers who came from "
                        "makers abroad that stood, and stocks that were built, outweigh what was lost.")  # fmt: skip
    return " ".join(told)


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
    clear = table[(table[DAYS] > 0.0) & (table[DAYS] > SURE * table[ERROR])]
    if clear.empty:
        return "No choice of any lever buys car production by more than luck would."
    best, most = clear.iloc[0], clear.sort_values(DAYS).iloc[-1]
    words = "Little can be bought here. " if most[DAYS] < 1.0 else ""
    words += f"The cheapest day of car production comes from {named(best)}: {bill(best)}."
    if most["lever"] != best["lever"] or most["choice"] != best["choice"]:
        words += f" Most days come from {named(most)}: {bill(most)}."
    return words


def named(row: pd.Series) -> str:
    """A choice of a lever in words."""
    return f"{row['lever']} “{row['choice']}” instead of “{row['instead of']}”"


def bill(row: pd.Series) -> str:
    """What something buys and what it costs, in words."""
    days = f"{few(row[DAYS])} production days (± {few(SURE * row[ERROR])})"
    if row[TOTAL] <= 0.0:
        return f"{days}, and precaution costs {money(-row[TOTAL])} JPY less"
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
    if table.empty or len(found.levers) < 2:
        return ""
    best = table[table[BEST] & (table[DAYS] > SURE * table[ERROR])]
    if best.empty:
        return ""
    most = best.sort_values(DAYS).iloc[-1]
    return f"No policy tried buys more than {differing(found, most)}: {bill(most)}."


def differing(found: Findings, row: pd.Series) -> str:
    """A policy by what differs from the first."""
    first = found.frame.iloc[0]
    names = [lever.name for lever in found.experiment.levers if row[lever.name] != first[lever.name]]
    return " with ".join(f"{name} “{short(row[name])}”" for name in names) or "doing as before"


def unknown_answer(found: Findings) -> str:
    """Which unknown moves the loss most."""
    table = tornado(found, COST) if found.has(COST) else pd.DataFrame()
    if table.empty:
        return ""
    first = table.iloc[0]
    low, high = first["at its low end"], first["at its high end"]
    if first["swing"] < SLIGHT * abs(found.frame[COST].mean()):
        return f"Nothing that was left open moves the mean loss by more than {100 * SLIGHT:.0f} %."
    what = "gain" if max(low, high) < 0.0 else "loss"
    low, high = (-low, -high) if what == "gain" else (low, high)
    return (
        f"What nobody knows and matters most: {first['uncertainty']}; the mean {what} is {money(low)} JPY at the "
        f"low end of its range and {money(high)} at the high end."
    )


def early_answer(found: Findings) -> str:
    """When stops come early: the box that holds most early stops."""
    if not found.has(STOP) or found.frame[STOP].isna().all():
        return ""
    early, day = early_stops(found), early_day(found)
    words = f"{100 * early.mean():.0f} % of all runs have a stop in Japan by day {day}"
    boxes = discovery(found)
    if not boxes:
        return f"{words}."
    best = boxes[0]
    held = 100.0 * best.early / early.sum()
    return (
        f"{words}; {held:.0f} % of these have in common: {' and '.join(best.words)} "
        f"(there {100 * best.purity:.0f} % stop that early)."
    )


def discovered(found: Findings) -> pd.DataFrame:
    """The boxes of early stops as a table."""
    return pd.DataFrame(
        {"what they have in common": " and ".join(box.words), "runs": box.runs, "stop early (%)": 100.0 * box.purity,
         "of all early stops (%)": 100.0 * box.early / max(1, early_stops(found).sum())}
        for box in discovery(found)
    )  # fmt: skip
