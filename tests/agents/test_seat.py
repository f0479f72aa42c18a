"""A seat as data: every sense and every wish that the people have is in it, and what it allows can be wished."""

from __future__ import annotations

import json
from inspect import signature
from typing import Any

import jsonschema
import pytest

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from agents.player import AUTHORITY_VERBS, FIRM_VERBS, GOVERNMENT_VERBS, Move
from agents.seat import check_wish, codes, describe_senses, json_schema, levers, observe
from agents.vocabulary import senses_of, verbs_of
from model.tables.focus_file import exporters_in
from runs.simulation.focus import focus_of
from runs.simulation.stage import AUTHORITY, MINDS, Stage

VERBS_OF = {
    Firm: set(FIRM_VERBS),
    Government: set(GOVERNMENT_VERBS),
    LicensingAuthority: set(AUTHORITY_VERBS),
}


@pytest.fixture(scope="module")
def chain() -> Stage:
    """The base case on its first day."""
    return Stage(rng=1)


def seats(chain: Stage) -> list[str]:
    """A seat of each kind: a line of each role with a mind, a government with stocks, an authority."""
    lines: dict[str, str] = {}
    for line in chain.register.tables.firms:
        if line.line in chain.people and line.role != "industry":
            lines.setdefault(line.role, line.line)
    return [*lines.values(), f"government:{focus_of(chain.register.tables).home}", AUTHORITY]


@pytest.mark.parametrize("kind", VERBS_OF)
def test_every_verb_is_in_the_seat_and_says_all_that_it_takes(kind: type[Any]) -> None:
    verbs = {verb.name: verb for verb in verbs_of(kind)}
    assert set(verbs) == VERBS_OF[kind]
    for name, verb in verbs.items():
        taken = getattr(kind, name).__annotations__.keys() - {"return"}
        assert {word for word, _ in (*verb.about, *verb.amounts)} == taken


@pytest.mark.parametrize("kind", VERBS_OF)
def test_every_sense_that_is_a_number_is_in_the_seat(kind: type[Any]) -> None:
    told = {name for name, each in vars(kind).items() if not name.startswith("_") and returns_something(each)}
    codes_alone = {"home_of", "served", "second_sources", "found_re_exporting"}
    assert {sense.name for sense in senses_of(kind)} == told - codes_alone


@pytest.mark.parametrize("kind", [*MINDS.values(), Government, LicensingAuthority])
def test_whatever_a_sense_is_about_is_a_code_of_the_seat(kind: type[Any]) -> None:
    for sense in senses_of(kind):
        member = getattr(kind, sense.name)
        function = member.fget if isinstance(member, property) else member
        asked = [name for name, each in signature(function).parameters.items() if each.default is each.empty]
        assert [name for name, _ in sense.about] == asked[1:], sense.name


def returns_something(member: Any) -> bool:
    function = member.fget if isinstance(member, property) else member
    return callable(function) and getattr(function, "__annotations__", {}).get("return", "None") != "None"


def test_what_a_seat_sees_is_what_its_person_sees(chain: Stage) -> None:
    maker: Any = chain.people["PRO-H"]
    seen = observe(maker)
    assert seen["stock"] == {good: maker.stock(good) for good in maker.needs}
    assert seen["lead"]["dytb"]["CRE-D"] == maker.lead("dytb", "CRE-D")
    assert seen["suppliers"]["alloy"] == maker.suppliers("alloy")
    assert (seen["news"], seen["worried"]) == (maker.news, maker.worried)
    state: Any = chain.people["government:JP"]
    assert observe(state)["share_of"]["JOG-D"] == dict.fromkeys(state.served("JOG-D"), 1.0)
    json.dumps(seen, allow_nan=False)


def test_every_number_that_is_seen_says_its_unit_and_what_it_is_about(chain: Stage) -> None:
    maker = chain.people["PRO-H"]
    told, seen = describe_senses(maker), observe(maker)
    assert told.keys() == seen.keys()
    assert told["lead"] == {"description": told["lead"]["description"], "unit": "days", "by": ["good", "supplier"]}
    for name, each in told.items():
        assert depth_of(seen[name]) == len(each["by"]) and each["unit"] and each["description"], name


def depth_of(seen: Any) -> int:
    return 1 + depth_of(next(iter(seen.values()))) if isinstance(seen, dict) else 0


def test_a_line_that_plans_nothing_has_no_number_of_days_left(chain: Stage) -> None:
    idle: Any = next(each for each in chain.people.values() if getattr(each, "needs", ()) == ())
    assert observe(idle)["shortest_cover"] is None


def wish_of(lever: Any, value: float) -> dict[str, Any]:
    """A wish as JSON: one lever at a value."""
    amount = {} if not lever.amount else {lever.amount: {lever.by: value} if lever.by else value}
    return {"verb": lever.verb, **dict(lever.case), **amount}


