"""The wide economy around the named lines: stops of anonymous firms and their value added, layer by layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from runs.figures.series import SIDES, add_panel, draw_legend_below
from runs.figures.style import DASHES, OKABE_ITO, new_sheet, week_mean, with_house_style
from runs.simulation.record import Record

MOST_CURVES = 8  # each drawn by itself: those that lost most; the others are one line
LEAST_SHOWN_PCT = 0.5  # the scale reaches at least this far, so that next to nothing looks like it
OTHERS = "all other layers"


@with_house_style
def draw_wide_economy(record: Record) -> Figure:
    """Draw the share of stopped lines and the value added against normal, by layer of anonymous firms."""
    anonymous = record.anonymous
    assert anonymous is not None
    groups = layer_groups(record)
    lines = int(anonymous.lines.sum())
    remark = f"{lines:,} firms that follow habit; means of seven days. Stopped: makes under 5 % of what is usual."
    figure = new_sheet(4.2, "The wide economy", remark)
    figure.subplots_adjust(**SIDES, top=0.78, bottom=0.33, wspace=0.22)
    left = add_panel(figure, record, (1, 2, 1), "Lines stopped", "Lines stopped (% of layer)")
    right = add_panel(figure, record, (1, 2, 2), "Value added", "Value added (% of normal)")
    for place, (name, rows) in enumerate(groups.items()):
        style: dict[str, Any] = {"color": OKABE_ITO[place % 8], "ls": DASHES[place % 4]}
        stopped_pct = 100.0 * anonymous.stopped_lines[:, rows].sum(axis=1) / anonymous.lines[rows].sum()
        added = 100.0 * anonymous.added[:, rows].sum(axis=1) / anonymous.added_at_rest[rows].sum()
        left.plot(np.arange(record.days), week_mean(stopped_pct), **style, label=name)
        right.plot(np.arange(record.days), week_mean(added), **style)
    left.set_ylim(0.0, max(LEAST_SHOWN_PCT, 1.05 * left.dataLim.y1))
    low, high = right.dataLim.y0, right.dataLim.y1
    right.set_ylim(min(100.0 - LEAST_SHOWN_PCT, low - 0.05 * (100.0 - low)), max(100.0 + LEAST_SHOWN_PCT / 5, high))
    draw_legend_below(left)
    return figure


def layer_groups(record: Record) -> dict[str, list[int]]:
    """Rows of layers by name: those that lost most each by itself, the others together."""
    anonymous = record.anonymous
    assert anonymous is not None
    if len(anonymous.layers) <= MOST_CURVES:
        return {name: [row] for row, name in enumerate(anonymous.layers)}
    lost = (anonymous.added_at_rest - anonymous.added).sum(axis=0)
    worst = sorted(np.argsort(-lost, kind="stable")[: MOST_CURVES - 1].tolist())
    groups = {anonymous.layers[row]: [row] for row in worst}
    return groups | {OTHERS: [row for row in range(len(anonymous.layers)) if row not in worst]}
