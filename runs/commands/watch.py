"""Watch a stop spread through the chain, in the browser, and steer it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from runs.commands.arguments import DEFAULT_SCENARIO, add_world, scenario_of

EXAMPLE = "linestop watch licences --world graphite"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop watch`."""
    from runs.browser.serve import add_address

    parser.add_argument(
        "scenario",
        metavar="SCENARIO",
        nargs="?",
        help=f"the scenario that the page opens with, by name or file (default: {DEFAULT_SCENARIO}, or the main "
        "one of a world of its own tables)",
    )
    add_world(parser)
    parser.add_argument(
        "--exposure", type=Path, metavar="DIR", help="a folder that 'linestop exposure' wrote: the board can then be "
        "coloured by what all others lose when a line is out, and who loses by the line that is picked",
    )  # fmt: skip
    add_address(parser)


def run(args: argparse.Namespace) -> int:
    """Serve the page, of the scenario and the world that are named."""
    from runs.browser.serve import serve
    from runs.extras import require_extra

    require_extra("browser", "the page")
    choose(args)
    return serve("watch", args)


def choose(args: argparse.Namespace) -> None:
    """Say what the page opens with, in the environment of the server; raise Faults for what cannot be read."""
    from runs.browser.watch.choices import SCENARIO_SERVED, WORLD_SERVED
    from runs.browser.watch.exposure_layer import EXPOSURE_SERVED, layer_of, refuse_other_world
    from runs.simulation.watched_run import load_world

    world = None if args.world is None else str(args.world.resolve())
    named = scenario_of(args)
    _, tables = load_world(named, folder=world)
    if args.exposure is not None:
        place = str(args.exposure.resolve())
        refuse_other_world(layer_of(place), [line.line for line in tables.firms], args.exposure)
        os.environ[EXPOSURE_SERVED] = place
    os.environ[SCENARIO_SERVED] = named
    if world is not None:
        os.environ[WORLD_SERVED] = world
