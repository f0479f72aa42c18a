"""The page of a batch: its summary, figures and tables, in one file that needs no network."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pandas as pd

from runs.analysis.decisions import decision_table
from runs.analysis.discovery import discovery_table, early_day
from runs.analysis.figures import write_figures
from runs.analysis.findings import Findings
from runs.analysis.policy_tables import (
    can_be_priced,
    interactions,
    lever_prices,
    paired_differences,
    policy_outcomes,
    policy_prices,
)
from runs.analysis.sensitivity import sensitivity_table, tornado_table
from runs.analysis.summary import answer_question, summarize
from runs.files.durable import write_whole

PAGE = "analysis.html"
SECTION_TITLES = {
    "day-of-stock": "What a day of stock buys",
    "levers": "Which lever buys a day of car production most cheaply",
    "pareto": "What policies cost and what is lost with them",
    "first-stops": "First stops by lever",
    "losses": "Losses by lever",
    "swings": "Which uncertainty matters",
    "indices": "How much of the variance each uncertainty makes",
    "trajectory": "How the box of early stops was found",
    "fan": "Day by day",
}
PRECAUTION_NOTE = (
    "The cost of precaution is what {home} pays, whoever pays it: to hold the stocks of lines and of the state for a "
    "quiet year, and once to qualify second sources and to redesign, all at base prices. It leaves out what a stock is "
    "bought for (it keeps its worth) and whatever else a lever changes. If such a crisis comes every ten years, a day "
    "that is bought by stocks costs ten times as much as is written here."
)
HINTS = {
    "day-of-stock": "By the day that is drawn half of the car lines in {home} have lost a week's output. The broken "
                    "line is what it would be if each day of stock bought a day.",
    "levers": "Each choice against the policy {policy}, with the same future and luck, all other levers as in it; the "
              "table also says what the choice buys beside other choices of these. Runs that share a future or a luck "
              "count as one piece of evidence. A production day is what {home} builds in vehicles on a normal day. "
              + PRECAUTION_NOTE,
    "pareto": "Every policy over the same futures and luck. Its regret in a future is what is lost beyond the loss of "
              "the policy that is best in that future; the worst is over futures.",
    "trajectory": "Each dot is a box on the way of peeling, from all runs at the right on: a twentieth of its runs is "
                  "cut off at one end of one input, so that early stops become denser and fewer of them are covered.",
    "first-stops": "The share of runs in which {stopping} has not stopped yet{others}; higher is better.",
    "losses": "Each choice over all futures and luck{others}.",
    "swings": "The mean loss in the lowest and in the highest fifth of each range, all other uncertainties varying, "
              "{policy}.",
    "indices": "By SALib, over the futures, {policy}. Alone: what knowing this number would take away; with others: "
               "all of its part, joint effects included.",
    "fan": "Bands of runs {policy} but for the lever that is named; the line marks the day of the "
           "shock.",
}  # fmt: skip
GAIN_NOTE = (
    " Below zero lines in {home} made more than on normal days: customers came from stopped makers abroad, or built "
    "stocks."
)
MOST_TABLE_ROWS = 24


@dataclass(frozen=True)
class Section:
    """A section of the page: a heading, a sentence, perhaps a figure and a table."""

    title: str
    hint: str
    figure: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numeric: list[bool] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True)
class Chapter:
    """One scenario: the answers to the question of the design, all other sentences, and the sections."""

    scenario: str
    answers: list[str]
    summary: list[str]
    sections: list[Section]


def write_page(found: Findings, place: Path) -> Path:
    """Draw the figures of a batch, write its page into its folder, and return the path of the page."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    templates = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    about = found.about
    page = templates.get_template("analysis.html").render(
        title=found.design.title, about=found.design.about, question=found.design.question, size=size_note(found),
        chapters=[make_chapter(name, some, place, len(found.by_scenario) > 1) for name, some in found.by_scenario],
        version=about["versions"].get("linestop", ""), command=about["command"] or "Python",
        fingerprint=about["fingerprint"][:12],
    )  # fmt: skip
    write_whole(place / PAGE, found.in_money(page).encode())
    return place / PAGE


def make_chapter(scenario: str, found: Findings, place: Path, several: bool) -> Chapter:
    """Draw the figures of one scenario and put its chapter together."""
    ending = f"-{Path(scenario).stem}" if several else ""
    drawn = (
        {name: data_uri(path) for name, path in write_figures(found, place, ending).items()} if len(found.frame) else {}
    )
    told = summarize(found)
    asked = answer_question(found) if len(found.frame) else []
    return Chapter(scenario, asked, [each for each in told if each not in asked], list_sections(found, drawn))


