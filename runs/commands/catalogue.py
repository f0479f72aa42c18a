"""The commands by name, how their arguments are read, and what their exit codes mean."""

from __future__ import annotations

import argparse
import signal
from importlib import import_module
from typing import Any, NoReturn

COMMANDS = {  # name -> module with a docstring, an EXAMPLE, `add(parser)` and `run(args)`; it imports late
    "run": "runs.commands.run",
    "scenarios": "runs.commands.scenarios",
    "parameters": "runs.commands.parameters",
    "explain": "runs.commands.explain",
    "compare": "runs.commands.compare",
    "generate": "runs.commands.generate",
    "import": "runs.commands.import_world",
    "world": "runs.commands.world",
    "bench": "runs.commands.bench",
    "exposure": "runs.commands.exposure",
    "batch": "runs.commands.batch",
    "analyse": "runs.commands.analyse",
    "watch": "runs.commands.watch",
    "play": "runs.commands.play",
    "lab": "runs.commands.lab",
    "class": "runs.commands.class_room",
    "replay": "runs.commands.replay",
    "exercise": "runs.commands.exercise",
    "validate": "runs.commands.validate",
    "calibrate": "runs.commands.calibrate",
    "handbook": "runs.commands.handbook",
}
RENAMED = {"facts": "parameters"}  # old command -> new
DONE, DIFFERENT, MISTAKE, INTERRUPTED = 0, 1, 2, 130
TERMINATED = 128 + signal.SIGTERM
EXIT_CODES = {
    DONE: "all went well",
    DIFFERENT: "the work was done, and something is not as it should be: files differ under `batch --again`, numbers "
    "or lessons do not hold under `exercise --check`, goods were lost under `run --audit`, links of the handbook lead "
    "nowhere",
    MISTAKE: "a mistake in what was asked: each is told in a sentence, and nothing is written",
    INTERRUPTED: "stopped by Ctrl-C; nothing half-written is left",
    TERMINATED: "stopped by another process",
}


class Parser(argparse.ArgumentParser):
    """A parser that raises Faults for a wrong command line, with the nearest option."""

    def error(self, message: str) -> NoReturn:
        """Raise Faults with the message as a sentence."""
        from model.tables.faults import Faults, unknown

        words = message.removeprefix("argument ")
        strays = words.removeprefix("unrecognized arguments: ").split() if "unrecognized" in words else [""]
        stray = strays[0] if strays else ""
        if not strays:
            words = "found an empty argument; leave it out"
        elif stray.startswith("-"):
            options = [name for name in self._option_string_actions if name.startswith("--")]
            words = unknown(stray.partition("=")[0], f"option of {self.prog}", options)
        raise Faults([f"{words}; '{self.prog} --help' shows an example"])


def command_called(name: str) -> Any:
    """The module of a command: its docstring, its EXAMPLE, `add(parser)` and `run(args)`."""
    return import_module(COMMANDS[name])


def parser_of(name: str) -> Parser:
    """The parser of a command's arguments."""
    command = command_called(name)
    parser = Parser(
        prog=f"linestop {name}",
        description=command.__doc__,
        epilog=f"example:\n  {command.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add(parser)
    return parser
