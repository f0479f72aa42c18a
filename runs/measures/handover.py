"""How a stop is handed on from tier to tier: what stock lines held, and by how many days it put the loss off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.metrics import day_of_worth, first_day, stopped
from runs.measures.quantities import after_shock, column, focus, used_at_rest, vehicle_lines
from runs.simulation.record import Array, Record


@dataclass(frozen=True)
class Lane:
    """A tier at home, or the part of the last one that builds vehicles, or the rest of it.

    rows: its lines that make something of inputs; hit: those of them that lost a week's worth of output for want of
    inputs; stock: the days of normal use that the hit lines (all, where none was hit) held of what they had least of,
    days x lines; first_stop: row and day of its first stop after the shock; short, lost: days of the run by which a
    week's worth of deliveries, and of output, was missing, median over the hit lines.
    """

    title: str
    rows: Array
    hit: Array
    stock: Array
    first_stop: tuple[int, int] | None
    short: int | None
    lost: int | None

    @property
    def added(self) -> int | None:
        """The days by which stock, and what else was done in time, put the loss off; None where none was."""
        return None if self.short is None or self.lost is None else max(0, self.lost - self.short)


def lanes(record: Record) -> list[Lane]:
    """The tiers at home that make something of inputs, from magnets, or the first tier, to the final market."""
    output, usual = record.lines["output"], record.lines["usual"]
    stop = first_day(stopped(output, usual), after_shock(record))
    short = day_of_worth(missing_deliveries(record), after_shock(record))
    lost = day_of_worth(missing_output(record), after_shock(record))
    stock = least_stock(record)
    return [
        make_lane(title, np.flatnonzero(mine), stop, np.where(short >= 0, short, lost), lost, stock)
        for title, mine in parts_of_home(record)
    ]


def parts_of_home(record: Record) -> list[tuple[str, Array]]:
    """Title and lines of each lane: tiers in order, the one that builds vehicles in two."""
    about, tier, vehicles = focus(record), column(record, "tier"), vehicle_lines(record)
    makes = (column(record, "country") == about.home) & (record.network.baseline > 0.0)
    makes &= np.isfinite(least_stock(record)[0])
    first, found = first_tier(record, makes), []
    for number, title in about.tiers.items():
        mine = makes & (tier == number)
        if number < first:
            continue
        if (mine & vehicles).any():
            found += [(str(about.story).capitalize(), mine & vehicles), (f"Other {title.lower()}", mine & ~vehicles)]
        else:
            found += [(title, mine)]
    return [(title, mine) for title, mine in found if mine.any()]


def first_tier(record: Record, makes: Array) -> int:
    """The tier of most lines whose stock is the story: before it nothing is built, material is parted and traded."""
    mine = column(record, "tier")[makes & (column(record, "role") == focus(record).stock_role)]
    return int(np.bincount(mine.astype(int)).argmax()) if len(mine) else 0


def make_lane(title: str, rows: Array, stop: Array, short: Array, lost: Array, stock: Array) -> Lane:
    """A lane of some lines, from the days of their first stops and losses and the stocks of all lines."""
    hit = rows[lost[rows] >= 0]
    stopping = rows[stop[rows] >= 0]
    first = int(stopping[np.argmin(stop[stopping])]) if len(stopping) else None
    return Lane(
        title=title,
        rows=rows,
        hit=hit,
        stock=stock[:, hit if len(hit) else rows],
        first_stop=None if first is None else (first, int(stop[first])),
        short=round(float(np.median(short[hit]))) if len(hit) else None,
        lost=round(float(np.median(lost[hit]))) if len(hit) else None,
    )


def missing_deliveries(record: Record) -> Array:
    """Days' worth of normal use that had not landed since the shock, of the input that lacks most, days x F."""
    use, landed = used_at_rest(record), record.needs["landed"][after_shock(record) :]
    missing = np.full(landed.shape, -np.inf)
    np.divide(np.cumsum(use - landed, axis=0), use, out=missing, where=use > 0.0)
    return over_inputs(record, np.maximum, missing, -np.inf)


def missing_output(record: Record) -> Array:
    """Days' worth of usual output that lines did not make since the shock for want of inputs, days x F.

    What nobody ordered and what lost capacity could not make is not counted; what people made less of to save a stock
    is.
    """
    usual, want, output, run, times = (
        record.lines[name][after_shock(record) :] for name in ("usual", "want", "output", "run", "capacity_times")
    )
    capacity = record.network.capacity * times
    able = np.minimum(usual, capacity)
    willing = np.minimum(able, capacity * run)
    lacking = able - willing + np.maximum(0.0, np.minimum(willing, want) - output)
    share = np.zeros(usual.shape)
    np.divide(lacking, usual, out=share, where=usual > 0.0)
    return np.asarray(np.cumsum(share, axis=0))


def least_stock(record: Record) -> Array:
    """Days of normal use that each line holds of what it has least of, days x F; endless for a line without inputs."""
    use = used_at_rest(record)
    days = np.full(record.needs["stock"].shape, np.inf)
    np.divide(record.needs["stock"], use, out=days, where=use > 0.0)
    return over_inputs(record, np.minimum, days, np.inf)


def over_inputs(record: Record, choose: np.ufunc, of_needs: Array, without: float) -> Array:
    """The least or greatest over the inputs of each line, days x F; `without`: for a line that has none."""
    starts = record.network.first_need
    out = np.full((len(of_needs), record.lines["output"].shape[1]), without)
    having = np.flatnonzero(np.diff(starts) > 0)
    if len(having):
        out[:, having] = choose.reduceat(of_needs, starts[having], axis=1)
    return out
