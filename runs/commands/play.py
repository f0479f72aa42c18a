"""Take a seat in the browser: one person against people who decide for themselves."""

from __future__ import annotations

import argparse

EXAMPLE = "linestop play"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop play`."""
    from runs.browser.serve import add_address

    parser.epilog = (
        "The page is in the language of the browser where there is one of en, ja, ko and zh, or as ?lang= says; "
        "?game=NAME goes on with a saved game. Sentences about a game are English."
    )
    add_address(parser)


def run(args: argparse.Namespace) -> int:
    """Serve the game."""
    from runs.browser.serve import serve

    return serve("play", args)
