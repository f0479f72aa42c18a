"""Figures for decisions: the peeling trajectory of a box, and policies by what they cost and what is lost."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.analysis.decisions import CHANGE, COST, FRONTIER, LOSS, MARGIN, POLICY, decision_table
from runs.analysis.discovery import early_day, find_box
from runs.analysis.findings import Findings
from runs.figures.style import INK, OKABE_ITO, QUIET

WIDTH = 8.27
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PANEL_LETTERS, MOST_NAMED = 40, 12
GREY = "#a3abb3"  # of what is dominated
SMALL_COST, FEW_MARKS = 0.01, 4  # billions, below which numbers on the axis are long; marks that have room then


def trajectory_figure(found: Findings, place: Path) -> Figure | None:
    """The peeling trajectory: density against coverage, a dot a box, coloured by how many inputs it restricts."""
    best = find_box(found) if found.has(found.stop) else None
    if best is None:
        return None
    figure = Figure(figsize=(WIDTH, 4.2), layout="constrained")
    axis = figure.subplots()
    coverage, density = ([100.0 * getattr(box, name) for box in best.trajectory] for name in ("coverage", "density"))
    axis.plot(coverage, density, color=QUIET, lw=0.8, zorder=2)
    restricted = np.array([len(box.columns) for box in best.trajectory])
    for count, colour in zip(np.unique(restricted), OKABE_ITO * 3, strict=False):
        some = restricted == count
        axis.scatter(np.array(coverage)[some], np.array(density)[some], s=34, color=colour, zorder=3, label=f"{count}")
    axis.plot(100.0 * best.box.coverage, 100.0 * best.box.density, "o", ms=13, mfc="none", mec=INK, mew=1.5, zorder=4)
    axis.annotate("the box", (100.0 * best.box.coverage, 100.0 * best.box.density), xytext=(10, 8),
                  textcoords="offset points", weight="bold")  # fmt: skip
    base = 100.0 * best.box.base_rate
    axis.axhline(base, color=INK, lw=0.8, ls="--")
    axis.annotate("all runs", (1.0, base), xycoords=("axes fraction", "data"), xytext=(-4, -12), ha="right",
                  textcoords="offset points", color=QUIET)  # fmt: skip
    axis.set(xlim=(-2.0, 104.0), ylim=(0.0, 106.0), xlabel="coverage: share of early stops that lie in the box (%)",
             ylabel=f"density: share of its runs\nthat stop by day {early_day(found)} (%)")  # fmt: skip
    axis.set_xticks(range(0, 101, 20))
    axis.legend(title="inputs that it restricts", loc="lower left", ncols=len(np.unique(restricted)))
    return figure


def pareto_figure(found: Findings, place: Path) -> Figure | None:
    """Policies by what they cost and what is lost: those that no cheaper one beats are named, all others grey.

    A line is the 95 % interval of the difference to the baseline in the same futures.
    """
    table = decision_table(found)
    if FRONTIER not in table or len(table) < 2 or table[COST].nunique() < 2:
        return None
    figure = Figure(figsize=(WIDTH, 4.8))
    axis = figure.subplots()
    figure.subplots_adjust(left=0.11, right=0.6, top=0.97, bottom=0.16)
    grey, best = table[~table[FRONTIER]], table[table[FRONTIER]]
    draw_policies(axis, grey, GREY, "another one loses less for no more")
    draw_policies(axis, best, OKABE_ITO[1], "none cheaper loses less")
    axis.step(best[COST], best[LOSS], where="post", color=OKABE_ITO[1], lw=1.2, zorder=3)
    named = best.head(MOST_NAMED)
    base = table[(table[POLICY] == found.policy_name) & ~table[FRONTIER]]
    words = []
    for letter, (_, row) in zip(ALPHABET, [*named.iterrows(), *base.iterrows()], strict=False):
        axis.annotate(letter, (row[COST], row[LOSS]), xytext=(5, 5), textcoords="offset points", weight="bold")
        name = str(row[POLICY]).replace(" %", "\N{NO-BREAK SPACE}%")
        words.append(f"{letter}  {fill(name, PANEL_LETTERS, subsequent_indent='    ')}")
    if len(best) > len(named):
        words.append(f"{len(best) - len(named)} more stand in the table")
    axis.text(1.03, 1.0, "\n".join(words), transform=axis.transAxes, va="top", fontsize=8.5, linespacing=1.35)
    axis.set_xlabel(
        f"{found.in_money(COST)}\n(line: 95 % interval of the difference to the policy {found.policy_name})"
    )
    axis.set_ylabel(f"value added lost in {found.home_name} (mean, billion {found.money})")
    axis.margins(0.1)
    if table[COST].abs().max() < SMALL_COST:
        axis.locator_params(axis="x", nbins=FEW_MARKS)
    axis.legend(loc="best", fontsize=8)
    return figure


def draw_policies(axis: Axes, policies: pd.DataFrame, colour: str, label: str) -> None:
    """Some policies as dots with the interval of their difference to the baseline."""
    if len(policies):
        error = policies[MARGIN].where(policies[CHANGE] != 0.0).fillna(0.0)
        axis.errorbar(policies[COST], policies[LOSS], yerr=error, fmt="o", ms=5, color=colour, elinewidth=1.0,
                      capsize=2, label=label, zorder=3)  # fmt: skip
