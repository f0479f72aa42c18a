"""The figures of exercises: what a sweep measured, over what was varied."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.classroom.answers import NORMAL_95, picked, shown
from runs.classroom.exercise import Picture, Sweep
from runs.figures.style import DASHES, FAINT, INK, OKABE_ITO, QUIET, sheet, whole_numbers, with_house_style

HEIGHT = 4.3  # inches
MARKERS = "osD^vPX*"
LEGEND_LETTERS = 30
RUN = "Run, by the number of its seed"
NOUGHT = 1e-9  # smaller numbers are rounding
BARS_SHARE = 0.8  # of the room between two places that bars fill
ROOM_FOR_NEVER = 1.12
MOST_NUMBERED = 2  # curves whose points still have room for numbers


@with_house_style
def picture(sweep: Sweep, table: pd.DataFrame, what: Picture) -> Figure:
    """Draw one figure of a sweep: a line or a row of bars for each thing measured, or for each place on `by`."""
    figure = sheet(HEIGHT, what.title, what.remark)
    shown_rows = differences(table, what) if what.minus else picked(table, what.at, what.title)
    curves = {name: summary(rows, what.x, column) for name, rows, column in series(sweep, shown_rows, what)}
    legend = len(curves) > 1
    axes = figure.add_axes((0.085, 0.145, 0.585 if legend else 0.89, 0.66))
    (bars if what.kind == "bars" else lines)(axes, curves, what)
    if what.level:
        level(axes, summary(picked(shown_rows, what.level, what.title), what.x, what.y[0]), what.level_name)
    axes.set_ylabel(what.label_y)
    axes.set_xlabel({axis.name: axis.label for axis in sweep.axis}.get(what.x, RUN))
    whole_numbers(axes)
    if legend:
        heading = next((axis.label for axis in sweep.axis if axis.name == what.by), "")
        name_curves(axes, fill(heading, LEGEND_LETTERS))
    if any(table["seed"] > 1) and what.x != "seed":
        words = f"mean of {table['seed'].nunique()} runs that differ in luck only; band: 95 %"
        axes.set_title(words, loc="right", fontsize=8.5, fontweight="normal", color=QUIET)
    return figure


def differences(table: pd.DataFrame, what: Picture) -> pd.DataFrame:
    """What was measured less the same at another place, run by run with the same luck."""
    rows = picked(table, what.at, what.title).copy()
    base = picked(table, what.minus, what.title)
    keys = [name for name in table if name not in what.y and name not in what.minus and table[name].nunique() > 1]
    keys = [name for name in keys if name == "seed" or name in (what.x, what.by)] or ["seed"]
    merged = rows.merge(base[[*keys, *what.y]], on=keys, suffixes=("", "_base"))
    for name in what.y:
        merged[name] = merged[name] - merged[f"{name}_base"]
    return merged


def series(sweep: Sweep, table: pd.DataFrame, what: Picture) -> list[tuple[str, pd.DataFrame, str]]:
    """The lines of a figure: name, rows, column."""
    if not what.by:
        return [(fill(sweep.labels.get(name, name), LEGEND_LETTERS), table, name) for name in what.y]
    places = list(dict.fromkeys(table[what.by]))
    return [(fill(in_words(place), LEGEND_LETTERS), table[table[what.by] == place], what.y[0]) for place in places]


def in_words(place: Any) -> str:
    """A place on an axis as a legend calls it."""
    return f"{place:g}" if isinstance(place, int | float) else str(place)


def summary(rows: pd.DataFrame, x: str, column: str) -> pd.DataFrame:
    """Mean and half the width of the 95 % band at each place on the axis, in order."""
    groups = rows.groupby(x, sort=x == "seed")[column]
    half: Any = NORMAL_95 * groups.std() / np.sqrt(groups.count())
    return pd.DataFrame({"mean": groups.mean(), "half": half.fillna(0.0)})


def lines(axes: Axes, curves: dict[str, pd.DataFrame], what: Picture) -> None:
    """A line for each curve, with its band; hollow marks at the top where a thing never happened."""
    top = max(
        (float(np.nanmax(curve["mean"])) for curve in curves.values() if curve["mean"].notna().any()),
        default=1,
    )
    nevers = any(curve["mean"].isna().any() for curve in curves.values())
    places = curves[next(iter(curves))].index.to_numpy(float)
    if what.frontier:
        least = np.nanmin([curve["mean"].to_numpy() for curve in curves.values()], axis=0)
        axes.plot(places, least, color="#f3d36b", lw=9, alpha=0.75, zorder=1, label="the frontier: least lost")
    for i, (name, curve) in enumerate(curves.items()):
        x, mean, half = curve.index.to_numpy(float), curve["mean"].to_numpy(), curve["half"].to_numpy()
        colour = OKABE_ITO[i % len(OKABE_ITO)]
        axes.plot(
            x,
            mean,
            color=colour,
            marker=MARKERS[i],
            ms=5.5,
            ls=DASHES[i % len(DASHES)],
            label=name,
            zorder=2.5,
        )
        if half.any():
            axes.fill_between(x, mean - half, mean + half, color=colour, alpha=0.18, lw=0)
        if len(curves) <= MOST_NUMBERED and what.x != "seed":
            number_points(axes, x, mean)
        missing = np.isnan(mean)
        level = top * ROOM_FOR_NEVER * (1 + 0.035 * i)
        axes.plot(
            x[missing],
            np.full(missing.sum(), level),
            color=colour,
            marker=MARKERS[i],
            ms=6.5,
            mfc="white",
            ls="",
        )
    if nevers:
        axes.axhline(top * 1.06, color=FAINT, lw=0.9)
        axes.annotate(
            what.never,
            (1.0, top * ROOM_FOR_NEVER),
            xycoords=("axes fraction", "data"),
            size=8.5,
            color=QUIET,
            ha="right",
            va="bottom",
            xytext=(0, 5),
            textcoords="offset points",
        )
    if what.x != "seed":
        axes.set_xticks(places)
        frame(axes)


def level(axes: Axes, there: pd.DataFrame, name: str) -> None:
    """A level line with its band, to hold a curve against."""
    mean, half = float(there["mean"].iloc[0]), float(there["half"].iloc[0])
    colour = OKABE_ITO[2]
    axes.axhline(mean, color=colour, lw=1.6, ls=(0, (6, 3)), zorder=1.5)
    axes.axhspan(mean - half, mean + half, color=colour, alpha=0.25, lw=0)
    axes.annotate(
        f"{name}: {shown(mean, 2)}",
        (1.0, mean),
        xycoords=("axes fraction", "data"),
        size=9.0,
        color=colour,
        ha="right",
        va="top",
        xytext=(-2, -3),
        textcoords="offset points",
    )


def number_points(axes: Axes, x: Any, mean: Any) -> None:
    """Write its number above each point of a curve."""
    most = np.nanmax(np.abs(mean), initial=0.0)
    digits = 0 if most >= 10 else 1 if most >= 1 else 2
    for place, value in zip(x, mean, strict=True):
        if not np.isnan(value):
            axes.annotate(
                shown(float(value), digits),
                (place, value),
                xytext=(0, 6),
                textcoords="offset points",
                size=8.5,
                ha="center",
                color=QUIET,
            )


def bars(axes: Axes, curves: dict[str, pd.DataFrame], what: Picture) -> None:
    """A group of bars at each place, one for each curve, with the numbers on top."""
    width = BARS_SHARE / len(curves)
    places = list(curves[next(iter(curves))].index)
    for i, (name, curve) in enumerate(curves.items()):
        at = np.arange(len(places)) + (i - (len(curves) - 1) / 2) * width
        height = curve["mean"].reindex(places).to_numpy()
        error = curve["half"].reindex(places).to_numpy()
        axes.bar(
            at,
            np.nan_to_num(height),
            width * 0.92,
            color=OKABE_ITO[i % len(OKABE_ITO)],
            label=name,
            yerr=error if error.any() else None,
            ecolor=INK,
            error_kw={"lw": 1.0},
        )
        digits = 0 if np.nanmax(np.abs(height)) >= 10 else 1 if np.nanmax(np.abs(height)) >= 1 else 2
        for spot, value, reach in zip(at, height, error, strict=True):
            text = what.never if np.isnan(value) else shown(float(value), digits)
            down = bool(value < -NOUGHT)
            end = np.nan_to_num(value - reach if down else value + reach)
            axes.annotate(
                text,
                (spot, end),
                ha="center",
                va="top" if down else "bottom",
                size=8.5,
                xytext=(0, -2 if down else 2),
                textcoords="offset points",
            )
    axes.set_xticks(range(len(places)), [in_words(each) for each in places])
    axes.grid(axis="x", visible=False)
    frame(axes)


def name_curves(axes: Axes, heading: str) -> None:
    """The names of the curves, to the right of the figure, under what they are names of."""
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        borderaxespad=0.0,
        handlelength=2.4,
        title=heading or None,
        title_fontsize=9.0,
        alignment="left",
    )


def frame(axes: Axes) -> None:
    """A line at nought, and some room above the highest point."""
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 0.0), high * 1.03)
    axes.axhline(0.0, color=INK, lw=0.8)


def svg_text(figure: Figure) -> str:
    """A figure as SVG with the same bytes on every day."""
    from io import StringIO

    out = StringIO()
    with mpl.rc_context({"svg.hashsalt": "linestop", "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
