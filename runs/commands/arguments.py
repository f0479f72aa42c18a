"""Arguments that several commands take, with their bounds."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from datetime import date
from math import inf
from pathlib import Path

from runs.batch.bounds import LARGEST_SEED, MOST_PROCESSES

DEFAULT_SCENARIO = "two-months"
LONGEST_RUN_DAYS = 36_500
FEWEST_FIRMS, MOST_FIRMS = 300, 2_000_000  # of a synthetic economy
NARROWEST, WIDEST = 60, 100  # letters in a line of output


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Make a parser of whole numbers from least to most."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"a whole number from {least} to {most} was expected, got '{text}'")
        return number

    return read


def add_scenario(parser: argparse.ArgumentParser, optional: bool = False) -> None:
    """Add the scenario: a name or a file."""
    parser.add_argument(
        "scenario",
        metavar="SCENARIO",
        nargs="?" if optional else None,
        help="name of a scenario, or path to a TOML file of your own"
        + (f" (default: {DEFAULT_SCENARIO}, or the main one of a world of its own tables)" if optional else "")
        + "; 'linestop scenarios' lists them",
    )


def scenario_of(args: argparse.Namespace) -> str:
    """The scenario that is named, else the default one, or the main one of a world of its own tables."""
    from model.tables.world_folder import holds_tables
    from runs.simulation.shipped_worlds import main_scenario

    if args.scenario is not None:
        return str(args.scenario)
    return main_scenario(args.world) if args.world is not None and holds_tables(args.world) else DEFAULT_SCENARIO


def add_seed(parser: argparse.ArgumentParser, what: str = "luck") -> None:
    """Add the seed of the random numbers."""
    parser.add_argument(
        "--seed", type=whole_number(0, LARGEST_SEED), default=1, metavar="N", help=f"{what} (default: 1)"
    )


def add_processes(parser: argparse.ArgumentParser, default: int | None = None) -> None:
    """Add the number of processes; the default None is one a processor."""
    parser.add_argument(
        "--processes",
        type=whole_number(1, MOST_PROCESSES),
        default=default,
        metavar="N",
        help=f"runs at a time (default: {default or 'one a processor'})",
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add what changes a scenario from outside: the seed, the length, and single numbers."""
    add_seed(parser)
    parser.add_argument(
        "--days",
        type=whole_number(1, LONGEST_RUN_DAYS),
        metavar="N",
        help="days to simulate (default: as the scenario says)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="KEY=VALUE",
        help="another number: a key of the scenario, as in start=2025-12-01, or a column of the tables, "
        "as in 'needs.cover_days[role=magnet_maker]=30'; may be repeated",
    )


def settings_of(args: argparse.Namespace) -> list[str]:
    """All that the command line changes in a scenario, as KEY=VALUE; raise Faults where one key has two values."""
    from model.tables.faults import Faults

    settings = [*args.settings, *([] if args.days is None else [f"days={args.days}"])]
    keys = [setting_key(each) for each in settings]
    twice = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
    if twice:
        raise Faults(f"--set: found more than one value for {key}; keep one" for key in twice)
    return settings


def setting_key(setting: str) -> str:
    """What a setting changes, in one spelling: a key, or a column with its rows.

    >>> setting_key("days=30"), setting_key("needs.cover_days[ role = trader , country=JP]*=2")
    ('days', 'needs.cover_days[country=JP,role=trader]')
    """
    from model.scenario.overrides import setting_override

    cell = setting_override(setting)
    if cell is None:
        return setting.partition("=")[0].strip()
    where = sorted(f"{name}={words}" for name, words in cell["where"].items())
    return f"{cell['table']}.{cell['column']}" + (f"[{','.join(where)}]" if where else "")


def add_branching(parser: argparse.ArgumentParser) -> None:
    """Add what stops a run on a day, saves it, and goes on from there."""
    parser.add_argument(
        "--until", type=day_or_date, metavar="DAY", help="stop after so many days, or before a date such as 2026-02-01"
    )
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="write a file from which the run can be taken up with --from"
    )
    parser.add_argument(
        "--from", type=Path, metavar="FILE", dest="begun_from",
        help="go on from a saved run, with its seed, world and numbers; --set and SCENARIO then hold from its day on",
    )  # fmt: skip


def add_players(parser: argparse.ArgumentParser) -> None:
    """Add the programs that sit at seats."""
    parser.add_argument(
        "--player", action="append", default=[], type=seat_and_file, metavar="SEAT=FILE",
        help="let a Python file with 'def decide(seen)' sit at a seat, such as authority=mine.py; asked every 14 days",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=positive_seconds, metavar="S", help="how long each player may think (default: for ever)"
    )
    parser.add_argument(
        "--moves", type=Path, metavar="FILE", help="play the moves.json of a run with players, without the programs"
    )


def seat_and_file(text: str) -> tuple[str, Path]:
    """Read a seat and the file of its policy."""
    seat, _, file = text.partition("=")
    if not seat or not file:
        raise argparse.ArgumentTypeError(
            f"a seat and a Python file, such as authority=mine.py, was expected, got '{text}'"
        )
    return seat, Path(file)


def positive_seconds(text: str) -> float:
    """Read a number of seconds above 0."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < inf:
        raise argparse.ArgumentTypeError(f"a number of seconds above 0 was expected, got '{text}'")
    return seconds


def day_or_date(text: str) -> int | date:
    """Read a number of days or a date."""
    try:
        found = int(text) if text.isdecimal() else date.fromisoformat(text)
        if isinstance(found, date) or 1 <= found <= LONGEST_RUN_DAYS:
            return found
    except ValueError:
        pass
    words = f"a whole number of days from 1 to {LONGEST_RUN_DAYS}, or a date such as 2026-02-01, was expected"
    raise argparse.ArgumentTypeError(f"{words}, got '{text}'")


def add_out(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the folder of the results."""
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=f"folder for the results (default: {default}); replaced if it is ours",
    )


def add_world(parser: argparse.ArgumentParser) -> None:
    """Add the world of the scenario."""
    parser.add_argument(
        "--world",
        type=world_folder,
        metavar="WORLD",
        help="a world that comes with Linestop, by name ('linestop scenarios' names them), a folder that 'linestop "
        "generate' or 'linestop import' has made, or one of CSV tables of your own (default: the base case alone)",
    )


def world_folder(text: str) -> Path:
    """The folder of a world that is given by name or as a folder."""
    from runs.simulation.shipped_worlds import find_world

    return find_world(text)


def input_paths(*paths: str | Path | None) -> list[Path]:
    """The paths among the inputs of a command; names of scenarios that come with Linestop are left out."""
    return [Path(path) for path in paths if isinstance(path, Path) or (path and Path(path).is_file())]


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the choice of JSON instead of text."""
    parser.add_argument("--json", action="store_true", help="print JSON for machines instead of words for people")


def page_width() -> int:
    """The letters of a line of output: the width of the terminal, but from 60 to 100."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def scenario_stem(scenario: str) -> str:
    """The name of a scenario that is given by name or as a file."""
    return Path(scenario).stem or "scenario"
