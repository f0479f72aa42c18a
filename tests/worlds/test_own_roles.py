"""A world names its own roles: whose mind they have, which numbers they go by, and what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.industry import Industry
from agents.parts_maker import PartsMaker
from model.tables.faults import Faults
from runs.classroom.anonymised_names import anonymise
from runs.simulation.focus import focus_of
from runs.simulation.stage import play, stage
from tests.support.motors import write_motors

ROLES = "role,mind,makers\nwinder,parts_maker,coil winders\nlathe_maker,industry,\n"
NUMBERS = "winder,caution,0.25,1,extra cover when worried\nparts_maker,alarm_days,3,day,where it slows down\n"


def with_roles(place: Path, roles: str = ROLES) -> Path:
    """The world of motors whose parts makers are winders, and whose lathes have makers of their own."""
    world = write_motors(place)
    (world / "roles.csv").write_text(roles)
    firms = world / "firms.csv"
    text = firms.read_text().replace(",parts_maker,", ",winder,")
    firms.write_text(text.replace(",industry,lathe", ",lathe_maker,lathe"))
    minds = world / "minds.csv"
    kept = [row for row in minds.read_text().splitlines() if not row.startswith("parts_maker,alarm_days,")]
    minds.write_text("\n".join([*kept, NUMBERS]))
    return world


def test_lines_of_an_own_role_have_the_mind_that_it_names(tmp_path: Path) -> None:
    chain = stage("calm", world=with_roles(tmp_path))
    winder, lathe = chain.people["SIE"], chain.people["TRU"]
    assert type(winder) is PartsMaker and type(lathe) is Industry
    everybody = chain.register.mind("*")
    assert winder.caution == 0.25  # of its own
    assert winder.alarm_days == 3.0 != everybody["alarm_days"]  # of that mind
    assert lathe.fear_of_news == everybody["fear_of_news"]


def test_an_own_role_is_called_as_its_world_says(tmp_path: Path) -> None:
    tiers = focus_of(stage("calm", world=with_roles(tmp_path)).register.tables).tiers_of_stock
    called = {tier.role: tier.makers for tier in tiers}
    assert called["winder"] == "Coil winders" and called["lathe_maker"] == "Lathe makers"


def test_an_own_role_is_a_noun_of_neutral_names(tmp_path: Path) -> None:
    tables = stage("calm", world=with_roles(tmp_path)).register.tables
    neutral = anonymise(tables)
    called = {line.line: line.name for line in neutral.firms}
    assert " winder 1 (" in called["SIE"] and " lathe maker 1 (" in called["TRU"]
    real = {line.name.partition(" (")[0] for line in tables.firms if line.line in ("SIE", "TRU")}
    assert not any(name in called[line] for name in real for line in called)


ADDED = """
title = "One winder more"
about = "For tests."
base = "calm"
[[add.firms]]
line = "KAS"
firm = "KAS"
name = "Kassel"
country = "DE"
tier = 2
role = "winder"
good = "motor"
demand_per_year = 0
capacity_per_year = 1000
finished_days = 5
houses = 1
military_share = 0
value_added_jpy_mn = 0
industry = "motors"
source = "made up"
[[add.links]]
supplier = "KAS"
line = "TRU"
good = "motor"
share = 0
lead_days = 2
qualification_days = 60
source = "made up"
[[shock]]
date = 2025-11-01
kind = "willing"
origin = ["DE"]
destination = ["*"]
goods = ["motor"]
share = 0.9
note = "n"
source = "s"
"""


def test_a_firm_that_a_scenario_adds_may_have_an_own_role(tmp_path: Path) -> None:
    """A role that there is not is told by itself, though a link and a shock are about the line."""
    world, file = with_roles(tmp_path), tmp_path / "one-more.toml"
    file.write_text(ADDED)
    assert type(stage(str(file), world=world).people["KAS"]) is PartsMaker
    file.write_text(ADDED.replace('"winder"', '"wynder"'))
    with pytest.raises(Faults) as told:
        stage(str(file), world=world)
    (words,) = told.value.sentences
    assert "add.firms 1 (KAS), role: found 'wynder'" in words and "'winder'" in words


def test_a_world_behaves_the_same_under_other_names_of_its_roles(tmp_path: Path) -> None:
    """Only the words differ: with the numbers of the mind, each line makes the same to the bit."""
    plain = write_motors(tmp_path / "plain")
    renamed = with_roles(tmp_path / "renamed")
    (renamed / "minds.csv").write_text((plain / "minds.csv").read_text())
    stop = tmp_path / "plain" / "stop.toml"
    one, other = (play(stage(stop, world=world)).lines["output"] for world in (plain, renamed))
    assert one.tobytes() == other.tobytes()


def test_every_wrong_role_is_told_with_the_nearest_right_one(tmp_path: Path) -> None:
    roles = "role,mind,makers\nwinder,parts_makr,\n"
    with pytest.raises(Faults) as told:
        stage("calm", world=with_roles(tmp_path, roles))
    words = "\n".join(told.value.sentences)
    assert "roles.csv: line 2 (winder), mind" in words and "'parts_maker'" in words
    assert "firms.csv" in words and "'lathe_maker'" in words
