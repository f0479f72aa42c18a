"""What stands in a mind's file by its name: views of the model's minds, some of Python's builtins, and some modules.

What is offered is shared by all runs, so that nothing of it can be changed: a mind changes objects of its own classes.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from random import Random
from types import ModuleType
from typing import Any

from runs.classroom.mind_imports import OFFERED, PARENT, ROLES
from runs.classroom.mind_rules import BUILTINS, STAYS, is_private, why_refused, why_unknown
from runs.classroom.mind_view import SandboxViolation, belongs_to, view_of

Guard = Callable[[Any, str], Any]
GUARD = "a mind's own"  # the name of a guard in compiled files; no file can write it, for names have no blanks
CLASS_OF = "the class of"  # likewise


class GuardOwn(ast.NodeTransformer):
    """Puts a guard before attributes that are set, deleted or private: `x.y = z` becomes `guard(x, words).y = z`.

    `x.__class__` becomes `type(x)` as minds have it: the class of all classes could make any class, past the rules.
    """

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Guard the object whose attribute it is."""
        words = why_unknown(node.attr) if isinstance(node.ctx, ast.Load) else why_fixed(ast.unparse(node.value))
        self.generic_visit(node)
        if node.attr == "__class__" and isinstance(node.ctx, ast.Load):
            look = ast.Call(ast.Name(CLASS_OF, ast.Load()), [node.value], [])
            return ast.fix_missing_locations(ast.copy_location(look, node))
        if not isinstance(node.ctx, ast.Load) or is_private(node.attr):
            guard = ast.Call(ast.Name(GUARD, ast.Load()), [node.value, ast.Constant(words)], [])
            node.value = ast.fix_missing_locations(ast.copy_location(guard, node.value))
        return node


def why_fixed(thing: str) -> str:
    """Why a mind may not change a thing, in a sentence."""
    return f"a mind changes itself, not '{thing}', which belongs to everybody"


def scope_of(module: str, own: frozenset[str], luck: str) -> dict[str, Any]:
    """The names that a file finds, when it is run as a module; own: those of its own things; luck: its seed."""

    def guard(thing: Any, words: str) -> Any:
        if not belongs_to(thing, module):
            raise SandboxViolation(words)
        return thing

    found = {name: vars(builtins)[name] for name in BUILTINS}
    found |= {name: view_of(kind) for name, kind in ROLES.items()}
    for name in ("getattr", "hasattr", "setattr", "delattr"):
        found[name] = fair_access(found[name], own, guard)
    own_modules = {"random": own_luck(luck), "dataclasses": {"dataclass": guarded(dataclass, guard), "field": field}}
    return found | {"type": type_of, "__import__": importer(own_modules), GUARD: guard, CLASS_OF: type_of}


def type_of(thing: Any, *parts: Any) -> type:
    """The class of something; raise SandboxViolation where Python's own `type` would make one, or be given away."""
    if parts:
        raise SandboxViolation("a mind makes a class with 'class', not with 'type'")
    if issubclass(type(thing), type):
        raise SandboxViolation("a mind has no use for the class of a class")
    return type(thing)


def fair_access(access: Callable[..., Any], own: frozenset[str], guard: Guard) -> Callable[..., Any]:
    """A function such as getattr that keeps to the rules for what stands after a dot."""

    def fair(thing: Any, name: str, *rest: Any) -> Any:
        if type(name) is not str or not name.isidentifier():
            raise SandboxViolation("a mind calls what it looks at by a name")
        words = why_refused(name, own)
        if words:
            raise SandboxViolation(words)
        if access in (setattr, delattr):
            if name == "__class__":
                raise SandboxViolation(STAYS)
            guard(thing, why_fixed(getattr(thing, "__name__", type(thing).__name__)))
        elif is_private(name):
            guard(thing, why_unknown(name))
        return type_of(thing) if access is getattr and name == "__class__" else access(thing, name, *rest)

    return fair


def own_luck(seed: str) -> dict[str, Any]:
    """The functions of `random`, with a luck that nobody else has: a run does not tell what another one has drawn."""
    luck = Random(seed)
    return {name: getattr(luck, name) for name in OFFERED["random"]}


def guarded(decorate: Callable[..., Any], guard: Guard) -> Callable[..., Any]:
    """A decorator of classes that takes a mind's own only."""

    def fair(kind: type | None = None, /, **options: Any) -> Any:
        if kind is None:
            return lambda kind: fair(kind, **options)
        return decorate(guard(kind, why_fixed(kind.__name__)), **options)

    return fair


def importer(own_modules: Mapping[str, Mapping[str, Any]]) -> Callable[..., ModuleType]:
    """What stands for Python's import: it gives what is offered, and of some modules a mind's own."""

    def give(
        name: str, scope: Mapping[str, Any] | None = None, local: Mapping[str, Any] | None = None,
        names: tuple[str, ...] | None = (), level: int = 0,
    ) -> ModuleType:  # fmt: skip
        modules = offered_modules()
        if name in own_modules:
            return module_of(name, own_modules[name])
        return modules[name] if names else modules[name.partition(".")[0]]

    return give


@cache
def offered_modules() -> dict[str, ModuleType]:
    """Modules with what is offered of them, by name."""
    found = {
        module: module_of(module, {name: shown(getattr(import_module(module), name)) for name in names})
        for module, names in OFFERED.items()
        if module != PARENT
    }
    vars(found["collections"])["abc"] = found["collections.abc"]
    inside = {name: found[f"{PARENT}.{name}"] for name in OFFERED[PARENT]}
    return found | {PARENT: module_of(PARENT, inside)}


def module_of(name: str, content: Mapping[str, Any]) -> ModuleType:
    """A module with this content."""
    module = ModuleType(name)
    vars(module).update(content)
    return module


def shown(thing: Any) -> Any:
    """A thing as minds see it: a view in place of a mind of the model."""
    return view_of(thing) if thing in ROLES.values() else thing
