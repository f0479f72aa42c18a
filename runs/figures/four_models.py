"""One shock by the rules of several models: total output of all firms, side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from runs.figures.style import DASHES, INK, OKABE_ITO, new_sheet, with_house_style
from runs.simulation.record import Array

AFTER_DAYS = 40  # days after the shock that are drawn


@with_house_style
def draw_four_models(totals: Mapping[str, Array], first: int, end: int) -> Figure:
    """Draw output of all firms, as a share of normal, by model; first, end: first day of the shock and after it."""
    figure = new_sheet(
        4.3, "One shock by the rules of four models",
        f"A mine makes half of what it makes on a normal day, on days {first} to {end - 1}. Five firms in a loop, "
        "15 days of every input.",
    )  # fmt: skip
    axes = figure.subplots()
    last = end + AFTER_DAYS
    axes.axvspan(first, end, color=INK, alpha=0.06, lw=0, zorder=0)
    for place, (name, total) in enumerate(totals.items()):
        days = np.arange(len(total))[:last]
        axes.plot(days, 100.0 * total[:last], color=OKABE_ITO[place], ls=DASHES[place], label=name)
    axes.set_xlim(0, last - 1)
    axes.set_xlabel("Day")
    axes.set_ylabel("Output of all firms, % of normal")
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, title="Rules of", alignment="left")
    figure.subplots_adjust(left=0.085, right=0.79, top=0.83, bottom=0.125)
    return figure
