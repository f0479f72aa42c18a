"""Take a seat in the browser: one person against people who decide for themselves.

Without a scenario the base case is played, and the number of the game draws whether exports stop, when and how. With
one, that scenario is played as it is written, in the base case or in any world, and any line or office is a seat.
The page is in English, Japanese, Korean or simplified Chinese, as the browser asks or as ?lang=en, ja, ko or zh says;
?game=NAME goes on with a saved game. Sentences about a game are English.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from runs.commands.arguments import add_world, scenario_of

if TYPE_CHECKING:
    from runs.game.game_plan import GamePlan

EXAMPLE = "linestop play\n  linestop play licences --world graphite"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop play`."""
    from runs.browser.serve import add_address

    parser.add_argument(
        "scenario",
        metavar="SCENARIO",
        nargs="?",
        help="a scenario to be played as it is written, by name or file (default: a stop that is drawn, on the base "
        "case; in another world its main scenario)",
    )
    add_world(parser)
    add_address(parser)


def run(args: argparse.Namespace) -> int:
    """Serve the game."""
    from runs.browser.serve import serve

    return serve("play", args, plan=choose_plan(args))


def choose_plan(args: argparse.Namespace) -> GamePlan:
    """What is played; raise Faults for what cannot be read."""
    from runs.game.game_plan import DRAWN, GamePlan
    from runs.simulation.shipped_worlds import WORLDS
    from runs.simulation.watched_run import load_world

    if args.scenario is None and args.world is None:
        return DRAWN
    scenario = scenario_of(args)
    named = str(Path(scenario).resolve()) if Path(scenario).is_file() else scenario
    folder = None if args.world is None else str(args.world.resolve())
    load_world(named, folder=folder)
    shipped = folder is not None and Path(folder).parent == WORLDS.resolve()
    return GamePlan(named, args.world.name if shipped else folder)
