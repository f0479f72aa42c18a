"""Published simulators in a page, written from their equations: what they say, and nothing of how this model says it.

A case is a matrix of daily flows, supplier x client, and final demand; a shock multiplies the capacity of one firm on
some days. Sources: the papers named in model/tables/world_rules.py, the mathematical pages of BoARIO's documentation,
and, for the order of the day and the four ways of sharing, the options of the simulator of Inoue and Todo.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
NOTHING = 1e-9  # of what is asked: a lack by rounding, where BoARIO has exactly 0


@dataclass
class Case:
    """Firms that buy of each other and sell to the final market; a shock takes a share of one firm's capacity.

    flows: units a day, supplier x client; final: units a day; sector: of each firm, its own where it is not given;
    stock: days of every input; tau: days over which a gap is ordered; first, last: days of the shock, both included.
    """

    flows: Array
    final: Array
    firm: int
    lost: float
    first: int
    last: int
    stock: float = 15.0
    tau: float = 6.0
    days: int = 200
    sector: Array = field(default_factory=lambda: np.empty(0, int))

    def __post_init__(self) -> None:
        self.output = self.flows.sum(axis=1) + self.final
        if not len(self.sector):
            self.sector = np.arange(len(self.final))
        kinds = int(self.sector.max()) + 1
        self.of_sector = np.zeros((kinds, len(self.final)))  # sector x firm
        self.of_sector[self.sector, np.arange(len(self.final))] = 1.0
        bought = self.of_sector @ self.flows  # sector x client
        self.recipe = bought / self.output
        with np.errstate(invalid="ignore", divide="ignore"):
            self.share = np.where(self.flows > 0.0, self.flows / bought[self.sector], 0.0)  # supplier x client

    def capacity(self, day: int) -> Array:
        """What each firm can make on a day."""
        most = self.output.copy()
        if self.first <= day <= self.last:
            most[self.firm] *= 1.0 - self.lost
        return most


def inputs_allow(recipe: Array, stock: Array, want: Array, least_days: float = 1.0) -> Array:
    """Leontief output: less than wanted where a stock is below so many days of what is wanted."""
    need = recipe * want * least_days
    ratio = np.divide(stock, need, out=np.ones_like(need), where=need > 0.0)
    return np.asarray(want * np.minimum(1.0, ratio.min(axis=0)))


def divided(made: Array, asked: Array) -> Array:
    """The part of what was asked that was made, 1 where nothing was asked."""
    return np.minimum(1.0, np.divide(made, asked, out=np.ones_like(made), where=asked > 0.0))


def inoue_todo(case: Case, orders: int = 0, rationing: int = 0) -> tuple[Array, Array]:
    """Output of each firm and final consumption, by day, as the simulator has them with options -o and -R."""
    stock, ordered, made, sold = case.stock * case.recipe * case.output, case.flows.copy(), [], []
    for day in range(case.days):
        asked = ordered.sum(axis=1) + case.final
        output = inputs_allow(case.recipe, stock, np.minimum(case.capacity(day), asked))
        got = np.array([shared_out(case, f, ordered[f], output[f], rationing) for f in range(len(output))])
        stock = np.maximum(0.0, stock + case.of_sector @ got - case.recipe * output)
        use = case.recipe * output
        gap = case.stock * (case.recipe * case.output if orders == 1 else use) - stock
        filled = np.maximum(0.0, gap) if orders == 2 else gap
        ordered = case.share * np.maximum(0.0, use + filled / case.tau)[case.sector]
        made.append(output)
        sold.append(np.minimum(case.final, output - got.sum(axis=1)).sum())
    return np.array(made), np.array(sold)


def shared_out(case: Case, f: int, ordered: Array, output: float, rationing: int) -> Array:
    """What a firm sends to each client: -R 0 in proportion, 1 to firms first, 2 level by level, 3 both."""
    final = case.final[f] if rationing in (0, 2) else 0.0
    if rationing < 2:
        asked = ordered.sum() + final
        return ordered * min(1.0, output / asked) if asked > 0.0 else ordered * 0.0
    if output >= ordered.sum() + final:
        return ordered
    return levels(np.append(ordered, final), np.append(case.flows[f], final), output)[:-1]


def levels(asked: Array, usual: Array, left: float) -> Array:
    """Everybody gets the same share of what is usual, until his order is filled; then the others get more."""
    wanted = np.divide(asked, usual, out=np.zeros_like(asked), where=usual > 0.0)
    got, level = np.zeros_like(asked), 0.0
    for place in np.argsort(wanted):
        open_ = wanted > level
        step = wanted[place] - level
        if left <= step * usual[open_].sum():
            got[open_] = level + (left / usual[open_].sum() if open_.any() else 0.0)
            break
        left -= step * usual[open_].sum()
        level = wanted[place]
        got[wanted <= level] = wanted[wanted <= level]
    return got * usual


def boario(
    case: Case, psi: float = 0.8, most_overtime: float = 0.0, overtime_days: float = 365.0, alt: bool = False
) -> tuple[Array, Array]:
    """Output of each firm and final consumption, by day; alt: suppliers get orders by what they can make."""
    stock, ordered, output = case.stock * case.recipe * case.output, case.flows.copy(), case.output
    overtime, made, sold = np.zeros(len(output)), [], []
    for day in range(case.days):
        asked = ordered.sum(axis=1) + case.final
        if day and most_overtime:
            lacking = np.divide(asked - output, asked, out=np.zeros_like(asked), where=asked > 0.0)
            still = np.abs(lacking) <= NOTHING
            overtime += np.where(still, -overtime, (most_overtime - overtime) * lacking) / overtime_days
            overtime = np.maximum(0.0, overtime)
        most = case.capacity(day) * (1.0 + overtime)
        want = np.minimum(most, asked)
        output = inputs_allow(case.recipe, stock, want, max(1.0, psi * case.stock))
        part = divided(output, asked)
        stock = stock + case.of_sector @ (ordered * part[:, None]) - case.recipe * output
        gap = np.maximum(0.0, case.stock * case.recipe * want - stock)
        share = case.share * (most / case.output)[:, None] if alt else case.share
        among = (case.of_sector @ share)[case.sector]
        share = np.divide(share, among, out=np.zeros_like(share), where=among > 0.0)
        ordered = share * (case.recipe * output + gap / case.tau)[case.sector]
        made.append(output)
        sold.append((case.final * part).sum())
    return np.array(made), np.array(sold)


def pymacroio(case: Case, firms_first: bool = False) -> tuple[Array, Array]:
    """Output of each firm and final consumption, by day, with a Leontief recipe."""
    stock, ordered, made, sold = case.stock * case.recipe * case.output, case.flows.copy(), [], []
    aim = stock.copy()
    for day in range(case.days):
        asked = ordered.sum(axis=1) + case.final
        output = inputs_allow(case.recipe, stock, np.minimum(case.capacity(day), asked))
        part = divided(output, ordered.sum(axis=1) if firms_first else asked)
        sent = ordered * part[:, None]
        stock = np.maximum(0.0, stock + case.of_sector @ sent - case.recipe * output)
        ordered = case.share * (case.recipe * asked + np.maximum(0.0, aim - stock) / case.tau)[case.sector]
        made.append(output)
        sold.append(np.minimum(case.final, output - sent.sum(axis=1)).sum())
    return np.array(made), np.array(sold)
