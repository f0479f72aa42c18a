"""The game against simple ways to play it: it is not solved by one click, and every lever counts.

`python3 -m tests.game.bots 40` prints more games of all seats. Of the eight seats four keep both bounds below; of the
other four one way is best a little too often (a rival magnet maker who stocks early, a ministry that keeps its stock
shut) or doing nothing is (a rival car maker and an exporter, in games in which no stop comes).
"""

from __future__ import annotations

import pytest

from runs.game.hidden_draw import TURNS, draw_game
from runs.game.match import Match
from runs.game.score import points_by_day
from runs.game.seats import SEATS, describe_controls, moves_from_wishes
from tests.game.bots import BOTS, best_in, on_habit, play, points

SEEDS = [
    7,
    10,
    21,
    25,
    28,
    0,
    1,
    17,
    2,
    3,
    5,
    6,
]  # full stops, queues, delays and scares about as often as they are drawn
UNSOLVED = ("magnet-maker", "automaker", "korean-firm", "authority")
STOPPED, QUEUED = 28, 1  # games with a full stop and with a queue


def test_the_games_are_of_all_kinds() -> None:
    assert {draw_game(seed).depth for seed in SEEDS} == {"stop", "queue", "delay", "scare"}
    assert {draw_game(seed).motors for seed in SEEDS} == {True, False}
    assert (draw_game(STOPPED).depth, draw_game(QUEUED).depth) == ("stop", "queue")
    assert set(BOTS) == set(SEATS)


@pytest.mark.slow
@pytest.mark.parametrize("seat", UNSOLVED)
def test_no_simple_way_is_best_in_more_than_half_of_the_games_and_doing_nothing_in_a_third(seat: str) -> None:
    games = points(seat, SEEDS)
    wins = best_in(games)
    assert max(wins.values()) <= len(SEEDS) / 2, wins
    assert wins["nothing"] <= len(SEEDS) / 3, wins
    mean = {bot: sum(results[bot] for results in games.values()) / len(SEEDS) for bot in BOTS[seat]}
    assert max(mean.values()) > mean["nothing"] == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(("seat", "early"), [("automaker-b", "hold 60 at once"), ("magnet-maker", "hold 120 at once")])
def test_preparing_early_beats_waiting_when_a_stop_comes_and_loses_when_none_does(seat: str, early: str) -> None:
    scare = next(seed for seed in SEEDS if draw_game(seed).depth == "scare")
    assert sum(play(seat, BOTS[seat][early], STOPPED)) > 50
    assert sum(play(seat, BOTS[seat][early], scare)) < 0


@pytest.mark.slow
def test_a_state_stock_that_is_kept_shut_saves_money_in_a_scare_and_costs_an_industry_in_a_stop() -> None:
    shut, opened = (BOTS["ministry"][bot] for bot in ("keep shut", "release both after news"))
    scare = next(seed for seed in SEEDS if draw_game(seed).depth == "scare")
    assert sum(play("ministry", shut, scare)) > sum(play("ministry", opened, scare))
    assert sum(play("ministry", opened, STOPPED)) > 500 > sum(play("ministry", shut, STOPPED))


@pytest.mark.slow
@pytest.mark.parametrize("seat", SEATS)
def test_every_lever_of_every_seat_moves_its_score(seat: str) -> None:
    for lever in describe_controls(Match(SEATS[seat], 1).stage, SEATS[seat], []):
        assert any(moves_the_score(seat, lever["key"], seed) for seed in (STOPPED, QUEUED)), lever["key"]


def moves_the_score(seat: str, key: str, seed: int) -> bool:
    """Whether a lever at one end, beside a second source where it is about their share, gives other points than par."""
    match = Match(SEATS[seat], seed)
    for _ in range(TURNS):
        levers = {lever["key"]: lever for lever in describe_controls(match.stage, match.seat, [])}
        wishes = {key: farthest(levers[key])}
        if key == "spread" and len(levers["source"]["choices"]) > 1:
            wishes["source"] = levers["source"]["choices"][1][0]
        match.play_turn(moves_from_wishes(match.stage, match.seat, wishes))
    own, world = points_by_day(match, Match(SEATS[seat], seed, world=on_habit(seed)))
    match.release()
    return bool(own[-1] != 0.0 or world[-1] != 0.0)


def farthest(lever: dict) -> object:
    """The end of a lever's range that is farther from where it stands, or its first choice."""
    if lever["kind"] == "choice":
        return lever["choices"][min(1, len(lever["choices"]) - 1)][0]
    return max((lever["least"], lever["most"]), key=lambda end: abs(end - lever["value"]))
