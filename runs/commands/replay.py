"""Play a saved game again, to the bit, and print its result."""

from __future__ import annotations

import argparse
from pathlib import Path

EXAMPLE = "linestop replay 2026-03-01-101500-magnet-maker-7.linestop"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop replay`."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a saved game; the page shows where they are kept")


def run(args: argparse.Namespace) -> int:
    """Play the moves again, compare each turn with what was saved, and print how it ended."""
    from runs.game.amounts import format_amount
    from runs.game.hidden_draw import TURNS
    from runs.game.saved_games import load_game, resume_game
    from runs.game.score import loss_by_day, score, score_words, world_result
    from runs.game.seats import SEATS

    game = load_game(args.file)
    match = resume_game(game)
    seat, result = SEATS[game.seat], world_result(match) if game.turns else None
    print(f"{seat.title}: {seat.name}; game {game.seed}; {len(game.turns)} of {TURNS} turns")
    print(f"every turn is the same as the one that was played; the last one's digest is {match.digest()[:16]}")
    if result is not None:
        result_so_far = score(match)
        print(f"result {'-' if result_so_far < 0 else ''}{format_amount(result_so_far)} ({score_words(match)})")
        print(
            f"lines that stopped {result['stopped']}, vehicles not built {result['vehicles']} thousand, "
            f"value added lost {format_amount(float(loss_by_day(match)[-1]))}"
        )
    return 0
