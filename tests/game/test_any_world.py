"""Games in any world: a scenario as it is written, and every line and office as a seat."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.player import Move
from model.scenario.row_picks import write_picks
from model.tables.faults import Faults
from runs.__main__ import main
from runs.browser.desk.app import FOLDER as DESK_FOLDER
from runs.browser.desk.session import GameSession
from runs.browser.desk.translator import Translator
from runs.commands.arguments import world_folder
from runs.commands.play import choose_plan
from runs.game.desk_view import desk_view, last_turn
from runs.game.game_plan import DRAWN, GamePlan
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import TURN_DAYS
from runs.game.match import Match, begin_match, replay
from runs.game.neighbourhood import neighbourhood
from runs.game.observations import own_figures
from runs.game.saved_games import create_game, list_games, load_game, resume_game, save_turn
from runs.game.score import describe_score, points_by_day
from runs.game.seats import SEATS, describe_controls, moves_from_wishes
from runs.game.seats_of_world import find_seat, next_seat, offer_seats, stake_of_world
from runs.game.verdict import compute_verdict
from runs.measures.selected import measure
from runs.simulation.stage import Stage, read_story
from tests.support.fire import FIRE
from tests.support.translations import texts_of
from tests.worlds.test_foreign_worlds import BAKERIES, tables

GRAPHITE = GamePlan("licences", "graphite")


@pytest.fixture
def bakery(tmp_path: Path) -> GamePlan:
    """A mill and a bakery in francs; the mill burns on day 10 and makes nothing for 50 days."""
    world = tables(tmp_path / "world", BAKERIES)
    (world / "focus.toml").write_text('home = "DE"\n[money]\ncode = "CHF"\nsign = "₣"\n')
    (world / "fire.toml").write_text(FIRE.format("MILL"))
    return GamePlan("fire", str(world))


def play_to_the_end(match: Match, wishes: dict[str, Any]) -> Match:
    """A match whose first turn has wishes and whose others have none."""
    match.play_turn(moves_from_wishes(match.stage, match.seat, wishes))
    while not match.over:
        match.play_turn([])
    return match


def test_every_line_and_office_of_a_world_is_a_seat() -> None:
    offered = offer_seats(GRAPHITE)
    world = GameWorld(1, plan=GRAPHITE)
    assert {*offered.seats, *(code for code, _ in offered.others)} == set(world.stage.people)
    lines = {line.line for line in world.stage.register.tables.firms}
    assert {seat.code for seat in offered.seats.values() if not seat.is_line} == set(world.stage.people) - lines
    assert {"CFL", "LGE-K", "HKE", "authority", "government:KR"} <= set(offered.seats)
    titles = [(seat.title, seat.name) for seat in offered.seats.values()]
    assert len(set(titles)) == len(titles) and all(seat.goal for seat in offered.seats.values())
    with pytest.raises(ValueError, match="got 'nobody'"):
        find_seat(world, "nobody")


@pytest.mark.parametrize("end", [0, -1])
@pytest.mark.parametrize("plan", [GRAPHITE, GamePlan("export-stop", "chips"), DRAWN], ids=["graphite", "chips", "base"])
def test_each_lever_of_each_seat_can_be_set_to_both_ends(plan: GamePlan, end: int) -> None:
    world = GameWorld(3, plan=plan)
    seats = [find_seat(world, code) for code in world.stage.people]
    moves = {}
    for seat in seats:
        levers = describe_controls(world.stage, seat, [])
        ends = {lever["key"]: [c for c, _ in lever["choices"]] or [lever["least"], lever["most"]] for lever in levers}
        assert levers and len(ends) == len(levers), "no two levers of a seat have one key"
        moves[seat.code] = moves_from_wishes(world.stage, seat, {key: some[end] for key, some in ends.items()})
    world.turn(moves)
    for seat in seats:
        for lever in describe_controls(world.stage, seat, []):
            if lever["kind"] == "number" and moves[seat.code] and seat.is_line and lever["key"] != "spread":
                assert lever["value"] == lever["least" if end == 0 else "most"], (seat.code, lever["key"])


def test_a_game_without_a_player_is_the_scenario_to_the_bit(bakery: GamePlan) -> None:
    for plan in (GRAPHITE, bakery):
        world, stage = GameWorld(5, plan=plan), Stage(plan.scenario, 5, world=plan.world)
        while not world.over:
            world.turn({})
        for _ in range(stage.story.days):
            stage.step()
        for name in ("stock", "finished", "backlog", "spot_log"):
            assert getattr(world.stage.world.state, name).tobytes() == getattr(stage.world.state, name).tobytes(), name


def test_more_stock_shortens_a_stop_by_as_many_days_and_pays_what_they_earn(bakery: GamePlan) -> None:
    """By habit the bakery is stopped for 38 days: 50 without flour, less 10 in store and 2 on the road."""
    match = play_to_the_end(begin_match("BAKE-N", 1, bakery), {"hold": 30})
    row, lines = match.stage.register.row("BAKE-N"), match.watched_run.recorder.record().lines
    others = match.par.watched_run.recorder.record().lines["output"][:, row]
    more = (lines["output"][:, row] - others).sum() / 10.0  # it bakes 10 t a day
    stock = match.watched_run.recorder.record().needs["stock"][11, 0] / 7.0  # after the last flour from the road
    on_par = match.par.watched_run.recorder.record().needs["stock"][11, 0] / 7.0
    assert int((others == 0.0).sum()) == 38 and more > 10.0
    assert more == pytest.approx(stock - on_par, abs=0.01)
    lost = {each["name"]: each for each in describe_score(match)}
    assert [each["unit"] for each in lost.values()] == ["₣mn", "₣mn"]
    world = float(-match.watched_run.tallies.cost[-1] + match.par.watched_run.tallies.cost[-1])
    assert world == pytest.approx(more * 10 * 0.3, rel=1e-3), "millions of value added that were not lost"
    shown = next(each for name, each in lost.items() if name.startswith("The world"))
    assert shown["mine"][-1] - shown["par"][-1] == pytest.approx(world, abs=2e-3)
    own, rest = points_by_day(match, match.par)
    assert stake_of_world(match.world) == pytest.approx(0.01 * 60 * (10 * 0.3 + 7 * 0.02) / 1000)
    assert rest[-1] == pytest.approx(100 * world / 1000 / stake_of_world(match.world)) and own[-1] > 0.0
    assert match.seat.stake == pytest.approx(0.03 * 60 * 10 * 0.4 / 1000)


def test_the_verdict_speaks_of_the_world_in_its_money(bakery: GamePlan) -> None:
    match = play_to_the_end(begin_match("BAKE-N", 1, bakery), {"hold": 30})
    verdict = compute_verdict(match)
    text = json.dumps(verdict, ensure_ascii=False)
    assert "₣" in verdict["words"] and "¥" not in text and "Japan" not in text and verdict["hidden"] == ""
    assert [run["vehicles"] for run in verdict["runs"]] == [None] * 4
    assert "30 days more stock in Germany" in verdict["runs"][3]["words"]
    assert verdict["runs"][3]["own"] < verdict["runs"][0]["own"], "who begins with more flour is stopped for less"
    assert verdict["other"] == "MILL" == next_seat(match.world, match.seat).key
    view = json.dumps(desk_view(match, last_turn(match), bakery.turns), ensure_ascii=False)
    assert "A fire" in view and "Germany" in view and "Japan" not in view


def test_a_government_counts_its_own_country(tmp_path: Path) -> None:
    korea, japan = (begin_match(f"government:{code}", 2, GRAPHITE) for code in ("KR", "JP"))
    for match in (korea, japan):
        match.world.turn({})
        firms, lines = match.stage.register.firms["country"], match.watched_run.recorder.record().lines
        made = (lines["output"] - lines["usual"]) * match.stage.world.network.value_added
        mine = made[:, (firms == match.seat.code[-2:]).to_numpy()].sum() / 1000
        shown, size = describe_score(match)[0], {"¥bn": 1, "¥mn": 1e-3, "¥k": 1e-6}
        assert shown["mine"][-1] * size[shown["unit"]] == pytest.approx(mine, abs=1e-3)
        assert match.about.name(match.seat.code[-2:]) in match.seat.name


def test_a_game_of_a_world_is_saved_with_it_and_played_again(bakery: GamePlan, tmp_path: Path, capsys: Any) -> None:
    match = begin_match("MILL", 4, bakery)
    game = create_game(match, tmp_path / "games")
    moves = moves_from_wishes(match.stage, match.seat, {"run": 50.0})
    match.play_turn(moves)
    save_turn(game, 0, moves, match.digest())
    again = load_game(game.path)
    assert again.plan == bakery and resume_game(again).digest() == match.digest()
    assert list_games(tmp_path / "games") == [(game.name, "The mill, turn 2 of 5, game 4, fire in world")]
    assert main(["replay", str(game.path)]) == 0
    assert "game 4; fire in world; 1 of 5 turns" in capsys.readouterr().out
    needs = Path(str(bakery.world)) / "needs.csv"
    needs.rename(needs.with_suffix(".bak"))
    GamePlan.read.__globals__["read_once"].cache_clear()
    with pytest.raises(Faults, match="the world in which it was played cannot be opened"):
        resume_game(again)


def test_the_desk_offers_a_world_and_takes_any_line(tmp_path: Path, bakery: GamePlan) -> None:
    session = GameSession(where=tmp_path / "games", plan=bakery)
    screen = json.loads(session.snapshot.screen)
    assert [seat[0] for seat in screen["seats"]] == ["MILL", "BAKE-N"] and screen["others"] == []
    assert screen["story"] == "A fire" and screen["turns"] == 5
    session.run_command("begin", seat="TOY-HEV", seed="3")
    assert "There is no seat 'TOY-HEV'; choose one of MILL, BAKE-N" in json.loads(session.snapshot.screen)["message"]
    base = GameSession(where=tmp_path / "games")
    others = dict(json.loads(base.snapshot.screen)["others"])
    assert "SHE" in others and "government:KR" in others and not {s.code for s in SEATS.values()} & set(others)
    base.run_command("begin", seat="SHE", seed="3")
    assert base.snapshot.shown == "turn" and json.loads(base.snapshot.screen)["seat"][1] == others["SHE"]
    reopened = GameSession(base.name, tmp_path / "games", bakery)
    assert json.loads(reopened.snapshot.screen)["seat"] == json.loads(base.snapshot.screen)["seat"]


def test_a_replay_of_another_line_of_the_base_case_has_the_same_draw() -> None:
    drawn, by_code = replay("SHE", 3, [(), ()]), replay("magnet-maker", 3, [(), ()])
    assert drawn.digest() == by_code.digest() and drawn.world.hidden == by_code.world.hidden


@pytest.mark.parametrize(
    ("scenario", "world", "turns"), [(None, None, 18), ("january-2026", None, 33), (None, "graphite", 22)]
)
def test_what_the_command_plays(scenario: str | None, world: str | None, turns: int) -> None:
    plan = choose_plan(Namespace(scenario=scenario, world=None if world is None else world_folder(world)))
    assert plan.turns == turns and plan.is_drawn == (turns == 18) and plan.world == world
    if not plan.is_drawn:
        assert -(-plan.read()[0].days // TURN_DAYS) == turns


@pytest.mark.subprocess
def test_what_cannot_be_played_is_told_before_a_page_opens(tmp_path: Path, capsys: Any) -> None:
    for command, words in (
        (["play", "no-such"], "'no-such', which is not a known scenario"),
        (["play", "--world", "graphit"], "did you mean 'graphite'?"),
    ):
        assert main([*command, "--no-browser"]) == 2
        assert words in capsys.readouterr().err


def test_moves_of_a_seat_without_a_mind_are_carried_out(bakery: GamePlan) -> None:
    match = begin_match("MILL", 1, bakery)
    match.world.turn({"MILL": [Move(match.stage.today, "run_at", {"share": 0.0})]})
    made = match.watched_run.recorder.record().lines["output"][:, match.stage.register.row("MILL")]
    assert np.all(made[1:] == 0.0)


@pytest.mark.parametrize(("line", "good"), [("DE: bread, cake", "corn, ground"), ("A|B] =x", 'rye|"fine"]')])
def test_codes_with_any_signs_have_a_verdict(tmp_path: Path, line: str, good: str) -> None:
    def quoted(word: str) -> str:
        return '"' + word.replace('"', '""') + '"'

    texts = {name: text.replace("BAKE-N", quoted(line)).replace("flour,F", f"{quoted(good)},F")
             for name, text in BAKERIES.items()}  # fmt: skip
    for table in ("firms", "needs", "links"):
        texts[table] = texts[table].replace(",flour,", f",{quoted(good)},")
    world = tables(tmp_path / "world", texts)
    (world / "focus.toml").write_text('home = "DE"\n')
    (world / "fire.toml").write_text(FIRE.format("MILL"))
    plan = GamePlan("fire", str(world))
    match = play_to_the_end(begin_match(line, 1, plan), {})
    assert "30 days more stock in Germany" in compute_verdict(match)["runs"][3]["words"]
    more, plain = (GameWorld(1, days, plan).stage.register.tables.needs[0].cover_days for days in (30, 0))
    assert (more, plain) == (40, 10)
    text = write_picks({"line": line, "good": [good]})
    assert read_story("fire", [f"needs.cover_days[{text}]=33"], world)[1].needs[0].cover_days == 33
    record = match.watched_run.recorder.record()
    assert measure(record, f"stop_days[{write_picks({'line': line})}]") > 30


def test_a_state_stock_is_counted_in_the_unit_of_its_good(tmp_path: Path) -> None:
    row = "SILO,SILO,The silo,DE,1,state_stock,flour,0,0,0,1,0,0,milling\n"
    texts = BAKERIES | {"goods": BAKERIES["goods"].replace("Flour,t", "Flour,sack"), "firms": BAKERIES["firms"] + row}
    texts["links"] += "SILO,BAKE-N,flour,0,2,0\n"
    del texts["minds"]  # people are those of the base case, which has governments
    world = tables(tmp_path / "world", texts)
    (world / "focus.toml").write_text('home = "DE"\n')
    (world / "fire.toml").write_text(FIRE.format("MILL"))
    match = begin_match("government:DE", 1, GamePlan("fire", str(world)))
    assert neighbourhood(match)["stocks"] == [["Flour", "0 sack"]]
    assert {unit for name, (_, unit, _) in own_figures(match).items() if name.startswith("State stock")} == {"sack"}
    mine = neighbourhood(begin_match("BAKE-N", 1, GamePlan("fire", str(world))))
    assert mine["stocks"] == [["Flour", 10]]  # days, which the page writes in its language


@pytest.mark.parametrize("exporters", [["FR"], ["FR", "DE"]])
def test_offices_of_a_kind_are_told_apart_by_their_country(tmp_path: Path, exporters: list[str]) -> None:
    texts = {name: text for name, text in BAKERIES.items() if name != "minds"}  # people are those of the base case
    world = tables(tmp_path / "world", texts)
    (world / "focus.toml").write_text(f'home = "DE"\nneighbour = "FR"\nexporters = {json.dumps(exporters)}\n')
    (world / "fire.toml").write_text(FIRE.format("MILL"))
    seats = offer_seats(GamePlan("fire", str(world))).seats.values()
    titles = [seat.title for seat in seats if not seat.is_line]
    assert len(set(titles)) == len(titles) == len(exporters) + 2
    several = len(exporters) > 1
    assert "The licensing authority (France)" in titles if several else "The licensing authority" in titles
    assert {"The ministry (Germany)", "The ministry (France)"} <= set(titles)
    for language in ("ja", "zh", "ko"):
        own = texts_of(language, DESK_FOLDER)
        told = [Translator(own, ".", " ")(title) for title in titles]
        assert None not in told and len(set(told)) == len(told)
        assert all(("(" in title) == ("France" in words or "Germany" in words)
                   for title, words in zip(titles, told, strict=True))  # fmt: skip
