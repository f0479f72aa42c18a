"""Environments for learning agents: they keep the contracts of their libraries, and a step is a turn of the game."""

from __future__ import annotations

import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import parallel_api_test

from agents.player import Move
from agents.seat import levers
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import TURN_DAYS, TURNS
from runs.game.match import Match
from runs.game.score import score
from runs.game.seats import SEATS
from runs.learning.environments import SeatEnvironment, SeatsEnvironment
from runs.learning.learner import Learner, stakes
from runs.simulation.stage import Stage


@pytest.mark.slow
@pytest.mark.parametrize("seat", ["TOY-HEV", "government:JP", "authority"])
def test_gymnasium_finds_nothing_wrong_with_a_seat(seat: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*(infinity|render_fps|not wrapped|normalized).*")
        check_env(gymnasium.make("linestop/Seat-v0", seat=seat).unwrapped)


@pytest.mark.slow
def test_pettingzoo_finds_nothing_wrong_with_seven_seats() -> None:
    parallel_api_test(SeatsEnvironment(["PRO-H", "TDK-H", "TOY-HEV", "KTR", "government:JP", "authority", "JLM-H"]), 20)


def test_a_step_is_a_turn_and_the_same_moves_give_the_same_history() -> None:
    environment = SeatEnvironment("TOY-HEV", levers=["hold small_motor", "run_at"])
    environment.reset(seed=7)
    hold = environment.levers[0]
    for _ in range(2):
        *_, over, info = environment.step(np.array([30.0 / hold.most, 1.0], np.float32))
        assert not over
    days = next(move.arguments["days"] for move in info["moves"] if move.verb == "hold")
    assert days == pytest.approx(30.0, rel=1e-5)
    world = GameWorld(7)
    for _ in range(2):
        wishes = {"hold": {"good": "small_motor", "days": days}, "run_at": {"share": 1.0}}
        world.turn({"TOY-HEV": [Move(world.stage.today, verb, taken) for verb, taken in wishes.items()]})
    assert world.digest() == environment._learner.match.digest()


def test_rewards_add_up_to_the_score_where_only_the_seat_counts() -> None:
    environment = SeatEnvironment("PRO-H", levers=[], world_weight=0.0)
    environment.reset(seed=10)
    rewards = [environment.step(np.array([], np.float32))[1] for _ in range(TURNS)]
    match = Match(SEATS["magnet-maker"], 10)
    for _ in range(TURNS):
        match.play_turn(())
    own, _ = stakes(match)
    assert sum(rewards) * own == pytest.approx(score(match))


def test_stock_that_is_built_up_costs_its_credit_and_is_no_loss_beyond() -> None:
    earned = {}
    for days in (60.0, 90.0):
        environment = SeatEnvironment("PRO-H", "calm", levers=["hold dytb"], world_weight=0.0)
        environment.reset(seed=1)
        earned[days] = sum(environment.step(np.array([days / 365.0], np.float32))[1] for _ in range(4))
    bought = 30 * 0.167 * 60.0  # millions: thirty days of what it uses, at the price of the tables
    turn = 5.37 * 3.6 * TURN_DAYS  # millions: what it adds in value in a turn
    credit = 0.3 * bought * 4 * TURN_DAYS / 365.0 / turn
    assert -1.5 * credit < earned[90.0] - earned[60.0] < 0.0 and bought / turn > 10 * credit


def test_every_lever_of_a_learner_moves_what_its_verb_moves() -> None:
    stage = Stage(rng=1)
    everything = [lever.name for lever in levers(stage.people["PRO-H"])]
    learner = Learner(GameWorld(3), "PRO-H", everything, 1.0)
    assert {move.verb for move in learner.moves(np.ones(len(everything)))} == {lever.verb for lever in learner.levers}
    begun = [move for move in learner.moves(np.zeros(len(everything))) if move.verb == "qualify"]
    assert begun == []
    splits = [move for move in learner.moves(np.ones(len(everything))) if move.verb == "split"]
    assert {move.arguments["good"] for move in splits} == set(learner.person.needs)
    learner.match.world.turn({"PRO-H": learner.moves(np.full(len(everything), 0.5))})


def test_a_lever_that_a_seat_does_not_have_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="has no lever 'hold gold'; it has hold dytb"):
        SeatEnvironment("PRO-H", levers=["hold gold"])
    with pytest.raises(ValueError, match="seat must be one of"):
        SeatEnvironment("NOBODY")


def test_other_scenarios_are_as_long_as_they_are() -> None:
    environment: Any = SeatEnvironment("PRO-H", "calm", settings=["days=50"], levers=[])
    environment.reset(seed=1)
    overs = [environment.step(np.array([], np.float32))[3] for _ in range(4)]
    assert overs == [False, False, False, True]
    assert environment._learner.match.stage.day == 50 < 4 * TURN_DAYS
