"""The debrief, what a teacher takes home, and what no phone may be told."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runs.__main__ import main
from runs.class_game.class_world import ClassWorld, WorldPlan
from runs.class_game.debrief import debrief_world
from runs.class_game.export import FORMULA, as_csv, export_room, letter
from runs.class_game.game_activity import DEBRIEF_STEPS
from runs.class_game.outline import MOST_ROWS, outline
from runs.game.hidden_draw import TURN_DAYS
from runs.game.score import points_by_day
from runs.game.seats import SEATS
from tests.class_game.support import SEED, Class, seeded

PLAN = WorldPlan(0, SEED, "stop", 12)


def played(plan: WorldPlan, orders: dict[int, dict[str, Any]], people: tuple[str, ...]) -> ClassWorld:
    world = ClassWorld(plan)
    while not world.over:
        world.close_turn(orders.get(len(world.turns), {}), people)
    return world


@pytest.fixture(scope="module")
def world() -> ClassWorld:
    orders = {0: {"magnet-maker": {"hold": 120}, "authority": {"tempo": 0.5}}, 1: {"magnet-maker": {}, "authority": {}}}
    return played(PLAN, {**orders, 2: orders[1], 3: orders[1]}, ("magnet-maker", "authority"))


@pytest.fixture(scope="module")
def found(world: ClassWorld) -> dict[str, Any]:
    return debrief_world(world.plan, [turn.moves for turn in world.turns], ["magnet-maker", "authority"])


def count_hit(lines: Mapping[str, Any], reported: Any) -> int:
    """Lines that at some time had lost a week's output, less what they had made more; summed line by line."""
    hit = 0
    for row in np.flatnonzero(reported & (lines["usual"] > 0).all(axis=0)):
        lost = np.add.accumulate(1.0 - lines["output"][:, row].astype(float) / lines["usual"][:, row])
        hit += bool(lost.max() >= 7.0)
    return hit


def test_the_debrief_is_that_of_the_world_that_was_played(world: ClassWorld, found: dict[str, Any]) -> None:
    record, run = world.game.watched_run.recorder.record(), world.game.watched_run
    lines, papers = record.lines, record.licences
    still = (lines["output"] < 0.05 * lines["usual"]) & (lines["usual"] > 0) & run.reported
    assert found["hit"] == count_hit(lines, run.reported) > 10
    cars = [row for row in run.about.vehicles if still[:, row].any()]
    assert found["truth"]["first_stop"] == min(int(np.argmax(still[:, row])) for row in cars)
    struck = found["struck"]
    assert found["truth"]["granted"] == round(100 * papers["granted"][struck:].sum() / papers["filed"][struck:].sum())
    assert not found["scare"] and found["hidden"].startswith(f"The stop came on day {struck}")
    assert len(found["rows"]) <= MOST_ROWS and found["rows"] == outline(world)["rows"]


def test_points_and_without_you_are_those_of_par(world: ClassWorld, found: dict[str, Any]) -> None:
    for seat, told in found["seats"].items():
        match = world.match(seat)
        own, rest = points_by_day(match, match.par)
        assert (told["own_points"], told["world_points"]) == (round(float(own[-1])), round(float(rest[-1])))
        without = debrief_world(
            PLAN, [{code: m for code, m in turn.moves.items() if code != SEATS[seat].code} for turn in world.turns], []
        )
        assert (told["without"], told["without_first"]) == (without["hit"], without["truth"]["first_stop"])
    assert found["seats"]["magnet-maker"]["own_points"] != 0
    assert found["seats"]["magnet-maker"]["stock"]["days"] > found["seats"]["magnet-maker"]["stock"]["normal"]
    assert found["seats"]["authority"]["stock"] is None


