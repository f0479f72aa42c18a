"""Every column is declared once, and the world and its papers agree with the declaration."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from model.state import Conditions, Flows, Network, Policy, State, columns
from model.tables.table_files import DATA
from runs.simulation.record import KEPT, WIDE
from runs.simulation.record_columns import header
from runs.simulation.stage import stage

ROOMS = (Network, Conditions, Policy, State, Flows)
LETTERS = re.compile(r"(F\+1|N\+1|P\+1|[FNLEBMHDSKOGCZAJRQ1])+")
ODD = DATA.parent / "ODD.md"
ALL = [(room, name) for room in ROOMS for name in columns(room)]


@pytest.mark.parametrize("room", ROOMS)
def test_every_column_is_declared_with_letters_unit_and_meaning(room: type) -> None:
    fields: tuple[str, ...] = room._fields  # type: ignore[attr-defined]
    assert tuple(columns(room)) == fields
    for name, column in columns(room).items():
        assert LETTERS.fullmatch(column.letters), name
        assert column.meaning and not column.meaning.endswith("."), name
        assert column.unit == column.unit.strip(), name


def test_only_names_of_rows_and_switches_are_without_a_unit() -> None:
    whole = {"Ints", "Rows", "NDArray"}
    for room, name in ALL:
        if columns(room)[name].unit == "":
            assert any(kind in str(room.__annotations__[name]) for kind in whole), f"{room.__name__}.{name}"


def test_no_meaning_is_written_twice_in_a_room() -> None:
    for room in ROOMS:
        meanings = [column.meaning for column in columns(room).values()]
        assert len(set(meanings)) == len(meanings), room.__name__


def test_the_shapes_of_a_built_world_agree_with_the_letters() -> None:
    chain = stage("full-stop")
    net = chain.world.network
    length: dict[str, Any] = {
        **dict.fromkeys("FE", len(chain.register.firms)),
        **dict.fromkeys("NB", len(chain.register.needs)),
        **dict.fromkeys("LMH", len(chain.register.links)),
        "G": len(chain.register.goods),
        "C": len(chain.register.countries),
        "K": len(net.link_of),
        "D": len(net.dormant),
        "O": len(net.office_country),
        "S": len(net.gifts),
        "P": len(net.first_shared) - 1,
        "Q": len(net.shared),
        "Z": 2,
        "1": 1,
        "A": len(chain.world.state.arriving),
        "R": chain.world.state.review.shape[0],
        "J": max(country.clearance_days for country in chain.register.tables.countries) + 1,
    }
    kinds = {"Floa": np.float64, "Sing": np.float32, "Ints": np.int32, "Rows": np.uint32}
    for room in chain.world:
        for name, column in columns(type(room)).items():
            letters = re.findall(r"[A-Z]\+1|[A-Z1]", column.letters)
            expected = tuple(length[letter[0]] + letter.endswith("+1") for letter in letters)
            array = getattr(room, name)
            assert array.shape == expected, f"{type(room).__name__}.{name}"
            assert array.dtype == kinds[str(type(room).__annotations__[name]).split("Annotated[")[1][:4]], name


def test_what_is_recorded_has_a_header() -> None:
    named = header("EUR", ["inside", "outside"])
    kept = {(table, name) for table, names in KEPT.items() for name in names} - {("prices", "spot_log")}
    kept |= {("wide", name) for name in WIDE} | {("prices", "spot_in_inside"), ("prices", "spot_outside")}
    assert kept < set(zip(named["table"], named["column"], strict=True)) and (named["meaning"] != "").all()
    amounts = named["column"].isin(["contract", "profit", "added"])
    assert set(named["unit"][amounts]) == {"million EUR/unit", "million EUR"}


@pytest.mark.skipif(not ODD.exists(), reason="the model's description is not written yet")
def test_the_tables_of_the_description_are_those_of_the_code() -> None:
    text = ODD.read_text(encoding="utf-8")
    for room, name in ALL:
        column = columns(room)[name]
        row = f"| `{name}` | {column.letters} | {column.unit or '-'} | {column.meaning} |"
        assert row in text, f"{room.__name__}.{name}: make the tables anew (python -m runs.reference.odd)"
