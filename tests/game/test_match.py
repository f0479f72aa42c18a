"""Games without a browser: moves and seats, saved files good and bad, the same history to the bit."""

import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from agents.player import Move
from model.chance import stream
from model.state import GENERAL, INDIVIDUAL
from model.tables.faults import Faults
from runs.browser.desk.session import GameSession
from runs.game.game_file import GAME
from runs.game.game_plan import GamePlan
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import COMES, TURN_DAYS, TURNS, draw_game
from runs.game.match import Match, replay
from runs.game.saved_games import create_game, find_game, list_games, load_game, resume_game, save_turn
from runs.game.score import describe_score, fines_for_papers, result_by_day, score, world_result
from runs.game.seat_charts import curves, forecast
from runs.game.seats import SEATS, changed_controls, describe_controls, moves_from_wishes
from runs.game.seats_of_world import find_seat
from runs.game.verdict import RUNS, compute_verdict

SEED = 10


def played(folder, turns, wishes, seat="magnet-maker"):
    match = Match(SEATS[seat], SEED)
    game = create_game(match, folder)
    for number in range(turns):
        moves = moves_from_wishes(match.stage, match.seat, wishes.get(number, {}))
        match.play_turn(moves)
        save_turn(game, number, moves, match.digest())
    return match, game


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("games")
    return played(folder, 3, {0: {"hold": 120}, 1: {"source": "dytb|LYH", "run": 80}})


def test_a_saved_game_resumes_to_the_bit(saved):
    match, game = saved
    again = resume_game(load_game(game.path))
    assert again.digest() == match.digest()
    assert again.stage.day == 3 * TURN_DAYS
    assert again.turns == match.turns


def test_a_line_of_the_game_names_its_state(saved):
    _, game = saved
    assert list_games(game.path.parent) == [(game.name, "The magnet maker, turn 4 of 18, game 10")]
    assert find_game(game.name, game.path.parent) == game.path


def test_silence_is_par_and_a_hidden_draw_belongs_to_the_seed():
    assert replay("automaker", SEED, [()] * TURNS).digest() == replay("processor", SEED, [()] * TURNS).digest()
    assert draw_game(SEED) == draw_game(SEED)
    draws = [draw_game(seed) for seed in range(400)]
    scares = sum(each.depth == "scare" for each in draws) / len(draws)
    assert scares == pytest.approx(1 - COMES, abs=0.08)
    assert {each.depth for each in draws} == {"stop", "queue", "delay", "scare"}


def test_licences_are_in_force_before_the_game_begins_and_only_a_scare_leaves_them_so():
    depths = {draw_game(seed).depth: seed for seed in range(60) if not draw_game(seed).motors}
    for depth, seed in depths.items():
        match = Match(SEATS["authority"], seed)
        net, rules = match.stage.world.network, match.stage.world.conditions.rule
        home = match.watched_run.at_home[net.line_of[net.need_of[net.link_of]]]
        before = rules.copy()
        assert set(before[home]) == {GENERAL} and set(before[~home]) == {GENERAL, INDIVIDUAL}
        match.watched_run.pass_days(draw_game(seed).day + 1)
        assert np.array_equal(rules, before) == (depth == "scare")
        match.stage.release()


def test_the_hands_of_the_office_are_short_and_its_tempo_counts():
    delays = (seed for seed in range(200) if draw_game(seed).depth == "delay")
    seed = next(seed for seed in delays if 280 < draw_game(seed).office < 320)  # files a day; 330 come in
    ends = {}
    for tempo in (1.0, 1.25, 3.0):
        match = Match(SEATS["authority"], seed)
        match.play_turn(moves_from_wishes(match.stage, match.seat, {"tempo": tempo}))
        for _ in range(TURNS - 1):
            match.play_turn([])
        ends[tempo] = (match.watched_run.tallies.overdue[-1], score(match))
        match.stage.release()
    assert ends[1.0][0] > 10 * ends[1.25][0] and ends[1.25][1] > max(ends[1.0][1], ends[3.0][1])


