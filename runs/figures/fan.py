"""The fan of a scenario: what it comes to for each value of what nobody knew on its date."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from runs.figures.style import INK, OKABE_ITO, new_sheet, with_house_style
from runs.measures.spread import Fan, band_of, cost_text, day_text, vehicles_text

LETTERS_A_TITLE = 90


@with_house_style
def fan_figure(fans: Sequence[Fan]) -> Figure:
    """Draw the cost of a scenario for each value of each range, with the band over worlds that fit if there are any."""
    remark = "Each bar is a run. Whiskers, where there are any: 90 % of the worlds that fit the facts of 2025."
    figure = new_sheet(0.8 + 2.3 * len(fans), "What hangs on what nobody knew", remark)
    panels = np.atleast_1d(figure.subplots(len(fans), 1))
    for axes, fan in zip(panels, fans, strict=True):
        places = np.arange(len(fan.fates))
        costs = [fate.cost for fate in fan.fates]
        axes.bar(places, costs, width=0.55, color=OKABE_ITO[0])
        if fan.worlds:
            bands = [band_of([fates[place] for fates in fan.worlds], "cost") for place in places]
            axes.vlines(places, [band.low for band in bands], [band.high for band in bands], color=INK, lw=1.4)
        tops = [max(costs[place], *(fates[place].cost for fates in fan.worlds), 0.0) for place in places]
        for place, fate in zip(places, fan.fates, strict=True):
            words = f"{cost_text(fate.cost)} %, {vehicles_text(fate.vehicles)} m vehicles"
            axes.text(
                place,
                tops[place],
                f"{words}\nfirst stop: {day_text(fate.first_stop)}\n",
                ha="center",
                va="bottom",
                size=8.5,
                linespacing=1.15,
            )
        axes.set_xticks(places, [f"{value:g} {fan.range.unit}" for value in fan.range.values])
        axes.set_ylim(min(0.0, *costs), max(0.05, 1.45 * max(tops)))
        axes.grid(axis="x", visible=False)
        axes.set_title(fan.range.name[:LETTERS_A_TITLE])
        axes.set_ylabel("% of a year's GDP")
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.6 / figure.get_figheight()))
    return figure