def size_note(found: Findings) -> str:
    """A sentence with how many runs the page is made from."""
    words = f"{len(found.frame):,} runs"
    if len(found.failed):
        words += f"; {len(found.failed):,} more failed and are left out"
    return words + ("." if found.complete else f"; the batch is not finished ({found.about['experiments']:,} planned).")


def list_sections(found: Findings, drawn: dict[str, str]) -> list[Section]:
    """The sections: figures with their tables, then discovery, sensitivity, policies and paired differences."""
    if found.frame.empty:
        return []
    tables = {"levers": lever_prices(found), "pareto": decision_table(found),
              "swings": tornado_table(found, found.cost) if found.has(found.cost) else pd.DataFrame()}  # fmt: skip
    hints = HINTS | (
        {"losses": HINTS["losses"] + GAIN_NOTE} if found.has(found.cost) and found.frame[found.cost].min() < 0 else {}
    )
    if "levers" not in drawn:
        hints["pareto"] += f" {PRECAUTION_NOTE}"
    names = {"home": found.home_name, "policy": found.policy_name, "stopping": found.stopping,
             "others": found.others_note}  # fmt: skip
    parts = [
        table_section(SECTION_TITLES[name], hints[name].format(**names), tables.get(name), figure)
        for name, figure in drawn.items()
    ]
    if found.has(found.stop) and len(rows := discovery_table(found)):
        hint = ("A box found by PRIM over all policies tried; it explains which runs stop early and nothing else, not "
                "losses nor what else the question asks. Density: share of its runs that stop early; coverage: the "
                "share of all early stops that lie in it; lift: its density over the base rate. Quasi-p-value: the "
                "chance of that density without the condition; runs of one future count as less than one.")  # fmt: skip
        parts.append(table_section(f"When stops come by day {early_day(found)}", hint, rows))
    if "pareto" not in drawn and len(table := decision_table(found)):
        parts.append(table_section(SECTION_TITLES["pareto"], hints["pareto"].format(**names), table))
    if len(table := policy_prices(found)):
        hint = f"Each policy against the one {found.policy_name}. A best buy: none buys as much for less."
        parts.append(table_section("Which policies are best buys", hint, table))
    if len(table := interactions(found)):
        unit = "production days of cars" if can_be_priced(found) else "billion ¤ of the loss"
        hint = (f"Two choices together against the policy {found.policy_name}, and the sum of what each does alone, in "
                f"{unit}. Clear: further from that sum than chance would bring, among so many pairs.")  # fmt: skip
        parts.append(table_section("Where levers change each other's effect", hint, table))
    for outcome, words in ((found.cost, "the loss"), (found.stop, f"the first stop of {found.stopping}")):
        if found.has(outcome) and len(table := sensitivity_table(found, outcome)):
            parts.append(
                table_section(f"What moves {words}", f"By SALib, over the futures, {found.policy_name}.", table)
            )
    if found.levers:
        parts.append(
            table_section(
                "Every policy",
                f"Over all futures and luck. Stops are those of {found.stopping}.",
                policy_outcomes(found),
            )
        )
    if found.has(found.cost) and len(table := paired_differences(found, found.cost)):
        hint = (f"Change of the loss in billion ¤ with the same future and the same luck{found.others_note}; "
                "unpaired is the error without this pairing.")  # fmt: skip
        parts.append(table_section("What each lever changes, paired by luck", hint, table))
    return parts


def table_section(title: str, hint: str, table: pd.DataFrame | None = None, figure: str = "") -> Section:
    """A section with the first rows of a table."""
    if table is None or table.empty:
        return Section(title, hint, figure)
    some = table.head(MOST_TABLE_ROWS)
    numeric = [bool(pd.api.types.is_numeric_dtype(some[name]) and some[name].dtype != bool) for name in some]
    rows = [[cell_text(value) for value in row] for row in some.itertuples(index=False)]
    return Section(title, hint, figure, [str(name) for name in some], rows, numeric, len(table) - len(some))


def cell_text(value: Any) -> str:
    """A value as the text of a cell."""
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


def data_uri(path: Path) -> str:
    """A picture as a data URI, so that the page needs no other file."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()