def test_stock_that_is_bought_and_kept_earns_nothing():
    seed = next(seed for seed in range(60) if draw_game(seed).depth == "scare")
    match = replay("processor", seed, [()] * TURNS)
    more = Match(SEATS["processor"], seed)
    for turn in range(TURNS):
        more.play_turn(moves_from_wishes(more.stage, more.seat, {"hold": 120} if turn == 0 else {}))
    assert score(more) < score(match)


def test_the_verdict_says_what_each_half_of_the_game_brought():
    match = Match(SEATS["ministry"], SEED)
    for turn in range(TURNS):
        wishes = {3: {"release_JOG-D": 1}, 12: {"pay": 50}}.get(turn, {})
        match.play_turn(moves_from_wishes(match.stage, match.seat, wishes))
    result = compute_verdict(match)
    assert [run["words"] for run in result["runs"]] == [words.format(home="Japan") for words in RUNS]
    mine, par, half, _ = result["runs"]
    assert (par["gain"], par["own_points"], par["world_points"]) == (0, 0, 0)
    assert mine["own_points"] == round(100 * mine["gain"] / match.seat.stake)
    assert mine["world_points"] == pytest.approx(100 * mine["kept"] / GAME.stake_of_world, abs=0.5)
    *_, halves, stocked = result["lessons"]
    amounts = [float(amount) for _, amount in re.findall(r"(gained|lost) ¥([\d.]+) billion", halves)]
    assert amounts == pytest.approx([abs(half["gain"]), abs(mine["gain"] - half["gain"])], rel=0.05)
    assert "30 days more stock" in stocked


def test_the_score_is_what_was_earned_and_what_stock_has_grown_by_less_what_that_costs():
    world = GameWorld(1, plan=GamePlan("calm"))
    match, row = Match(SEATS["magnet-maker"], 1, world=world), world.stage.register.row("PRO-H")
    net, state = world.stage.world.network, world.stage.world.state
    needs = slice(*net.first_need[[row, row + 1]])
    worth = []
    world.turn({"PRO-H": [Move(world.stage.today, "hold", {"good": "dytb", "days": 120.0})]})
    record = match.watched_run.recorder.record()
    for day in range(TURN_DAYS):
        prices = record.prices["contract"][day]
        inputs = (record.needs["stock"][day, needs] * prices[net.need_good[needs]]).sum()
        worth.append(float(inputs + record.lines["finished"][day, row] * prices[net.good_of[row]]))
    opening = world.opening
    before = float((opening["stock"][needs] * opening["contract"][net.need_good[needs]]).sum())
    before += float(opening["finished"][row] * opening["contract"][net.good_of[row]])
    ways = net.out[net.first_out[row] : net.first_out[row + 1]]
    sold = float(record.links["shipped"][:, ways].sum())
    markup = 3.6 - (9.0 - 8.244)  # value added of a tonne, millions, less price and materials of the tables
    cost = sum(max(0.0, value - before) for value in worth) * 0.3 / 365.0
    earned = float(record.lines["profit"][:, row].sum()) + markup * sold + worth[-1] - before - cost
    assert score(match) == pytest.approx(earned / 1000.0, abs=0.002)
    assert worth[-1] > before and state.stock[needs].sum() > opening["stock"][needs].sum()


def test_par_is_the_seat_on_habit_and_everybody_else_as_played():
    match = Match(SEATS["automaker"], SEED)
    match.play_turn(moves_from_wishes(match.stage, match.seat, {"hold": 90}))
    match.play_turn(())
    assert match.par.digest() == replay("automaker", SEED, [(), ()]).digest() != match.digest()
    own, world = describe_score(match)
    assert len(own["mine"]) == len(own["par"]) == len(world["par"]) == 2 * TURN_DAYS
    world = GameWorld(SEED)
    mine, other = (Match(SEATS[seat], SEED, world=world) for seat in ("automaker", "magnet-maker"))
    orders = (
        moves_from_wishes(world.stage, mine.seat, {"hold": 90}),
        moves_from_wishes(world.stage, other.seat, {"run": 50}),
    )
    world.turn({"TOY-HEV": orders[0], "PRO-H": orders[1]})
    assert mine.par.digest() == replay("magnet-maker", SEED, [orders[1]]).digest()
    assert other.par.digest() == replay("automaker", SEED, [orders[0]]).digest()


