"""Games without a browser: moves and seats, saved files good and bad, the same history to the bit."""

import sqlite3

import pytest

from model.faults import Faults
from runs.browser.games import find, load, new_game, resume, save_turn, saved_games
from runs.browser.match import COMES, TURN_DAYS, TURNS, Match, draw, par, replay
from runs.browser.seats import SEATS, desk, moves_of, touched
from runs.browser.verdict import score, world_result

SEED = 10


def played(folder, turns, wishes, seat="magnet-maker"):
    match, game = Match(SEATS[seat], SEED), new_game(seat, SEED, folder)
    for number in range(turns):
        moves = moves_of(match.stage, match.seat, wishes.get(number, {}))
        match.turn(moves)
        save_turn(game, number, moves, match.digest())
    return match, game


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("games")
    return played(folder, 3, {0: {"hold": 120}, 1: {"source": "dytb|LYH", "run": 80}})


def test_a_saved_game_resumes_to_the_bit(saved):
    match, game = saved
    again = resume(load(game.path))
    assert again.digest() == match.digest()
    assert again.stage.day == 3 * TURN_DAYS
    assert again.turns == match.turns


def test_a_line_of_the_game_names_how_it_stands(saved):
    _, game = saved
    assert saved_games(game.path.parent) == [(game.name, "The magnet maker, turn 4 of 12, game 10")]
    assert find(game.name, game.path.parent) == game.path


def test_silence_is_par_and_a_hidden_draw_belongs_to_the_seed():
    assert replay("automaker", SEED, [()] * TURNS).digest() == par("processor", SEED).digest()
    assert draw(SEED) == draw(SEED)
    draws = [draw(seed) for seed in range(400)]
    scares = sum(each.depth == "scare" for each in draws) / len(draws)
    assert scares == pytest.approx(1 - COMES, abs=0.08)
    assert {each.depth for each in draws} == {"stop", "queue", "delay", "scare"}


def test_the_habits_finish_what_a_person_began(saved):
    match, _ = saved
    handed = replay("magnet-maker", SEED, match.turns, hand_over=1)
    assert handed.digest() != match.digest()
    assert handed.stage.players == {}


@pytest.mark.parametrize("seat", SEATS)
def test_every_lever_of_every_seat_can_be_pulled(seat):
    match = Match(SEATS[seat], SEED)
    wishes = {}
    for lever in desk(match.stage, match.seat, []):
        assert lever["hint"] and lever["label"]
        wishes[lever["key"]] = lever["choices"][-1][0] if lever["kind"] == "choice" else lever["most"]
    moves = moves_of(match.stage, match.seat, wishes)
    moved = [key for key, value in wishes.items() if moves_of(match.stage, match.seat, {key: value})]
    match.turn(moves)
    assert match.stage.day == TURN_DAYS
    assert isinstance(score(match), float)
    assert world_result(match)["stopped"] >= 0
    assert SEATS[seat].other in SEATS and 4 <= len(SEATS[seat].controls) <= 6
    assert touched(match.stage, match.seat, match.turns) == moved


def test_only_what_was_moved_counts_as_a_standing_order():
    match = Match(SEATS["ministry"], SEED)
    match.turn(moves_of(match.stage, match.seat, {"release_JOG-N": 2, "serve_JOG-D": "PRO-H"}))
    assert touched(match.stage, match.seat, match.turns) == ["release_JOG-N", "serve_JOG-D"]
    stands = {lever["key"]: lever["value"] for lever in desk(match.stage, match.seat, [])}
    assert (stands["release_JOG-N"], stands["release_JOG-D"], stands["serve_JOG-D"]) == (2, 0, "PRO-H")


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
        moves_of(match.stage, match.seat, wishes)


def test_a_turn_is_written_once(saved):
    _, game = saved
    with pytest.raises(Faults, match="another tab"):
        save_turn(game, 2, (), "")


def test_files_that_cannot_be_played_are_told_and_left_alone(saved, tmp_path):
    _, game = saved
    whole = game.path.read_bytes()
    torn = tmp_path / "torn.linestop"
    for cut in (0, 100, 3000, len(whole) // 2):
        torn.write_bytes(whole[:cut])
        with pytest.raises(Faults, match=r"torn\.linestop"):
            load(torn)
        assert torn.read_bytes() == whole[:cut]
    torn.write_bytes(b"once upon a time")
    with pytest.raises(Faults, match="no whole game"):
        load(torn)
    assert saved_games(tmp_path) == [("torn", "cannot be read")]
    with pytest.raises(Faults, match="there is no such game"):
        load(tmp_path / "absent.linestop")
    with pytest.raises(Faults, match="no name of a game"):
        find("../../etc/passwd", tmp_path)


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
def test_a_changed_file_is_told(saved, tmp_path, change, words):
    _, game = saved
    copy = tmp_path / "copy.linestop"
    copy.write_bytes(game.path.read_bytes())
    with sqlite3.connect(copy) as file:
        file.execute(change)
    file.close()
    with pytest.raises(Faults, match=words):
        resume(load(copy))
