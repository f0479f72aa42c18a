"""Whether ready-made motors from China stay free is a lever: one more rule in a scenario of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from runs.simulation.stage import play, stage

RULE = """
title = "Motors too"
about = "The ban of two-months, under which motors may not leave for Japan either"
base = "two-months"

[[shock]]
date = 2026-01-06
kind = "regime"
origin = ["CN"]
destination = ["JP"]
goods = ["small_motor", "traction_motor"]
rule = "ban"
note = "Finished motors may not leave for Japan either"
source = "hypothetical"
"""
HALF = "covers = { small_motor = 0.5, traction_motor = 0.5 }\n"


def motors_and_cars(name: str) -> tuple[float, float]:
    """Motors, in t of magnets, that came from China after the shock, and vehicles that Japan made."""
    record = play(stage(name))
    firms, links = record.register.firms, record.register.links
    abroad = [firms.country[row.supplier] == "CN" and firms.country[row.line] == "JP" and row.good.endswith("_motor")
              for row in links.itertuples()]  # fmt: skip
    cars = ((firms.role == "automaker") & (firms.country == "JP")).to_numpy()
    after = record.shock_day or 0
    return float(record.links["shipped"][after:, abroad].sum()), float(record.lines["output"][after:, cars].sum())


@pytest.mark.slow
def test_a_rule_on_motors_closes_the_way_round_as_far_as_it_covers_them(tmp_path: Path) -> None:
    path = tmp_path / "motors.toml"
    path.write_text(RULE)
    none, few_cars = motors_and_cars(str(path))
    path.write_text(RULE + HALF)
    some, more_cars = motors_and_cars(str(path))
    free, most_cars = motors_and_cars("two-months")
    assert none == 0.0 < some < free
    assert few_cars < more_cars < most_cars
