"""The lab page: the chain in Mesa's own SolaraViz, kept small, to build one's own page from.

SolaraViz takes parameters on Reset only, and starts days faster than it draws them; `Gate` makes it wait.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import solara
from mesa.visualization import Slider, SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from model.scenario.scenario import scenario_names
from runs.browser.home import guard_running_server, stay_at_home
from runs.browser.parts.board import Board
from runs.browser.parts.components import Network
from runs.browser.parts.eyes import Eyes
from runs.browser.parts.session import checked_seed, sentence
from runs.browser.parts.viewing import BREATH_SECONDS, PATIENCE_SECONDS, style
from runs.simulation.levers import Choice, changed, settings
from runs.simulation.stage import DEFAULT_SCENARIO, SCENARIOS, Stage
from runs.simulation.watched_run import Reel, world

stay_at_home()  # also where somebody's own page, served by Solara's own command, takes parts from here
guard_running_server()


class LabStage(Stage):
    """A stage that SolaraViz can make from its widgets, and that waits until the page has drawn.

    rng: the seed, also as text; ValueError says what is none.
    """

    drawn: int | None = None

    def __init__(
        self, story: str = DEFAULT_SCENARIO, cover_magnets: float = 60, minds: bool = True, rng: int | str | None = 1
    ) -> None:
        seed = None if rng is None else checked_seed(rng)
        levers = dict(Choice(story).pulled("cover_magnets", float(cover_magnets)).levers)
        scenario, tables = world(story, settings(levers))
        super().__init__(story, seed, minds=minds, world=(changed(scenario, levers), tables))
        self.board, self.reel = Board(self), Reel(self)

    def step(self) -> None:
        """Pass a day, once somebody looks and has seen the one before; the last day of the story is the last."""
        if not Eyes().await_open():
            self.running = False
            return
        begun = time.monotonic()
        while (
            self.drawn is not None
            and self.drawn < update_counter.peek()
            and time.monotonic() - begun < PATIENCE_SECONDS
        ):
            time.sleep(BREATH_SECONDS)
        if not self.reel.ended:
            super().step()
            self.reel.note()


class PageStage(LabStage):
    """The same as the page makes it, where nobody hears a ValueError: the mistake is kept, and no day passes."""

    def __init__(
        self, story: str = DEFAULT_SCENARIO, cover_magnets: float = 60, minds: bool = True, rng: int | str | None = 1
    ) -> None:
        mistake = ""
        try:
            checked_seed(1 if rng is None else rng)
        except ValueError as error:
            mistake, rng = f"{sentence(str(error))} No day passes: mend the seed and press Reset.", 1
        super().__init__(story, cover_magnets, minds, rng)
        self.mistake, self.running = mistake, not mistake

    def step(self) -> None:
        """Pass a day of a stage that was asked for in earnest."""
        if not self.mistake:
            super().step()


@solara.component
def SeedTaken(model: PageStage) -> None:
    """Tell which seed was taken, or why none was."""
    update_counter.get()
    if model.mistake:
        solara.Error(model.mistake)
    else:
        solara.Text(f"Seed {model.seed}")


@solara.component
def Gate(model: LabStage) -> None:
    """Tell the model that the page has drawn; put it last among the components."""
    count = update_counter.get()

    def drawn() -> None:
        model.drawn = count

    solara.use_effect(drawn, [count, id(model)])


@solara.component
def ChainBoard(model: LabStage) -> None:
    """Draw Linestop's board for SolaraViz."""
    update_counter.get()
    picked, set_picked = solara.use_state(-1)
    pick: Callable[[Any], None] = set_picked
    style()
    with solara.Div(classes=["ls"]):
        now = json.dumps({**model.board.now(model.reel), "picked": picked, "path": []})
        Network(plan=json.dumps(model.board.plan()), now=now, event_pick=pick)


@solara.component
def Page() -> None:
    """Open a visitor's own model in SolaraViz."""
    model = solara.use_memo(PageStage, [])
    SolaraViz(
        model,
        components=[SeedTaken, ChainBoard, make_plot_component("Lines stopped"), Gate],
        model_params={
            "story": {
                "type": "Select",
                "value": DEFAULT_SCENARIO,
                "values": list(scenario_names(SCENARIOS)),
                "label": "Scenario",
            },
            "cover_magnets": Slider("Stock at magnet makers, days", 60, 5, 240, 5),
            "minds": {"type": "Checkbox", "value": True, "label": "People decide"},
            "rng": {"type": "InputText", "value": "1", "label": "Seed"},
        },
        name="Linestop lab",
        play_interval=100,
    )
