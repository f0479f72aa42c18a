"""Levers whose choices are words do what they say: who is served when there is too little, and whom Korea helps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agents.neighbour import Neighbour
from model.chain import SupplyChain
from model.physics.compiled import compiled_handle
from model.physics.shipping import floors_ship, orders_are_counted
from model.scenario.events import AuthorityShock
from model.tables.faults import Faults
from model.tables.rows import Trait
from runs.batch.design import DESIGNS, read_design
from runs.batch.execution import make_plan
from runs.simulation.named_levers import WORDS
from runs.simulation.settings import apply_settings
from tests.support.batches import HOUSE, write_design
from tests.support.worlds import START, small_stage, with_people, world_of

OWED = {"HOME": 6.0, "KOR": 3.0, "MAG": 1.0}  # t that the separator owes
FLOOR = 5.0  # t that it has


def shipped(chain: SupplyChain) -> dict[str, float]:
    """What the separator ships to whom from a floor that is too small."""
    world = chain._world
    customers = chain.register.trading_partners.customers["SEP"]
    world.state.finished[chain.register.row("SEP")] = FLOOR
    for customer, owed in OWED.items():
        world.state.backlog[customers[customer]] = owed
    orders_are_counted(compiled_handle(world))
    floors_ship(compiled_handle(world), 0)
    return {customer: float(world.flows.shipped[customers[customer]]) for customer in OWED}


def ration(rule: str) -> dict[str, float]:
    return shipped(world_of(apply_settings(small_stage(), WORDS["rationing"][rule])))


def test_pro_rata_gives_everybody_the_same_part() -> None:
    assert ration("pro rata") == pytest.approx({"HOME": 3.0, "KOR": 1.5, "MAG": 0.5})


def test_as_it_is_home_counts_double_in_china_though_nobody_thinks() -> None:
    tables = with_people(small_stage(), SEP="processor")
    # level x (2 x 6 + 3 + 1) = 5
    level = 5.0 / 16.0
    assert shipped(world_of(tables)) == pytest.approx({"HOME": 12 * level, "KOR": 3 * level, "MAG": level})


def test_home_first_leaves_next_to_nothing_for_others() -> None:
    given = ration("home first")
    assert given["HOME"] == pytest.approx(5.0, rel=1e-3) and sum(given.values()) == pytest.approx(5.0)


def test_contract_first_serves_customers_of_quiet_times_before_newcomers() -> None:
    tables = apply_settings(small_stage(), WORDS["rationing"]["contract first"])
    chain = world_of(tables)
    usual = chain.world.policy.favour
    by_pair = dict(zip(zip(chain.register.links["supplier"], chain.register.links["line"], strict=True), usual,
                       strict=True))  # fmt: skip
    assert by_pair["SEP", "MAG"] == 1000 and by_pair["KOR", "MAG"] == 1


@pytest.mark.parametrize(("stance", "share"), [("open", 1.0), ("closed", 0.0), ("as it is", 0.0)])
def test_the_stance_of_korea_decides_what_is_passed_on(stance: str, share: float) -> None:
    # the fine of 20 times the value at a chance of 10 % eats a margin of 10 %
    tables = small_stage(KOR="neighbour")
    own = tuple(Trait(role="neighbour", parameter=name, value=value, unit="1", meaning=name)
                for name, value in (("fine", 20.0), ("passed_on", 1.0)))  # fmt: skip
    tables = apply_settings(replace(tables, minds=(*tables.minds, *own)), WORDS["korea"][stance])
    looked_for = AuthorityShock(kind="authority", date=START, note="n", source="s", inspect=0.1)
    firm = Neighbour(world_of(tables, [looked_for]), "KOR")
    firm.decide()
    assert firm.chain.world.policy.willing[firm._partners.customers["MAG"]] == share


@pytest.mark.parametrize("name", sorted(path.stem for path in DESIGNS.glob("*.toml")))
def test_every_shipped_experiment_can_be_played(name: str) -> None:
    design = read_design(name).model_copy(update={"days": 3})
    plan, seconds = make_plan(design)
    assert seconds > 0 and len(design.about) > 100
    page = (HOUSE / "runs/batch/BATCH.md").read_text()
    (row,) = [row for row in page.splitlines() if row.startswith(f"| `{name}` |")]
    assert row.endswith(f"| {plan.total:,} |")


@pytest.mark.parametrize(
    ("setting", "values", "words"),
    [
        ("rationing", '["pro rate"]', "did you mean 'pro rata'"),
        ("korea", "[1.0]", "choice of 'korea'"),
        ("minds", '["of"]', "did you mean 'off'"),
        ("rationning", "[1.0]", "lever of words: minds, rationing, korea"),
        ("needs.cover_days", '["home first"]', "only minds, rationing, korea take words"),
    ],
)
def test_a_lever_that_names_nothing_is_told(tmp_path: Path, setting: str, values: str, words: str) -> None:
    path = write_design(tmp_path, set=setting, values=f"values = {values}")
    with pytest.raises(Faults, match=words):
        make_plan(read_design(path))