def test_par_is_played_once_however_many_ask_for_it_at_once():
    match = Match(SEATS["automaker"], SEED)
    for _ in range(6):
        match.play_turn([])
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: len(result_by_day(match.par)), range(8)))
    assert found == [6 * TURN_DAYS] * 8 and len(match.par.world.turns) == 6


def test_par_of_a_scenario_is_of_that_scenario_and_nothing_is_drawn_there():
    world = GameWorld(28, plan=GamePlan("two-months"))
    maker = Match(find_seat(world, "JLM-H"), 28, world=world)
    for _ in range(TURNS + 1):  # longer than a game
        world.turn({})
    assert world.hidden is None and maker.par.digest() == world.digest()
    assert (
        len(result_by_day(maker)) == (TURNS + 1) * TURN_DAYS
        and not fines_for_papers(maker, maker.stage.register.row("JLM-H")).any()
    )


def test_an_exporter_pays_for_what_it_sent_home_in_the_turns_in_which_its_papers_are_looked_into():
    seed = next(seed for seed in range(60) if draw_game(seed).depth == "delay")
    match = replay("processor", seed, [()] * TURNS)
    row = match.stage.register.row("JLM-H")
    fines, day = np.diff(fines_for_papers(match, row), prepend=0.0), draw_game(seed).day
    assert fines[:day].sum() == 0.0 < fines.sum()
    looked_into = stream(seed, "papers").random(TURNS) < 0.4
    assert {int(day) // TURN_DAYS for day in np.flatnonzero(fines)} <= set(np.flatnonzero(looked_into))


def test_the_order_in_which_people_hand_in_does_not_matter():
    digests = set()
    for seats in (("TOY-HEV", "PRO-H", "KTR"), ("KTR", "PRO-H", "TOY-HEV")):
        world = GameWorld(SEED)
        run = {seat: [Move(world.stage.today, "run_at", {"share": 0.5})] for seat in seats}
        world.turn(run)
        world.turn({})
        digests.add(world.digest())
    assert len(digests) == 1
    again = world.begun_anew()
    for moves in world.turns:
        again.turn(moves)
    assert again.digest() in digests


def test_a_choice_says_about_whom_its_orders_stand():
    match = Match(SEATS["magnet-maker"], SEED)
    levers = {lever["key"]: lever for lever in describe_controls(match.stage, match.seat, [])}
    chosen, words = levers["source"]["choices"][1]
    match.play_turn(moves_from_wishes(match.stage, match.seat, {"source": chosen}))
    levers = {lever["key"]: lever for lever in describe_controls(match.stage, match.seat, ["source"])}
    assert chosen not in dict(levers["source"]["choices"])
    assert [words.partition(":")[0]] == levers["source"]["ordered"] and levers["hold"]["ordered"] == []


def test_with_more_stock_a_line_at_home_holds_as_much_more_as_it_was_ordered_to():
    for seat, more in (("TOY-HEV", 30.0), ("KTR", 0.0)):
        world = GameWorld(SEED, extra_days=30)
        good = world.stage.people[seat].needs[-1]
        world.turn({seat: [Move(world.stage.today, "hold", {"good": good, "days": 20.0})]})
        n = world.stage.register.trading_partners.needs[seat][good]
        assert world.stage.world.policy.cover[n] == 20.0 + more


def test_a_lever_that_was_moved_can_be_given_back_to_habit():
    match = Match(SEATS["magnet-maker"], SEED)
    match.play_turn(moves_from_wishes(match.stage, match.seat, {"hold": 20, "first": "DEN-T"}))
    assert changed_controls(match.stage, match.seat) == ["hold", "first"]
    match.play_turn(moves_from_wishes(match.stage, match.seat, {"hold": None, "first": None}))
    assert changed_controls(match.stage, match.seat) == []
    match.play_turn(())
    values = {lever["key"]: lever["value"] for lever in describe_controls(match.stage, match.seat, [])}
    assert values["hold"] >= 60 and values["first"] != "DEN-T"


@pytest.mark.parametrize("seat", SEATS)
def test_every_seat_has_books_and_reads_what_happens_if_nothing_is_done(seat):
    match = Match(SEATS[seat], SEED)
    first = curves(match)
    assert 2 <= len(first) <= 6 and all(curve["data"] == [] for curve in first)
    match.play_turn([])
    for before, after in zip(first, curves(match), strict=True):
        assert before["name"] == after["name"] and len(after["data"]) == TURN_DAYS
        assert after["data"][-1] == pytest.approx(after["value"], abs=0.11)
    assert forecast(match).startswith("If you do nothing: ")


def test_the_habits_finish_what_a_person_began(saved):
    match, _ = saved
    handed = replay("magnet-maker", SEED, match.turns, hand_over=1)
    assert handed.digest() != match.digest()
    assert handed.stage.players == {}


@pytest.mark.parametrize("seat", SEATS)
def test_every_lever_of_every_seat_can_be_pulled(seat):
    match = Match(SEATS[seat], SEED)
    wishes = {}
    for lever in describe_controls(match.stage, match.seat, []):
        assert lever["hint"] and lever["label"]
        wishes[lever["key"]] = lever["choices"][-1][0] if lever["kind"] == "choice" else lever["most"]
    moves = moves_from_wishes(match.stage, match.seat, wishes)
    moved = [key for key, value in wishes.items() if moves_from_wishes(match.stage, match.seat, {key: value})]
    match.play_turn(moves)
    assert match.stage.day == TURN_DAYS
    assert isinstance(score(match), float)
    assert world_result(match)["hit"] >= 0
    assert SEATS[seat].other in SEATS and 4 <= len(SEATS[seat].controls) <= 6
    assert changed_controls(match.stage, match.seat) == moved


def test_only_what_was_moved_counts_as_a_standing_order():
    match = Match(SEATS["ministry"], SEED)
    match.play_turn(moves_from_wishes(match.stage, match.seat, {"release_JOG-N": 2, "serve_JOG-D": "PRO-H"}))
    assert changed_controls(match.stage, match.seat) == ["release_JOG-N", "serve_JOG-D"]
    values = {lever["key"]: lever["value"] for lever in describe_controls(match.stage, match.seat, [])}
    assert (values["release_JOG-N"], values["release_JOG-D"], values["serve_JOG-D"]) == (2, 0, "PRO-H")


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"hold": 9999}, "goes from 0 to 240 days"),
        ({"hold": float("nan")}, "goes from 0 to 240 days"),
        ({"hold": "many"}, "not 'many'"),
        ({"hold": True}, "not 'True'"),
        ({"<b>": 1}, "no lever '<b>'"),
        ({"source": "dytb|NOBODY"}, "is no choice today"),
    ],
)
def test_a_wish_that_cannot_be_is_a_sentence(saved, wishes, words):
    match, _ = saved
    with pytest.raises(ValueError, match=words.replace("|", r"\|")):
        moves_from_wishes(match.stage, match.seat, wishes)


