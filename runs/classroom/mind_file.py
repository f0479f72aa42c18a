"""A file with a student's mind: read, checked against the rules, and run in a sandbox that shows its own firm only.

It is a guard against mistakes and short cuts, not a prison: Python has no walls, and who wants to break out will. A
mind from a file runs with the rights of whoever starts it; read a stranger's file before you run it.
"""

from __future__ import annotations

import builtins
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tokenize import detect_encoding
from types import CodeType, ModuleType
from typing import Any

from agents.firm import Firm
from model.tables.faults import Faults
from runs.classroom.mind_rules import MODULES, check_source, why_refused
from runs.classroom.sandbox import SandboxViolation, sandbox
from runs.classroom.time_limit import TimeLimitExceeded, time_limit
from runs.simulation.stage import MINDS

MOST_MIND_BYTES = 1_000_000
LONGEST_RANGE = 100_000_000
FORBIDDEN = (
    "open", "exec", "eval", "compile", "input", "breakpoint", "globals", "locals", "vars", "memoryview", "help",
    "exit", "quit",
)  # fmt: skip


@dataclass(frozen=True)
class Program:
    """A file that was checked: its code, and the private names that it gives to things of its own."""

    file: Path
    code: CodeType
    own: frozenset[str]
    can_stick: bool


def mind_in(file: Path, role: str | None = None) -> type[Firm]:
    """The mind that a file defines, for a role if one is given; raise Faults with all that is wrong with the file.

    The file is run again for every line, so that minds share no memory. A mind that breaks a rule, or exceeds the
    time limit, raises ValueError when it decides.
    """
    program = read_program(file)
    mind = mind_of(program)
    wanted, nearest = MINDS.get(role or ""), role_of(mind)
    if wanted is not None and nearest not in (None, wanted):
        kind, other = wanted.__name__, nearest.__name__ if nearest else ""
        words = f"{mind.__name__} is a mind of the kind {other}, and here one of {kind} is asked for"
        raise Faults([f"{file.name}: {words}; write 'class {mind.__name__}({kind}):'"])

    def anew(_: type, chain: Any, line: str) -> Any:
        own = sandbox(mind_of(program), str(program.file), program.own, program.can_stick)
        return own(chain, line)

    return type(mind.__name__, (mind,), {"__new__": anew, "__module__": mind.__module__, "__doc__": mind.__doc__})


def read_program(file: Path) -> Program:
    """Read and check a file; raise Faults where it cannot be read, is no Python, or breaks a rule."""
    try:
        source = file.read_bytes()
    except OSError:
        raise Faults([f"{file}: there is no such Python file; give one with --mind"]) from None
    if len(source) > MOST_MIND_BYTES:
        raise Faults(
            [f"{file.name}: a mind must have at most {MOST_MIND_BYTES:,} bytes, got {len(source):,}; shorten it"]
        )
    try:
        text = source.decode(detect_encoding(BytesIO(source).readline)[0])
        found = check_source(text, str(file))
        code = compile(text, str(file), "exec", dont_inherit=True)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Faults(
            [f"{file.name}, line {line}: a letter is not as {error.encoding} has it; save it as UTF-8"]
        ) from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Faults([blame(error, file)]) from None
    if found.offences:
        raise Faults([f"{file.name}, line {line}: {words}" for line, words in found.offences])
    return Program(file, code, found.own, found.can_stick)


def mind_of(program: Program) -> type[Firm]:
    """Run a file and return the mind that it defines; raise Faults if there is none, or more than one."""
    file = program.file
    module = ModuleType(f"mind_{file.stem}")
    vars(module).update(__file__=str(file), __builtins__=fair_builtins(program))
    try:
        with time_limit(f"{file.name} did not come to an end", program.can_stick):
            exec(program.code, vars(module))
    except Exception as error:
        raise Faults([blame(error, file)]) from None
    classes = dict.fromkeys(each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Firm))
    own = [each for each in classes if each.__module__ == module.__name__]
    last = [each for each in own if not any(each in other.__mro__[1:] for other in own)]
    if not last:
        raise Faults([f"{file.name}: found no mind; write a class such as 'class MyMind(MagnetMaker):' in it"])
    if len(last) > 1:
        raise Faults([f"{file.name}: found {len(last)} minds, {', '.join(each.__name__ for each in last)}; keep one"])
    return last[0]


def role_of(mind: type[Firm]) -> type[Firm] | None:
    """The mind of the model from which a mind descends first; None where it is of no role."""
    return next((each for each in mind.__mro__ if each in MINDS.values()), None)


def fair_builtins(program: Program) -> dict[str, Any]:
    """Python's builtins, but those that lead out of the firm raise."""
    known = dict(vars(builtins))
    for name in FORBIDDEN:
        known[name] = refusing(name)
    known["__import__"] = fair_import
    for name in ("getattr", "setattr", "delattr", "hasattr"):
        known[name] = fair_access(known[name], program.own)
    known["range"] = fair_range
    return known


def refusing(name: str) -> Callable[..., Any]:
    """A function that raises, in place of one that no mind needs."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise SandboxViolation(f"a mind has no use for '{name}': it looks with senses and wishes with verbs")

    return refuse


def fair_import(
    name: str, scope: Mapping[str, Any] | None = None, local: Mapping[str, Any] | None = None,
    names: tuple[str, ...] = (), level: int = 0,
) -> ModuleType:  # fmt: skip
    """Import what a mind may use."""
    if level or name not in MODULES:
        raise SandboxViolation(f"a mind cannot import '{name}'")
    return __import__(name, None, None, names, 0)


def fair_access(access: Callable[..., Any], own: frozenset[str]) -> Callable[..., Any]:
    """A function such as getattr that keeps to the rules for names; what a mind changes must be its own."""

    def fair(thing: Any, name: str, *rest: Any) -> Any:
        words = why_refused(name, own)
        if words:
            raise SandboxViolation(words)
        if access in (setattr, delattr) and isinstance(thing, type | ModuleType):
            raise SandboxViolation(f"a mind changes itself, not {getattr(thing, '__name__', 'a class')}")
        return access(thing, name, *rest)

    return fair


def fair_range(*bounds: Any) -> range:
    """A range of at most LONGEST_RANGE numbers; raise SandboxViolation for a longer one."""
    numbers = range(*bounds)
    if numbers[LONGEST_RANGE:]:
        raise SandboxViolation(f"a range of more than {LONGEST_RANGE:,} numbers does not come to an end; count fewer")
    return numbers


def blame(error: BaseException, file: Path) -> str:
    """An error in a student's file as a sentence with file and line."""
    line = line_of(error, file)
    words = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):
        words = f"SyntaxError: {error.msg}"
    return f"{file.name}{f', line {line}' if line else ''}: {words}"


def line_of(error: BaseException | None, file: Path) -> int | None:
    """The line of a file in which an error, or what caused it, came up; None if it did not come up there."""
    while error is not None:
        if isinstance(error, SyntaxError):
            return error.lineno
        mine = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        if mine and not (isinstance(error, TimeLimitExceeded) and error.__cause__):
            return mine[-1]
        if isinstance(error, SandboxViolation) and error.line:
            return error.line
        error = error.__cause__ or error.__context__
    return None
