"""The base case: each number has a source, shares add to 1, and the tables reproduce the sourced flows.

The totals are computed here with a few lines of numpy, not with the code of the model.
"""

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

DATA = Path(__file__).resolve().parents[2] / "model" / "data"
Row = dict[str, str]

KEYS: dict[str, tuple[str, ...]] = {
    "countries": ("country",),
    "goods": ("good",),
    "firms": ("line",),
    "needs": ("line", "good"),
    "links": ("supplier", "line", "good"),
    "minds": ("role", "parameter"),
    "industries": ("country", "industry"),
}
NUMERIC: dict[str, tuple[str, ...]] = {
    "countries": ("gdp_jpy_tn", "clearance_days"),
    "goods": ("controlled", "looks_alike", "price_jpy_mn", "spot_eta"),
    "firms": (
        "tier",
        "demand_per_year",
        "capacity_per_year",
        "finished_days",
        "houses",
        "military_share",
        "value_added_jpy_mn",
    ),
    "needs": ("per_unit", "dependence", "cover_days", "cover_days_jan2026", "thrift_least", "thrift_days"),
    "links": ("share", "lead_days", "qualification_days"),
    "minds": ("value",),
    "industries": ("suppliers_value_added",),
}
TABLES = [t for t in KEYS if (DATA / f"{t}.csv").exists()]
MAGNETS = ("magnet_heavy", "magnet_light")


def read(table: str) -> list[Row]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row_key(table: str, row: Row) -> str:
    if table == "links":
        return f"{row['supplier']}>{row['line']}:{row['good']}"
    return ":".join(row[c] for c in KEYS[table])


SOURCES: dict[tuple[str, str, str], Row] = {(r["table"], r["row"], r["column"]): r for r in read("sources")}


def source_of(table: str, key: str, column: str) -> Row | None:
    return SOURCES.get((table, key, column)) or SOURCES.get((table, "*", column))


def bound(text: str, value: float) -> float:
    return float(text[:-1]) * value if text.endswith("x") else float(text)


class Base(NamedTuple):
    firms: dict[str, Row]
    output: dict[str, float]
    flow: dict[tuple[str, str, str], float]  # supplier, line, good -> units a year


def at_rest() -> Base:
    """Solve y = d + A y for the tables as they stand."""
    firms = {r["line"]: r for r in read("firms")}
    place = {line: n for n, line in enumerate(firms)}
    use = {(r["line"], r["good"]): float(r["per_unit"]) * float(r["dependence"]) for r in read("needs")}
    matrix = np.zeros((len(firms), len(firms)))
    links = read("links")
    for r in links:
        matrix[place[r["supplier"]], place[r["line"]]] += float(r["share"]) * use[r["line"], r["good"]]
    demand = np.array([float(r["demand_per_year"]) for r in firms.values()])
    y = np.linalg.solve(np.eye(len(firms)) - matrix, demand)
    flow = {
        (r["supplier"], r["line"], r["good"]): float(r["share"]) * use[r["line"], r["good"]] * y[place[r["line"]]]
        for r in links
    }
    return Base(firms, {line: float(y[n]) for line, n in place.items()}, flow)


BASE = at_rest()


def trade(goods: tuple[str, ...], origin: str, destination: str | None = None) -> float:
    """Units a year that leave `origin` for `destination` (None: for any other country)."""
    total = 0.0
    for (supplier, line, good), units in BASE.flow.items():
        start, end = BASE.firms[supplier]["country"], BASE.firms[line]["country"]
        if good in goods and start == origin and (end == destination if destination else end != origin):
            total += units
    return total


def output(**where: str) -> float:
    return sum(y for line, y in BASE.output.items() if all(BASE.firms[line][c] == v for c, v in where.items()))


def japanese_magnet_use() -> float:
    return sum(
        units
        for (_, line, good), units in BASE.flow.items()
        if good in MAGNETS and BASE.firms[line]["country"] == "JP" and BASE.firms[line]["tier"] in "45"
    )