def test_a_turn_is_written_once(saved):
    _, game = saved
    with pytest.raises(Faults, match="another tab"):
        save_turn(game, 2, (), "")


def test_files_that_cannot_be_played_are_reported_and_left_alone(saved, tmp_path):
    _, game = saved
    whole = game.path.read_bytes()
    cut_off = tmp_path / "cut_off.linestop"
    for cut in (0, 100, 3000, len(whole) // 2):
        cut_off.write_bytes(whole[:cut])
        with pytest.raises(Faults, match=r"cut_off\.linestop"):
            load_game(cut_off)
        assert cut_off.read_bytes() == whole[:cut]
    cut_off.write_bytes(b"once upon a time")
    with pytest.raises(Faults, match="no whole game"):
        load_game(cut_off)
    (listed,) = list_games(tmp_path)
    assert listed[0] == "cut_off" and listed[1].startswith("cut_off.linestop cannot be read: this is no whole game")
    with pytest.raises(Faults, match="there is no such game"):
        load_game(tmp_path / "absent.linestop")
    with pytest.raises(Faults, match="no name of a game"):
        find_game("../../etc/passwd", tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE game SET value = '99' WHERE key = 'version'", "version 99"),
        ("UPDATE game SET value = 'emperor' WHERE key = 'seat'", "nobody plays 'emperor'"),
        ("DELETE FROM turn WHERE number = 1", "a turn is missing"),
        ("UPDATE turn SET moves = '[[1' WHERE number = 1", "damaged"),
        ("UPDATE turn SET digest = 'x' WHERE number = 1", "after turn 2 the world differs"),
        ('UPDATE turn SET moves = \'[["2025-10-08","explode",{}]]\' WHERE number = 0', "cannot be played again"),
    ],
)
def test_a_changed_file_is_reported(saved, tmp_path, change, words):
    _, game = saved
    copy = tmp_path / "copy.linestop"
    copy.write_bytes(game.path.read_bytes())
    with sqlite3.connect(copy) as file:
        file.execute(change)
    file.close()
    with pytest.raises(Faults, match=words):
        resume_game(load_game(copy))


