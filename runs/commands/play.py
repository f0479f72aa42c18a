"""Take a seat in the browser: one person against people who decide for themselves.

The page is in English, Japanese, Korean or simplified Chinese, as the browser asks or as ?lang=en, ja, ko or zh says;
?game=NAME goes on with a saved game. Sentences about a game are English.
"""

from __future__ import annotations

import argparse

EXAMPLE = "linestop play"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop play`."""
    from runs.browser.serve import add_address

    add_address(parser)


def run(args: argparse.Namespace) -> int:
    """Serve the game."""
    from runs.browser.serve import serve

    return serve("play", args)
