"""The day and the people: what each phase does, what minds fear and do, what seats see and may wish."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from inspect import getdoc, getsource
from textwrap import dedent
from types import FunctionType
from typing import Any

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from agents.quantities import CodeOf, Quantity
from agents.vocabulary import Sense, Verb, senses_of, verbs_of
from model.chain import SupplyChain
from model.physics import day
from model.tables.table_files import DATA, read_tables
from runs.classroom.mind_words import bounds_text, mind_words_text
from runs.game.seat_controls import Control
from runs.game.seats import SEATS
from runs.handbook.markdown import docstring, plain
from runs.reference.markdown_table import markdown_table
from runs.simulation.stage import MINDS

OFFICES: dict[str, type[Any]] = {"licensing_authority": LicensingAuthority, "government": Government}
PEOPLE: dict[str, type[Any]] = MINDS | OFFICES
PARTS_OF_DAY = (day.turn_page, day.pass_morning, day.pass_day)


def people_blocks() -> dict[str, Callable[[], str]]:
    """The blocks of the day and of people, by name."""
    return {
        "step": lambda: f"```python\n{dedent(getsource(SupplyChain.step)).strip()}\n```",
        "phases": phases,
        "minds": minds,
        "senses": lambda: by_people(senses_table),
        "verbs": lambda: by_people(verbs_table),
        "words-of-minds": mind_words_text,
        "seats": seats,
    }


def phases() -> str:
    """The phases of the day in their order, each with what it does."""
    parts = []
    for part in PARTS_OF_DAY:
        parts += [f"## {words_of(part.__name__)}", docstring(getdoc(plain_function(part)))]
        for name in called_in(part):
            parts += [f"### {words_of(name)}", docstring(getdoc(plain_function(getattr(day, name)))), f"(`{name}`)"]
    return "\n\n".join(parts)


def words_of(name: str) -> str:
    """A name of the code as words, such as "Magnet maker"."""
    return name.replace("_", " ").capitalize()


def called_in(function: Any) -> list[str]:
    """The names of the functions that a compiled function calls, in their order."""
    tree = ast.parse(getsource(plain_function(function)))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
    found = [call.value.func.id for call in calls if isinstance(call.value.func, ast.Name)]  # type: ignore[attr-defined]
    return list(dict.fromkeys(found))


def plain_function(function: Any) -> FunctionType:
    """The Python function behind a compiled one."""
    python: FunctionType = getattr(function, "py_func", function)
    return python


def first_paragraph(thing: Any) -> str:
    """The first paragraph of a docstring."""
    return (getdoc(plain_function(thing)) or "").split("\n\n")[0]


def minds() -> str:
    """What each kind of people fears and does, and the numbers that they go by."""
    rows = {(trait.role, trait.parameter): trait for trait in read_tables(DATA).minds}
    parts = []
    for role, kind in PEOPLE.items():
        parts += [f"## {words_of(role)}", docstring(getdoc(kind)), f"(`{kind.__module__}.{kind.__name__}`)"]
        if "decide" in vars(kind):
            parts.append(f"Each week: {plain(first_paragraph(kind.decide))}")
        found = [rows.get((role, name)) or rows[("*", name)] for name in kind.traits]
        if found:
            cells = [(f"`{each.parameter}`", f"{each.value:g}", each.unit, plain(each.meaning)) for each in found]
            parts.append(markdown_table(("Number", "Base case", "Unit", "Meaning"), cells))
    return "\n\n".join(parts)


def by_people(table_of: Callable[[type[Any]], str]) -> str:
    """A table for each kind of people that has something of its own; what all firms have stands first."""
    parts = [f"### Every firm\n\n{table_of(Firm)}"]
    for role, kind in PEOPLE.items():
        own = table_of(kind)
        if own != parts[0].partition("\n\n")[2]:
            parts.append(f"### {words_of(role)}\n\n{own}")
    return "\n\n".join(parts)


def senses_table(kind: type[Any]) -> str:
    """What people of a kind see; a firm's own kind only what it has beside all firms."""
    rows = [(f"`{each.name}`", about_text(each), each.unit, plain(each.words)) for each in own(senses_of, kind)]
    return markdown_table(("Sense", "About", "Unit", "What it tells"), rows)


def verbs_table(kind: type[Any]) -> str:
    """What people of a kind may wish; a firm's own kind only what it has beside all firms."""
    rows = [
        (f"`{each.name}`", about_text(each), "; ".join(amount_text(*amount) for amount in each.amounts) or "-",
         plain(each.words))
        for each in own(verbs_of, kind)
    ]  # fmt: skip
    return markdown_table(("Verb", "About", "Numbers", "What it does"), rows)


def own(words_of: Callable[[Any], tuple[Any, ...]], kind: Any) -> Iterator[Any]:
    """The senses or verbs of a kind; of a role those that not every firm has, if it has any."""
    common = set(words_of(Firm)) if kind is not Firm and issubclass(kind, Firm) else set()
    different = [each for each in words_of(kind) if each not in common]
    yield from different or words_of(kind)


def about_text(word: Sense | Verb) -> str:
    """What a sense or a verb is about, in words."""
    named = [f"`{name}`: one of its {listed(code)}" for name, code in word.about]
    named += [f"one number for each of its {listed(word.by)}"] * (word.by is not None)
    return ", ".join(named) or "-"


def listed(code: CodeOf | None) -> str:
    """What a code is one of."""
    return "" if code is None else code.listed.replace("_", " ")


def amount_text(name: str, quantity: Quantity) -> str:
    """A number that a verb takes, with unit and range."""
    return f"`{name}`: {quantity.unit}, {bounds_text(quantity)}"


def seats() -> str:
    """The seats of the game with their goals and controls."""
    parts = []
    for seat in SEATS.values():
        rows = [(control.label, range_text(control), plain(control.hint) or "-") for control in seat.controls]
        parts.append(
            f"## {seat.title}\n\n{plain(seat.name)}, `{seat.code}`. *{plain(seat.goal)}*\n\n"
            + markdown_table(("Control", "Range", "What it means"), rows)
        )
    return "\n\n".join(parts)


def range_text(control: Control) -> str:
    """The range of a control with its unit."""
    if control.kind == "choice":
        return "one of those that can be chosen today"
    return f"{control.least:g} to {control.most:g} {control.unit}".strip() + f", in steps of {control.step:g}"