def japanese_heavy_use() -> float:
    """Dy and Tb that Japanese lines buy as oxide, and that arrives inside Chinese alloy."""
    oxide = sum(
        units
        for (_, line, good), units in BASE.flow.items()
        if good == "dytb" and BASE.firms[line]["country"] == "JP" and BASE.firms[line]["role"] != "trader"
    )
    in_alloy = next(
        float(r["per_unit"]) * float(r["dependence"])
        for r in read("needs")
        if (r["line"], r["good"]) == ("ALY", "dytb")
    )
    return oxide + in_alloy * trade(("alloy",), "CN", "JP")


@pytest.mark.parametrize("table", TABLES)
def test_every_number_resolves_to_a_source(table: str) -> None:
    missing = [
        (table, row_key(table, r), c)
        for r in read(table)
        for c in NUMERIC[table]
        if source_of(table, row_key(table, r), c) is None
    ]
    assert not missing


@pytest.mark.parametrize("table", TABLES)
def test_numeric_columns_are_the_columns_that_hold_numbers(table: str) -> None:
    rows = read(table)
    for column in NUMERIC[table]:
        for row in rows:
            assert np.isfinite(float(row[column])), (table, row_key(table, row), column)


@pytest.mark.parametrize("table", TABLES)
def test_assumptions_lie_between_low_and_high(table: str) -> None:
    faults = []
    for row in read(table):
        for column in NUMERIC[table]:
            source = source_of(table, row_key(table, row), column)
            assert source is not None
            if source["kind"] == "assumption":
                value = float(row[column])
                low, high = bound(source["low"], value), bound(source["high"], value)
                if not low - 1e-12 <= value <= high + 1e-12:
                    faults.append((table, row_key(table, row), column, low, value, high))
    assert not faults


def test_source_rows_are_unique_complete_and_about_something() -> None:
    rows = read("sources")
    assert len(SOURCES) == len(rows)
    keys = {t: {row_key(t, r) for r in read(t)} for t in TABLES}
    for row in rows:
        assert row["kind"] in {"sourced", "derived", "assumption", "calibrated"}, row
        assert row["source"] and row["unit"], row
        assert row["kind"] != "assumption" or (row["low"] and row["high"]), row
        if row["table"] in keys:
            assert row["column"] in NUMERIC[row["table"]], row
            assert row["row"] == "*" or row["row"] in keys[row["table"]], row


@pytest.mark.parametrize("table", TABLES)
def test_row_keys_are_unique(table: str) -> None:
    keys = [row_key(table, r) for r in read(table)]
    assert len(keys) == len(set(keys))


def test_state_stock_of_japan_is_about_49_tonnes() -> None:
    row = BASE.firms["JOG-D"]
    assert float(row["finished_days"]) * float(row["capacity_per_year"]) / 365 == pytest.approx(49, rel=0.02)


def test_shares_of_a_need_add_to_one() -> None:
    total: dict[tuple[str, str], float] = defaultdict(float)
    for r in read("links"):
        total[r["line"], r["good"]] += float(r["share"])
    assert set(total) == {(r["line"], r["good"]) for r in read("needs")}
    assert {k: v for k, v in total.items() if abs(v - 1.0) > 1e-9} == {}


def test_names_agree() -> None:
    countries, goods = {r["country"] for r in read("countries")}, {r["good"] for r in read("goods")}
    for r in BASE.firms.values():
        assert r["country"] in countries and r["good"] in goods, r
    for r in read("links"):
        assert BASE.firms[r["supplier"]]["good"] == r["good"], r
        assert r["line"] in BASE.firms, r


def test_links_are_active_dormant_or_qualified() -> None:
    for r in read("links"):
        assert float(r["lead_days"]) >= 1 and float(r["qualification_days"]) >= 0, r
        assert float(r["share"]) == 0 or float(r["qualification_days"]) == 0, r


