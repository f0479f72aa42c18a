"""The rules for a mind's file: names and imports by which it would see more than its own firm are refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from agents.firm import Firm
from runs.simulation.stage import MINDS


def word_set(text: str) -> frozenset[str]:
    """The words of a text.

    >>> sorted(word_set("os sys"))
    ['os', 'sys']
    """
    return frozenset(text.split())


MIND_MODULES = frozenset({"agents", "agents.firm", "agents.habits", *(mind.__module__ for mind in MINDS.values())})
STANDARD_LIBRARY = word_set(
    "__future__ abc bisect calendar cmath collections collections.abc dataclasses datetime decimal enum fractions "
    "functools heapq itertools math numbers numpy operator random re statistics string typing"
)
MODULES = MIND_MODULES | STANDARD_LIBRARY
REVEALING = word_set(
    "chain model scenario create_agents mesa SupplyChain Register os sys gc io builtins modules ctypes ctypeslib "
    "stride_tricks memmap fromfile gi_frame gi_code cr_frame ag_frame tb_frame tb_next f_back f_globals f_locals "
    "f_builtins f_code attrgetter methodcaller mro"
)
DUNDERS = word_set("__init__ __name__ __doc__ __class__ __file__ __all__ __post_init__ __version__ __author__")
METHODS = DUNDERS | word_set(
    "__repr__ __str__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __len__ __iter__ __next__ __contains__ "
    "__getitem__ __setitem__ __call__ __enter__ __exit__ __add__ __sub__ __mul__ __truediv__ __bool__ __float__ "
    "__int__ __missing__ __neg__ __abs__"
)
CANNOT_STICK = frozenset(
    {"__future__", "typing", *MIND_MODULES}
)  # imports with which no single instruction can take for ever


def private_names() -> frozenset[str]:
    """The private names that the minds of the model use."""
    classes = {base for mind in MINDS.values() for base in mind.__mro__}
    codes = [each.__code__ for base in classes for each in vars(base).values() if hasattr(each, "__code__")]
    return frozenset(name for code in codes for name in code.co_names if name.startswith("_"))


PRIVATE = private_names() - DUNDERS


@dataclass(frozen=True)
class SourceCheck:
    """What was found in a file: offences (line, sentence), its own private names, and whether it could get stuck."""

    offences: tuple[tuple[int, str], ...]
    own: frozenset[str]
    can_stick: bool


def why_refused(name: str, own: frozenset[str] = frozenset()) -> str:
    """Why a mind may not use an attribute, in a sentence; empty where it may. `own`: its own private names."""
    dunder = is_dunder(name)
    if name in REVEALING or name in PRIVATE or (dunder and name not in DUNDERS):
        pass
    elif dunder or not name.startswith("_") or name in own:
        return ""
    return f"a mind cannot look at '{name}': it sees its own firm with senses, such as stock, and public news"


def is_dunder(name: str) -> bool:
    """Whether a name has two underscores at both ends."""
    return name.startswith("__") and name.endswith("__")


def check_source(source: str, file: str) -> SourceCheck:
    """Check a source text; raise SyntaxError, ValueError, RecursionError or MemoryError where it is no Python."""
    nodes = list(ast.walk(ast.parse(source, file)))
    own = own_names(nodes)
    imported = {name for node in nodes for name in names_of_import(node)}
    offences = [offence for node in nodes for offence in offences_of(node, own, imported)]
    offences += [offence for node in nodes if isinstance(node, ast.ClassDef) for offence in kept_chains(node)]
    return SourceCheck(tuple(sorted(set(offences))), own, any(map(can_stick, nodes)))


def own_names(nodes: list[ast.AST]) -> frozenset[str]:
    """Private names that a file defines itself."""
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
    """The offences of one node of a file: line and sentence."""
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((line, refused) for refused in refused_imports(node))
    elif isinstance(node, ast.Attribute):
        refused = why_refused(node.attr, own)
        if refused:
            yield line, refused
        elif not isinstance(node.ctx, ast.Load) and root_of(node) in imported:
            yield line, f"a mind changes itself, not '{ast.unparse(node)}', which belongs to everybody"
        elif node.attr == "__init__" and not isinstance(node.ctx, ast.Load):
            yield line, "a mind cannot change how a firm is made"
    elif isinstance(node, ast.MatchClass):
        yield from ((line, refused) for refused in map(why_refused, node.kwd_attrs) if refused)
    elif isinstance(node, ast.Name) and node.id.startswith("__") and node.id not in DUNDERS - {"__init__"}:
        yield line, f"a mind has no use for '{node.id}': it looks with senses and wishes with verbs"
    elif isinstance(node, ast.FunctionDef) and is_dunder(node.name) and node.name not in METHODS:
        yield line, f"a mind cannot have a '{node.name}' of its own"


def root_of(node: ast.expr) -> str:
    """The name with which a chain of attributes begins; empty where it begins with something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def refused_imports(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Why an import is refused, in sentences."""
    if isinstance(node, ast.Import):
        wanted = [alias.name for alias in node.names]
    else:
        wanted = ["." * node.level + (node.module or "")]
    strange = [name for name in wanted if name not in MODULES]
    if strange:
        yield f"a mind cannot import '{strange[0]}': it may use {', '.join(sorted(MIND_MODULES))}, math and the like"
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if node.module in MIND_MODULES and not is_for_minds(str(node.module), alias.name):
                yield f"a mind cannot import '{alias.name}' from {node.module}: name a mind or a habit"
            elif node.module not in ("__future__", "typing"):
                yield from filter(None, [why_refused(alias.name)])


def is_for_minds(module: str, name: str) -> bool:
    """Whether a mind may import a name from a module of minds: a mind, a habit, or a number."""
    if name == "*" or f"{module}.{name}" in MIND_MODULES:
        return name != "*"
    thing = getattr(import_module(module), name, 0.0)  # Python itself reports an unknown name
    if isinstance(thing, type):
        return issubclass(thing, Firm)
    return isinstance(thing, int | float | str | tuple) or getattr(thing, "__module__", "") == "agents.habits"


def kept_chains(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    """Where a mind uses an argument of its __init__ other than to pass it to super().__init__."""
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
    """Whether a node could take for ever in a single instruction."""
    if isinstance(node, ast.Import):
        return any(alias.name not in CANNOT_STICK for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.module not in CANNOT_STICK
    if isinstance(node, ast.Name):
        return node.id in ("iter", "range", "pow", "map", "zip")
    return isinstance(node, ast.Pow | ast.LShift)
