"""A file with a student's mind: read, checked against the rules, and run with views in place of the model's minds.

It is a guard against mistakes and short cuts, not a prison: Python has no walls, and who wants to break out will. A
mind from a file runs with the rights of whoever starts it; read a stranger's file before you run it.
"""

from __future__ import annotations

import ast
import traceback
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tokenize import detect_encoding
from types import CodeType, ModuleType
from typing import Any

from agents.firm import Firm
from agents.vocabulary import words_of_mind
from model.tables.faults import Faults
from runs.classroom.mind_imports import ROLES
from runs.classroom.mind_rules import ALL_WORDS, check_source, why_not_in, why_unknown
from runs.classroom.mind_scope import GuardOwn, scope_of
from runs.classroom.mind_view import SandboxViolation, View, is_own, seated_firm, view_of, wrongly_written
from runs.classroom.time_limit import MOST_MEMORY_GB, TimeLimitExceeded, time_limit
from runs.simulation.stage import MINDS

MOST_MIND_BYTES = 1_000_000
MOST_LETTERS = 500  # of what an error says


@dataclass(frozen=True)
class Program:
    """A file that was checked: its code, the names that it gives to things of its own, and the lines of its classes."""

    file: Path
    code: CodeType
    own: frozenset[str]
    lines: dict[str, int]

    def place(self, mind: type[View]) -> str:
        """The file and the line in which a mind begins."""
        line = self.lines.get(mind.__name__)
        return self.file.name + (f", line {line}" if line else "")


def mind_in(file: Path, role: str | None = None) -> type[Firm]:
    """The firm whose mind a file defines, for a role if one is given; raise Faults with all that is wrong with it.

    The file is run again for every line, so that minds share no memory. A mind that breaks a rule, or exceeds the
    time limit, raises ValueError when it decides.
    """
    program = read_program(file)
    mind = mind_of(program)
    kind = next(kind for each in mind.__mro__ for kind in ROLES.values() if view_of(kind) is each)
    wanted = MINDS.get(role or "", kind)
    if kind not in (Firm, wanted):
        words = f"{mind.__name__} is a mind of the kind {kind.__name__}, and here one of {wanted.__name__} is asked for"
        raise Faults([f"{program.place(mind)}: {words}; write 'class {mind.__name__}({wanted.__name__}):'"])

    method = wrongly_written(mind)
    if method:
        raise Faults([f"{program.place(mind)}: nobody can call {mind.__name__} as it is; write '{method}' in it"])
    fixed = [word.name for word in words_of_mind(kind).values() if word.kind == "fact" and is_own(mind, word.name)]
    if fixed:
        raise Faults([f"{program.place(mind)}: '{fixed[0]}' is a fact of the firm and stays so; leave it out"])

    def load(chain: Any, line: str) -> type[View]:
        return mind_of(program, f"{chain.seed} {line}")

    return seated_firm(mind, kind, (str(file), program.own), load)


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
        code: CodeType = compile(GuardOwn().visit(found.tree), str(file), "exec", dont_inherit=True)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Faults(
            [f"{file.name}, line {line}: a letter is not as {error.encoding} has it; save it as UTF-8"]
        ) from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Faults([blame(error, file)]) from None
    if found.offences:
        raise Faults([f"{file.name}, line {line}: {words}" for line, words in found.offences.items()])
    lines = {node.name: node.lineno for node in ast.walk(found.tree) if isinstance(node, ast.ClassDef)}
    return Program(file, code, found.own, lines)


def mind_of(program: Program, luck: str = "") -> type[View]:
    """Run a file and return the mind that it defines; raise Faults if there is none, or more than one."""
    file = program.file
    module = ModuleType(f"mind_{file.stem}")
    vars(module)["__builtins__"] = scope_of(module.__name__, program.own, luck)
    try:
        with time_limit(f"{file.name} did not come to an end"):
            exec(program.code, vars(module))
    except Exception as error:
        raise Faults([blame(error, file)]) from None
    classes = dict.fromkeys(each for each in vars(module).values() if isinstance(each, type) and issubclass(each, View))
    own = [each for each in classes if each.__module__ == f"mind_{file.stem}"]
    last = [each for each in own if not any(each in other.__mro__[1:] for other in own)]
    if not last:
        raise Faults([f"{file.name}: found no mind; write a class such as 'class MyMind(MagnetMaker):' in it"])
    if len(last) > 1:
        names = ", ".join(each.__name__ for each in last)
        raise Faults([f"{program.place(last[-1])}: found {len(last)} minds, {names}; keep one"])
    return last[0]


def blame(error: BaseException, file: Path) -> str:
    """An error in a student's file as a sentence with file and line."""
    line = line_of(error, file)
    return f"{file.name}{f', line {line}' if line else ''}: {' '.join(words_of(error).split())}"


def words_of(error: BaseException) -> str:
    """What an error says, with its kind unless it is a sentence by itself."""
    kind = type(error).__name__
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg}"
    if isinstance(error, MemoryError):
        return f"MemoryError: a mind may use {MOST_MEMORY_GB} GB; keep less in it"
    if isinstance(error, AttributeError) and isinstance(error.obj, super):
        return why_unknown(error.name or "", ALL_WORDS)
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        return why_not_in(error.obj.__name__, error.name or "")
    try:
        words = str(error)[:MOST_LETTERS]
    except Exception:  # an error of the file's own, whose words fail
        words = ""
    if isinstance(error, ValueError) and words:
        return words
    return f"{kind}: {words}" if words else kind


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