def test_capacity_is_above_normal_output() -> None:
    tight = {
        line: y / float(BASE.firms[line]["capacity_per_year"])
        for line, y in BASE.output.items()
        if y > 0.97 * float(BASE.firms[line]["capacity_per_year"])
    }
    assert not tight


def test_japanese_magnet_and_parts_makers_have_a_second_source() -> None:
    spare = {(r["line"], r["good"]) for r in read("links") if float(r["share"]) == 0}
    for line, row in BASE.firms.items():
        if row["country"] == "JP" and row["role"] in {"magnet_maker", "parts_maker"}:
            assert any(key[0] == line for key in spare), line


FLOWS: dict[str, tuple[Callable[[], float], float, float]] = {
    "magnets China to Japan, t (A33)": (lambda: trade(MAGNETS, "CN", "JP"), 2350, 0.05),
    "magnets China to Korea, t (A26)": (lambda: trade(MAGNETS, "CN", "KR"), 6500, 0.05),
    "magnets exported by China, t (A21)": (lambda: trade(MAGNETS, "CN"), 57392, 0.03),
    "magnets China to United States, t (A21)": (lambda: trade(MAGNETS, "CN", "US"), 5933, 0.05),
    "magnets China to Europe, t (A36)": (lambda: trade(MAGNETS, "CN", "EU"), 21600, 0.10),
    "alloy China to Japan, t (A24)": (lambda: trade(("alloy",), "CN", "JP"), 4600, 0.05),
    "Dy and Tb oxide exported by China, t (C14)": (lambda: trade(("dytb",), "CN"), 415, 0.10),
    "Dy and Tb use in Japan, t (C13)": (japanese_heavy_use, 250, 0.20),
    "magnet use in Japan, t (C12)": (japanese_magnet_use, 12000, 0.05),
    "magnets made in Japan, t (base case)": (
        lambda: output(country="JP", role="magnet_maker") - BASE.output["ALJ"],
        7900,
        0.05,
    ),
    "magnets Vietnam and Philippines to Japan, t (base case)": (
        lambda: trade(MAGNETS, "VN", "JP") + trade(MAGNETS, "PH", "JP"),
        2050,
        0.10,
    ),
    "vehicles made in Japan (B29)": (lambda: output(country="JP", industry="cars"), 8410334, 0.005),
    "vehicles made in Korea (B16)": (lambda: output(country="KR", industry="cars"), 4100000, 0.005),
    "hybrids made in Japan (B30)": (lambda: output(country="JP", good="vehicle_hybrid"), 0.31 * 8410334, 0.03),
    "Lynas NdPr, t (B17)": (lambda: output(firm="LYN"), 7300, 0.10),
    "Shin-Etsu in Japan, t (base case)": (lambda: output(firm="SEJ"), 3000, 0.10),
    "Proterial in Japan, t (base case)": (lambda: output(firm="PRO"), 2500, 0.10),
    "JL Mag, t (B2)": (lambda: output(firm="JLM"), 20900, 0.03),
}


@pytest.mark.parametrize("name", FLOWS)
def test_flows_agree_with_the_facts(name: str) -> None:
    figure, expected, tolerance = FLOWS[name]
    assert figure() == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("maker", ["TOY-HEV", "TOY-EV", "HON-HEV"])
def test_the_car_chain_holds_about_three_months(maker: str) -> None:
    """D2 (several months in the car chain) and D3 (about three at Toyota and Honda), both of the whole chain."""
    covers = {(row["line"], row["good"]): float(row["cover_days_jan2026"]) for row in read("needs")}
    cars = covers[maker, "traction_motor"]
    makers = [row for row in read("links") if row["line"] == maker and row["good"] == "traction_motor"]
    parts = sum(float(row["share"]) * covers[row["supplier"], "magnet_heavy"] for row in makers if float(row["share"]))
    magnets = covers["SEJ-H", "dytb"]
    assert 80 <= cars + parts + magnets <= 120