def test_whatever_the_schema_allows_can_be_wished_and_the_day_passes() -> None:
    chain = Stage(rng=1)
    for seat in seats(chain):
        person = chain.people[seat]
        schema, found = json_schema(person), levers(person)
        assert len({lever.name for lever in found}) == len(found) > 3
        for value_of in (lambda lever: lever.least, lambda lever: lever.most):
            wishes = [wish_of(lever, value_of(lever)) for lever in found]
            jsonschema.validate(wishes, schema)
            moves = [Move(chain.today, wish["verb"], {k: v for k, v in wish.items() if k != "verb"}) for wish in wishes]
            for move in moves:
                check_wish(person, move)
            chain.give_orders(seat, moves)
            chain.step()


@pytest.mark.parametrize(
    "wrong",
    [
        {"verb": "hold", "good": "dytb"},
        {"verb": "hold", "good": "gold", "days": 3.0},
        {"verb": "hold", "good": "dytb", "days": -3.0},
        {"verb": "run_at", "share": 1.5},
        {"verb": "split", "good": "dytb", "shares": {"ALJ": 1.0}},
        {"verb": "qualify", "good": "alloy", "supplier": "CRE-D"},
        {"verb": "cap", "country": "JP", "times": 1.0},
    ],
)
def test_what_a_seat_cannot_wish_does_not_fit_its_schema(chain: Stage, wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([wrong], json_schema(chain.people["PRO-H"]))
    with pytest.raises(ValueError, match=r"."):
        check_wish(chain.people["PRO-H"], Move(chain.today, wrong.pop("verb"), wrong))


def test_amounts_are_in_the_units_of_their_goods_and_at_most_double_of_what_is_used(chain: Stage) -> None:
    found = {lever.name: lever for lever in levers(chain.people["PRO-H"])}
    spot: Any = found["spot_buy dytb"]
    assert spot.unit == "t a day"
    assert spot.most == pytest.approx(2.0 * chain.people["PRO-H"].plan("dytb"))


def test_all_codes_are_of_this_world(chain: Stage) -> None:
    lines = {line.line for line in chain.register.tables.firms}
    for seat in seats(chain):
        for verb in verbs_of(type(chain.people[seat])):
            for name, code in verb.about:
                if not code.given and name in ("customer", "supplier", "stock", "line"):
                    assert set(codes(chain.people[seat], code, {})) <= lines
    assert exporters_in(chain.register.tables)[0] in codes(
        chain.people[AUTHORITY], verbs_of(LicensingAuthority)[0].about[0][1], {}
    )


# given back to habit


def orders(chain: Stage, seat: str, verb: str, back: bool = False, **arguments: Any) -> None:
    """Give one order today and pass a week, so that habit has had its day, too."""
    chain.give_orders(seat, [Move(chain.today, verb, arguments, back)])
    for _ in range(7):
        chain.step()


def test_a_lever_that_is_given_back_is_habits_again() -> None:
    chain = Stage("calm", rng=1)
    n = chain.register.trading_partners.needs["PRO-H"]["dytb"]
    orders(chain, "PRO-H", "hold", good="dytb", days=200.0)
    orders(chain, "PRO-H", "hold", good="alloy", days=90.0)
    assert chain.world.policy.cover[n] == 200.0
    orders(chain, "PRO-H", "hold", back=True, good="dytb")
    assert 60.0 <= chain.world.policy.cover[n] < 70.0  # its own rush was not served at once
    other = chain.register.trading_partners.needs["PRO-H"]["alloy"]
    assert chain.world.policy.cover[other] == 90.0  # the other order stands


def test_what_no_habit_ever_writes_is_as_it_was_before_the_first_order() -> None:
    chain = Stage("calm", rng=1)
    mine = list(chain.register.trading_partners.customers["JLM-H"].values())
    favours = chain.world.policy.favour[mine]
    orders(chain, "JLM-H", "favour", customer="NID-S", weight=5.0)
    orders(chain, "JLM-H", "favour", customer="NID-S", weight=9.0)
    assert (chain.world.policy.favour[mine] != favours).sum() == 1
    orders(chain, "JLM-H", "favour", back=True, customer="NID-S")
    assert (chain.world.policy.favour[mine] == favours).all()


def test_a_verb_that_is_given_back_must_be_one_of_the_seat() -> None:
    chain = Stage("calm", rng=1)
    with pytest.raises(ValueError, match="this seat can"):
        chain.give_orders("JLM-H", [Move(chain.today, "cap", {"country": "JP"}, back=True)])
    with pytest.raises(ValueError, match="unexpected"):
        chain.give_orders("JLM-H", [Move(chain.today, "hold", {"gold": "dytb"}, back=True)])
