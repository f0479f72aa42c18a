"""The lab page: the chain in Mesa's own SolaraViz, kept small, as a start for one's own page.

SolaraViz takes parameters on Reset only, and starts days faster than it draws them; `Gate` makes it wait.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara
from mesa.visualization import Slider, SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from model.scenario.scenario_files import scenario_names
from runs.browser.offline import guard_running_server, serve_offline
from runs.browser.parts.board import Board
from runs.browser.parts.components import NamesForReaders, NetworkBoard
from runs.browser.parts.session import as_sentence
from runs.browser.parts.viewing import DRAWING_SECONDS, DRAWN_CHECK_SECONDS, add_style
from runs.browser.parts.visibility import Visibility
from runs.simulation.levers import Choice, change_story, table_settings
from runs.simulation.stage import DEFAULT_SCENARIO, SCENARIOS, Stage, parse_seed
from runs.simulation.watched_run import WatchedRun, load_world

WEEK_DAYS, WEEKS_PASSED = 7, 10  # the page opens on a board and a plot with something to see
PLOT_INCHES = (9.5, 2.3)  # wide and low: plot and board are seen together
PAUSE_MILLISECONDS = 20  # between two steps while it plays
MEASURES = {"Lines stopped": "tab:red", "Cover of magnet makers": "tab:blue"}
INFORMATION = Path(__file__).with_name("lab.html")
PROSE = "max-width: 76ch; line-height: 1.5; padding: 0 12px 24px"
# SolaraViz gives each component half of the width, which is too little for the names on a board
WIDE_BOARD = """
.vue-grid-layout:has(.ls-board) { height: auto !important; }
.vue-grid-layout:has(.ls-board) > .vue-grid-item { position: static !important; transform: none !important;
  width: 100% !important; height: auto !important; }
.vue-grid-layout:has(.ls-board) > .vue-grid-item .vue-resizable-handle { display: none; }
.vue-grid-layout:has(.ls-board) img { max-width: 100%; }
"""

serve_offline()  # also for a page of one's own that Solara's command serves
guard_running_server()


class LabStage(Stage):
    """A stage that SolaraViz can make from its widgets, and that waits until the page has drawn.

    rng: the seed, also as text. Raise ValueError for what is no seed.
    """

    drawn: int | None = None

    def __init__(
        self, story: str = DEFAULT_SCENARIO, cover_magnets: float = 60, minds: bool = True, rng: int | str | None = 1
    ) -> None:
        seed = None if rng is None else parse_seed(rng)
        choice = Choice(story).with_lever("cover_magnets", float(cover_magnets))
        levers = dict(choice.levers)
        scenario, tables = load_world(story, table_settings(levers, choice.about))
        super().__init__(story, seed, minds=minds, world=(change_story(scenario, levers, choice.about), tables))
        self.board, self.watched_run = Board(self), WatchedRun(self)

    def step(self) -> None:
        """Pass a day, once a page is open and has drawn the day before; after the last day of the story, none."""
        if not Visibility().wait_open():
            self.running = False
            return
        start = time.monotonic()
        while (
            self.drawn is not None and self.drawn < update_counter.peek() and time.monotonic() - start < DRAWING_SECONDS
        ):
            time.sleep(DRAWN_CHECK_SECONDS)
        if not self.watched_run.ended:
            super().step()
            self.watched_run.record_day()


class PageStage(LabStage):
    """The same for the lab page, which opens some weeks after the shock.

    There a ValueError would be lost: the mistake is shown, and no day passes.
    """

    def __init__(
        self,
        story: str = DEFAULT_SCENARIO,
        weeks: int = WEEKS_PASSED,
        cover_magnets: float = 60,
        minds: bool = True,
        rng: int | str | None = 1,
    ) -> None:
        mistake = ""
        try:
            parse_seed(1 if rng is None else rng)
        except ValueError as error:
            mistake, rng = f"{as_sentence(str(error))} No day passes: mend the seed and press Reset.", 1
        super().__init__(story, cover_magnets, minds, rng)
        self.mistake = mistake
        if mistake:
            self.running = False
            return
        for _ in range(min((self.story.shock_day or 0) + WEEK_DAYS * int(weeks), self.story.days)):
            self.step()

    def step(self) -> None:
        """Pass a day, unless there was a mistake in the parameters."""
        if not self.mistake:
            super().step()


@solara.component
def Opening(model: PageStage) -> None:
    """Draw the board below the seed of the model, or below the reason why there is none."""
    update_counter.get()
    if model.mistake:
        solara.Error(model.mistake)
    else:
        solara.Text(f"Seed {model.seed}. A step is a week. What this is and how to use it: Page 1.")
    ChainBoard(model)


def flatten(axes: Any) -> None:
    """Make a plot of Mesa's wide and low."""
    axes.figure.set_size_inches(PLOT_INCHES)


@solara.component
def Information(model: LabStage) -> None:
    """Draw what the model is, in the sections of NetLogo's information tab."""
    solara.HTML(tag="div", unsafe_innerHTML=INFORMATION.read_text(encoding="utf-8"), style=PROSE)
    Gate(model)


@solara.component
def Gate(model: LabStage) -> None:
    """Tell the model that the page has drawn a day; put it last among the components."""
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
    add_style()
    solara.Style(WIDE_BOARD)
    with solara.Div(classes=["ls"]):
        now = json.dumps({**model.board.now(model.watched_run), "picked": picked, "path": []})
        NetworkBoard(plan=json.dumps(model.board.plan()), now=now, event_pick=pick)
        NamesForReaders()


@solara.component
def Page() -> None:
    """Open a visitor's own model in SolaraViz."""
    model = solara.use_memo(PageStage, [])
    parameters = solara.use_memo(model_parameters, [])  # once, so that what is set stays after Reset
    SolaraViz(
        model,
        components=[make_plot_component(MEASURES, flatten), (Opening, 0), (Gate, 0), (Information, 1)],
        model_params=parameters,
        name="Linestop lab",
        play_interval=PAUSE_MILLISECONDS,
        render_interval=WEEK_DAYS,
    )


def model_parameters() -> dict[str, Any]:
    """What can be set on the page before Reset."""
    return {
        "story": {
            "type": "Select",
            "value": DEFAULT_SCENARIO,
            "values": list(scenario_names(SCENARIOS)),
            "label": "Scenario",
        },
        "weeks": Slider("Weeks since the shock", WEEKS_PASSED, 0, 40, 1),
        "cover_magnets": Slider("Stock at magnet makers, days", 60, 5, 240, 5),
        "minds": {"type": "Checkbox", "value": True, "label": "People decide"},
        "rng": {"type": "InputText", "value": "1", "label": "Seed"},
    }
