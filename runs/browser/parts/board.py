"""The board: the place of each company on the picture, what flows between them, and how both are today.

No Solara in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.register import Register
from model.state import BAN
from runs.simulation.focus import Focus, focus_of
from runs.simulation.stage import Stage
from runs.simulation.watched_run import WatchedRun

ELSEWHERE = "Elsewhere"  # the band of all countries without one of their own
STORY, OTHERS = 4, 5  # columns: the story's industry, and all others
MOST_BANDS = 3  # of reported countries
MOST_LETTERS = 8  # of a column's name on a narrow page
STATE_STOCK_TIER, ABROAD_TIER = 0, 6
LEAST_EDGE = 0.01  # share of a customer's buying below which a flow is not drawn at rest
LEAST_FLOW, LEAST_RED, LEAST_SHARE = 1e-9, 0.02, 0.95  # what is drawn as a change of a flow
ALMOST_EMPTY = 0.15  # of the normal stock of the input that a line has least of, below which its circle is marked
DAYS_HELD_UP = 45.0  # days of a flow waiting at the licence office at which its line is fully red
Array = NDArray[Any]


@dataclass(frozen=True)
class Company:
    """A company at one stage of the chain in one band: a label, and a circle for each of its lines."""

    name: str
    column: int
    band: int
    lines: tuple[int, ...]


def column_names(about: Focus) -> list[str]:
    """The columns of the board: as the world says, else its first tiers, the story's industry and all others."""
    if about.said.board is not None:
        return list(about.said.board.stages)
    story = (about.story or "final goods").capitalize()
    return [*(about.tiers.get(number, f"Tier {number}") for number in range(1, STORY + 1)), story, "Other industries"]


def short_column_names(about: Focus) -> list[str]:
    """The columns of the board in a word each, for a narrow page."""
    if about.said.board is not None and about.said.board.short:
        return list(about.said.board.short)
    return [name.split()[0] if len(name) > MOST_LETTERS else name for name in column_names(about)]


def bands_of(about: Focus) -> list[tuple[str, tuple[str, ...]]]:
    """The bands of the board: exporters, home and the next countries that are reported, and all others."""
    exporters = [(about.exporters_name, about.exporters)] if about.exporters else []
    named = [code for code in about.reported if code not in about.exporters][:MOST_BANDS]
    return [*exporters, *((about.name(code), (code,)) for code in named), (ELSEWHERE, ())]


def column_of(tier: int, industry: str, story: str | None) -> int:
    """The column of a line on the board: its stage of the chain."""
    if industry == story:
        return STORY
    if tier >= ABROAD_TIER or tier == OTHERS:
        return OTHERS
    return max(0, tier - 1)


def band_of(country: str, about: Focus) -> int:
    """The band of a country on the board; the last one for a country without a band of its own."""
    bands = bands_of(about)
    named = [i for i, (_, countries) in enumerate(bands) if country in countries]
    return named[0] if named else len(bands) - 1


def find_companies(register: Register) -> list[Company]:
    """The companies on the board, in the order of the tables: a company's lines at one stage in one band."""
    firms, about = register.tables.firms, focus_of(register.tables)
    found: dict[tuple[str, int, int], list[int]] = {}
    for row, line in enumerate(firms):
        place = (line.firm, column_of(line.tier, line.industry, about.story), band_of(line.country, about))
        found.setdefault(place, []).append(row)
    return [
        Company(firms[rows[0]].short or firms[rows[0]].name, column, band, tuple(rows))
        for (_, column, band), rows in found.items()
    ]


