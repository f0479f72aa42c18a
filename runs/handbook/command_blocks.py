"""Commands with their arguments and examples, as the program itself reads them, and what its exit codes mean."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from functools import partial

from runs.handbook.markdown import FENCE, docstring, entry, plain
from runs.reference.markdown_table import markdown_table

Parsers = Mapping[str, argparse.ArgumentParser]


def command_blocks(parsers: Parsers, exit_codes: Mapping[int, str]) -> dict[str, Callable[[], str]]:
    """The blocks of commands, by name."""
    return {"commands": partial(commands, parsers), "exit-codes": partial(codes, exit_codes)}


def commands(parsers: Parsers) -> str:
    """Every command."""
    return "\n\n".join(command(name, parser) for name, parser in parsers.items())


def command(name: str, parser: argparse.ArgumentParser) -> str:
    """A command: what it does, an example, its arguments."""
    example = (parser.epilog or "").removeprefix("example:\n").rstrip()
    parts = [
        f"## linestop {name}", docstring(parser.description), f"```text\n{example}\n```",
        f"{FENCE}{{program}} linestop {name}\n{FENCE}",
    ]  # fmt: skip
    return "\n\n".join([*parts, *(argument(parser, each) for each in arguments_of(parser))])


def arguments_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """The arguments of a command but --help, those without a name first."""
    found = [each for each in parser._actions if not isinstance(each, argparse._HelpAction)]  # noqa: SLF001  # no other way
    return sorted(found, key=lambda each: bool(each.option_strings))


def argument(parser: argparse.ArgumentParser, each: argparse.Action) -> str:
    """An argument as an object of the reference."""
    return entry("option", usage(each), plain(help_text(parser, each)))


def usage(each: argparse.Action) -> str:
    """How an argument is written."""
    value = "" if each.nargs == 0 else str(each.metavar or each.dest.upper())
    names = [f"{name} {value}".strip() for name in each.option_strings]
    return ", ".join(names) or value


def help_text(parser: argparse.ArgumentParser, each: argparse.Action) -> str:
    """What `--help` says of an argument, as a sentence."""
    words = (each.help or "") % {**vars(each), "prog": parser.prog}
    needed = not each.option_strings and each.nargs not in ("?", "*")
    return f"{words[:1].upper()}{words[1:]}." + (" It must be given." if needed and words else "")


def codes(exit_codes: Mapping[int, str]) -> str:
    """The exit codes of all commands."""
    return markdown_table(
        ("Exit code", "Meaning"), [(str(int(code)), plain(words)) for code, words in exit_codes.items()]
    )