def screen(session):
    return json.loads(session.snapshot.screen)


@pytest.fixture
def session(tmp_path):
    opened = GameSession(where=tmp_path)
    opened.run_command("begin", seat="automaker", seed="3")
    opened.run_command("next", wishes={"hold": 30})
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("next", {"wishes": {"hold": 9999}}, "goes from 0 to 240 days"),
        ("next", {"wishes": {"<b>hold</b>": 1}}, "no lever '<b>hold</b>'"),
        ("next", {"wishes": None}, "A turn takes levers"),
        ("next", {}, "missing 1 required"),
        ("begin", {"seat": "emperor"}, "There is no seat 'emperor'"),
        ("begin", {"seat": "automaker", "seed": "-1"}, "A seed is a whole number"),
        ("open", {"game": "../secret"}, "is no name of a game"),
        ("cheat", {}, "There is no command 'cheat' here"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_the_game_stays(session, name, arguments, words):
    before, file = screen(session), next(session._where.glob("*.linestop"))
    saved = file.read_bytes()
    session.run_command(name, **arguments)
    after = screen(session)
    assert words in after["message"] and after["message"].endswith(".")
    assert {**after, "message": ""} == {**before, "message": ""} and file.read_bytes() == saved


def test_a_turn_that_cannot_be_saved_is_not_played(session, tmp_path):
    before = screen(session)
    file = next(tmp_path.glob("*.linestop"))
    whole = file.read_bytes()
    file.unlink()
    session.run_command("next", wishes={})
    after = screen(session)
    assert "could not be saved" in after["message"]
    assert (after["turn"], after["curves"]) == (before["turn"], before["curves"])
    file.write_bytes(whole)
    session.run_command("next", wishes={})
    assert screen(session)["turn"] == before["turn"] + 1


def test_a_what_if_leaves_out_what_nobody_can_wish_for_in_it() -> None:
    match = Match(SEATS["ministry"], SEED)
    moves = moves_from_wishes(match.stage, match.seat, {"project": "SMJ"})
    match.play_turn(moves)
    world, later = match.world, [replace(move, date=match.stage.today) for move in moves]
    with pytest.raises(ValueError, match="qualify: supplier must be one of"):
        world.turn({match.seat.code: later})  # it has begun already
    stay = Move(match.stage.today, "pay", {"share": 0.5})
    world.turn_from_elsewhere({match.seat.code: [*later, stay]})
    assert world.turns[-1] == {match.seat.code: (stay,)} and len(world.turns) == 2
    match.release()
