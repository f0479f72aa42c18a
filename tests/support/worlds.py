"""Small worlds whose numbers can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from model.chain import SupplyChain
from model.register import register
from model.scenario.event import Event
from model.scenario.regime_shock import RegimeShock
from model.tables.rows import Country, Good, Line, Link, Need, Trait
from model.tables.tables import Tables

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
    "qualification_cost": 0.05,
    "thrift_cost": 0.1,
    "home_favour": 1.0,
    "contract_favour": 1.0,
    "yield_favour": 0.0,
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
    return Link(supplier=supplier, line=code, good=good, share=share, lead_days=lead, qualification_days=qualification)


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


TEMPERS: dict[str, float] = {
    "fear_of_news": 0.5,
    "caution": 0.5,
    "alarm_days": 10.0,
    "least_run": 0.5,
    "least_sold": 0.2,
    "second_source_at": 0.5,
    "newcomer_share": 0.25,
    "most_premium": 0.3,
    "fine": 20.0,
    "re_export_gain": 0.1,
    "passed_on": 1.0,
    "waiting_favour": 1.0,
    "closed_for_days": 14.0,
    "owed_model_favour": 1.0,
    "declined_when_watched": 0.2,
    "hoarding_alarm": 2.0,
    "revoked_days": 180.0,
    "release_below_days": 30.0,
    "released_share_of_use": 0.5,
    "support_share": 0.5,
}


def with_habits(tables: Tables, role: str = "*", **habits: float) -> Tables:
    """The same world, in which one role (or everybody) has other habits."""
    own = (Trait(role=role, parameter=name, value=value, unit="1", meaning=name) for name, value in habits.items())
    return replace(tables, minds=(*tables.minds, *own))


def with_people(tables: Tables, **roles: str) -> Tables:
    """The same world with people in it, line by line, who all have the same temper."""
    firms = (row.model_copy(update={"role": roles.get(row.line, row.role)}) for row in tables.firms)
    tempers = (Trait(role="*", parameter=p, value=value, unit="1", meaning=p) for p, value in TEMPERS.items())
    at_home = Trait(role="processor", parameter="home_favour", value=2.0, unit="1", meaning="home counts double")
    return replace(tables, firms=tuple(firms), minds=(*tables.minds, *tempers, at_home))


def small_stage(**more: Any) -> Tables:
    """A separator, its customer at home, a Korean trader, a Japanese magnet maker, car makers, a state stock."""
    tables = Tables(
        countries=COUNTRIES,
        goods=goods("dytb", "car", looks_alike=1.0) + goods("magnet"),
        firms=(
            line("SEP", "dytb", "CN"),
            line("HOME", "magnet", "CN"),
            line("KOR", "dytb", "KR", demand=0.1),
            line("MAG", "magnet"),
            line("CAR", "car", demand=100.0),
            line("VAN", "car", demand=50.0),
            line("STATE", "dytb", role="state_stock", finished_days=100.0, capacity_per_year=365.0),
        ),
        needs=(
            need("HOME", "dytb", 20.0, 0.02),
            need("KOR", "dytb", 90.0),
            need("MAG", "dytb", 60.0, 0.02, thrift_least=0.4, thrift_days=100.0),
            need("CAR", "magnet", 20.0, 0.001),
            need("VAN", "magnet", 20.0, 0.001),
        ),
        links=(
            link("SEP", "HOME", "dytb", 1),
            link("SEP", "KOR", "dytb", 5),
            link("SEP", "MAG", "dytb", 10),
            link("KOR", "MAG", "dytb", 4, 0.0, 30),
            link("STATE", "MAG", "dytb", 2, 0.0),
            link("MAG", "CAR", "magnet", 5, 0.8),
            link("HOME", "CAR", "magnet", 9, 0.2),
            link("MAG", "VAN", "magnet", 5),
        ),
        minds=minds(),
    )
    return with_people(tables, **more)
