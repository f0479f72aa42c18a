"""A published network as a world: its largest firms named, in tables, and all others as anonymous firms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import MatrixRankWarning

from model.network import HABITS as CLERK_HABITS
from model.network import solved
from model.tables.anonymous_firms import Layer
from model.tables.faults import Faults
from model.tables.focus_file import FILE as FOCUS
from model.tables.rows import ROWS, Good
from model.tables.table_files import DATA, read_tables
from model.tables.world_folder import TABLES
from runs.files.folder import results_folder
from runs.worlds.anonymous_firms import FirmColumns, write_anonymous_firms
from runs.worlds.country_codes import countries_of_iso
from runs.worlds.delta_files import scenario_of_losses
from runs.worlds.flows import SAME, Array, NetworkFlows, lead_days_of, term_of_needs, thin_out
from runs.worlds.money import JPY_MN_PER_TN, focus_on_money
from runs.worlds.simulators import (
    copy_rules,
    cover_in_the_evening,
    note_on_rules,
    room_above_output,
    rules_of_simulator,
)
from runs.worlds.upstreamness import tiers_of_network

MOST_NAMED, MOST_NAMED_LINKS = 300, 20_000  # firms that get a row of their own in tables, records and reports
LEAST_DEPENDENCE = 1e-3  # what less than this share of the output hangs on, it does not hang on
OUTPUT_ROUNDING = 1e-9  # room above normal output, so that a full line is not short by rounding
IMPORTED_HABITS = {
    "smoothing_days": 6.0, "patience_days": 1.0, "supply_line_weight": 1.0, "back_order_share": 0.0,
    "least_start": 0.0, "restart_days": 0.0, "fill_sensitivity": 0.0,
}  # fmt: skip  # as the simulators work from which such networks come (tests/world/test_crosscheck.py)
ASSUMPTIONS: dict[str, tuple[float, float, float, str]] = {
    "cover_days": (15, 9, 30, "days of stock of every input (Inoue and Todo 2019 use 15)"),
    "dependence": (1, 0, 1, "nothing is made without an input, but its makers can stand in for each other"),
    "lead_days": (1, 1, 10, "what is ordered today may be used tomorrow"),
    "capacity_over_output": (1, 1, 1.25, "nobody can make more than in a normal year"),
}  # name -> value, low, high, meaning


def write_world(
    flows: NetworkFlows, place: Path, command: str, cover_days: float, simulator: str | None = None
) -> dict[str, Any]:
    """Write a mended network as a world into a folder; return its manifest.

    simulator: the published one by whose rules the world goes, if by any. Raise Faults where the folder is taken, or
    where firms sell in cycles that never reach the final market.
    """
    refuse_closed_cycles(flows)
    named, flows = largest_first(flows)
    room, notes = OUTPUT_ROUNDING, list(flows.notes)
    about: dict[str, Any] = {"kind": "world", "command": command, "firms": flows.count}
    if simulator:
        cover_days, room = cover_in_the_evening(cover_days), room_above_output(flows.count)
        about["rules"] = rules_of_simulator(simulator).model_dump()
        notes += note_on_rules(simulator, flows, cover_days)
    parts = as_columns(flows, cover_days, room)
    about["notes"] = [*notes, *notes_on_assumptions(flows, parts, cover_days), note_base_habits(), NOTE_ON_TIERS]
    with results_folder(place, about) as folder:
        (folder / TABLES).mkdir()
        (folder / TABLES / FOCUS).write_text(focus_on_money(flows.currency), encoding="utf-8")
        if simulator:
            copy_rules(simulator, folder / TABLES)
        anonymous = anonymous_part(parts, flows, named)
        write_world_tables(flows, parts, list(anonymous.bought.values()), folder / TABLES)
        about |= write_anonymous_firms(anonymous, folder)
        codes = [firm_code(flows, row, named) for row in range(flows.count)] if flows.losses else []
        for name, losses in flows.losses.items():
            (folder / f"{name}.toml").write_text(scenario_of_losses(name, losses, codes), encoding="utf-8")
        about["links"] = len(flows.amount)
        about["assumptions"] = {
            name: {"value": cover_days if name == "cover_days" else number, "low": low, "high": high, "meaning": words}
            for name, (number, low, high, words) in ASSUMPTIONS.items()
        } | {"habits": IMPORTED_HABITS}
    return about


NOTE_ON_TIERS = "tiers are counted from the final market: how many sales a firm's goods pass on their way, in the mean"


def notes_on_assumptions(flows: NetworkFlows, parts: FirmColumns, cover_days: float) -> list[str]:
    """What is assumed of how many needs, links or lines, because the network says nothing of it."""
    usual = {name: number for name, (number, *_) in ASSUMPTIONS.items()} | {"cover_days": cover_days}
    of_needs, of_links = len(parts.needs["f"]), len(flows.amount)
    said = {name: int(np.sum(~np.isnan(term))) for name, term in flows.terms.items()}
    of = {"cover_days": (of_needs, "needs"), "dependence": (of_needs, "needs"), "lead_days": (of_links, "links"),
          "capacity_over_output": (flows.count, "lines")}  # fmt: skip
    return [
        f"assumed for {'what is not said of ' if said.get(name) else ''}{count:,} {what}: {name} {usual[name]:g} "
        f"({low:g} to {high:g}; {meaning})"
        for name, (_, low, high, meaning) in ASSUMPTIONS.items()
        for count, what in [of[name]]
        if count and said.get(name, 0) < of_links
    ]


def note_base_habits() -> str:
    """A note on which habits are assumed and which are those of the base case, for no network says what they are."""
    usual = {trait.parameter: trait.value for trait in read_tables(DATA).minds if trait.role == "*"}
    ours = ", ".join(f"{name} {value:g}" for name, value in IMPORTED_HABITS.items())
    words = ", ".join(f"{name} {usual[name]:g}" for name in CLERK_HABITS if name not in IMPORTED_HABITS)
    return f"assumed: {ours}; as in the base case: {words} (minds.csv; edit it or use --set)"


def refuse_closed_cycles(flows: NetworkFlows) -> None:
    """Raise Faults where the final market does not call for everything that is made."""
    output = output_of(flows)
    weight = flows.amount / output[flows.buyer]
    order = np.argsort(flows.buyer, kind="stable")
    first = np.searchsorted(flows.buyer[order], np.arange(flows.count + 1))
    matrix = csc_matrix((weight[order], flows.seller[order], first), shape=(flows.count, flows.count))
    with catch_warnings():
        simplefilter("ignore", MatrixRankWarning)
        found = solved(matrix, flows.final)
    wrong = int(np.sum(~(np.abs(found - output) <= SAME * np.maximum(output, SAME))))
    if wrong:
        raise Faults(
            [f"{wrong:,} firms sell in cycles that never reach the final market, so that nothing calls for what they "
             "make; give them final demand or leave them out"]
        )  # fmt: skip


def output_of(flows: NetworkFlows) -> Array:
    """The output of each firm of a mended network."""
    assert flows.output is not None
    return flows.output


def largest_first(flows: NetworkFlows) -> tuple[int, NetworkFlows]:
    """How many firms are named, and the firms in order: those first, the others group by group from large to small.

    A small network keeps the order of its files and all its firms are named. Firms that neither buy nor sell go,
    and countries and product groups of which no firm is left.
    """
    output = output_of(flows)
    active = np.flatnonzero(output > 0.0)
    named, order = min(len(active), MOST_NAMED), active
    if len(active) > MOST_NAMED:
        largest = active[np.argsort(-output[active], kind="stable")]
        rest = largest[named:]
        order = np.concatenate((largest[:named], rest[np.lexsort((-output[rest], flows.group[rest]))]))
    flows = thin_out(flows, order[:named], MOST_NAMED_LINKS)
    rank = np.full(flows.count, -1)
    rank[order] = np.arange(len(order))
    each: dict[str, Any] = {
        name: getattr(flows, name)[order] for name in ("number", "group", "country", "final", "output")
    }
    each |= {
        name: [words[row] for row in order.tolist()]
        for name in ("names", "labels", "companies", "industries")
        if (words := getattr(flows, name))
    }
    each["losses"] = {name: losses[order] for name, losses in flows.losses.items()}
    for name, words in (("country", "countries"), ("group", "groups")):
        used, each[name] = np.unique(each[name], return_inverse=True)
        each[words] = [getattr(flows, words)[place] for place in used.tolist()]
    return named, replace(flows, **each, seller=rank[flows.seller], buyer=rank[flows.buyer])


def as_columns(flows: NetworkFlows, cover_days: float, room: float = OUTPUT_ROUNDING) -> FirmColumns:
    """All firms as columns, as if all were anonymous: a need for each group that a firm buys from.

    room: by what share capacity is above output.
    """
    output, count, groups = output_of(flows), flows.count, len(flows.groups)
    keys = flows.buyer * groups + flows.group[flows.seller]
    along = np.lexsort((flows.seller, keys))
    needs, need_of = np.unique(keys[along], return_inverse=True)
    amount = flows.amount[along]
    total = np.bincount(need_of, amount, len(needs))
    f = needs // groups
    paid = np.bincount(f, total, count) / output
    dependence = term_of_needs(flows, "dependence", 1.0, along, need_of)
    dependence[dependence < LEAST_DEPENDENCE] = 0.0
    idle = dependence[need_of] == 0.0  # what nothing depends on is not used; it is sold all the same
    lines = {
        "number": flows.number, "good": flows.group, "country": flows.country,
        "demand_per_year": flows.final + np.bincount(flows.seller[along][idle], amount[idle], count),
        "capacity_per_year": output * (1.0 + room),
        "finished_days": np.zeros(count), "value_added_jpy_mn": np.maximum(0.0, 1.0 - paid),
    }  # fmt: skip
    return FirmColumns(
        lines=lines,
        needs={"f": f, "good": needs % groups, "dependence": dependence,
               "per_unit": total / output[f] / np.where(dependence > 0.0, dependence, 1.0),
               "cover_days": term_of_needs(flows, "cover_days", cover_days, along, need_of)},
        links={"n": need_of, "s": flows.seller[along], "share": amount / total[need_of],
               "lead_days": lead_days_of(flows)[along]},
        goods=[
            Good(good=code, name=code, unit=f"million {flows.currency}", controlled=1.0, looks_alike=0.0,
                 price_jpy_mn=1.0, spot_eta=0.2) for code in flows.groups
        ],
        layers=[], prefix=flows.prefix, countries=flows.countries,
    )  # fmt: skip


def anonymous_part(parts: FirmColumns, flows: NetworkFlows, named: int) -> FirmColumns:
    """The columns of the anonymous firms: named firms, their needs and their links come first and are cut off."""
    to_anonymous = (flows.seller < named) & (flows.buyer >= named)
    bought = np.bincount(flows.seller[to_anonymous], flows.amount[to_anonymous], named)
    first_need = int(np.searchsorted(parts.needs["f"], named))
    first_link = int(np.searchsorted(parts.links["n"], first_need))
    lines = {name: column[named:] for name, column in parts.lines.items()}
    needs = {name: column[first_need:] for name, column in parts.needs.items()}
    links = {name: column[first_link:] for name, column in parts.links.items()}
    needs["f"], links["n"] = needs["f"] - named, links["n"] - first_need
    firsts = np.flatnonzero(np.diff(lines["good"], prepend=-1)).tolist()
    lasts = [*firsts, len(lines["good"])][1:]
    return replace(
        parts, lines=lines, needs=needs, links=links,
        bought={firm_code(flows, row, named): float(bought[row]) for row in range(named)},
        layers=[
            Layer(parts.goods[int(lines["good"][first])].name, first, last)
            for first, last in zip(firsts, lasts, strict=True)
        ],
    )  # fmt: skip


def write_world_tables(flows: NetworkFlows, parts: FirmColumns, bought: list[float], folder: Path) -> None:
    """Write what is named as tables in the form of the base case, with where each number comes from.

    bought: what anonymous firms buy of each named firm a year; it is final demand in the tables.
    """
    named = len(bought)
    minds = [
        {
            **trait.__dict__,
            "value": IMPORTED_HABITS.get(trait.parameter, trait.value) if trait.role == "*" else trait.value,
        }
        for trait in read_tables(DATA).minds
    ]
    tables: dict[str, list[dict[str, Any]]] = {
        "countries": rows_of_countries(flows, parts), "goods": [good.model_dump() for good in parts.goods],
        "firms": rows_of_firms(flows, parts, bought), "needs": rows_of_needs(flows, parts, named),
        "links": rows_of_links(flows, parts, named), "minds": minds, "sources": rows_of_sources(),
    }  # fmt: skip
    for table, rows in tables.items():
        frame = pd.DataFrame(rows, columns=list(ROWS[table].model_fields))
        frame.to_csv(folder / f"{table}.csv", index=False)


def firm_code(flows: NetworkFlows, row: int, named: int) -> str:
    """The code of a firm: its own name if it has one and is named, else its number."""
    return flows.names[row] if flows.names and row < named else f"{flows.prefix}{flows.number[row]}"


def rows_of_countries(flows: NetworkFlows, parts: FirmColumns) -> list[dict[str, Any]]:
    """A row a country; its GDP is the value added of its firms, in the units of the network."""
    added = np.bincount(flows.country, parts.lines["value_added_jpy_mn"] * output_of(flows), len(flows.countries))
    known = {country.country: country for country in read_tables(DATA).countries}
    iso = countries_of_iso()
    return [
        {"country": name, "name": known[name].name if name in known else iso.get(name, name),
         "neutral": f"Country {place + 1}", "zone": known[name].zone if name in known else "outside",
         "gdp_jpy_tn": worth / JPY_MN_PER_TN, "clearance_days": 0}
        for place, (name, worth) in enumerate(zip(flows.countries, added.tolist(), strict=True))
    ]  # fmt: skip


def rows_of_firms(flows: NetworkFlows, parts: FirmColumns, bought: list[float]) -> list[dict[str, Any]]:
    """A row a named firm."""
    lines, rows, named = parts.lines, [], len(bought)
    tiers = tiers_of_network(flows)
    for row in range(named):
        called, group = firm_code(flows, row, named), flows.groups[int(flows.group[row])]
        label = flows.labels[row] if flows.labels else called if flows.names else f"firm {called}"
        rows.append({
            "line": called, "firm": flows.companies[row] if flows.companies else called, "name": label,
            "country": flows.countries[int(flows.country[row])], "tier": tiers[row], "role": "none", "good": group,
            "finished_days": 0.0, "houses": 1, "military_share": 0.0,
            "industry": flows.industries[row] if flows.industries else group,
            "demand_per_year": lines["demand_per_year"][row] + bought[row],
            "capacity_per_year": lines["capacity_per_year"][row],
            "value_added_jpy_mn": lines["value_added_jpy_mn"][row],
        })  # fmt: skip
    return rows


def rows_of_needs(flows: NetworkFlows, parts: FirmColumns, named: int) -> list[dict[str, Any]]:
    """A row a need of a named firm."""
    needs = parts.needs
    return [
        {"line": firm_code(flows, int(needs["f"][n]), named), "good": flows.groups[int(needs["good"][n])],
         "per_unit": needs["per_unit"][n], "dependence": needs["dependence"][n], "cover_days": needs["cover_days"][n],
         "cover_days_jan2026": needs["cover_days"][n], "thrift_least": 1.0, "thrift_days": 0.0}
        for n in range(int(np.searchsorted(needs["f"], named)))
    ]  # fmt: skip


def rows_of_links(flows: NetworkFlows, parts: FirmColumns, named: int) -> list[dict[str, Any]]:
    """A row a link to a named firm."""
    needs, links = parts.needs, parts.links
    last = int(np.searchsorted(links["n"], np.searchsorted(needs["f"], named)))
    return [
        {"supplier": firm_code(flows, int(links["s"][k]), named), "line": firm_code(flows, int(needs["f"][n]), named),
         "good": flows.groups[int(needs["good"][n])], "share": links["share"][k],
         "lead_days": int(links["lead_days"][k]), "qualification_days": 0}
        for k, n in enumerate(links["n"][:last].tolist())
    ]  # fmt: skip


def rows_of_sources() -> list[dict[str, Any]]:
    """Where the assumed numbers of the tables come from, with their ranges for a batch."""
    return [
        {"table": table, "row": "*", "column": column, "unit": unit, "kind": "assumption", "source": meaning,
         "low": f"{low:g}", "high": f"{high:g}"}
        for table, column, unit in (("needs", "cover_days", "day"), ("needs", "dependence", "1"),
                                    ("links", "lead_days", "day"))
        for _, low, high, meaning in [ASSUMPTIONS[column]]
    ]  # fmt: skip
