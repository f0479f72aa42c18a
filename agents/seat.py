"""A seat as data: what whoever sits there sees, and what it may wish, with units and ranges.

Both are read from the signatures of the senses and verbs that the people have; nothing is listed a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any

from agents.player import Move, check_move
from agents.quantities import GOODS_UNIT, CodeOf, Quantity
from agents.vocabulary import Verb, senses_of, verbs_of

DOUBLE = 2.0  # the largest usual amount a day is twice what is planned


def codes(person: Any, code: CodeOf, given: Mapping[str, str]) -> tuple[str, ...]:
    """The codes that a person may name, where those of `given` have been named before."""
    listed = getattr(person, code.listed)
    return tuple(listed(**{name: given[name] for name in code.given}) if callable(listed) else listed)


def cases(person: Any, about: tuple[tuple[str, CodeOf], ...]) -> Iterator[dict[str, str]]:
    """All combinations of codes that a sense or a verb of a person may be about."""
    if not about:
        yield {}
        return
    (name, code), *rest = reversed(about)
    for before in cases(person, tuple(reversed(rest))):
        for each in codes(person, code, before):
            yield {**before, name: each}


def observe(person: Any) -> dict[str, Any]:
    """All that a person sees: sense -> its number, or by code, in the order of the codes, the numbers.

    Endless cover is None, as JSON has no infinity.
    """
    seen: dict[str, Any] = {}
    for sense in senses_of(person.__class__):
        member = getattr(type(person), sense.name)
        if isinstance(member, property):
            seen[sense.name] = as_number(getattr(person, sense.name))
            continue
        for case in cases(person, sense.about):
            place = seen
            path = [sense.name, *case.values()]
            for step in path[:-1]:
                place = place.setdefault(step, {})
            value = getattr(person, sense.name)(**case)
            place[path[-1]] = {code: as_number(each) for code, each in value.items()} if sense.by else as_number(value)
    return seen


def describe_senses(person: Any) -> dict[str, dict[str, Any]]:
    """What the numbers of `observe` are: sense -> what it tells, its unit, and by which codes there is one each."""
    return {
        sense.name: {
            "description": sense.words,
            "unit": sense.unit,
            "by": [name for name, _ in sense.about] + ([sense.by.listed] if sense.by else []),
        }
        for sense in senses_of(person.__class__)
    }


def as_number(value: Any) -> float | None:
    """A number as JSON may hold it: None for one without end."""
    number = float(value)
    return number if isfinite(number) else None


def json_schema(person: Any) -> dict[str, Any]:
    """What a person may wish, as a JSON schema: a list of wishes, each with the verb and what it takes."""
    wishes = [wish_schema(person, verb, case) for verb in verbs_of(person.__class__) for case in leading(person, verb)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"What {person.name} may wish",
        "type": "array",
        "items": {"anyOf": wishes},
    }


def leading(person: Any, verb: Verb) -> Iterator[dict[str, str]]:
    """The codes that must be known before the codes of the verb's other parameters, or of its numbers, are."""
    wanted = {name for _, code in verb.about for name in code.given} | set(verb.by.given if verb.by else ())
    yield from cases(person, tuple((name, code) for name, code in verb.about if name in wanted))


