"""What a mind's file may not say: the names and imports by which one would see more than one's own firm."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from agents.firm import Firm
from runs.simulation.stage import MINDS


def words(text: str) -> frozenset[str]:
    """The words of a text.

    >>> sorted(words("os sys"))
    ['os', 'sys']
    """
    return frozenset(text.split())


PEOPLE = frozenset({"agents", "agents.firm", "agents.habits", *(mind.__module__ for mind in MINDS.values())})
PLAIN = words(
    "__future__ abc bisect calendar cmath collections collections.abc dataclasses datetime decimal enum fractions "
    "functools heapq itertools math numbers numpy operator random re statistics string typing"
)
MODULES = PEOPLE | PLAIN
SEE_TOO_MUCH = words(
    "chain model scenario create_agents mesa SupplyChain Register os sys gc io builtins modules ctypes ctypeslib "
    "stride_tricks memmap fromfile gi_frame gi_code cr_frame ag_frame tb_frame tb_next f_back f_globals f_locals "
    "f_builtins f_code attrgetter methodcaller mro"
)
DUNDERS = words("__init__ __name__ __doc__ __class__ __file__ __all__ __post_init__ __version__ __author__")
METHODS = DUNDERS | words(
    "__repr__ __str__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __len__ __iter__ __next__ __contains__ "
    "__getitem__ __setitem__ __call__ __enter__ __exit__ __add__ __sub__ __mul__ __truediv__ __bool__ __float__ "
    "__int__ __missing__ __neg__ __abs__"
)
QUICK = frozenset({"__future__", "typing", *PEOPLE})  # imports with which no single instruction can take for ever


def private_names() -> frozenset[str]:
    """The private names that the minds of the model use."""
    classes = {base for mind in MINDS.values() for base in mind.__mro__}
    codes = [each.__code__ for base in classes for each in vars(base).values() if hasattr(each, "__code__")]
    return frozenset(name for code in codes for name in code.co_names if name.startswith("_"))


PRIVATE = private_names() - DUNDERS


@dataclass(frozen=True)
class Found:
    """What was found in a file: offences (line, sentence), private names of its own, and whether it could get stuck."""

    offences: tuple[tuple[int, str], ...]
    own: frozenset[str]
    can_stick: bool


def may_not(name: str, own: frozenset[str] = frozenset()) -> str:
    """Why a mind may not ask a thing for a name, in a sentence; empty where it may. `own`: its own private names."""
    dunder = is_dunder(name)
    if name in SEE_TOO_MUCH or name in PRIVATE or (dunder and name not in DUNDERS):
        pass
    elif dunder or not name.startswith("_") or name in own:
        return ""
    return f"a mind cannot look at '{name}': it sees its own firm with senses, such as stock, and public news"


def is_dunder(name: str) -> bool:
    """Whether Python gives a name its meaning."""
    return name.startswith("__") and name.endswith("__")


def found_in_text(source: str, file: str) -> Found:
    """Look through a file; SyntaxError, ValueError, RecursionError or MemoryError where it is no Python."""
    nodes = list(ast.walk(ast.parse(source, file)))
    own = own_names(nodes)
    imported = {name for node in nodes for name in names_of_import(node)}
    told = [offence for node in nodes for offence in offences_of(node, own, imported)]
    told += [offence for node in nodes if isinstance(node, ast.ClassDef) for offence in chain_kept(node)]
    return Found(tuple(sorted(set(told))), own, any(map(can_stick, nodes)))


def own_names(nodes: list[ast.AST]) -> frozenset[str]:
    """Private names that a file gives to attributes and functions of its own."""
    stored = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    made = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    plain = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return frozenset(name for name in stored | made | plain if name.startswith("_")) - PRIVATE


def names_of_import(node: ast.AST) -> list[str]:
    """The names that an import binds."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return []


def offences_of(node: ast.AST, own: frozenset[str], imported: set[str]) -> Iterator[tuple[int, str]]:
    """What is wrong with one piece of a file: line and sentence."""
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((line, refused) for refused in imports_refused(node))
    elif isinstance(node, ast.Attribute):
        refused = may_not(node.attr, own)
        if refused:
            yield line, refused
        elif not isinstance(node.ctx, ast.Load) and root_of(node) in imported:
            yield line, f"a mind changes itself, not '{ast.unparse(node)}', which belongs to everybody"
        elif node.attr == "__init__" and not isinstance(node.ctx, ast.Load):
            yield line, "a mind cannot change how a firm is made"
    elif isinstance(node, ast.MatchClass):
        yield from ((line, refused) for refused in map(may_not, node.kwd_attrs) if refused)
    elif isinstance(node, ast.Name) and node.id.startswith("__") and node.id not in DUNDERS - {"__init__"}:
        yield line, f"a mind has no use for '{node.id}': it looks with senses and wishes with verbs"
    elif isinstance(node, ast.FunctionDef) and is_dunder(node.name) and node.name not in METHODS:
        yield line, f"a mind cannot have a '{node.name}' of its own"


def root_of(node: ast.expr) -> str:
    """The name with which a chain of attributes begins; empty where it begins with something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def imports_refused(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """What is wrong with an import."""
    if isinstance(node, ast.Import):
        wanted = [alias.name for alias in node.names]
    else:
        wanted = ["." * node.level + (node.module or "")]
    strange = [name for name in wanted if name not in MODULES]
    if strange:
        yield f"a mind cannot import '{strange[0]}': it may use {', '.join(sorted(PEOPLE))}, math and the like"
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if node.module in PEOPLE and not for_minds(str(node.module), alias.name):
                yield f"a mind cannot import '{alias.name}' from {node.module}: name a mind or a habit"
            elif node.module not in ("__future__", "typing"):
                yield from filter(None, [may_not(alias.name)])


def for_minds(module: str, name: str) -> bool:
    """Whether a mind may take a name from a module of people: a mind, a habit, or a number."""
    if name == "*" or f"{module}.{name}" in PEOPLE:
        return name != "*"
    thing = getattr(import_module(module), name, 0.0)  # an unknown name is told by Python itself
    if isinstance(thing, type):
        return issubclass(thing, Firm)
    return isinstance(thing, int | float | str | tuple) or getattr(thing, "__module__", "") == "agents.habits"


def chain_kept(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    """Where a mind keeps, or looks at, what it is made from: that can only be handed on to super().__init__."""
    for made in node.body:
        if not node.bases or not isinstance(made, ast.FunctionDef) or made.name != "__init__":
            continue
        if made.decorator_list:
            yield made.lineno, "a mind cannot change how a firm is made"
        bounds, parts = made.args, list(ast.walk(made))
        given = [*bounds.posonlyargs, *bounds.args][1:2]
        names = {each.arg for each in (*given, bounds.vararg, bounds.kwarg) if each is not None}
        handed = {
            id(part.value if isinstance(part, ast.Starred | ast.keyword) else part)
            for call in parts
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"
            for part in (*call.args, *call.keywords)
        }
        for part in parts:
            if isinstance(part, ast.Name) and part.id in names and id(part) not in handed:
                yield part.lineno, f"what a mind is made from ('{part.id}') can only be handed on to super().__init__"


def can_stick(node: ast.AST) -> bool:
    """Whether a piece of a file could take for ever in a single instruction."""
    if isinstance(node, ast.Import):
        return any(alias.name not in QUICK for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.module not in QUICK
    if isinstance(node, ast.Name):
        return node.id in ("iter", "range", "pow", "map", "zip")
    return isinstance(node, ast.Pow | ast.LShift)
