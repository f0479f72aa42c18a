"""Keys of files and columns of tables: type, unit, bounds, default and meaning, read from what checks them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from model.scenario.event_cells import pairs
from model.tables.documents import LARGEST_WHOLE
from model.tables.faults import check_name
from model.tables.units import Unit
from runs.reference.toml_text import toml_value

PLAIN: dict[Any, str] = {
    str: "text", int: "whole number", float: "number", bool: "true or false", date: "date", Any: "word, number or list",
}  # fmt: skip
NAMED = {"table": "table name", "industry": "industry name", "role": "role", "role of a line": "role"}
SIGNS = {Ge: (">=", "ge"), Gt: (">", "gt"), Le: ("<=", "le"), Lt: ("<", "lt")}


@dataclass(frozen=True)
class Key:
    """One key: how it is written, what it takes, in which unit and within which bounds, and what it means.

    default: what holds where it is left out; None where it must be written.
    """

    name: str
    kind: str
    unit: str
    bounds: str
    default: str | None
    meaning: str

    @property
    def takes(self) -> str:
        """Type, unit and bounds in words."""
        return ", ".join(filter(None, (self.kind, self.unit, self.bounds)))


@cache
def keys_of(schema: type[BaseModel]) -> dict[str, Key]:
    """The keys of a schema by field, in the order in which it declares them."""
    hints, meanings = get_type_hints(schema, include_extras=True), meanings_of(schema)
    return {
        name: Key(
            name=info.alias or name,
            kind=kind_text(hints[name]),
            unit=next((note.words for note in notes_in(hints[name]) if isinstance(note, Unit)), ""),
            bounds=bounds_text(hints[name]),
            default=default_text(info),
            meaning=meanings.get(name, ""),
        )
        for name, info in schema.model_fields.items()
    }


def meanings_of(schema: type[BaseModel]) -> dict[str, str]:
    """What is written below each field of a schema and of those from which it descends."""
    found: dict[str, str] = {}
    for each in reversed(schema.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            found |= written_in(each.__module__).get(each.__name__, {})
    return found


@cache
def written_in(module: str) -> dict[str, dict[str, str]]:
    """The texts below the fields of the classes of a module: class -> field -> text."""
    source = Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8")
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return {each.name: dict(texts_below(each.body)) for each in classes}


def texts_below(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The fields of a class that have a text below them."""
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            yield field.target.id, " ".join(str(ast.literal_eval(text.value)).split())


def notes_in(hint: Any) -> Iterator[Any]:
    """All notes on a type and on its parts, the outer ones first."""
    if get_origin(hint) is Annotated:
        for note in hint.__metadata__:
            yield from note.metadata if isinstance(note, FieldInfo) else (note,)
        yield from notes_in(hint.__origin__)
    elif get_origin(hint) is not Literal:
        for part in get_args(hint):
            yield from notes_in(part)


def kind_text(hint: Any) -> str:
    """What a type takes, in words.

    >>> kind_text(tuple[int, ...]), kind_text(Literal["a", "b"] | None), kind_text(dict[str, float])
    ('list of whole numbers', '"a" or "b"', 'table of text = number')
    """
    notes = () if get_origin(hint) is not Annotated else hint.__metadata__
    if any(isinstance(note, BeforeValidator) and note.func is pairs for note in notes):
        return table_text(get_args(get_args(hint.__origin__)[0]))
    checks = [note.func for note in notes if isinstance(getattr(note, "func", None), partial)]
    names = [check.args[0] for check in checks if check.func is check_name]
    if names:
        return NAMED.get(names[0], f"{names[0]} code")
    hint = hint.__origin__ if notes else hint
    origin, parts = get_origin(hint), [part for part in get_args(hint) if part is not NoneType]
    if origin in (Union, UnionType):
        kinds = list(dict.fromkeys(map(kind_text, parts)))
        return " or ".join(kind for kind in kinds if kind != "whole number" or "number" not in kinds)
    if origin is Literal:
        return " or ".join(f'"{part}"' for part in parts)
    if origin is tuple:
        return list_text(parts)
    if origin is not None and issubclass(origin, Mapping):
        return table_text(parts)
    return PLAIN.get(hint, "table")


def list_text(parts: list[Any]) -> str:
    """A list of some kind in words; one of a fixed length by its parts."""
    if len(parts) == 2 and parts[1] is Ellipsis:
        each = get_args(parts[0]) if get_origin(parts[0]) in (Union, UnionType) else parts[:1]
        return f"list of {' or '.join(many(kind_text(part)) for part in each)}"
    return f"list of {len(parts)}: {', '.join(map(kind_text, parts))}"


def many(word: str) -> str:
    """The plural of a kind."""
    first, of, rest = word.partition(" of ")
    return word if word == "text" or word.startswith('"') else f"{first}s{of}{rest}"


def table_text(parts: Any) -> str:
    """A table of keys and values in words."""
    return f"table of {kind_text(parts[0])} = {kind_text(parts[1])}"


def bounds_text(hint: Any) -> str:
    """Between which bounds a number of this type is, such as ">= 0 and <= 365"."""
    found = [note for note in notes_in(hint) if isinstance(note, tuple(SIGNS))]
    words = [f"{SIGNS[type(note)][0]} {bound_text(getattr(note, SIGNS[type(note)][1]))}" for note in found]
    least = [
        f"at least {note.min_length}" for note in notes_in(hint) if isinstance(note, MinLen) and note.min_length > 1
    ]
    return " and ".join([*words, *least])


def bound_text(bound: Any) -> str:
    """A bound as people write it."""
    if isinstance(bound, int) and bound == LARGEST_WHOLE:
        return "2^63 - 1"
    if isinstance(bound, float) and bound.is_integer():
        return f"{bound:,.0f}"
    return f"{bound:,}" if isinstance(bound, int | float) else str(bound)


def default_text(info: FieldInfo) -> str | None:
    """What holds where a key is left out, as TOML; empty for nothing."""
    value = info.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return None
    if isinstance(value, BaseModel) or value in (None, (), {}, ""):
        return ""
    return toml_value(value)
