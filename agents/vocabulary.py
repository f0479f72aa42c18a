"""The words of people: senses, verbs and facts, each with its unit and range, read from the classes that have them.

Nothing is listed a second time: a sense is a method or property that returns a quantity, a verb one of those that
people at a seat have, and a class says in `for_minds` what it offers to minds beside these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import Parameter, getdoc, signature
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from agents.player import AUTHORITY_VERBS, FIRM_VERBS, GOVERNMENT_VERBS
from agents.quantities import CodeOf, Fact, Quantity

VERBS_OF: dict[type[Any], tuple[str, ...]] = {
    Firm: FIRM_VERBS, Government: GOVERNMENT_VERBS, LicensingAuthority: AUTHORITY_VERBS,
}  # fmt: skip
TRUTH = Quantity("1 if so, else 0", most=1.0)


@dataclass(frozen=True)
class Sense:
    """Something that a person sees: its name, what it is about, and the number; `by` where one number each."""

    name: str
    words: str
    about: tuple[tuple[str, CodeOf], ...]
    unit: str
    by: CodeOf | None = None


@dataclass(frozen=True)
class Verb:
    """Something that a person may wish: its name, what it is about, and the numbers that it takes.

    amounts: name -> quantity; `by`: the codes for which a number each is taken, where it is one for each.
    """

    name: str
    words: str
    about: tuple[tuple[str, CodeOf], ...]
    amounts: tuple[tuple[str, Quantity], ...]
    by: CodeOf | None = None


@lru_cache
def senses_of(kind: type[Any]) -> tuple[Sense, ...]:
    """What people of a kind see, in the order in which their class says it."""
    found = []
    for name, member in members_of(kind):
        seen = member.fget if isinstance(member, property) else member
        hints = get_type_hints(seen, include_extras=True)
        by, quantity = number_in(hints.get("return"))
        if quantity is not None:
            found.append(Sense(name, first_sentence(seen), codes_in(seen, hints), quantity.unit, by))
    return tuple(found)


@lru_cache
def verbs_of(kind: type[Any]) -> tuple[Verb, ...]:
    """What people of a kind may wish, in the order in which their class says it."""
    wished = next((verbs for base, verbs in VERBS_OF.items() if issubclass(kind, base)), ())
    found = []
    for name, member in members_of(kind):
        if name not in wished:
            continue
        hints = get_type_hints(member, include_extras=True)
        numbers = [(word, *number_in(hints[word])) for word in signature(member).parameters if word in hints]
        taken = [(word, by, quantity) for word, by, quantity in numbers if quantity is not None]
        by = next((by for _, by, _ in taken if by is not None), None)
        amounts = tuple((word, quantity) for word, _, quantity in taken)
        found.append(Verb(name, first_sentence(member), codes_in(member, hints), amounts, by))
    return tuple(found)


def members_of(kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """The public methods and properties of a class, those of the class that it descends from first."""
    names = dict.fromkeys(name for each in reversed(kind.__mro__) if each.__module__.startswith("agents.")
                          for name in vars(each) if not name.startswith("_"))  # fmt: skip
    for name in names:
        member = next(vars(each)[name] for each in kind.__mro__ if name in vars(each))
        if isinstance(member, property) or (callable(member) and not isinstance(member, type)):
            yield name, member


def first_sentence(thing: Any) -> str:
    """The first sentence of what a docstring says."""
    words = " ".join((getdoc(thing) or "").split("\n\n")[0].split())
    return words.partition(". ")[0].rstrip(".") + "."


def codes_in(function: Any, hints: Mapping[str, Any]) -> tuple[tuple[str, CodeOf], ...]:
    """The parameters of a function that take a code and must be given."""
    needed = [name for name, each in signature(function).parameters.items() if each.default is Parameter.empty]
    return tuple((name, code) for name in needed if (code := note_on(hints.get(name), CodeOf)) is not None)


def number_in(hint: Any) -> tuple[CodeOf | None, Quantity | None]:
    """The quantity of a type, and by what there is one each; a plain truth counts as a share of none or all."""
    if get_origin(hint) is dict:
        key, value = get_args(hint)
        return note_on(key, CodeOf), note_on(value, Quantity)
    if hint is bool:
        return None, TRUTH
    return None, note_on(hint, Quantity)


def note_on(hint: Any, kind: type[Any]) -> Any:
    """The note of a kind on a type; None where it has none."""
    notes = hint.__metadata__ if get_origin(hint) is Annotated else ()
    return next((note for note in notes if isinstance(note, kind)), None)


@dataclass(frozen=True)
class Word:
    """Something that the mind of a firm may name: `self.` and its name, and its arguments if it is called.

    kind: a fact of the firm, a number of the mind that may be changed, a sense, or a verb; numbers: what it returns (by
    the name "") or takes, with unit and range; each: the codes for which there is a number each, such as "supplier".
    """

    name: str
    kind: Literal["fact", "number", "sense", "verb"]
    words: str = ""
    arguments: tuple[str, ...] | None = None
    numbers: tuple[tuple[str, Quantity], ...] = ()
    each: str = ""

    @property
    def usage(self) -> str:
        """How a mind writes it after `self.`"""
        return self.name + ("" if self.arguments is None else f"({', '.join(self.arguments)})")


@lru_cache
def words_of_mind(kind: Any) -> dict[str, Word]:
    """All words that minds of a kind have, by name; what is not among them does not exist for a mind."""
    hints = get_type_hints(kind, include_extras=True)
    facts = [Word(name, "fact", fact.words) for name in hints if (fact := note_on(hints[name], Fact)) is not None]
    numbers = [Word(name, "number") for name in (*kind.shared_traits, *kind.traits)]
    seen = {sense.name for sense in senses_of(kind)}
    wished = {*(verb.name for verb in verbs_of(kind)), *kind.for_minds}
    members = [word_of(name, member) for name, member in members_of(kind) if name in seen | wished]
    return {word.name: word for word in (*facts, *members, *numbers)}


def word_of(name: str, member: Any) -> Word:
    """The word of a method or property of a class."""
    function = member.fget if isinstance(member, property) else member
    hints = get_type_hints(function, include_extras=True)
    returned = hints.pop("return", None)
    kind: Literal["sense", "verb"] = "verb" if returned is type(None) else "sense"
    noted = {"": returned} if kind == "sense" else hints
    found = {argument: number_in(hint) for argument, hint in noted.items()}
    numbers = tuple((argument, quantity) for argument, (_, quantity) in found.items() if quantity is not None)
    each = next((by.listed.removesuffix("s") for by, _ in found.values() if by is not None), "")
    arguments = None if isinstance(member, property) else tuple(map(argument_text, arguments_of(function)))
    return Word(name, kind, first_sentence(function), arguments, numbers, each)


def arguments_of(function: Any) -> list[Parameter]:
    """The parameters of a method, without the one that stands for its object."""
    return list(signature(function).parameters.values())[1:]


def argument_text(parameter: Parameter) -> str:
    """A parameter as a call shows it; one that may be left out with what it is then."""
    return parameter.name if parameter.default is Parameter.empty else f"{parameter.name}={parameter.default}"
