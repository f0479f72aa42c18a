"""The public face: `from runs import stage, play, tidy` and the other names that pages, exercises and notebooks use.

A name is loaded with its room when it is first asked for, so that `import runs` costs nothing. Inside the house rooms
import one another, never this face.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runs.batch.execution import experiments as experiments
    from runs.batch.labelled_results import results as results
    from runs.browser.lab import ChainBoard as ChainBoard
    from runs.browser.lab import Gate as Gate
    from runs.browser.lab import LabStage as LabStage
    from runs.classroom.exercise import find_exercise as find_exercise
    from runs.classroom.exercise import part as part
    from runs.classroom.figures import draw_figure as draw_figure
    from runs.classroom.figures import svg_text as svg_text
    from runs.classroom.sandbox import sandbox as sandbox
    from runs.classroom.sweep import experiments_of as experiments_of
    from runs.classroom.sweep import run_exercise as run_exercise
    from runs.classroom.sweep import run_experiment as run_experiment
    from runs.measures.outcomes import outcomes as outcomes
    from runs.measures.selected import measure as measure
    from runs.simulation.record import Record as Record
    from runs.simulation.record import tidy as tidy
    from runs.simulation.stage import MINDS as MINDS
    from runs.simulation.stage import Stage as Stage
    from runs.simulation.stage import play as play
    from runs.simulation.stage import stage as stage

ROOMS = {
    "runs.simulation.stage": ("stage", "play", "Stage", "MINDS"),
    "runs.simulation.record": ("Record", "tidy"),
    "runs.measures.outcomes": ("outcomes",),
    "runs.measures.selected": ("measure",),
    "runs.batch.execution": ("experiments",),
    "runs.batch.labelled_results": ("results",),
    "runs.classroom.exercise": ("find_exercise", "part"),
    "runs.classroom.sweep": ("experiments_of", "run_experiment", "run_exercise"),
    "runs.classroom.figures": ("draw_figure", "svg_text"),
    "runs.classroom.sandbox": ("sandbox",),
    "runs.browser.lab": ("LabStage", "ChainBoard", "Gate"),  # with the extra 'browser'
}
ROOM_OF = {name: room for room, names in ROOMS.items() for name in names}
__all__ = sorted(ROOM_OF)


def __getattr__(name: str) -> Any:
    """Load a public name from its room."""
    if name not in ROOM_OF:
        raise AttributeError(f"module 'runs' has no attribute '{name}'; public are {', '.join(__all__)}")
    return getattr(import_module(ROOM_OF[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
