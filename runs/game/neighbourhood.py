"""Whom a seat knows before the first turn: itself, who is before it and who is behind it, and nobody else."""

from __future__ import annotations

from typing import Any

import numpy as np

from runs.game.match import Match
from runs.game.observations import promises
from runs.game.seat_charts import exporters, planned_needs

MOST_PARTNERS = 8  # on a side
Partner = dict[str, Any]  # name; note: a good or a country; days: of travel, None where nothing travels


def neighbourhood(match: Match) -> dict[str, Any]:
    """A seat in the middle of those it deals with: {name, stocks, before, behind}; stocks: (good, days or words)."""
    if match.seat.is_line:
        return of_line(match)
    return of_office(match) if match.seat.is_authority else of_government(match)


def partner(name: str, note: str = "", days: int | None = None) -> Partner:
    """Somebody whom a seat deals with, as the page draws it."""
    return {"name": name, "note": note, "days": days}


def names(match: Match) -> list[str]:
    """The short name of each line, by row."""
    return [line.short or line.name for line in match.stage.register.tables.firms]


def of_line(match: Match) -> dict[str, Any]:
    """A line's suppliers under contract, its stocks in days, and its customers, the largest first."""
    stage, net = match.stage, match.stage.world.network
    row, called = stage.register.row(match.seat.code), names(match)
    goods, state = stage.register.tables.goods, stage.world.state
    stocks = [
        [goods[net.need_good[n]].name, round(float(state.stock[n] / state.plan[n]))] for n in planned_needs(match)
    ]
    leads = stage.register.column("links", "lead_days", np.int64)
    links = net.out[net.first_out[row] : net.first_out[row + 1]]
    sold = net.contract_share[links] * (net.baseline[net.line_of] * net.per_unit * net.dependence)[net.need_of[links]]
    order = [int(links[i]) for i in np.argsort(-sold, kind="stable") if sold[i] > 0.0]
    named = {each.country: each.name for each in stage.register.tables.countries}
    countries = [named[line.country] for line in stage.register.tables.firms]
    buyers = dict[str, tuple[str, int]]()  # a company with several lines once
    for link in order:
        buyer = int(net.line_of[net.need_of[link]])
        buyers.setdefault(called[buyer], (countries[buyer], int(leads[link])))
    return {
        "name": called[row],
        "stocks": stocks,
        "before": [partner(p["name"], p["good"], p["lead"]) for p in promises(match) if p["share"]][:MOST_PARTNERS],
        "behind": [partner(name, *each) for name, each in buyers.items()][:MOST_PARTNERS],
    }


def of_government(match: Match) -> dict[str, Any]:
    """A ministry's stocks and the lines that they may serve."""
    stage, person = match.stage, match.stage.people[match.seat.code]
    goods, rows, called = stage.register.tables.goods, person.stocks, names(match)
    of_good = {stock: goods[stage.world.network.good_of[row]] for stock, row in rows.items()}
    served = [(stage.register.row(line), of_good[stock].name) for stock in rows for line in person.served(stock)]
    return {
        "name": match.seat.title,
        "stocks": [[of_good[stock].name, f"{person.stock(stock):.0f} {of_good[stock].unit}"] for stock in rows],
        "before": [],
        "behind": [partner(called[row], good) for row, good in served][:MOST_PARTNERS],
    }


def of_office(match: Match) -> dict[str, Any]:
    """A licensing authority between the exporters who apply and the countries to which they sell."""
    stage, net = match.stage, match.stage.world.network
    firms, called = stage.register.tables.firms, names(match)
    mine = set(exporters(match))
    links = np.flatnonzero((net.licence_of >= 0) & (net.contract_share > 0.0))
    filed = [
        (int(net.supplier[link]), firms[int(net.line_of[net.need_of[link]])].country)
        for link in links
        if int(net.supplier[link]) in mine
    ]
    named = {each.country: each.name for each in stage.register.tables.countries}
    return {
        "name": match.seat.title,
        "stocks": [],
        "before": [partner(name) for name in dict.fromkeys(called[row] for row, _ in filed)][:MOST_PARTNERS],
        "behind": [partner(named[code]) for code in dict.fromkeys(code for _, code in filed)][:MOST_PARTNERS],
    }
