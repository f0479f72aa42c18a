"""The figures of exercises: what a sweep measured, over what was varied."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.classroom.answers import half_band, independent, number_text, place_text, rows_at
from runs.classroom.exercise import FigureSpec, Sweep
from runs.classroom.figure_numbers import LEAST_NUMBER, NUMBER_SIZE, digits_for, figure_number, number_points
from runs.classroom.language import ENGLISH, ENGLISH_CODE, Language
from runs.figures.style import (
    A4_INCHES,
    DASHES,
    FAINT,
    INK,
    OKABE_ITO,
    PAPER,
    QUIET,
    format_thousands,
    new_sheet,
    with_house_style,
)
from runs.figures.wrapping import width_of, wrap_text

HEIGHT = 4.3  # inches
MARKERS = "osD^vPX*"
LEGEND_LETTERS, PANEL_LETTERS, LABEL_LETTERS = 30, 40, 44  # in a line of a legend beside or above, and of an axis
RUN_LABEL = "Run, by the number of its seed"
LETTER_INCHES = 0.075  # of the name of a place under a bar
POINTS_AN_INCH, LETTER_EMS = 72.0, 0.62  # and the width of a figure of a number, in its size
HATCHES = ("", "///", "...", "xxx")
UNIT = re.compile(r"\(([^()]*)\)$")
MOST_TIMES = 20.0  # between the sizes of two things on one scale
LEFT, BOTTOM = 0.095, 0.195  # of a panel, of the width and of the height of the figure
PANEL_HEIGHT = 0.61  # of a panel with its legend beside it, of the height of the figure
GAP = 0.11  # between two panels, of its width
BARS_SHARE = 0.8  # of the room between two places that bars fill
ROOM_FOR_NEVER = 1.12
ROOM_FOR_NUMBERS = 0.07  # of the height of a scale, beyond its ends
MOST_NUMBERED = 3  # curves whose points still have room for numbers


@with_house_style
def draw_figure(sweep: Sweep, table: pd.DataFrame, what: FigureSpec, language: Language = ENGLISH) -> Figure:
    """Draw one figure of a sweep: a line or a row of bars for each thing measured, or for each place on `by`.

    Things of different units, or of sizes that do not go on one scale, have panels of their own. language: that of
    the sweep and the table.
    """
    figure = new_sheet(HEIGHT, what.title, what.remark)
    rows = rows_to_draw(table, what)
    curves = {name: mean_and_band(part, what.x, column) for name, part, column in curves_of(sweep, rows, what)}
    panels = [list(curves)] if what.by else split_panels(curves)
    across = {axis.name: axis.label for axis in sweep.axis}.get(what.x, language.say(RUN_LABEL))
    heading = next((wrap_text(axis.label, LEGEND_LETTERS) for axis in sweep.axis if axis.name == what.by), "")
    ranks = {name: rank for rank, name in enumerate(curves)}
    for names, axes in zip(panels, lay_out(figure, len(panels), len(curves) > 1), strict=True):
        shown = {name: curves[name] for name in names}
        (draw_bars if what.kind == "bars" else draw_lines)(axes, shown, ranks, what, language)
        if what.level:
            draw_level(axes, mean_and_band(rows_at(rows, what.level, what.title), what.x, what.y[0]), what.level_name)
        name_axes(axes, across, what.label_y if len(panels) == 1 else label_with_unit(what.label_y, names))
        if what.kind == "lines" and len(curves) <= MOST_NUMBERED and what.x != "seed":
            number_points(axes, [(curve.index.to_numpy(float), curve["mean"].to_numpy()) for curve in shown.values()],
                          digits_for(np.concatenate([curve["mean"] for curve in shown.values()])))  # fmt: skip
        if len(curves) > 1:
            name_curves(axes, heading, beside=len(panels) == 1)
    if any(table["seed"] > 1) and what.x != "seed":
        tell_of_luck(figure, table["seed"].nunique(), sweep.worlds, len(panels), language)
    return figure


def rows_to_draw(table: pd.DataFrame, what: FigureSpec) -> pd.DataFrame:
    """The rows of a sweep that a figure draws: those at its places, or their differences from another place."""
    return differences(table, what) if what.minus else rows_at(table, what.at, what.title)


def split_panels(curves: Mapping[str, pd.DataFrame]) -> list[list[str]]:
    """The names of curves that go on one scale: of one unit, and of sizes that differ by less than a factor.

    >>> one, other = (pd.DataFrame({"mean": [0.0, size]}) for size in (-3.0, 3307.0))
    >>> split_panels({"Makers": one, "Cars": other}), split_panels({"Makers": one, "None": one * 0})
    ([['Makers'], ['Cars']], [['Makers', 'None']])
    """
    sizes = {name: float(np.nanmax(np.abs(curve["mean"]), initial=0.0)) for name, curve in curves.items()}

    def fits(name: str, other: str) -> bool:
        small, large = sorted((sizes[name], sizes[other]))
        return unit_of(name) == unit_of(other) and (small < LEAST_NUMBER or large < small * MOST_TIMES)

    panels: list[list[str]] = []
    for name in curves:
        home = next((panel for panel in panels if all(fits(name, other) for other in panel)), None)
        if home is None:
            panels.append([name])
        else:
            home.append(name)
    return panels


def unit_of(name: str) -> str:
    """The unit in brackets at the end of the name of a curve."""
    found = UNIT.search(name)
    return found[1] if found else ""


def label_with_unit(label: str, names: Sequence[str]) -> str:
    """The label of an upright axis with the unit of its panel, where it has none itself."""
    unit = unit_of(names[0])
    return label if UNIT.search(label) or not unit else f"{label} ({unit})"


def lay_out(figure: Figure, panels: int, legend: bool) -> list[Axes]:
    """Room for some panels side by side; a single one leaves room for the names of its curves on its right."""
    if panels == 1:
        return [figure.add_axes((LEFT, BOTTOM, 0.575 if legend else 0.88, PANEL_HEIGHT))]
    width = (0.985 - LEFT - GAP * (panels - 1)) / panels
    return [
        figure.add_axes((LEFT + panel * (width + GAP), BOTTOM, width, PANEL_HEIGHT - 0.1)) for panel in range(panels)
    ]


def name_axes(axes: Axes, across: str, up: str) -> None:
    """Write the labels of both axes; a long one goes on two lines before its unit."""
    long = width_of(up) > LABEL_LETTERS * axes.get_position().height / PANEL_HEIGHT
    axes.set_ylabel(up.replace(" (", "\n(") if long else up, labelpad=1.0 if long else None)
    axes.set_xlabel(across)
    format_thousands(axes)


def tell_of_luck(figure: Figure, seeds: int, worlds: bool, panels: int, language: Language) -> None:
    """Say of how many runs a mean is, and in what they differ: above the panel on its right, or above all panels."""
    if worlds:
        words = language.say("mean of {0} runs in worlds that fit, each with its luck; band: 95 %", seeds)
    else:
        words = language.say("mean of {0} runs that differ in luck only; band: 95 %", seeds)
    if panels == 1:
        figure.axes[0].set_title(words, loc="right", fontsize=8.5, fontweight="normal", color=QUIET)
    else:
        figure.text(0.012, 1 - 0.58 / HEIGHT, words, size=8.5, color=QUIET, va="top")


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
        return [(sweep.labels.get(name, name), table, name) for name in what.y]
    places = list(dict.fromkeys(table[what.by]))
    return [(place_text(place), table[table[what.by] == place], what.y[0]) for place in places]


def mean_and_band(rows: pd.DataFrame, x: str, column: str) -> pd.DataFrame:
    """Mean and half the width of the 95 % band at each place on the axis, in order."""
    groups = rows.groupby(x, sort=x == "seed")
    half = {place: half_band(independent(part[column], part).dropna()) for place, part in groups}
    return pd.DataFrame({"mean": groups[column].mean(), "half": pd.Series(half)})


def draw_lines(
    axes: Axes, curves: dict[str, pd.DataFrame], ranks: Mapping[str, int], what: FigureSpec, language: Language
) -> None:
    """Draw a line for each curve, with its band; hollow marks at the top where a thing never happened."""
    highest = [float(np.nanmax(curve["mean"])) for curve in curves.values() if curve["mean"].notna().any()]
    top = max(highest, default=1)
    places = curves[next(iter(curves))].index.to_numpy(float)
    if what.frontier:
        least = np.nanmin([curve["mean"].to_numpy() for curve in curves.values()], axis=0)
        axes.plot(
            places, least, color="#f3d36b", lw=9, alpha=0.75, zorder=1, label=language.say("the frontier: least lost")
        )
    for name, curve in curves.items():
        draw_curve(axes, ranks[name], name, curve)
        mark_missing(axes, ranks[name], curve, top * ROOM_FOR_NEVER * (1 + 0.035 * ranks[name]))
    if any(curve["mean"].isna().any() for curve in curves.values()):
        explain_missing(axes, top, language.say(what.never))
    if what.x != "seed":
        axes.set_xticks(places)
        mark_zero(axes)


def draw_curve(axes: Axes, rank: int, name: str, curve: pd.DataFrame) -> None:
    """Draw one line with its band."""
    x, mean, half = curve.index.to_numpy(float), curve["mean"].to_numpy(), curve["half"].to_numpy()
    colour, dash = OKABE_ITO[rank % len(OKABE_ITO)], DASHES[rank % len(DASHES)]
    axes.plot(x, mean, color=colour, marker=MARKERS[rank], ms=5.5, ls=dash, label=name, zorder=2.5)
    if half.any():
        axes.fill_between(x, mean - half, mean + half, color=colour, alpha=0.18, lw=0)


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
        f"{name}: {number_text(mean, 2)}", (1.0, mean), xycoords=("axes fraction", "data"), size=9.0, color=INK,
        ha="right", va="top", xytext=(-2, -3), textcoords="offset points",
    )  # fmt: skip


def draw_bars(
    axes: Axes, curves: dict[str, pd.DataFrame], ranks: Mapping[str, int], what: FigureSpec, language: Language
) -> None:
    """Draw a group of bars at each place, one for each curve, numbers on top; hatches tell them apart in grey."""
    width = BARS_SHARE / len(curves)
    places = list(curves[next(iter(curves))].index)
    digits = digits_for(np.concatenate([curve["mean"] for curve in curves.values()]))
    for spot, (name, curve) in enumerate(curves.items()):
        at = np.arange(len(places)) + (spot - (len(curves) - 1) / 2) * width
        height = curve["mean"].reindex(places).to_numpy()
        error = curve["half"].reindex(places).to_numpy()
        axes.bar(
            at, np.nan_to_num(height), width * 0.92, color=OKABE_ITO[ranks[name] % len(OKABE_ITO)], label=name,
            hatch=HATCHES[ranks[name] % len(HATCHES)], edgecolor=PAPER, lw=0,
            yerr=error if error.any() else None, ecolor=INK, error_kw={"lw": 1.0},
        )  # fmt: skip
        number_bars(axes, at, height, error, language.say(what.never), digits, width)
    letters = int(axes.get_position().width * A4_INCHES[0] / len(places) / LETTER_INCHES)
    axes.set_xticks(range(len(places)), [wrap_text(place_text(each), max(letters, 1)) for each in places])
    axes.grid(axis="x", visible=False)
    mark_zero(axes)


def number_bars(axes: Axes, at: Any, height: Any, error: Any, never: str, digits: int, width: float) -> None:
    """Write its number at the end of each bar, beyond the error bar, and no wider than the place of a bar."""
    points = axes.get_position().width * A4_INCHES[0] * POINTS_AN_INCH * width / np.ptp(axes.get_xlim())
    for spot, value, reach in zip(at, height, error, strict=True):
        words = never if np.isnan(value) else figure_number(float(value), digits)
        down = words.startswith("-")
        axes.annotate(
            words, (spot, np.nan_to_num(value - reach if down else value + reach)), xytext=(0, -2 if down else 2),
            textcoords="offset points", size=min(NUMBER_SIZE, points / (LETTER_EMS * len(words))), ha="center",
            va="top" if down else "bottom",
        )  # fmt: skip


def name_curves(axes: Axes, heading: str, beside: bool) -> None:
    """Write the names of the curves under a heading: to the right of the figure, or above a panel."""
    handles, names = axes.get_legend_handles_labels()
    axes.legend(
        handles,
        [wrap_text(name, LEGEND_LETTERS if beside else PANEL_LETTERS) for name in names],
        loc="upper left" if beside else "lower left",
        bbox_to_anchor=(1.02, 1.0) if beside else (0.0, 1.02),
        borderaxespad=0.0,
        handlelength=2.4,
        handleheight=1.1,
        title=heading or None,
        title_fontsize=9.0,
        alignment="left",
    )


def mark_zero(axes: Axes) -> None:
    """Draw a line at zero, and leave room for a number beyond the highest and the lowest point."""
    low, high = axes.get_ylim()
    low, high = min(low, 0.0), max(high, 0.0)
    room = ROOM_FOR_NUMBERS * (high - low)
    axes.set_ylim(low - room if low < 0.0 else 0.0, high + room)
    axes.axhline(0.0, color=INK, lw=0.8)


@contextmanager
def letters_of_readers() -> Iterator[None]:
    """Let figures be drawn with letters that no font here has: they are those of the machine where the page is read."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def svg_text(figure: Figure, code: str = ENGLISH_CODE) -> str:
    """A figure as SVG with the same bytes on every day; letters of other languages are those of the reader's machine.

    code: the language of its texts.
    """
    out = StringIO()
    kind = "path" if code == ENGLISH_CODE else "none"
    with mpl.rc_context({"svg.hashsalt": "linestop", "svg.fonttype": kind}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue() if code == ENGLISH_CODE else out.getvalue().replace("<svg ", f'<svg xml:lang="{code}" ', 1)
