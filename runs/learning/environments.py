"""Gymnasium and PettingZoo environments of supply chains: a step is a turn of fourteen days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from pettingzoo import ParallelEnv

from agents.seat import describe_senses, json_schema, observe
from runs.game.game_plan import GamePlan
from runs.game.game_world import GameWorld
from runs.learning.learner import Learner, Numbers
from runs.simulation.stage import FRESH_SEEDS

GAME = "game"  # in place of a scenario: what is drawn from the seed, as people play it


def begin_world(scenario: str, seed: int, settings: Sequence[str] = (), world: str | Path | None = None) -> GameWorld:
    """A world in which no turn has been taken; raise Faults with all that is wrong in scenario or tables."""
    if scenario == GAME:
        return GameWorld(seed)
    return GameWorld(seed, plan=GamePlan(scenario, None if world is None else str(world), tuple(settings)))


class SeatEnvironment(gymnasium.Env[Any, Any]):
    """One seat against people who decide by habit; `gymnasium.make("linestop/Seat-v0", seat="TOY-HEV")` makes one.

    scenario: a name or a path, or "game" for a stop that each episode's seed draws; settings, world: as on the command
    line; seat: a line's code, "authority", or "government:" and a country. `info` holds what the seat sees by name and
    the moves of the turn; `senses` says what that is and in what unit, `schema` what it may wish. See Learner for
    numbers and reward.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"]}  # noqa: RUF012  as Gymnasium declares it

    def __init__(
        self, seat: str, scenario: str = GAME, settings: Sequence[str] = (), world: str | Path | None = None,
        levers: Sequence[str] | None = None, world_weight: float = 1.0, render_mode: str | None = None,
    ) -> None:  # fmt: skip
        self.render_mode = render_mode
        self._begin = partial(begin_world, scenario, settings=settings, world=world)
        self._learner_of = partial(Learner, seat=seat, chosen=levers, world_weight=world_weight)
        self._learner = self._learner_of(self._begin(1))
        self.names, self.levers = self._learner.names, self._learner.levers
        self.schema = json_schema(self._learner.person)
        self.senses = describe_senses(self._learner.person)
        self.observation_space, self.action_space = spaces_of(self._learner)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Numbers, dict[str, Any]]:
        """Begin another episode; its seed is drawn unless it is given."""
        super().reset(seed=seed)
        self.close()
        drawn = int(self.np_random.integers(FRESH_SEEDS)) if seed is None else seed
        self._learner = self._learner_of(self._begin(drawn))
        return self._learner.observation(), self._info([])

    def step(self, action: Numbers) -> tuple[Numbers, float, bool, bool, dict[str, Any]]:
        """Order what the action says and pass a turn; the episode is over with the scenario."""
        learner = self._learner
        moves = learner.moves(action)
        learner.match.world.turn({learner.seat: moves})
        return learner.observation(), learner.reward(), False, learner.match.over, self._info(moves)

    def render(self) -> str | None:
        """A line of text: the day, and the lines that are stopped."""
        stage, tallies = self._learner.match.stage, self._learner.match.watched_run.tallies
        return f"{stage.today}: {tallies.stopped[-1] if tallies.stopped else 0} lines stopped"

    def close(self) -> None:
        """Let the stage be garbage-collected."""
        self._learner.match.release()

    def _info(self, moves: list[Any]) -> dict[str, Any]:
        return {"seen": observe(self._learner.person), "moves": moves, "seed": self._learner.match.seed}


class SeatsEnvironment(ParallelEnv[str, Numbers, Numbers]):
    """Several seats of one world, whose turns are taken together; the parameters are those of SeatEnvironment.

    levers: seat -> the levers that its learner moves; seats that it does not name have their usual ones.
    """

    metadata: dict[str, Any] = {"name": "linestop", "render_modes": []}  # noqa: RUF012  as PettingZoo declares it

    def __init__(
        self, seats: Sequence[str], scenario: str = GAME, settings: Sequence[str] = (),
        world: str | Path | None = None, levers: Mapping[str, Sequence[str]] | None = None, world_weight: float = 1.0,
    ) -> None:  # fmt: skip
        self.possible_agents = list(seats)
        self.agents: list[str] = []
        self.render_mode = None
        self._begin = partial(begin_world, scenario, settings=settings, world=world)
        self._chosen, self._world_weight = dict(levers or {}), world_weight
        self._random = np.random.default_rng(0)
        self._seat_learners(1)
        spaces = {seat: spaces_of(learner) for seat, learner in self._learners.items()}
        self.observation_spaces = {seat: seen for seat, (seen, _) in spaces.items()}
        self.action_spaces = {seat: moved for seat, (_, moved) in spaces.items()}

    def _seat_learners(self, seed: int) -> None:
        world = self._begin(seed)
        self._learners = {
            seat: Learner(world, seat, self._chosen.get(seat), self._world_weight) for seat in self.possible_agents
        }

    def observation_space(self, agent: str) -> Box:
        """What an agent sees."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Box:
        """What an agent moves."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Numbers], dict[str, dict[str, Any]]]:
        """Begin another episode; its seed is drawn unless it is given."""
        self.close()
        if seed is not None:
            self._random = np.random.default_rng(seed)
        self._seat_learners(int(self._random.integers(FRESH_SEEDS)) if seed is None else seed)
        self.agents = list(self.possible_agents)
        return self._seen(), {seat: {} for seat in self.agents}

    def step(
        self, actions: dict[str, Numbers]
    ) -> tuple[dict[str, Numbers], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """Order what each agent's action says and pass a turn."""
        orders = {seat: self._learners[seat].moves(action) for seat, action in actions.items()}
        world = self._learners[self.possible_agents[0]].match.world
        world.turn(orders)
        seen, over = self._seen(), world.over
        rewards = {seat: self._learners[seat].reward() for seat in self.agents}
        ended, cut = dict.fromkeys(self.agents, False), dict.fromkeys(self.agents, over)
        infos: dict[str, dict[str, Any]] = {seat: {"moves": orders.get(seat, [])} for seat in self.agents}
        if over:
            self.agents = []
        return seen, rewards, ended, cut, infos

    def close(self) -> None:
        """Let the stage be garbage-collected."""
        for learner in self._learners.values():
            learner.match.release()

    def _seen(self) -> dict[str, Numbers]:
        return {seat: self._learners[seat].observation() for seat in self.agents}


gymnasium.register("linestop/Seat-v0", f"{__name__}:{SeatEnvironment.__name__}")


def spaces_of(learner: Learner) -> tuple[Box, Box]:
    """What a learner sees and moves, as spaces; a supplier that nobody has begun to qualify is at -1 days."""
    seen = Box(-np.inf, np.inf, (len(learner.names),), np.float32)
    return seen, Box(0.0, 1.0, (len(learner.levers),), np.float32)
