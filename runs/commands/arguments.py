"""Arguments that several commands take, and what may stand there."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

DEFAULT_SCENARIO = "two-months"
LONGEST_RUN_DAYS = 36_500
MOST_SEEDS = 10_000
LARGEST_SEED = 2**63 - 1
NARROWEST, WIDEST = 60, 100  # letters in a line of output


def whole(least: int, most: int) -> Callable[[str], int]:
    """Make a reader of whole numbers within bounds."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            words = f"found '{text}'; a whole number from {least} to {most} was expected"
            raise argparse.ArgumentTypeError(words)
        return number

    return read


def add_scenario(parser: argparse.ArgumentParser, optional: bool = False) -> None:
    """Add the scenario: a name or a file."""
    parser.add_argument(
        "scenario",
        metavar="SCENARIO",
        nargs="?" if optional else None,
        default=DEFAULT_SCENARIO,
        help="name of a scenario, or path to a TOML file of your own"
        + (f" (default: {DEFAULT_SCENARIO})" if optional else "")
        + "; 'linestop scenarios' lists them",
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add what changes a scenario from outside: the seed, the length, and single numbers."""
    parser.add_argument("--seed", type=whole(0, LARGEST_SEED), default=1, metavar="N", help="luck (default: 1)")
    parser.add_argument(
        "--days",
        type=whole(1, LONGEST_RUN_DAYS),
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
    keys = [key_of(each) for each in settings]
    twice = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
    if twice:
        raise Faults(f"--set: found more than one value for {key}; keep one" for key in twice)
    return settings


def key_of(setting: str) -> str:
    """What a setting changes, in one spelling: a key, or a column with the rows that are picked.

    >>> key_of("days=30"), key_of("needs.cover_days[ role = trader , country=JP]*=2")
    ('days', 'needs.cover_days[country=JP,role=trader]')
    """
    from model.scenario.overrides import setting_override

    cell = setting_override(setting)
    if cell is None:
        return setting.partition("=")[0].strip()
    where = sorted(f"{name}={words}" for name, words in cell["where"].items())
    return f"{cell['table']}.{cell['column']}" + (f"[{','.join(where)}]" if where else "")


def add_out(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the folder of the results."""
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=f"folder for the results (default: {default}); replaced if it is ours",
    )


def add_world(parser: argparse.ArgumentParser) -> None:
    """Add the world that the scenario is played in."""
    parser.add_argument(
        "--world",
        type=Path,
        metavar="FOLDER",
        help="a world that 'linestop generate' or 'linestop import' has made, or a folder of CSV tables of your own "
        "(default: the base case alone)",
    )


def inputs_of(*paths: str | Path | None) -> list[Path]:
    """The files and folders that a command reads; names of shipped scenarios are none."""
    return [Path(path) for path in paths if isinstance(path, Path) or (path and Path(path).is_file())]


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the wish to be read by a machine."""
    parser.add_argument("--json", action="store_true", help="print JSON for machines instead of words for people")


def page_width() -> int:
    """How many letters a line of output may have: the terminal's width, but not over 100."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def scenario_stem(scenario: str) -> str:
    """The name of a scenario that was given by name or as a file."""
    return Path(scenario).stem or "scenario"
