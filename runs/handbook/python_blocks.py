"""The public face for Python: names, signatures and docstrings, read from the sources without loading them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from runs import ROOMS
from runs.handbook.markdown import docstring, entry

SEATS = "agents.seat"
LEARNING = "runs.learning.environments"
MORE: dict[str, tuple[str, ...]] = {
    SEATS: ("observe", "describe_senses", "json_schema", "levers", "check_wish"),
    LEARNING: ("SeatEnvironment", "SeatsEnvironment"),
}
Definition = ast.FunctionDef | ast.ClassDef


def python_blocks() -> dict[str, Callable[[], str]]:
    """The blocks of the Python face, by name."""
    return {
        "python": lambda: names_of(ROOMS, "runs"),
        "python-seats": lambda: names_of({SEATS: MORE[SEATS]}, SEATS),
        "python-learning": lambda: names_of({LEARNING: MORE[LEARNING]}, LEARNING),
    }


def names_of(rooms: dict[str, tuple[str, ...]], shown: str) -> str:
    """The names of some rooms as objects of the reference; shown: the module from which people import them."""
    return "\n\n".join(public_name(room, name, shown) for room, names in rooms.items() for name in names)


def public_name(room: str, name: str, shown: str) -> str:
    """A public name: a function, a class with its methods and properties, or a value with what stands below it."""
    body = ast.parse(source_of(room)).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return function_entry("py:function", f"{shown}.{name}", node)
        if isinstance(node, ast.ClassDef) and node.name == name:
            return class_entry(f"{shown}.{name}", node)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            text = after.value if isinstance(after, ast.Expr) else None
            words = str(text.value) if isinstance(text, ast.Constant) else ""
            return entry("py:data", f"{shown}.{name}", docstring(words))
    raise LookupError(f"{room}: found no {name} at its top")


def source_of(room: str) -> str:
    """The source of a module, without loading it."""
    spec = find_spec(room)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).read_text(encoding="utf-8")


def class_entry(name: str, node: ast.ClassDef) -> str:
    """A class with its public methods and properties."""
    made = next((each for each in functions_in(node) if each.name == "__init__"), None)
    parts = [docstring(ast.get_docstring(node))]
    for each in functions_in(node):
        if not each.name.startswith("_"):
            decorated = {getattr(mark, "id", "") for mark in each.decorator_list}
            if "property" in decorated:
                parts.append(entry("py:property", each.name, docstring(ast.get_docstring(each))))
            else:
                parts.append(function_entry("py:method", each.name, each, own=True))
    text = "\n\n".join(parts).replace("`````", "````")  # what stands inside has a shorter fence
    return entry("py:class", name + (signature(made, own=True) if made else ""), text)


def functions_in(node: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    """The methods of a class."""
    return (each for each in node.body if isinstance(each, ast.FunctionDef))


def function_entry(kind: str, name: str, node: ast.FunctionDef, own: bool = False) -> str:
    """A function or a method with its signature and its docstring."""
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return entry(kind, name + signature(node, own) + returned, docstring(ast.get_docstring(node)))


def signature(node: ast.FunctionDef, own: bool = False) -> str:
    """The parameters of a function; own: without the one that stands for the object itself."""
    text = ast.unparse(node.args)
    return f"({text.partition(', ')[2] if own and ', ' in text else '' if own else text})"
