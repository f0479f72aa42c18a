"""The game against simple ways to play it: it is not solved by one click, and every lever counts.

`python3 -m tests.game.bots 40` prints more games of all seats.
"""

from __future__ import annotations

import numpy as np
import pytest

from runs.game.hidden_draw import TURNS, draw_game
from runs.game.match import Match
from runs.game.observations import public_news
from runs.game.score import points_by_day, traded_by_stock
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
STOPPED, QUEUED = 28, 1  # games with a full stop and with a queue


def test_the_games_are_of_all_kinds() -> None:
    assert {draw_game(seed).depth for seed in SEEDS} == {"stop", "queue", "delay", "scare"}
    assert {draw_game(seed).motors for seed in SEEDS} == {True, False}
    assert (draw_game(STOPPED).depth, draw_game(QUEUED).depth) == ("stop", "queue")
    assert set(BOTS) == set(SEATS)


@pytest.mark.slow
@pytest.mark.parametrize("seat", [seat for seat in SEATS if seat != "processor"])
def test_no_simple_way_is_best_in_more_than_half_of_the_games_and_doing_nothing_in_a_third(seat: str) -> None:
    games = points(seat, SEEDS)
    wins = best_in(games)
    assert max(wins.values()) <= len(SEEDS) / 2, wins
    assert wins["nothing"] <= len(SEEDS) / 3, wins
    mean = {bot: sum(results[bot] for results in games.values()) / len(SEEDS) for bot in BOTS[seat]}
    assert max(mean.values()) > mean["nothing"] == 0.0


@pytest.mark.slow
def test_an_exporter_has_something_to_gain_only_where_its_papers_are_reviewed() -> None:
    """A weakness of this seat: in a full stop, and in a mere scare, doing nothing is as good as anything.

    What is banned cannot be sold, and who declines in a scare loses customers for nothing.
    """
    games = points("processor", SEEDS)
    more = {seed: max(results.values()) for seed, results in games.items()}
    reviewed = [gain for seed, gain in more.items() if draw_game(seed).depth in ("queue", "delay")]
    assert sum(gain > 20 for gain in reviewed) >= 2
    assert all(gain < 5 for seed, gain in more.items() if draw_game(seed).depth in ("stop", "scare"))
    assert min(min(results.values()) for results in games.values()) < -300  # much can be lost


@pytest.mark.slow
@pytest.mark.parametrize(("seat", "early"), [("automaker-b", "hold 60 at once"), ("magnet-maker", "hold 120 at once")])
def test_preparing_early_beats_waiting_when_a_stop_comes_and_loses_when_none_does(seat: str, early: str) -> None:
    scare = next(seed for seed in SEEDS if draw_game(seed).depth == "scare")
    assert sum(play(seat, BOTS[seat][early], STOPPED)) > 20
    assert sum(play(seat, BOTS[seat][early], scare)) < 0


@pytest.mark.slow
def test_a_state_stock_that_is_kept_shut_costs_an_industry_in_a_stop() -> None:
    shut, opened = (BOTS["ministry"][bot] for bot in ("keep shut", "release both after news"))
    assert sum(play("ministry", opened, STOPPED)) > 500 > sum(play("ministry", shut, STOPPED))


@pytest.mark.slow
def test_a_stock_sells_at_the_price_of_the_day_and_is_filled_at_that_of_the_last() -> None:
    scare = next(seed for seed in SEEDS if draw_game(seed).depth == "scare")
    assert traded("release much after news", scare) > 0.0  # sold in the panic, filled when it is over
    assert traded("release much after news", STOPPED) != 0.0 == traded("keep shut", STOPPED)


def traded(bot: str, seed: int) -> float:
    """What the state stock sold for less what it costs to fill it again, summed sale by sale, in millions."""
    match, alarmed = Match(SEATS["ministry"], seed), False
    for _ in range(TURNS):
        match.play_turn(moves_from_wishes(match.stage, match.seat, BOTS["ministry"][bot](match, alarmed)))
        alarmed = bool(public_news(match))
    record, stage = match.watched_run.recorder.record(), match.stage
    rows, total = list(stage.people["government:JP"].stocks.values()), 0.0
    for row in rows:
        good, zone = stage.world.network.good_of[row], stage.world.network.zone_of[stage.world.network.country_of[row]]
        spot = record.prices["contract"][:, good] * np.exp(record.prices["spot_log"][:, good, zone])
        total += sum(
            float(sold) * float(price - spot[-1])
            for sold, price in zip(record.lines["released"][:, row], spot, strict=True)
        )
    assert traded_by_stock(match, rows)[-1] == pytest.approx(total, rel=1e-4)
    match.release()
    return total


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
