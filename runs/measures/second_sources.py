"""Second sources that a country's lines opened: since when, ready when, and what they brought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.metrics import first_day
from runs.measures.quantities import after_shock, column, used_at_rest
from runs.simulation.record import Array, Record


@dataclass(frozen=True)
class SecondSource:
    """A supplier of a good, and the lines of a country that opened it.

    supplier: its row; good: row of the good; links: rows of the links, a customer each; begun: day of the run on which
    the first of them began to qualify it; ready: day from which the first could buy, or None; brought: what it shipped
    them since the shock, in the good's unit; use: what they use of it in a day at rest.
    """

    supplier: int
    good: int
    links: Array
    begun: int
    ready: int | None
    brought: float
    use: float

    def share_brought(self, days: int) -> float:
        """What it brought, as a share of what its customers use at rest in some days."""
        return self.brought / (self.use * days) if self.use > 0.0 and days > 0 else 0.0


def opened_by(record: Record, country: str) -> list[SecondSource]:
    """The second sources that lines of a country opened, those first that brought the largest part of a need."""
    net = record.network
    together: dict[tuple[int, int], list[int]] = {}
    for link in opened_links(record, country):
        together.setdefault((int(net.supplier[link]), int(net.need_good[net.need_of[link]])), []).append(link)
    found = [source_of(record, supplier, good, links) for (supplier, good), links in sorted(together.items())]
    days = record.days - after_shock(record)
    return sorted(found, key=lambda source: (-source.share_brought(days), source.begun, source.supplier))


def opened_links(record: Record, country: str) -> list[int]:
    """The dormant links of a country's lines whose qualification somebody began."""
    begun, buyer = (record.projects >= 0).any(axis=0), column(record, "country")
    dormant = record.network.dormant[begun]
    return [int(link) for link in dormant if buyer[record.network.line_of[record.network.need_of[link]]] == country]


def source_of(record: Record, supplier: int, good: int, links: list[int]) -> SecondSource:
    """A supplier of a good with the links on which it was opened."""
    net, rows = record.network, np.array(links)
    clocks = record.projects[:, np.searchsorted(net.dormant, rows)]
    ready = first_day(clocks == 0)
    return SecondSource(
        supplier=supplier,
        good=good,
        links=rows,
        begun=int(first_day(clocks >= 0).min()),
        ready=int(ready[ready >= 0].min()) if (ready >= 0).any() else None,
        brought=float(record.links["shipped"][after_shock(record) :, rows].sum()),
        use=float(used_at_rest(record)[net.need_of[rows]].sum()),
    )


def sold_to(record: Record, seller: str, buyer: str) -> dict[int, Array]:
    """What lines of one country shipped to lines of another, by row of the good, in its unit, day by day."""
    net, country = record.network, column(record, "country")
    links = np.arange(record.links["shipped"].shape[1])
    known = net.supplier[links] < len(country)  # anonymous sellers have no country
    origin = np.where(known, country[np.where(known, net.supplier[links], 0)], "")
    between = (origin == seller) & (country[net.line_of[net.need_of[links]]] == buyer)
    goods = net.need_good[net.need_of[links]]
    return {
        int(good): np.asarray(record.links["shipped"][:, between & (goods == good)].sum(axis=1))
        for good in np.unique(goods[between])
    }


def held_in(record: Record, country: str, goods: list[int]) -> dict[int, Array]:
    """Days of normal use of each good that the lines of a country have in stock, day by day; goods that they use."""
    net, use = record.network, used_at_rest(record)
    mine = (column(record, "country")[net.line_of] == country) & (use > 0.0)
    found = {}
    for good in goods:
        needs = mine & (net.need_good == good)
        if needs.any():
            found[good] = np.asarray(record.needs["stock"][:, needs].sum(axis=1) / use[needs].sum())
    return found


def licences_for(record: Record, country: str) -> Array:
    """Which licensed links end in a country, K."""
    codes = np.array([each.country for each in record.register.tables.countries])
    return np.asarray(codes[record.network.destination] == country)
