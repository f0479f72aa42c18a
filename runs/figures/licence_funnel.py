"""The figure of the licence funnel: what was filed, granted and refused, at home and elsewhere, and what waits."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.figures.series import add_panel, draw_legend_below
from runs.figures.style import (
    DASHES,
    OKABE_ITO,
    format_thousands,
    new_sheet,
    with_house_style,
    write_instead,
)
from runs.measures.applications import waiting_by_unit
from runs.measures.quantities import focus
from runs.measures.second_sources import licences_for
from runs.simulation.record import Array, Record

REMARK = """Above: applications for all goods, added up since the start of the run; rulings count those filed
before it, too. Where filed runs away from granted, applications wait or are refused. Below: what waits each evening."""
NO_RULE = "No licence was filed:\nno rule asks for one."
NOTHING_TO_FILE = "No licence was filed:\nwhat the rules name\nwas banned or left free."


@with_house_style
def draw_licence_funnel(record: Record) -> Figure:
    """Draw what became of licence applications at home and elsewhere, and the amounts that are pending."""
    about = focus(record)
    home = licences_for(record, about.home)
    figure = new_sheet(6.3, "Licence funnel", REMARK)
    figure.subplots_adjust(left=0.11, right=0.975, top=0.81, bottom=0.15, wspace=0.25, hspace=0.95)
    for place, (name, here) in enumerate(((about.name(about.home), home), ("all other countries", ~home)), 1):
        axes = add_panel(figure, record, (2, 2, place), f"For buyers in {name}", "Applications")
        draw_applications(axes, record, here)
    amounts, label = pending_amounts(record)
    draw_waiting(add_panel(figure, record, (2, 1, 2), "Pending, by country of the buyer", label), record, amounts)
    return figure


def pending_amounts(record: Record) -> tuple[Array, str]:
    """What waits on each licensed link, days x K, and in what; of goods of several units what it is worth at rest."""
    waiting, net = record.licences["waiting"], record.network
    units = list(waiting_by_unit(record, np.ones(waiting.shape[1], bool)))
    if len(units) > 1:
        price = net.base_price[net.need_good[net.need_of[net.link_of]]]
        return waiting * price, f"Million {focus(record).money.code} at prices at rest"
    return waiting, "Tonnes" if units == ["t"] else f"Amount, {' '.join(units)}"


def draw_applications(axes: Axes, record: Record, here: Array) -> None:
    """Draw what was filed, granted and refused on some licensed links, added up; a sentence where nothing was."""
    paper = {name: np.cumsum(record.licences[name][:, here].sum(axis=1)) for name in ("filed", "granted", "denied")}
    if not any(curve.any() for curve in paper.values()):
        write_instead(axes, NOTHING_TO_FILE if here.any() else NO_RULE)
        return
    for place, (name, word) in enumerate((("filed", "filed"), ("granted", "granted"), ("denied", "refused"))):
        axes.plot(np.arange(record.days), paper[name], color=OKABE_ITO[place], ls=DASHES[place], label=word)
    finish_panel(axes)


def draw_waiting(axes: Axes, record: Record, waiting: Array) -> None:
    """Draw the amounts that wait for a licence: the countries of the story, everybody else."""
    about = focus(record)
    if not waiting.any():
        write_instead(axes, "Nothing was pending.")
        return
    story = [(licences_for(record, each), about.name(each)) for each in about.panels]
    others = ~np.any([here for here, _ in story], axis=0)
    for place, (here, word) in enumerate([*story, (others, "other countries")]):
        amount = waiting[:, here].sum(axis=1)
        axes.plot(np.arange(record.days), amount, color=OKABE_ITO[place], ls=DASHES[place], label=word)
    finish_panel(axes)


def finish_panel(axes: Axes) -> None:
    """Scale a panel from zero, and write its legend below."""
    format_thousands(axes)
    axes.set_ylim(0, None)
    draw_legend_below(axes)
