"""The figures of exercises: what a sweep measured, over what was varied."""

from __future__ import annotations

from io import StringIO
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.classroom.answers import NORMAL_95, number_text, place_text, rows_at
from runs.classroom.exercise import FigureSpec, Sweep
from runs.figures.style import DASHES, FAINT, INK, OKABE_ITO, QUIET, format_thousands, new_sheet, with_house_style

HEIGHT = 4.3  # inches
MARKERS = "osD^vPX*"
LEGEND_LETTERS, LABEL_LETTERS = 30, 44  # in a line of a legend, and of the label of an axis
RUN_LABEL = "Run, by the number of its seed"
LEAST_BAR = 1e-9  # smaller numbers are rounding
BARS_SHARE = 0.8  # of the room between two places that bars fill
ROOM_FOR_NEVER = 1.12
MOST_NUMBERED = 2  # curves whose points still have room for numbers


@with_house_style
def draw_figure(sweep: Sweep, table: pd.DataFrame, what: FigureSpec) -> Figure:
    """Draw one figure of a sweep: a line or a row of bars for each thing measured, or for each place on `by`."""
    figure = new_sheet(HEIGHT, what.title, what.remark)
    shown_rows = differences(table, what) if what.minus else rows_at(table, what.at, what.title)
    curves = {name: mean_and_band(rows, what.x, column) for name, rows, column in curves_of(sweep, shown_rows, what)}
    legend = len(curves) > 1
    axes = figure.add_axes((0.085, 0.145, 0.585 if legend else 0.89, 0.66))
    (draw_bars if what.kind == "bars" else draw_lines)(axes, curves, what)
    if what.level:
        draw_level(axes, mean_and_band(rows_at(shown_rows, what.level, what.title), what.x, what.y[0]), what.level_name)
    long = len(what.label_y) > LABEL_LETTERS
    axes.set_ylabel(what.label_y.replace(" (", "\n(") if long else what.label_y, labelpad=1.0 if long else None)
    axes.set_xlabel({axis.name: axis.label for axis in sweep.axis}.get(what.x, RUN_LABEL))
    format_thousands(axes)
    if legend:
        heading = next((axis.label for axis in sweep.axis if axis.name == what.by), "")
        name_curves(axes, fill(heading, LEGEND_LETTERS))
    if any(table["seed"] > 1) and what.x != "seed":
        words = f"mean of {table['seed'].nunique()} runs that differ in luck only; band: 95 %"
        axes.set_title(words, loc="right", fontsize=8.5, fontweight="normal", color=QUIET)
    return figure


def differences(table: pd.DataFrame, what: FigureSpec) -> pd.DataFrame:
    """What was measured less the same at another place, run by run with the same seed."""
    rows = rows_at(table, what.at, what.title).copy()
    base = rows_at(table, what.minus, what.title)
    keys = [name for name in table if name not in what.y and name not in what.minus and table[name].nunique() > 1]
    keys = [name for name in keys if name == "seed" or name in (what.x, what.by)] or ["seed"]
    merged = rows.merge(base[[*keys, *what.y]], on=keys, suffixes=("", "_base"))
    for name in what.y:
        merged[name] = merged[name] - merged[f"{name}_base"]
    return merged


def curves_of(sweep: Sweep, table: pd.DataFrame, what: FigureSpec) -> list[tuple[str, pd.DataFrame, str]]:
    """The curves of a figure: name, rows of the table, column."""
    if not what.by:
        return [(fill(sweep.labels.get(name, name), LEGEND_LETTERS), table, name) for name in what.y]
    places = list(dict.fromkeys(table[what.by]))
    return [(fill(place_text(place), LEGEND_LETTERS), table[table[what.by] == place], what.y[0]) for place in places]


def mean_and_band(rows: pd.DataFrame, x: str, column: str) -> pd.DataFrame:
    """Mean and half the width of the 95 % band at each place on the axis, in order."""
    groups = rows.groupby(x, sort=x == "seed")[column]
    half: Any = NORMAL_95 * groups.std() / np.sqrt(groups.count())
    return pd.DataFrame({"mean": groups.mean(), "half": half.fillna(0.0)})


def draw_lines(axes: Axes, curves: dict[str, pd.DataFrame], what: FigureSpec) -> None:
    """Draw a line for each curve, with its band; hollow marks at the top where a thing never happened."""
    highest = [float(np.nanmax(curve["mean"])) for curve in curves.values() if curve["mean"].notna().any()]
    top = max(highest, default=1)
    places = curves[next(iter(curves))].index.to_numpy(float)
    if what.frontier:
        least = np.nanmin([curve["mean"].to_numpy() for curve in curves.values()], axis=0)
        axes.plot(places, least, color="#f3d36b", lw=9, alpha=0.75, zorder=1, label="the frontier: least lost")
    numbered = len(curves) <= MOST_NUMBERED and what.x != "seed"
    for rank, (name, curve) in enumerate(curves.items()):
        draw_curve(axes, rank, name, curve, numbered)
        mark_missing(axes, rank, curve, top * ROOM_FOR_NEVER * (1 + 0.035 * rank))
    if any(curve["mean"].isna().any() for curve in curves.values()):
        explain_missing(axes, top, what.never)
    if what.x != "seed":
        axes.set_xticks(places)
        mark_zero(axes)


