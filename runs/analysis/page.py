"""The page of a batch: its answers in sentences, figures and tables, in one file that needs no network."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pandas as pd

from runs.analysis.answers import answers, discovered
from runs.analysis.discovery import early_day
from runs.analysis.figures import write_figures
from runs.analysis.findings import COST, STOP, Findings, sensitivity, tornado
from runs.analysis.policy_tables import by_lever, by_policy, cheapest, paired
from runs.files.durable import write_whole

PAGE = "analysis.html"
TITLES = {
    "levers": "Which lever buys a day of car production most cheaply",
    "price-of-time": "Which policies are best buys",
    "first-stops": "First stops by lever",
    "losses": "Losses by lever",
    "swings": "Which unknown matters",
    "indices": "How much of the uncertainty each unknown makes",
    "fan": "Day by day",
}
COUNTED = (
    "The cost of precaution is what Japan pays, whoever pays it: to hold the stocks of lines and of the state for a "
    "quiet year, and once to qualify second sources and to redesign, all at base prices. It leaves out what a stock is "
    "bought for (it keeps its worth) and whatever else a lever changes. If such a crisis comes every ten years, a day "
    "that is bought by stocks costs ten times as much as is written here."
)
HINTS = {
    "levers": "Each choice against things as they are (or the first of its lever), with the same future, luck and "
              "other levers, on average over the choices of these. Runs that share a future or a luck count as one "
              "piece of evidence. A production day is what Japan builds in vehicles on a normal day. " + COUNTED,
    "price-of-time": "Each policy against things as they are. A best buy: none buys as much for less.",
    "first-stops": "The share of runs in which no line in Japan has stopped yet, all other levers as they are; higher "
                   "is better.",
    "losses": "Each choice over all futures and luck, all other levers as they are.",
    "swings": "The mean loss in the lowest and in the highest fifth of each range, all other unknowns varying and "
              "everything else as it is.",
    "indices": "By SALib, over the futures. Alone: what knowing this number would take away; with others: all of its "
               "part, joint effects included.",
    "fan": "Bands of runs with everything as it is but for the lever that is named; the line marks the day of the "
           "shock.",
}  # fmt: skip
GAINED = (
    " Below zero lines in Japan made more than on normal days: customers came from makers abroad that stood, or "
    "built stocks."
)
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
    left_out: int = 0


@dataclass(frozen=True)
class Chapter:
    """What the page says of one scenario."""

    scenario: str
    story: list[str]
    parts: list[Section]


def write_page(found: Findings, place: Path) -> Path:
    """Draw and write the page of a batch into its folder, beside the figures it shows; its path."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    room = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    about = found.about
    page = room.get_template("analysis.html").render(
        title=found.design.title, about=found.design.about, size=size(found),
        chapters=[chapter(scenario, some, place, len(found.chapters) > 1) for scenario, some in found.chapters],
        version=about["versions"].get("linestop", ""), command=about["command"] or "Python",
        fingerprint=about["fingerprint"][:12],
    )  # fmt: skip
    write_whole(place / PAGE, page.encode())
    return place / PAGE


def chapter(scenario: str, found: Findings, place: Path, several: bool) -> Chapter:
    """Draw the figures of one scenario and put its answers together."""
    ending = f"-{Path(scenario).stem}" if several else ""
    drawn = (
        {name: image(path) for name, path in write_figures(found, place, ending).items()} if len(found.frame) else {}
    )
    return Chapter(scenario, answers(found), sections(found, drawn))


def size(found: Findings) -> str:
    """How many runs the page rests on."""
    words = f"{len(found.frame):,} runs"
    if len(found.failed):
        words += f"; {len(found.failed):,} more failed and are left out"
    return words + ("." if found.complete else f"; the batch is not finished ({found.about['experiments']:,} planned).")


def sections(found: Findings, drawn: dict[str, str]) -> list[Section]:
    """Figures first, each with the table behind it; then discovery, sensitivity, policies and what pairing saves."""
    if found.frame.empty:
        return []
    tables = {"levers": by_lever(found), "price-of-time": cheapest(found),
              "swings": tornado(found, COST) if found.has(COST) else pd.DataFrame()}  # fmt: skip
    hints = HINTS | ({"losses": HINTS["losses"] + GAINED} if found.has(COST) and found.frame[COST].min() < 0 else {})
    parts = [section(TITLES[name], hints[name], tables.get(name), figure) for name, figure in drawn.items()]
    if found.has(STOP) and len(rows := discovered(found)):
        hint = ("A box found by PRIM over all policies tried. Density: share of its runs that stop early; coverage: "
                "the share of all early stops that lie in it; lift: its density over the base rate.")  # fmt: skip
        parts.append(section(f"When stops come by day {early_day(found)}", hint, rows))
    as_it_is = ", with everything as it is" * bool(found.levers)
    for outcome, words in ((COST, "the loss"), (STOP, "the first stop")):
        if found.has(outcome) and len(table := sensitivity(found, outcome)):
            parts.append(section(f"What moves {words}", f"By SALib, over the futures{as_it_is}.", table))
    if found.levers:
        parts.append(section("Every policy", "Over all futures and luck.", by_policy(found)))
    if found.has(COST) and len(table := paired(found, COST)):
        hint = ("Change of the loss in billion JPY with the same future and the same luck, on average over the choices "
                "of other levers; unpaired is the error without this pairing.")  # fmt: skip
        parts.append(section("What each lever changes, paired by luck", hint, table))
    return parts


def section(title: str, hint: str, table: pd.DataFrame | None = None, figure: str = "") -> Section:
    """A part of the page with a table of at most some rows."""
    if table is None or table.empty:
        return Section(title, hint, figure)
    some = table.head(MOST_ROWS)
    numeric = [bool(pd.api.types.is_numeric_dtype(some[name]) and some[name].dtype != bool) for name in some]
    rows = [[cell(value) for value in row] for row in some.itertuples(index=False)]
    return Section(title, hint, figure, [str(name) for name in some], rows, numeric, len(table) - len(some))


def cell(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else ""
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