@pytest.mark.slow
def test_without_hoarding_nobody_asks_for_more_than_the_tables_call_normal(
    world: ClassWorld, found: dict[str, Any]
) -> None:
    needs = {(need.line, need.good): need.cover_days for need in world.game.stage.register.tables.needs}
    other = PLAN.begin()
    for turn in world.turns:
        calm = {
            code: [
                replace(move, arguments={**move.arguments, "days": needs[code, move.arguments["good"]]})
                if move.verb == "hold"
                else move
                for move in wished
            ]
            for code, wished in turn.moves.items()
        }
        other.turn(calm)
    lines = other.watched_run.recorder.record().lines
    hit = count_hit(lines, other.watched_run.reported)
    assert found["no_hoarding"]["hit"] == hit and found["no_hoarding"]["seats"] == 1
    assert any(move.arguments["days"] > 100 for move in world.turns[0].moves[SEATS["magnet-maker"].code])
    modest = [{SEATS["magnet-maker"].code: (replace(move, arguments={**move.arguments, "days": 5.0}),)}
              for move in world.turns[0].moves[SEATS["magnet-maker"].code][:1]]  # fmt: skip
    assert debrief_world(PLAN, modest, [])["no_hoarding"] is None


def test_orders_are_told_beside_what_a_quiet_turn_uses(found: dict[str, Any]) -> None:
    calm = played(WorldPlan(0, SEED, "scare", 12), {}, ())
    told = debrief_world(calm.plan, [turn.moves for turn in calm.turns], [])
    assert told["scare"] and "No stop came" in told["hidden"]
    first = (told["struck"] // TURN_DAYS) or 1
    for tier in told["orders"]:
        assert len(tier["data"]) == 12 and all(95 <= each <= 105 for each in tier["data"][:first]), tier
    assert max(max(tier["data"]) for tier in found["orders"]) > 200


def finished(tmp_path: Path) -> Class:
    class_ = Class(tmp_path / "=room.linestop-class")
    class_.come(1, "=1+1 ")
    class_.come(9)
    with seeded():
        class_.room.command("together", {"minutes": 30})
    class_.turn({1: {"hold": 90, "run": 80}, 2: {}})
    class_.turn({1: {"hold": None}})
    class_.room.command("debrief", {})
    return class_


def test_the_debrief_asks_before_it_tells(tmp_path: Path) -> None:
    class_ = finished(tmp_path)
    first = class_.members[0]
    room, game = class_.room, class_.game
    assert [plan.number for plan, _, _ in game.unjudged()] == [0, 1]
    for task in game.unjudged():
        game.add_result(task[0].number, debrief_world(*task))
    assert game.unjudged() == []
    assert room.projector()["debrief"]["worlds"] == []
    room.answer(first, "feeling", "torn")
    for question, value, why in (
        ("feeling", "fine", "choose one"),
        ("granted", 101, "from 0 to 100"),
        ("shoe", 1, "not asked"),
    ):
        with pytest.raises(ValueError, match=why):
            room.answer(first, question, value)
    assert room.projector()["debrief"]["feelings"] == {"calm": 0, "torn": 1, "hunted": 0}
    room.command("next", {})
    room.answer(first, "granted", 30)
    assert "result" not in room.phone(first)["debrief"]
    for step in DEBRIEF_STEPS[2:]:
        room.command("next", {})
        assert room.phone(first)["debrief"]["step"] == step
        result = room.phone(first)["debrief"]["result"]
        assert result["title"] == "The magnet maker" and result["hit"] == game.results[0]["hit"]
        told = {"without", "without_first", "stock"} & set(result)  # not before the wall asks what if
        assert len(told) == (3 if step in ("what_if", "history", "ticket") else 0)
    room.answer(first, "ticket", " They waited. ")
    room.command("back", {})
    assert room.projector()["debrief"]["guesses"] == [[30.0], []] and len(room.projector()["debrief"]["worlds"]) == 2
    class_.reopen()
    assert class_.room.projector()["debrief"]["worlds"] and class_.game.unjudged() == []


def test_everything_goes_home_in_one_zip_that_opens_in_a_spreadsheet_and_plays_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class_ = finished(tmp_path)
    for task in class_.game.unjudged():
        class_.game.add_result(task[0].number, debrief_world(*task))
    class_.room.answer(class_.members[0], "feeling", "calm")
    folder = zipfile.ZipFile(io.BytesIO(export_room(class_.room.file)))
    tables = {}
    for name in ("orders.csv", "results.csv", "predictions.csv", "participation.csv"):
        raw = folder.read(name)
        assert raw.startswith(b"\xef\xbb\xbf")  # by which Excel knows UTF-8
        tables[name] = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
        assert not any(
            cell.startswith(FORMULA) and not cell.lstrip("-").replace(".", "").isdigit()
            for row in tables[name]
            for cell in row
        )
    assert [row[3:7] for row in tables["orders.csv"][1:]] == [
        ["magnet-maker", "'=1+1 0", "hold", "90"], ["magnet-maker", "'=1+1 0", "run", "80"],
        ["magnet-maker", "p1", "(as it stood)", ""], ["magnet-maker", "'=1+1 0", "hold", "habit"],
    ]  # fmt: skip
    assert tables["participation.csv"][1][2:] == ["2", "1"] and tables["participation.csv"][3][2:] == ["0", "0"]
    assert len(tables["results.csv"]) == 1 + 10 and tables["predictions.csv"][1][1:4] == ["feeling", "'=1+1 0", "calm"]
    (kept,) = (name for name in folder.namelist() if name.endswith(".linestop-class"))
    folder.extract(kept, tmp_path / "home")
    assert main(["replay", str(tmp_path / "home" / kept)]) == 0
    told = capsys.readouterr().out
    assert class_.game.worlds[0].turns[-1].digest[:16] in told and "world B: 2 of 12 turns" in told
    with sqlite3.connect(tmp_path / "home" / kept) as file:
        file.execute("UPDATE turn SET digest = 'x' WHERE world = 1 AND number = 1")
    file.close()
    assert main(["replay", str(tmp_path / "home" / kept)]) == 2
    assert "world B: turn 2, played again, gives another world" in capsys.readouterr().err


def test_letters_of_worlds_and_texts_that_are_formulas() -> None:
    assert [letter(number) for number in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "AB", "BA"]
    assert as_csv(["a"], [["=SUM(A1)"], [-3]]).decode("utf-8-sig") == "a\r\n'=SUM(A1)\r\n-3\r\n"


CANARY = 8675309.25


@pytest.mark.parametrize("seat", [key for key, seat in SEATS.items() if seat.is_line])
def test_a_canary_in_the_books_of_others_is_on_no_desk(seat: str) -> None:
    """What a firm sees does not change, to the last letter, with what only others know."""
    world = played(WorldPlan(0, SEED, "stop", 3), {}, (seat,))
    stage, net = world.game.stage, world.game.stage.world.network
    row, state = stage.register.row(SEATS[seat].code), stage._world.state
    record = world.game.watched_run.recorder.record()
    mine = np.isin(np.arange(len(state.stock)), np.arange(net.first_need[row], net.first_need[row + 1]))
    others = np.arange(len(state.finished)) != row
    before = json.dumps(world.view(seat))
    state.stock[~mine] = CANARY
    state.finished[others] = CANARY
    record.needs["stock"][:, ~mine] = record.needs["plan"][:, ~mine] = CANARY
    for name in ("output", "finished", "profit", "market_backlog"):
        record.lines[name][:, others] = CANARY
    after = json.dumps(world.view(seat))
    assert after == before and str(CANARY)[:7] not in after
    state.stock[mine] = CANARY
    assert json.dumps(world.view(seat)) != before


@pytest.mark.parametrize("seat", list(SEATS))
def test_no_desk_tells_what_was_drawn(seat: str) -> None:
    """Two worlds that differ in what comes alone look the same until it has come."""
    seen = []
    for depth in ("stop", "queue", "scare"):
        world = played(WorldPlan(0, SEED, depth, 1), {}, (seat,))
        assert world.game.hidden is not None and world.game.hidden.day > TURN_DAYS
        view = world.view(seat)
        assert not {"seed", "hidden", "depth"} & set(view)
        seen.append(json.dumps(view))
    assert len(set(seen)) == 1
