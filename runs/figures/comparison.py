"""Scenarios side by side: vehicles made a day at home, and the cover of magnet makers."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.figures.style import DASHES, INK, OKABE_ITO, format_thousands, new_sheet, week_mean, with_house_style
from runs.measures.quantities import (
    JPY_MN_PER_BN,
    column,
    cover_of_magnet_makers,
    focus,
    shortest_cover,
    vehicle_lines,
)
from runs.simulation.money_units import MILLION, choose_unit
from runs.simulation.record import Array, Record


@with_house_style
def compare_outputs(records: dict[str, Record]) -> Figure:
    """Draw scenarios side by side: vehicles made a day at home, and the cover of those whose stock counts."""
    figure = new_sheet(
        6.6,
        "Scenarios compared",
        "Mean of seven days. Day 0 is the shock of each scenario; one without a shock follows the first that has one.",
    )
    above, below = figure.subplots(2, 1, sharex=True)
    about = focus(next(iter(records.values())))
    zero = next((record.shock_day for record in records.values() if record.shock_day is not None), 0)
    made = {name: made_at_home(record) for name, record in records.items()}
    unit = choose_unit([float(days.max()) / JPY_MN_PER_BN for days in made.values()], MILLION)
    times = 1.0 if about.vehicles else 1.0 / (JPY_MN_PER_BN * unit.billions)
    for place, (name, record) in enumerate(records.items()):
        days = np.arange(record.days) - (zero if record.shock_day is None else record.shock_day)
        style = {"color": OKABE_ITO[place % 8], "ls": DASHES[place % 4], "label": name}
        above.plot(days, times * week_mean(made[name]), **style)
        below.plot(days, cover_of_makers(record), **style)
    above.set_title(f"{'Vehicles made' if about.vehicles else 'Value added'} in {about.home_name}")
    above.set_ylabel("Vehicles a day" if about.vehicles else f"{unit.word.capitalize()} {about.money.code} a day")
    whose, how = (about.stock_makers, "mean over makers") if about.stock_role else ("lines", "median over lines")
    below.set_title(f"Cover of {about.at_home(whose)}: scarcest input, {how}")
    below.set_ylabel("Days of cover")
    draw_axes(figure, above, below)
    return figure


def cover_of_makers(record: Record) -> Array:
    """Days of cover of those whose stock counts; in a world without people of all lines at home that have inputs."""
    if focus(record).stock_role:
        return cover_of_magnet_makers(record)
    at_home = column(record, "country") == focus(record).home
    lines = at_home & (np.diff(record.network.first_need[: len(at_home) + 1]) > 0)
    cover = np.median(shortest_cover(record)[:, lines], axis=1) if lines.any() else np.full(record.days, np.nan)
    return np.where(np.isfinite(cover), cover, np.nan)


def made_at_home(record: Record) -> Array:
    """Vehicles made a day at home; in a world without any the value added by lines at home, in millions."""
    home, output = column(record, "country") == focus(record).home, record.lines["output"]
    if focus(record).vehicles:
        return np.asarray(output[:, vehicle_lines(record) & home].sum(axis=1))
    return np.asarray((output * record.network.value_added[: len(home)])[:, home].sum(axis=1))


def draw_axes(figure: Figure, above: Axes, below: Axes) -> None:
    """Scales, the line of the shock and the legend of a comparison."""
    for axes in (above, below):
        axes.set_ylim(0, None)
        axes.axvline(0, color=INK, lw=1.1, zorder=1.5)
        axes.set_xlabel("Day after the shock")
        axes.xaxis.set_tick_params(labelbottom=True)
        format_thousands(axes)
    above.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, title="Scenario", alignment="left")
    figure.subplots_adjust(left=0.09, right=0.79, top=0.87, bottom=0.075, hspace=0.38)
