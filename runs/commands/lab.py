"""Open Mesa's own SolaraViz on the chain: the page to build one's own from."""

from __future__ import annotations

import argparse

EXAMPLE = "linestop lab"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop lab`."""
    from runs.browser.serve import add_address

    add_address(parser)


def run(args: argparse.Namespace) -> int:
    """Serve the page."""
    from runs.browser.serve import serve

    return serve("lab", args)
