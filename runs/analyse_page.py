"""The page of a batch: its answers in sentences, figures and tables, in one file that needs no network."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pandas as pd

from runs.analyse import COST, STOP, Findings, by_policy, cheapest, discovery, early_day, paired, sensitivity, tornado
from runs.plots_analyse import policy_label, write_figures
from runs.results import write_whole

PAGE = "analysis.html"
COPIED = {"first-stops": "First stops", "losses": "Losses by policy", "price-of-time": "What a production day costs",
          "swings": "Which unknown matters", "fan": "Day by day"}  # fmt: skip
MOST_ROWS = 24


@dataclass(frozen=True)
class Section:
    """A part of the page: a heading, a sentence, perhaps a figure and a table."""

    title: str
    hint: str
    figure: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numeric: list[bool] = field(default_factory=list)


def write_page(found: Findings, place: Path) -> Path:
    """Draw and write the page of a batch into its folder, beside the tables it shows; its path."""
    drawn = {name: image(path) for name, path in write_figures(found, place).items()}
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    room = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    about = found.about
    page = room.get_template("analyse.html").render(
        title=found.experiment.title, about=found.experiment.about, size=size(found), story=story(found),
        parts=sections(found, drawn), version=about["versions"].get("linestop", ""),
        command=about["command"] or "Python",
        fingerprint=about["fingerprint"][:12],
    )  # fmt: skip
    write_whole(place / PAGE, page.encode())
    return place / PAGE


def size(found: Findings) -> str:
    """How many runs the page rests on."""
    words = f"{len(found.frame):,} runs"
    if len(found.failed):
        words += f"; {len(found.failed):,} more failed and are left out"
    return words + ("." if found.complete else f"; the batch is not finished ({found.about['experiments']:,} planned).")


def story(found: Findings) -> list[str]:
    """The answers in sentences, the most useful first."""
    told = []
    table = cheapest(found)
    paying = table[table["production days bought"] > 0.0] if len(table) else table
    if len(paying):
        best = paying.iloc[0]
        words = policy_label(found, tuple(best[name] for name in found.levers)).replace("\n", " ")
        days, cost = best["production days bought"], best["extra cost of stocks (bn JPY)"]
        price = f"for {cost:.3g} billion JPY of stock cost" if cost > 0 else "at no extra cost of stocks"
        told.append(f"Cheapest production days of cars: {words}, which buys {days:.1f} days on average {price}.")
    elif len(table):
        told.append("No policy tried here buys a production day of cars against the first one.")
    swung = tornado(found, COST) if found.has(COST) else pd.DataFrame()
    if len(swung):
        first = swung.iloc[0]
        low, high = first["at its low end"], first["at its high end"]
        told.append(
            f"What nobody knows and matters most: {first['uncertainty']}; the mean loss goes from {low:,.0f} billion "
            f"JPY at its low end to {high:,.0f}."
        )
    if found.has(STOP):
        leaves, share = discovery(found)
        told.append(f"{share}{' Most of all: ' + leaves[0] + '.' if leaves else ''}")
    return told


def sections(found: Findings, drawn: dict[str, str]) -> list[Section]:
    """Figures first, each with the table behind it; then discovery, sensitivity and what pairing saves."""
    hints = {
        "first-stops": "The share of runs in which no line in Japan has stopped yet; higher is better.",
        "losses": "Each policy over all futures and luck.",
        "price-of-time": "Against the first policy; up is more cars, left is cheaper stocks.",
        "swings": "The mean loss in the lowest and the highest fifth of each range, all else varying.",
        "fan": "All runs together.",
    }
    tables = {"losses": by_policy(found), "price-of-time": cheapest(found),
              "swings": tornado(found, COST) if found.has(COST) else pd.DataFrame()}  # fmt: skip
    parts = [section(COPIED[name], hints[name], tables.get(name), figure) for name, figure in drawn.items()]
    if found.has(STOP):
        leaves, share = discovery(found)
        rows = pd.DataFrame({"stops come early in": leaves})
        parts.append(
            section(f"When stops come by day {early_day(found)}", f"{share} Leaves of a tree of depth 3.", rows)
        )
    for outcome in (COST, STOP):
        if found.has(outcome) and len(table := sensitivity(found, outcome)):
            parts.append(
                section(f"Sensitivity of {outcome}", "By SALib, over the futures; means over policies.", table)
            )
    if found.has(COST) and len(table := paired(found, COST)):
        hint = "Change of the loss in billion JPY, same future and luck; the last column is what it would be without."
        parts.append(section("What each lever changes, paired by luck", hint, table))
    return parts


def section(title: str, hint: str, table: pd.DataFrame | None = None, figure: str = "") -> Section:
    """A part of the page with a table of at most some rows."""
    if table is None or table.empty:
        return Section(title, hint, figure)
    some = table.head(MOST_ROWS)
    numeric = [bool(pd.api.types.is_numeric_dtype(some[name])) for name in some]
    rows = [[cell(value) for value in row] for row in some.itertuples(index=False)]
    return Section(title, hint, figure, [str(name) for name in some], rows, numeric)


def cell(value: Any) -> str:
    """A value as people read it."""
    if not isinstance(value, float | np.floating):
        return str(value)
    value = float(value)
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "never"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def image(path: Path) -> str:
    """A picture as part of the page."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()
