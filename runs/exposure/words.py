"""What a study says in words: its headline, its table for a terminal, and what its world lacks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from model.dates import in_words
from runs.exposure.study import AFTER_DAYS, Study
from runs.simulation.focus import Focus, focus_of
from runs.simulation.money_units import MoneyUnit, choose_unit

NAME_LETTERS, STOP_LETTERS = 44, 20
WORDS_OF_KINDS = {"line": "line", "licence": "licence", "country": "country of supply"}
COUNTED = {"line": ("line", "lines"), "licence": ("good to a destination", "goods to destinations"),
           "country": ("country of supply", "countries of supply")}  # fmt: skip
ALL_SAVED_PCT, NONE_SAVED_PCT = 99.5, -0.5
NO_NUMBER = "-"
WHOLE_FROM = 1_000.0  # from which on the terminal has room for whole ones alone
NOTES = """Loss: value added that all others do not make, from the outage to {after} days after its end; below zero
where rivals gain more. First other stop: a line that makes under 5 % of what is usual, and its day. Survive: days until
a customer, direct or not, makes under 95 %; recover: days from then until all make that again. Stock saves, second
sources save: the share of the loss that a month more stock of it at its customers, or second sources that are ready,
would take away. A dash stands where it has no customers in the tables, no second source or no loss."""


def about_of(study: Study) -> Focus:
    """What the world of a study is about."""
    return focus_of(study.world[1])


def headline(table: pd.DataFrame, study: Study) -> list[str]:
    """What carries most risk, of everything and then of each kind, in a sentence each."""
    sentences = []
    for kind, words in WORDS_OF_KINDS.items():
        mine = table[table["kind"] == kind]
        if len(mine) and (mine.iloc[0]["loss_jpy_bn"] > 0.0 or mine.iloc[0]["stop_days"] > 0):
            sentences.append(f"The {words} that carries most: {row_words(mine.iloc[0], study)}.")
        elif len(mine):
            sentences.append(f"No {words} carries a loss of others: each can be out for {study.days} days.")
    return sentences


def row_words(row: Any, study: Study) -> str:
    """A row in words: what is out, what others lose, and who stops first."""
    about, name = about_of(study), row["name"].removeprefix("Licences: ")
    unit = choose_unit([row["loss_jpy_bn"]])
    words = f"{name}; others lose {row['loss_jpy_bn'] / unit.billions:,.3g} {unit.word} {about.money.name}"
    share = row.get(f"loss_gdp_pct_{about.home}")
    if share is not None and math.isfinite(share) and share > 0.0:
        words += f" (in {about.home_name} {share:.2g} % of a year's GDP)"
    if pd.isna(row["first_stop_name"]):
        return f"{words}; no other line stops"
    return f"{words}; first to stop: {row['first_stop_name']}, on day {row['first_stop_day']:.0f}"


def lacks(study: Study) -> list[str]:
    """What a world has none of, and what it is therefore silent about, in a sentence each."""
    tables, about = study.world[1], about_of(study)
    kinds = {candidate.kind for candidate in study.candidates}
    found = []
    if "licence" in study.kinds and not about.exporters:
        found.append("No licence is tried: this world names no country whose authority rules on exports "
                     "(exporters in focus.toml).")  # fmt: skip
    elif "licence" in study.kinds and "licence" not in kinds:
        found.append("No licence is tried: no good that is controlled (goods.csv) is sold abroad by a line in "
                     f"{about.exporters_name}.")  # fmt: skip
    if "country" in study.kinds and "country" not in kinds:
        found.append("No country of supply is tried: no line buys of a line in another country.")
    valued = list(dict.fromkeys(line.country for line in tables.firms if line.value_added_jpy_mn > 0.0))
    if not valued:
        found.append("Money is not known: no line has value added in firms.csv, so that the order is by days of stop.")
    elif len(valued) < len({line.country for line in tables.firms}):
        found.append(f"Value added is known of lines in {' and '.join(map(about.name, valued))} alone; what is lost "
                     "elsewhere is counted in stops, not in money.")  # fmt: skip
    if all(link.qualification_days == 0 for link in tables.links):
        found.append("No second source is tried: all links of this world are qualified.")
    return found


def table_text(table: pd.DataFrame, study: Study, width: int) -> str:
    """The table for a terminal of some letters; a narrow one has fewer columns."""
    unit = choose_unit(table["loss_jpy_bn"])
    cells = {name: words for name, words in columns_of(about_of(study), unit).items() if width >= words[2]}
    table = table.assign(loss=table["loss_jpy_bn"] / unit.billions)
    room = min(NAME_LETTERS, width - sum(WIDTHS[name] for name in cells))
    rows = [[CELLS[name](row, study) for name in cells] for _, row in table.iterrows()]
    names = [f"{row['rank']:>3} {row['name']}" for _, row in table.iterrows()]
    heads = [[str(words[place]) for words in cells.values()] for place in (0, 1)]
    lines = [table_line(name, room, list(cells), line)
             for name, line in zip(["    what is out", "", *names], heads + rows, strict=True)]  # fmt: skip
    return "\n".join(line.rstrip() for line in lines)


def columns_of(about: Focus, unit: MoneyUnit) -> dict[str, tuple[str, str, int]]:
    """The columns of the table: two lines of heading, and the narrowest terminal that shows it.

    unit: of the losses.
    """
    return {
        "loss": ("loss", f"{unit.short} {about.money.code}"[:8], 0), "share": ("of GDP", f"{about.home} %"[:8], 70),
        "stop": ("first other", "stop, on day", 92), "survive": ("survive", "days", 70),
        "recover": ("recover", "days", 80), "stock": ("stock", "saves", 0), "second": ("2nd s.", "saves", 0),
    }  # fmt: skip


def table_line(name: str, room: int, columns: list[str], cells: list[str]) -> str:
    """A line of the table: a name in a column of some letters, and its cells."""
    parts = []
    for column, cell in zip(columns, cells, strict=True):
        width = WIDTHS[column]
        parts.append(
            f"  {cut(cell, width - 2):<{width - 2}}" if column == "stop" else f"{cut(cell, width - 1):>{width}}"
        )
    return f"{cut(name, room):<{room}}{''.join(parts)}"


def cut(words: str, letters: int) -> str:
    """Words that fit into so many letters."""
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


def share_cell(row: Any, about: Focus) -> str:
    """The loss at home in percent of its GDP."""
    share = row.get(f"loss_gdp_pct_{about.home}")
    return NO_NUMBER if share is None or not math.isfinite(share) else decimals(share, 4)


def decimals(number: float, places: int) -> str:
    """A number with so many decimals, and no minus before zero."""
    return f"{round(float(number), places) + 0.0:,.{places}f}"


def stop_cell(row: Any) -> str:
    """The first other line that stops, and its day."""
    if pd.isna(row["first_stop_name"]):
        return "none"
    day = f" {row['first_stop_day']:.0f}"
    return cut(str(row["first_stop_name"]).split(" (")[0], STOP_LETTERS - 2 - len(day)) + day


def day_cell(row: Any, name: str) -> str:
    """A number of days; `-` where no customer fell, `>` and the days of the run where one did not recover."""
    if row[name] is not None and math.isfinite(row[name]):
        return f"{row[name]:.0f}"
    fell = name == "recover_days" and row["survive_days"] is not None and math.isfinite(row["survive_days"])
    return "never" if fell else NO_NUMBER


def saved_cell(pct: float | None) -> str:
    """A share that is saved: `all` also where others gain in the end, `worse` where more is lost."""
    if pct is None or not math.isfinite(pct):
        return NO_NUMBER
    if pct >= ALL_SAVED_PCT:
        return "all"
    return "worse" if pct <= NONE_SAVED_PCT else f"{abs(pct):.0f} %"


CELLS: dict[str, Callable[[Any, Study], str]] = {
    "loss": lambda row, study: decimals(row["loss"], 2 if abs(row["loss"]) < WHOLE_FROM else 0),
    "share": lambda row, study: share_cell(row, about_of(study)),
    "stop": lambda row, study: stop_cell(row),
    "survive": lambda row, study: day_cell(row, "survive_days"),
    "recover": lambda row, study: day_cell(row, "recover_days"),
    "stock": lambda row, study: saved_cell(row["saved_by_stock_pct"]),
    "second": lambda row, study: saved_cell(row["saved_by_second_source_pct"]),
}
WIDTHS = {"loss": 8, "share": 8, "stop": STOP_LETTERS + 2, "survive": 8, "recover": 8, "stock": 7, "second": 7}


def title(study: Study) -> str:
    """What was asked, in a line."""
    world = "" if study.world[1].anonymous is None else " in a wide economy"
    return f"{study.world[0].title}{world}: what all others lose when something is out for {study.days} days"


def notes() -> str:
    """How to read the table."""
    return NOTES.format(after=AFTER_DAYS)


def tried(study: Study, precautions: int | None = None) -> str:
    """How much was tried, in words; precautions: for how many of the largest losses, None for all."""
    counts = {kind: sum(each.kind == kind for each in study.candidates) for kind in study.kinds}
    parts = [f"{n} {COUNTED[kind][n != 1]}" for kind, n in counts.items()]
    words = f"Tried: {', '.join(parts)}; seed {study.seed}, with people, from {in_words(study.start)}."
    if precautions is None or precautions >= len(study.candidates):
        return words
    return f"{words} Precautions were tried for the {precautions} largest losses; --precautions all tries them for all."