def draw_curve(axes: Axes, rank: int, name: str, curve: pd.DataFrame, numbered: bool) -> None:
    """Draw one line with its band and, where there is room, the number of each point."""
    x, mean, half = curve.index.to_numpy(float), curve["mean"].to_numpy(), curve["half"].to_numpy()
    colour, dash = OKABE_ITO[rank % len(OKABE_ITO)], DASHES[rank % len(DASHES)]
    axes.plot(x, mean, color=colour, marker=MARKERS[rank], ms=5.5, ls=dash, label=name, zorder=2.5)
    if half.any():
        axes.fill_between(x, mean - half, mean + half, color=colour, alpha=0.18, lw=0)
    if numbered:
        number_points(axes, x, mean)


def mark_missing(axes: Axes, rank: int, curve: pd.DataFrame, height: float) -> None:
    """Draw a hollow mark above each place at which a thing never happened."""
    missing = curve["mean"].isna().to_numpy()
    x = curve.index.to_numpy(float)[missing]
    colour = OKABE_ITO[rank % len(OKABE_ITO)]
    axes.plot(x, np.full(len(x), height), color=colour, marker=MARKERS[rank], ms=6.5, mfc="white", ls="")


def explain_missing(axes: Axes, top: float, never: str) -> None:
    """Set the hollow marks apart with a line, and say what they mean."""
    axes.axhline(top * 1.06, color=FAINT, lw=0.9)
    axes.annotate(
        never, (1.0, top * ROOM_FOR_NEVER), xycoords=("axes fraction", "data"), size=8.5, color=QUIET, ha="right",
        va="bottom", xytext=(0, 5), textcoords="offset points",
    )  # fmt: skip


def draw_level(axes: Axes, there: pd.DataFrame, name: str) -> None:
    """Draw a level line with its band, to compare curves with."""
    mean, half = float(there["mean"].iloc[0]), float(there["half"].iloc[0])
    colour = OKABE_ITO[2]
    axes.axhline(mean, color=colour, lw=1.6, ls=(0, (6, 3)), zorder=1.5)
    axes.axhspan(mean - half, mean + half, color=colour, alpha=0.25, lw=0)
    axes.annotate(
        f"{name}: {number_text(mean, 2)}", (1.0, mean), xycoords=("axes fraction", "data"), size=9.0, color=colour,
        ha="right", va="top", xytext=(-2, -3), textcoords="offset points",
    )  # fmt: skip


def number_points(axes: Axes, x: Any, mean: Any) -> None:
    """Write its number above each point of a curve."""
    digits = digits_for(np.nanmax(np.abs(mean), initial=0.0))
    for place, value in zip(x, mean, strict=True):
        if not np.isnan(value):
            axes.annotate(
                number_text(float(value), digits), (place, value), xytext=(0, 6), textcoords="offset points",
                size=8.5, ha="center", color=QUIET,
            )  # fmt: skip


def digits_for(most: float) -> int:
    """How many digits after the point numbers have of which the largest is `most`."""
    return 0 if most >= 10 else 1 if most >= 1 else 2


def draw_bars(axes: Axes, curves: dict[str, pd.DataFrame], what: FigureSpec) -> None:
    """Draw a group of bars at each place, one for each curve, with the numbers on top."""
    width = BARS_SHARE / len(curves)
    places = list(curves[next(iter(curves))].index)
    for rank, (name, curve) in enumerate(curves.items()):
        at = np.arange(len(places)) + (rank - (len(curves) - 1) / 2) * width
        height = curve["mean"].reindex(places).to_numpy()
        error = curve["half"].reindex(places).to_numpy()
        axes.bar(
            at, np.nan_to_num(height), width * 0.92, color=OKABE_ITO[rank % len(OKABE_ITO)], label=name,
            yerr=error if error.any() else None, ecolor=INK, error_kw={"lw": 1.0},
        )  # fmt: skip
        number_bars(axes, at, height, error, what.never)
    axes.set_xticks(range(len(places)), [place_text(each) for each in places])
    axes.grid(axis="x", visible=False)
    mark_zero(axes)


def number_bars(axes: Axes, at: Any, height: Any, error: Any, never: str) -> None:
    """Write its number at the end of each bar, beyond the error bar."""
    digits = digits_for(np.nanmax(np.abs(height)))
    for spot, value, reach in zip(at, height, error, strict=True):
        down = bool(value < -LEAST_BAR)
        axes.annotate(
            never if np.isnan(value) else number_text(float(value), digits),
            (spot, np.nan_to_num(value - reach if down else value + reach)),
            ha="center", va="top" if down else "bottom", size=8.5, xytext=(0, -2 if down else 2),
            textcoords="offset points",
        )  # fmt: skip


def name_curves(axes: Axes, heading: str) -> None:
    """Write the names of the curves to the right of the figure, under a heading."""
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        borderaxespad=0.0,
        handlelength=2.4,
        title=heading or None,
        title_fontsize=9.0,
        alignment="left",
    )


def mark_zero(axes: Axes) -> None:
    """Draw a line at zero, and leave some room above the highest point."""
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 0.0), high * 1.03)
    axes.axhline(0.0, color=INK, lw=0.8)


def svg_text(figure: Figure) -> str:
    """A figure as SVG with the same bytes on every day."""
    out = StringIO()
    with mpl.rc_context({"svg.hashsalt": "linestop", "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
