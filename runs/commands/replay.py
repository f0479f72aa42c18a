"""Play a saved game again, to the bit, and print its result."""

from __future__ import annotations

import argparse
from pathlib import Path

EXAMPLE = "linestop replay 2026-03-01-101500-magnet-maker-7.linestop"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop replay`."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a saved game, or the room of a class")


def run(args: argparse.Namespace) -> int:
    """Play the moves again, compare each turn with what was saved, and print how it ended."""
    from runs.class_game.room_file import SUFFIX as ROOM
    from runs.game.amounts import format_amount
    from runs.game.saved_games import load_game, resume_game
    from runs.game.score import loss_by_day, score, score_words, world_result

    if args.file.suffix == ROOM:
        return replay_room(args.file)
    game = load_game(args.file)
    match = resume_game(game)
    seat, result, sign = match.seat, world_result(match) if game.turns else None, match.about.money_sign
    where = "" if game.plan.is_drawn else f"; {game.plan.words}"
    print(f"{seat.title}: {seat.name}; game {game.seed}{where}; {len(game.turns)} of {game.turns_in_all} turns")
    print(f"every turn is the same as the one that was played; the last one's digest is {match.digest()[:16]}")
    if result is not None:
        result_so_far = score(match)
        print(f"result {'-' if result_so_far < 0 else ''}{format_amount(result_so_far, sign)} ({score_words(match)})")
        cars = "" if result["vehicles"] is None else f"vehicles not built {result['vehicles']} thousand, "
        lost = format_amount(float(loss_by_day(match)[-1]), sign)
        print(f"lines that lost a week's output {result['hit']}, {cars}value added lost {lost}")
    return 0


def replay_room(path: Path) -> int:
    """Play every world of a class again, compare each turn with what was played, and print how each ended."""
    from model.tables.faults import Faults
    from runs.class_game.class_world import ClassWorld
    from runs.class_game.debrief import lines_hit
    from runs.class_game.game_activity import plans_of
    from runs.class_game.room_file import RoomFile

    file, rows = RoomFile.open(path)
    for activity in rows.activities:
        if "depths" not in activity.settings:
            continue
        print(f"activity {activity.number + 1}, {activity.kind}")
        for plan in plans_of(activity.settings):
            world = ClassWorld(plan, activity.turns.get(plan.number, ()))
            try:
                game = world.game
            except ValueError as error:
                raise Faults([f"{path}: {error}"]) from None
            ended = f"{lines_hit(game)} lines lost a week's output" if world.turns else "not begun"
            digest = world.turns[-1].digest[:16] if world.turns else "none"
            print(
                f"world {plan.letter}: {len(world.turns)} of {plan.turns} turns, each the same as the one that was "
                f"played; digest {digest}; {ended}"
            )
            world.release()
    file.close()
    return 0
