"""What a game is played with: the base case and what its seed draws, or a scenario of any world as it is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from model.scenario.scenario import Scenario
from model.tables.tables import Tables
from runs.game.hidden_draw import TURN_DAYS, TURNS, GameDraw, build_story, draw_game, with_extra_stock
from runs.simulation.stage import read_story


@dataclass(frozen=True)
class GamePlan:
    """What a game is played with.

    scenario: by name or file; without one the stop is drawn from the seed, on the base case; world: its folder or its
    name, without one the base case; settings: as on the command line.
    """

    scenario: str = ""
    world: str | None = None
    settings: tuple[str, ...] = ()

    @property
    def is_drawn(self) -> bool:
        """Whether the seed draws what comes, so that nobody can look it up."""
        return not self.scenario

    @property
    def words(self) -> str:
        """What a list of games calls a written scenario: its name, and that of its world."""
        name = Path(self.scenario).stem
        return name if self.world is None else f"{name} in {Path(self.world).name}"

    @property
    def turns(self) -> int:
        """How many turns there are; the last one may be shorter. Raise Faults with all that is wrong in the files."""
        return TURNS if self.is_drawn else -(-self.read()[0].days // TURN_DAYS)

    def draw(self, seed: int) -> GameDraw | None:
        """What the seed draws and players do not see; None where the scenario is written."""
        return draw_game(seed) if self.is_drawn else None

    def tell_story(self, seed: int, hidden: GameDraw | None, extra_days: int = 0) -> tuple[Scenario, Tables]:
        """The scenario and the tables of a game, with additional days of stock at home for a what-if."""
        if hidden is not None:
            return build_story(hidden, seed, extra_days)
        story, tables = self.read()
        return story, with_extra_stock(tables, extra_days)

    def read(self) -> tuple[Scenario, Tables]:
        """The scenario as it is written and its tables; raise Faults with all that is wrong."""
        return read_once(self.scenario, self.settings, self.world)


DRAWN = GamePlan()


@lru_cache(maxsize=8)
def read_once(scenario: str, settings: tuple[str, ...], world: str | None) -> tuple[Scenario, Tables]:
    """A scenario and its tables, read once, so that a game and its par are of one world; never change them."""
    return read_story(scenario, settings, world)
