"""The command line: `linestop COMMAND ...`, which is the same as `python3 -m runs COMMAND ...`."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path

from runs.commands.catalogue import COMMANDS, DONE, INTERRUPTED, MISTAKE, RENAMED, TERMINATED, command_called, parser_of

DEFAULT = "run"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; return its exit code, 2 after printing each mistake of the user in a sentence."""
    words = list(sys.argv[1:] if argv is None else argv)
    replace_unknown_letters()
    foreign = foreign_packages()
    if foreign:
        return print_faults(foreign, MISTAKE)
    if argv is None:
        atexit.register(gc.freeze)  # or Python would search all objects for reference cycles at its end
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    if words[:1] in (["--help"], ["-h"], ["help"]):
        print(overview())
        return DONE
    if words[:1] == ["--version"]:
        print(f"linestop {own_version()}")
        return DONE
    try:
        return run_command(words)
    except KeyboardInterrupt:
        return print_faults(["interrupted; nothing half-written is left"], INTERRUPTED)
    except BrokenPipeError:  # a reader such as `head` has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return DONE


def foreign_packages() -> list[str]:
    """Which packages of others Python finds first under names of Linestop's, in sentences."""
    home, found = Path(__file__).resolve().parents[1], list[str]()
    for name in ("model", "agents"):
        spec = find_spec(name)
        places = [] if spec is None else [Path(place).resolve() for place in spec.submodule_search_locations or ()]
        if home / name not in places:
            place = places[0] if places else getattr(spec, "origin", None)
            found.append(
                f"another package that is called '{name}' is found first, in {place}; install Linestop into a virtual "
                "environment of its own (python3 -m venv), and leave that folder out of PYTHONPATH"
            )
    return found


def replace_unknown_letters() -> None:
    """Replace letters that a terminal cannot show, so that no output fails for them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def run_command(words: list[str]) -> int:
    """Find the command, parse its arguments, run it, and print mistakes of the user as sentences."""
    from model.tables.faults import Faults

    try:
        name = take_command(words)
        return int(command_called(name).run(parser_of(name).parse_args(words)))
    except SystemExit as done:  # argparse has shown a help text
        return int(done.code or DONE)
    except Faults as faults:
        return print_faults(faults.sentences, MISTAKE)
    except BrokenPipeError:
        raise
    except OSError as error:
        return print_faults([f"{error.filename or 'a file'}: {error.strerror or error}"], MISTAKE)


def take_command(words: list[str]) -> str:
    """Take the command off the words, `run` if there is none; raise Faults for an unknown one."""
    from model.tables.faults import Faults

    if not words or words[0].startswith("-"):
        return DEFAULT
    name = words.pop(0)
    if name in COMMANDS:
        return name
    if name in RENAMED:
        raise Faults([f"the command '{name}' is now called '{RENAMED[name]}'; write 'linestop {RENAMED[name]}'"])
    if name.endswith(".toml") or name in scenario_stems():
        raise Faults([f"'{name}' is a scenario, not a command; write 'linestop run {name}'"])
    near = get_close_matches(name, COMMANDS, n=1)
    mend = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(COMMANDS)}"
    raise Faults([f"found '{name}', which is not a command; {mend}"])


def scenario_stems() -> list[str]:
    """The names of the scenarios that come with Linestop."""
    from model.scenario.scenario_files import scenario_names
    from runs.simulation.stage import SCENARIOS

    return list(scenario_names(SCENARIOS))


def print_faults(sentences: Sequence[str], code: int) -> int:
    """Print sentences on stderr, each after the name of the program; return the exit code."""
    for sentence in sentences:
        print(f"linestop: {sentence}", file=sys.stderr)
    return code


def overview() -> str:
    """The help text: a line a command."""
    first_lines = {name: (import_module(room).__doc__ or "").split("\n")[0] for name, room in COMMANDS.items()}
    width = max(len(name) for name in COMMANDS)
    return "\n".join(
        [
            "usage: linestop [COMMAND] [ARGUMENT ...]",
            "",
            "Linestop shows how export licences and two-month stocks become stopped production lines.",
            "Without a command it runs scenario two-months.",
            "",
            *(f"  {name:<{width}}  {line}" for name, line in first_lines.items()),
            "",
            "'linestop COMMAND --help' shows the arguments of a command and an example;",
            "'linestop --version' the version. 'python3 -m runs' is the same command.",
        ]
    )


def own_version() -> str:
    """The installed version."""
    try:
        return version("linestop")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