class Board:
    """The picture of one stage: `plan()` is what never changes, `now(run)` what does."""

    def __init__(self, stage: Stage) -> None:
        self.register, self.net = stage.register, stage.world.network
        self.about = focus_of(stage.register.tables)
        self.companies = find_companies(stage.register)
        self.company_of = {row: i for i, company in enumerate(self.companies) for row in company.lines}
        self.worth = self.net.baseline * self.net.base_price[self.net.good_of]
        net = self.net
        self.rest_flow = net.contract_share * (net.baseline * 1.0)[net.line_of[net.need_of]]
        self.rest_flow = self.rest_flow * (net.per_unit * net.dependence)[net.need_of]
        self.edges = self._edges()
        self._drawn = np.array([link for links in self.edges.values() for link in links], np.int64)
        self._edge_of = np.repeat(np.arange(len(self.edges)), [len(links) for links in self.edges.values()])

    def _edges(self) -> dict[tuple[int, int], list[int]]:
        """(supplier's company, customer's company) -> rows of the links that are bundled into one drawn flow."""
        found: dict[tuple[int, int], list[int]] = {}
        for link, (supplier, need) in enumerate(zip(self.net.supplier, self.net.need_of, strict=True)):
            ends = self.company_of[int(supplier)], self.company_of[int(self.net.line_of[need])]
            if ends[0] != ends[1]:
                found.setdefault(ends, []).append(link)
        return found

    def plan(self) -> dict[str, Any]:
        """What never changes during a run, for the browser to lay out; no column or band is empty."""
        tables = self.register.tables
        columns = sorted({company.column for company in self.companies})
        bands = sorted({company.band for company in self.companies})
        names, short, places = column_names(self.about), short_column_names(self.about), bands_of(self.about)
        goods = {good.good: good.name for good in tables.goods}
        return {
            "columns": [names[column] for column in columns],
            "short": [short[column] for column in columns],
            "almost_empty": ALMOST_EMPTY,
            "bands": [places[band][0] for band in bands],
            "companies": [
                [c.name, columns.index(c.column), bands.index(c.band), list(c.lines)] for c in self.companies
            ],
            "lines": [
                {
                    "name": line.name,
                    "makes": goods[line.good],
                    "r": round(3.6 + 1.25 * log10(1.0 + worth), 1),
                    "kind": self._kind(row),
                }
                for row, (line, worth) in enumerate(zip(tables.firms, self.worth, strict=True))
            ],
            "edges": [[a, b, self._weight(links)] for (a, b), links in self.edges.items()],
        }

    def _kind(self, row: int) -> str:
        if self.net.state_stock[row]:
            return "stock"
        return "line" if self.net.first_need[row + 1] > self.net.first_need[row] else "source"

    def _weight(self, links: list[int]) -> float:
        """How thick a flow is drawn at rest, 0 to 1; 0 if it is drawn only when something happens."""
        if max(float(self.net.contract_share[link]) for link in links) < LEAST_EDGE:
            return 0.0
        prices = self.net.base_price[self.net.need_good[self.net.need_of[links]]]
        worth = float((self.rest_flow[links] * prices).sum())
        return round(min(1.0, log10(1.0 + 50.0 * worth) / 4.0), 2)

    def now(self, run: WatchedRun) -> dict[str, Any]:
        """How each line is today (cover, fill, output, state), and what happens on each flow."""
        cover, fill = self._cover(run)
        flows = run.stage.world.flows
        share = np.divide(flows.output, self.net.baseline, out=np.ones(len(fill)), where=self.net.baseline > 0)
        return {
            "cover": [None if np.isinf(days) else round(float(days), 1) for days in cover],
            "fill": [round(float(level), 2) for level in fill],
            "output": [round(float(part) * 100) for part in np.minimum(share, 9.99)],
            "state": run.state.tolist(),
            "flows": self._flows(run),
        }

    def _cover(self, run: WatchedRun) -> tuple[Array, Array]:
        """Days of the input that each line has least of, and the same as a share of normal."""
        net, state = self.net, run.stage.world.state
        days = np.divide(state.stock, state.plan, out=np.full(len(state.plan), np.inf), where=state.plan > 0.0)
        level = days / np.maximum(net.normal_cover, 1e-9)
        cover, fill = np.full(len(net.baseline), np.inf), np.full(len(net.baseline), np.inf)
        np.minimum.at(cover, net.line_of, days)
        np.minimum.at(fill, net.line_of, level)
        stocks = net.state_stock == 1
        fill[stocks] = state.finished[stocks] / np.maximum(run.first_finished[stocks], 1e-9)
        return cover, np.clip(fill, 0.0, 1.0)

    def _flows(self, run: WatchedRun) -> list[list[int]]:
        """Flows on which something happens: [edge, held up 0-100, being qualified 0/1, % of rest]."""
        if not self.edges:
            return []  # a world of firms that buy nothing of one another
        count, state = len(self.edges), run.stage.world.state
        rest = np.bincount(self._edge_of, self.rest_flow[self._drawn], count)
        flow = np.bincount(self._edge_of, state.shipped_mean[self._drawn], count)
        red, dashed = np.zeros(count), np.zeros(count, bool)
        np.maximum.at(red, self._edge_of, self._held_up(run)[self._drawn])
        np.logical_or.at(dashed, self._edge_of, state.clock[self._drawn] > 0.0)
        bought = rest > LEAST_FLOW
        share = np.where(bought, flow / np.maximum(rest, LEAST_FLOW), flow > LEAST_FLOW)
        shown = (red > LEAST_RED) | dashed | (bought & (share < LEAST_SHARE)) | (~bought & (share > 0.0))
        return [
            [int(edge), round(100 * red[edge]), int(dashed[edge]), round(100 * min(share[edge], 2.0))]
            for edge in np.flatnonzero(shown)
        ]

    def _held_up(self, run: WatchedRun) -> Array:
        """How much of each link's flow is banned or waits for a licence, L, 0 to 1.

        What waited on the first day of the run is the ordinary review and holds nothing up.
        """
        world, rows = run.stage.world, self.net.licence_of
        held = np.zeros(len(rows))
        mine = rows >= 0
        rest = np.maximum(self.rest_flow[mine], 1e-9)
        k = rows[mine]
        waits = (world.state.waiting[k] - run.first_waiting[k]) / (rest * DAYS_HELD_UP)
        banned = (world.conditions.rule[k] == BAN) * world.conditions.named[k] * (self.net.contract_share[mine] > 0.0)
        held[mine] = np.clip(np.where(self.rest_flow[mine] > 1e-9, np.maximum(waits, banned), banned), 0.0, 1.0)
        return held
