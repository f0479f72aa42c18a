"""Small worlds whose numbers can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from model.chain import SupplyChain
from model.events import Event, RegimeShock
from model.network import register
from model.tables import Country, Good, Line, Link, Need, Tables, Trait

START = date(2025, 1, 1)
HABITS: dict[str, float] = {
    "adjust_days": 5.0,
    "smoothing_days": 14.0,
    "supply_line_weight": 1.0,
    "fill_sensitivity": 1.0,
    "patience_days": 30.0,
    "back_order_share": 0.0,
    "holding_rate_per_year": 0.1,
    "standing_share": 0.3,
    "least_start": 0.0,
    "restart_days": 0.0,
}


def line(code: str, good: str, country: str = "JP", demand: float = 0.0, **more: Any) -> Line:
    """A line with room to spare; `demand` in units a day."""
    cells: dict[str, Any] = {
        "line": code, "firm": code, "name": code.title(), "country": country, "tier": 1, "role": "none",
        "good": good, "demand_per_year": demand * 365, "capacity_per_year": 1e4 * 365, "finished_days": 0.0,
        "houses": 1, "military_share": 0.0, "value_added_jpy_mn": 1.0, "industry": "cars",
    }  # fmt: skip
    return Line(**{**cells, **more})


def need(code: str, good: str, cover: float, per_unit: float = 1.0, **more: Any) -> Need:
    """A need that nothing can replace."""
    cells: dict[str, Any] = {
        "line": code, "good": good, "per_unit": per_unit, "dependence": 1.0, "cover_days": cover,
        "cover_days_jan2026": cover, "thrift_least": 1.0, "thrift_days": 0.0,
    }  # fmt: skip
    return Need(**{**cells, **more})


def link(supplier: str, code: str, good: str, lead: int, share: float = 1.0, qualification: int = 0) -> Link:
    """A way for goods."""
    return Link(
        supplier=supplier, line=code, good=good, share=share, lead_days=lead, qualification_days=qualification
    )


def goods(*names: str, looks_alike: float = 0.0) -> tuple[Good, ...]:
    """Goods that a control may name, each worth a million."""
    return tuple(
        Good(good=n, name=n, unit="t", controlled=1.0, looks_alike=looks_alike, price_jpy_mn=1.0, spot_eta=1.5)
        for n in names
    )


COUNTRIES = (
    Country(country="CN", name="China", neutral="Upstream", zone="china", gdp_jpy_tn=2700),
    Country(country="JP", name="Japan", neutral="Assembler", zone="outside", gdp_jpy_tn=600),
    Country(country="KR", name="Korea", neutral="Neighbour", zone="outside", gdp_jpy_tn=260),
)


def minds(**changes: float) -> tuple[Trait, ...]:
    """Everybody's habits."""
    return tuple(
        Trait(role="*", parameter=name, value=changes.get(name, value), unit="1", meaning=name)
        for name, value in HABITS.items()
    )


def chain_of_three(cover: float = 60.0, parts_cover: float = 60.0, **habits: float) -> Tables:
    """A Chinese separator, ten days at sea, a Japanese magnet maker, five days by lorry, a car maker."""
    return Tables(
        countries=COUNTRIES,
        goods=goods("dytb", "magnet", "car"),
        firms=(
            line("SEP", "dytb", "CN"),
            line("MAG", "magnet", tier=3),
            line("CAR", "car", tier=5, demand=100.0),
        ),
        needs=(need("MAG", "dytb", cover, 0.02), need("CAR", "magnet", parts_cover, 0.001)),
        links=(link("SEP", "MAG", "dytb", 10), link("MAG", "CAR", "magnet", 5)),
        minds=minds(**habits),
    )


def ban(day: date, **more: Any) -> RegimeShock:
    """Nothing named may leave China for Japan from this day."""
    cells: dict[str, Any] = {
        "kind": "regime", "date": day, "note": "a ban", "source": "made up", "origin": ("CN",),
        "destination": ("JP",), "goods": ("dytb",), "rule": "ban",
    }  # fmt: skip
    return RegimeShock(**{**cells, **more})


def world_of(tables: Tables, shocks: Sequence[Event] = (), rng: int = 1, audited: bool = True) -> SupplyChain:
    """Put a small world on its feet."""
    return SupplyChain(register(tables), shocks, START, rng, audited)
