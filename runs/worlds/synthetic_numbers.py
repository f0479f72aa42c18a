"""What a synthetic economy is made of, number by number; every one is an assumption with a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ASSUMPTIONS: dict[str, tuple[float, float, float, str]] = {
    "size_tail": (1.1, 1.0, 1.5, "Pareto exponent of firm sizes, near Zipf's law (Axtell 2001)"),
    "clients_follow_size": (0.8, 0.6, 1.0, "a maker is chosen in proportion to its size to this power; with "
                            "size_tail, client numbers have a tail exponent of about 1.3 to 1.4, as in Japanese firm "
                            "data (Fujiwara and Aoyama 2010)"),
    "suppliers_follow_size": (0.25, 0.1, 0.5, "a firm has suppliers in proportion to its size to this power"),
    "links_a_firm": (4.8, 4.0, 5.0, "suppliers of a firm on average: about a million firms with five million links in "
                     "Japan (Chakraborty and others 2018)"),
    "needs_a_firm": (2.4, 1.5, 4.0, "goods that a firm buys, on average"),
    "goods_a_layer": (10, 5, 50, "goods that each layer makes"),
    "gdp_share": (0.6, 0.3, 0.9, "value added of all synthetic firms, as a share of the country's GDP"),
    "input_share": (0.5, 0.3, 0.7, "inputs of a firm as a share of its output"),
    "named_input_share": (0.35, 0.2, 0.6, "of this, at most, from named firms, as a share of output"),
    "named_share": (0.3, 0.1, 0.5, "share of the final demand of named lines that synthetic firms buy instead"),
    "named_cover_days": (30, 15, 60, "mean days of stock of what is bought from named firms"),
    "cover_days": (15, 9, 30, "mean days of other stocks (Inoue and Todo 2019 use 15)"),
    "least_cover_days": (4, 2, 7, "nobody holds less"),
    "critical_share": (0.3, 0.1, 0.5, "share of needs without which nothing is made (dependence 1)"),
    "important_share": (0.4, 0.2, 0.6, "share of needs without which half is made; the rest costs a tenth: three "
                        "classes as in the ratings of Pichler and others 2022"),
    "named_only_share": (0.5, 0.2, 0.8, "share of dealers and integrators that have nothing else to sell or to build "
                         "in: dependence 1"),
    "named_dependence": (0.6, 0.3, 0.9, "dependence of all other dealers and integrators on what they buy there"),
    "makers_a_dealer": (1.5, 1.0, 3.0, "named lines from which a dealer or integrator buys its good, on average"),
    "longest_lead_days": (4, 2, 10, "days on the road: whole days from 1, all as likely"),
    "finished_days": (3, 1, 10, "days of own output on the floor"),
    "utilisation": (0.85, 0.7, 0.95, "output at rest over capacity"),
    "least_final_share": (0.05, 0.0, 0.2, "least share of output that goes to the final market"),
}  # fmt: skip  # name -> value, low, high, meaning


@dataclass(frozen=True)
class Stratum:
    """A layer as it is made: its share of firms and of output, and from which layers it buys, by weight."""

    name: str
    firms: float
    output: float
    buys: dict[int, float]


DEALERS = 2  # the layer that buys from named firms
STRATA = (
    Stratum("Materials, energy and services", 0.20, 0.25, {0: 0.5, 1: 0.5}),
    Stratum("Components and supplies", 0.25, 0.25, {0: 0.6, 1: 0.3, 2: 0.1}),
    Stratum("Dealers, fitters and integrators", 0.10, 0.08, {0: 0.5, 1: 0.5}),
    Stratum("Equipment and consumer goods", 0.25, 0.22, {0: 0.2, 1: 0.5, 2: 0.3}),
    Stratum("Trade, transport and services", 0.20, 0.20, {0: 0.3, 2: 0.3, 3: 0.4}),
)


def value(name: str) -> float:
    """What an assumption says."""
    return ASSUMPTIONS[name][0]


def assumptions() -> dict[str, Any]:
    """The assumptions as they stand in the manifest."""
    result: dict[str, Any] = {
        name: {"value": number, "low": low, "high": high, "meaning": words}
        for name, (number, low, high, words) in ASSUMPTIONS.items()
    }
    result["layers"] = [
        {"name": s.name, "share_of_firms": s.firms, "share_of_output": s.output,
         "buys_from": {STRATA[row].name: weight for row, weight in s.buys.items()}}
        for s in STRATA
    ]  # fmt: skip
    return result