def wish_schema(person: Any, verb: Verb, case: Mapping[str, str]) -> dict[str, Any]:
    """One form of a verb, where the leading codes are those of `case`, as a JSON schema."""
    properties: dict[str, Any] = {"verb": {"const": verb.name}}
    for name, code in verb.about:
        known = [case[name]] if name in case else list(codes(person, code, case))
        properties[name] = {"enum": known}
    for name, quantity in verb.amounts:
        number = number_schema(quantity)
        if verb.by is not None:
            each = dict.fromkeys(codes(person, verb.by, case), number)
            number = {"type": "object", "properties": each, "additionalProperties": False, "minProperties": 1}
        properties[name] = number
    return {
        "description": verb.words,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def number_schema(quantity: Quantity) -> dict[str, Any]:
    """A quantity as a JSON schema; `unit` is a word of ours, which validators pass over."""
    bounds = {"minimum": quantity.least} | ({"maximum": quantity.most} if quantity.most < inf else {})
    return {"type": "number", "unit": quantity.unit, **bounds}


def check_wish(person: Any, move: Move) -> None:
    """Raise ValueError, one sentence, for a move that the person in this seat could not carry out today.

    What it is about must be among the codes that the seat may name, and its numbers within their bounds.
    """
    check_move(person, move)
    verb = next((verb for verb in verbs_of(person.__class__) if verb.name == move.verb), None)
    if verb is None:
        raise ValueError(f"{person.name} has no use for '{move.verb}'")
    for name, code in verb.about:
        named(person, code, move, name, move.arguments.get(name))
    for name, quantity in () if move.back else verb.amounts:
        given = move.arguments[name]
        if verb.by is not None:
            if not isinstance(given, dict):
                raise ValueError(f"{move.verb}: {name} must be a number by code, got {given!r:.40}")
            for code in given:
                named(person, verb.by, move, name, code)
        for number in given.values() if isinstance(given, dict) else (given,):
            within(quantity, number, f"{move.verb}: {name}")


def named(person: Any, code: CodeOf, move: Move, name: str, given: Any) -> None:
    """Raise ValueError for a code that the person may not name."""
    known = codes(person, code, move.arguments)
    if given not in known:
        raise ValueError(f"{move.verb}: {name} must be one of {', '.join(known)}, got {given!r:.40}")


def within(quantity: Quantity, number: Any, what: str) -> None:
    """Raise ValueError for what is no number within the bounds of a quantity."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not quantity.least <= number <= quantity.most:
        most = f" and <= {quantity.most:g}" if quantity.most < inf else ""
        raise ValueError(f"{what} must be >= {quantity.least:g}{most} ({quantity.unit}), got {number!r:.40}")


@dataclass(frozen=True)
class Lever:
    """One number of one verb about one thing: what a slider, or a number of a learner, moves.

    case: the codes, by parameter; amount: the parameter of the number, "" for a verb that takes none and is done or
    not done; by: the code that the number is for, where the verb takes one each.
    """

    verb: str
    case: tuple[tuple[str, str], ...]
    amount: str
    by: str
    unit: str
    least: float
    most: float

    @property
    def name(self) -> str:
        """The verb and the codes, such as "hold dytb"."""
        return " ".join(filter(None, [self.verb, *(code for _, code in self.case), self.by]))


def levers(person: Any) -> tuple[Lever, ...]:
    """All levers of a person, from the least to the largest usual value of each."""
    return tuple(
        lever for verb in verbs_of(person.__class__) for case in cases(person, verb.about)
        for lever in levers_of_case(person, verb, case)
    )  # fmt: skip


def levers_of_case(person: Any, verb: Verb, case: Mapping[str, str]) -> Iterator[Lever]:
    """The levers of one verb about one thing."""
    named = tuple(case.items())
    if not verb.amounts:
        yield Lever(verb.name, named, "", "", "1 to begin, 0 to leave it", 0.0, 1.0)
    for name, quantity in verb.amounts:
        unit, most = unit_in(person, quantity.unit, case), usual_most(person, quantity, case)
        lever = Lever(verb.name, named, name, "", unit, quantity.least, most)
        if verb.by is None:
            yield lever
        else:
            yield from (replace(lever, by=code) for code in codes(person, verb.by, case))


def unit_in(person: Any, unit: str, case: Mapping[str, str]) -> str:
    """The unit of a number about something: that of the good itself, such as t, where it is counted in one.

    The good is the one that is named, or given out from the stock that is named, or else the one that the seat makes.
    """
    tables = person.chain.register.tables
    made = {line.line: line.good for line in tables.firms} if GOODS_UNIT in unit else {}
    good = case.get("good") or made.get(case.get("stock", "")) or made.get(getattr(person, "line", ""))
    units = {each.good: each.unit for each in tables.goods if each.good == good}
    return unit.replace(GOODS_UNIT, units[good]) if good in units else unit


def usual_most(person: Any, quantity: Quantity, case: Mapping[str, str]) -> float:
    """The largest value that somebody in this seat would usually mean."""
    if quantity.of_seat:
        number: float = getattr(person, quantity.of_seat)(*case.values())
        return DOUBLE * number
    return min(quantity.most, quantity.usual_most)
