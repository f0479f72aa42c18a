"""Scarce magnets can go first where most hangs on a kilogram: by hand, in a world of six lines."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from model.rest import relative_yield, value_of_a_unit
from model.scenario.events import CapacityShock
from model.tables.tables import Tables
from runs.simulation.named_levers import WORDS
from runs.simulation.settings import apply_settings
from tests.support.worlds import COUNTRIES, START, goods, line, link, minds, need, with_people, world_of

CARS = {"PET": 100.0, "HYB": 50.0}  # a day
KILOGRAMS = {"PET": 0.1, "HYB": 1.0}  # of magnets in a car: in small motors, in a traction motor
USE = 0.06  # t of magnets a day: 0.01 for petrol cars, 0.05 for hybrids


def motors_and_cars() -> Tables:
    """A magnet maker, a maker of each kind of motor, and a line of each kind of car; both cars are worth the same."""
    tables = Tables(
        countries=COUNTRIES, goods=goods("magnet", "small", "traction", "car"),
        firms=(line("MAG", "magnet", capacity_per_year=USE * 365 * 1.001),
               line("SMA", "small"), line("TRA", "traction"),
               *(line(code, "car", demand=cars, value_added_jpy_mn=2.0) for code, cars in CARS.items())),
        needs=(need("SMA", "magnet", 10.0), need("TRA", "magnet", 10.0), need("PET", "small", 5.0, 0.0001),
               need("HYB", "traction", 5.0, 0.001)),
        links=(link("MAG", "SMA", "magnet", 2), link("MAG", "TRA", "magnet", 2), link("SMA", "PET", "small", 2),
               link("TRA", "HYB", "traction", 2)),
        minds=minds(),
    )  # fmt: skip
    return with_people(tables)


def built(rule: str) -> dict[str, float]:
    """The share of usual output that each car line makes in the fifth month with half of the magnets."""
    half = CapacityShock(kind="capacity", date=START + timedelta(days=5), goods=("magnet",), times=0.5,
                         note="a fire", source="made up")  # fmt: skip
    chain = world_of(apply_settings(motors_and_cars(), WORDS["rationing"][rule]), [half])
    total = np.zeros(len(chain.register.firms))
    for day in range(150):
        chain.step()
        if day >= 120:
            total += chain.world.flows.output / 30.0
    return {code: float(total[chain.register.row(code)]) / cars for code, cars in CARS.items()}


def test_what_hangs_on_a_kilogram_is_computed_through_the_network() -> None:
    net = world_of(motors_and_cars()).world.network
    by_link = dict(zip(net.supplier * 10 + net.line_of[net.need_of], value_of_a_unit(net), strict=True))
    assert by_link[0 * 10 + 1] == pytest.approx(2.0 / 0.0001)  # a tonne of magnets in small motors: 10,000 cars
    assert by_link[0 * 10 + 2] == pytest.approx(2.0 / 0.001)
    over = dict(zip(net.supplier * 10 + net.line_of[net.need_of], relative_yield(net), strict=True))
    assert over[0 * 10 + 1] == pytest.approx(10.0) and over[0 * 10 + 2] == 1.0


def test_with_half_of_the_magnets_every_petrol_car_is_built_if_they_go_where_most_hangs_on_a_kilogram() -> None:
    cars = built("yield first")
    assert cars["PET"] == pytest.approx(1.0, abs=0.01)
    assert cars["HYB"] == pytest.approx((0.5 * USE - 0.01) / 0.05, abs=0.01)  # what is left
    fair = built("pro rata")
    assert fair["PET"] < 0.8 and fair["HYB"] > cars["HYB"]


def test_without_the_rule_nobody_is_weighed_by_it() -> None:
    for rule, alike in (("as it is", True), ("yield first", False)):
        chain = world_of(apply_settings(motors_and_cars(), WORDS["rationing"][rule]))
        assert bool((chain.world.policy.favour == 1.0).all()) == alike
