"""The rules for a mind's file: what it may import and name, told line by line before anything is played.

Views show a mind its firm and nothing else; the rules close the ways around them that Python itself has, such as
private names, and the frames of running code.
"""

from __future__ import annotations

import ast
import builtins
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from agents.vocabulary import words_of_mind
from runs.classroom.mind_imports import OF_PYTHON, OFFERED, ROLES


def word_set(text: str) -> frozenset[str]:
    """The words of a text.

    >>> sorted(word_set("os sys"))
    ['os', 'sys']
    """
    return frozenset(text.split())


NEAR = 0.75  # how alike two names are of which one may be a slip for the other
ALL_WORDS = frozenset(word for kind in ROLES.values() for word in words_of_mind(kind)) | {"decide"}
BUILTINS = word_set(
    "abs all any ascii bin bool bytearray bytes callable chr classmethod complex delattr dict divmod enumerate filter "
    "float format frozenset getattr hasattr hash hex id int isinstance issubclass iter len list map max min next "
    "object oct ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super "
    "tuple type zip Ellipsis NotImplemented __build_class__ __debug__"
) | {name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, BaseException)}
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
LINGERING = ast.Yield | ast.YieldFrom | ast.AsyncFunctionDef  # what may go on when nobody looks: as it is thrown away
RUNNING = (types.FrameType, types.TracebackType, types.CodeType, types.GeneratorType, types.CoroutineType,
           types.AsyncGeneratorType)  # fmt: skip
REVEALING = frozenset(
    {"format", "format_map"}  # of a text, which reads attributes by their names
    | {"obj"}  # of an error: the object that has not what was asked for
    | {"register"}  # of an abstract class, which remembers it in all runs
    | {name for kind in RUNNING for name in dir(kind) if not name.startswith("_") and not callable(getattr(kind, name))}
)
STAYS = "a mind stays what it is: '__class__' cannot be changed"
DUNDERS = word_set("__init__ __name__ __doc__ __class__ __all__ __post_init__ __version__ __author__")
METHODS = DUNDERS | word_set(
    "__repr__ __str__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __len__ __iter__ __next__ __contains__ "
    "__getitem__ __setitem__ __call__ __enter__ __exit__ __add__ __sub__ __mul__ __truediv__ __bool__ __float__ "
    "__int__ __missing__ __neg__ __abs__"
)


@dataclass(frozen=True)
class SourceCheck:
    """What was found in a file: its tree, its offences (line -> sentence), and the names of its own things."""

    tree: ast.Module
    offences: dict[int, str]
    own: frozenset[str]


def why_refused(name: str, own: frozenset[str]) -> str:
    """Why a mind may not use a name after a dot, in a sentence; empty where it may. own: names that it gives itself."""
    refused = name not in own if is_private(name) else name in REVEALING or is_hidden_dunder(name)
    return why_unknown(name) if refused else ""


def why_unknown(name: str, known: Iterable[str] = ()) -> str:
    """Why a mind does not have a name, in a sentence; known: what it has, one of which may be meant."""
    near = get_close_matches(name, [each for each in known if not each.startswith("_")], 1, NEAR)
    if near:
        return f"a mind has no '{name}'; did you mean '{near[0]}'?"
    return f"a mind cannot look at '{name}': it sees its own firm with senses, such as stock, and public news"


def is_dunder(name: str) -> bool:
    """Whether a name has two underscores at both ends."""
    return name.startswith("__") and name.endswith("__")


def is_private(name: str) -> bool:
    """Whether a name begins with an underscore and is not one of Python's own."""
    return name.startswith("_") and not is_dunder(name)


def is_hidden_dunder(name: str) -> bool:
    """Whether a name with two underscores at both ends is none that a mind may use."""
    return is_dunder(name) and name not in DUNDERS


def check_source(source: str, file: str) -> SourceCheck:
    """Check a source text; raise SyntaxError, ValueError, RecursionError or MemoryError where it is no Python."""
    tree = ast.parse(source, file)
    nodes = list(ast.walk(tree))
    own, bound = own_names(nodes), bound_names(nodes)
    offences = [offence for node in nodes for offence in offences_of(node, own, bound)]
    offences += [offence for node in classes_of_minds(nodes) for offence in unknown_words(node, own)]
    return SourceCheck(tree, dict(sorted(offences)), own)


def own_names(nodes: list[ast.AST]) -> frozenset[str]:
    """The names that a file gives to attributes, classes, functions and variables of its own."""
    stored = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    return frozenset(stored | names_defined(nodes))


def bound_names(nodes: list[ast.AST]) -> frozenset[str]:
    """The names that stand for something of the file wherever they stand alone."""
    taken = {node.arg for node in nodes if isinstance(node, ast.arg)}
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names}
    return frozenset(taken | imported | names_defined(nodes))


def names_defined(nodes: list[ast.AST]) -> set[str]:
    """The names of a file's functions, classes and variables."""
    made = {node.name for node in nodes if isinstance(node, FUNCTIONS | ast.ClassDef)}
    return made | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def offences_of(node: ast.AST, own: frozenset[str], bound: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The offences of one node of a file: line and sentence."""
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((line, refused) for refused in refused_imports(node))
    elif isinstance(node, LINGERING):
        yield line, "a mind has no use for 'yield' and 'async': it decides at once"
    elif isinstance(node, ast.Attribute):
        refused = why_refused(node.attr, own)
        if node.attr == "__class__" and not isinstance(node.ctx, ast.Load):
            yield line, STAYS
        elif refused:
            yield line, refused
    elif isinstance(node, ast.MatchClass):
        yield from ((line, refused) for name in node.kwd_attrs if (refused := why_refused(name, own)))
        if "__class__" in node.kwd_attrs:
            yield line, "a mind has no use for '__class__' in a pattern"
    elif isinstance(node, ast.Name) and (is_hidden_dunder(node.id) or is_no_builtin_of_minds(node.id, bound)):
        yield line, f"a mind has no use for '{node.id}': it looks with senses and wishes with verbs"
    elif isinstance(node, FUNCTIONS) and is_dunder(node.name) and node.name not in METHODS:
        yield line, f"a mind cannot have a '{node.name}' of its own"


def is_no_builtin_of_minds(name: str, bound: frozenset[str]) -> bool:
    """Whether a name stands for something that Python has everywhere, and minds have not."""
    return name in vars(builtins) and name not in BUILTINS | DUNDERS | bound


def refused_imports(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Why an import is refused, in sentences."""
    if isinstance(node, ast.Import):
        wanted = [(alias.name, "") for alias in node.names]
    else:
        wanted = [("." * node.level + (node.module or ""), alias.name) for alias in node.names]
    for module, name in wanted:
        if module not in OFFERED:
            yield f"a mind cannot import '{module}': it may use {', '.join(OF_PYTHON)}, and minds and habits of agents"
        elif name and name not in OFFERED[module]:
            yield why_not_in(module, name)


def why_not_in(module: str, name: str) -> str:
    """Why a mind does not have a name of a module that it may import, in a sentence."""
    return f"a mind cannot have '{name}' of {module}: it may use {', '.join(OFFERED[module])}"


def classes_of_minds(nodes: list[ast.AST]) -> list[ast.ClassDef]:
    """The classes of a file that are minds, as far as their names say."""
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    imports = [alias for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    minds = set(ROLES) | {alias.asname for alias in imports if alias.asname and alias.name in ROLES}
    found: list[ast.ClassDef] = []
    for node in classes:  # one that builds on another stands below it
        if any(isinstance(base, ast.Name) and base.id in minds for base in node.bases):
            minds.add(node.name)
            found.append(node)
    return found


def unknown_words(mind: ast.ClassDef, own: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Where the methods of a mind ask it for what neither a mind nor the file has."""
    for method in mind.body:
        if isinstance(method, ast.FunctionDef) and method.args.args and not method.decorator_list:
            itself = method.args.args[0].arg
            for node in ast.walk(method):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == itself:
                    known = ALL_WORDS | own | DUNDERS
                    if node.attr not in known and not why_refused(node.attr, own):
                        yield node.lineno, why_unknown(node.attr, known)
