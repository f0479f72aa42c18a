"""The view that a mind from a file has of its firm: the words of its kind, and nothing else exists for it.

A file is run with views in place of the minds of the model. A view has a firm's senses, verbs, facts and numbers, as
`agents.vocabulary` lists them, and hands each on to the firm behind it. The firm has no name that a file could write.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from inspect import getattr_static, signature
from traceback import walk_tb
from types import FunctionType
from typing import Any

import numpy as np

from agents.firm import Firm
from agents.vocabulary import Word, words_of_mind
from runs.classroom.mind_rules import why_unknown
from runs.classroom.time_limit import time_limit

PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str.__str__), (int, int.__int__), (float, float.__float__), (np.generic, np.generic.item),
)  # codes and numbers -> what makes them plain, whatever a class of their own says  # fmt: skip
BEHIND = "the firm behind the view"  # a key that no name can be, for names have no blanks


class SandboxViolation(ValueError):
    """A mind asked for more than its own firm; `line`: of its file, where that is known."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.line = line


class View:
    """What a mind from a file sees of its firm."""

    def __init__(self, *_: Any) -> None:
        """Make a mind; what a firm is made from is of no use to it."""

    def __getattr__(self, name: str) -> Any:
        if any(name in vars(each) for each in type(self).__mro__):
            return object.__getattribute__(self, name)  # a property of its own failed: let it fail as it did
        known = [word for each in type(self).__mro__ for word in vars(each)]
        words = why_unknown(name, known)
        firm: Any = self.__dict__.get(BEHIND)
        if hasattr(firm, name) and name not in firm.own:
            firm.caught.append(SandboxViolation(words, line_in(firm.file)))
            raise firm.caught[-1]
        raise AttributeError(words, name=name)


class Unseen:
    """What stands for the chain where a mind is made: it can be handed on, and there is nothing to see in it."""

    def __getattr__(self, name: str) -> Any:
        raise SandboxViolation(why_unknown(name))


def line_in(file: str) -> int | None:
    """The line of a file that is at work now."""
    frame = sys._getframe(1)  # noqa: SLF001
    while frame is not None and frame.f_code.co_filename != file:
        frame = frame.f_back  # type: ignore[assignment]
    return frame.f_lineno if frame is not None else None


def firm_of(view: Any) -> Any:
    """The firm behind a view."""
    if not isinstance(view, View):
        raise SandboxViolation(f"a mind asks itself, as in self.stock(good), and not '{type(view).__name__}'")
    firm = view.__dict__.get(BEHIND)
    if firm is None:
        raise SandboxViolation("a mind cannot make another mind: there is no firm behind it")
    return firm


@cache
def view_of(kind: Any) -> type[View]:
    """The view that stands for a mind of the model in files: with its words, and with what it decides."""
    parent = next((each for each in kind.__mro__[1:] if issubclass(each, Firm)), None)
    base, known = (View, {}) if parent is None else (view_of(parent), words_of_mind(parent))
    words = words_of_mind(kind)
    shown: dict[str, Any] = {name: seen_as(word) for name, word in words.items() if name not in known}
    shown |= {name: handed_on(each) for name, each in vars(kind).items() if name in words or name == "decide"}
    return type(kind.__name__, (base,), {**shown, "__doc__": kind.__doc__, "__module__": kind.__module__})


def seen_as(word: Word) -> property:
    """A fact or a number of a firm as a view shows it; a number of the mind may be changed."""

    def change(view: View, value: Any) -> None:
        setattr(firm_of(view), word.name, as_number(word.name, value))

    kept = keep(word.name)
    return property(lambda view: getattr(firm_of(view), word.name), change if word.kind == "number" else kept, kept)


def keep(name: str) -> Callable[..., None]:
    """What is called where a mind sets or deletes a fact or a sense of its firm: it raises SandboxViolation."""

    def refuse(*_: Any) -> None:
        raise SandboxViolation(f"a mind cannot change '{name}': it is the firm's; give what is your own another name")

    return refuse


def as_number(name: str, value: Any) -> float:
    """The value of a number of a mind; raise ValueError if it is none."""
    plain = as_plain(value)
    try:
        return float(plain)
    except (TypeError, ValueError):
        raise ValueError(f"'{name}' is a number, and cannot be {plain!r}") from None


def handed_on(member: Any) -> Any:
    """A method or property of a firm as a view has it."""
    if isinstance(member, property):
        look: Callable[[Any], Any] = member.fget  # type: ignore[assignment]
        kept = keep(look.__name__)
        return property(lambda view: look(firm_of(view)), kept, kept, member.__doc__)

    def hand_on(view: View, *arguments: Any, **named: Any) -> Any:
        plain, given = list(map(as_plain, arguments)), {name: as_plain(each) for name, each in named.items()}
        firm = firm_of(view)
        try:
            return member(firm, *plain, **given)
        except (AttributeError, TypeError) as fault:
            if any(frame.f_code.co_filename == firm.file for frame, _ in walk_tb(fault.__traceback__)):
                raise  # a method of the mind's own, which the firm has asked, is at fault
            raise ValueError(cannot_be_read(member, plain, given)) from fault

    hand_on.__name__, hand_on.__doc__ = member.__name__, member.__doc__
    return hand_on


def cannot_be_read(member: Any, arguments: Sequence[Any], named: Mapping[str, Any]) -> str:
    """What is wrong with words that a verb or a sense cannot take, and how it is written."""
    _, *wanted = signature(member).parameters.values()
    said = [*map(repr, arguments), *(f"{name}={value!r}" for name, value in named.items())]
    form = ", ".join(each.name for each in wanted)
    return (
        f"{member.__name__}({', '.join(said)}) cannot be read; write {member.__name__}({form}) with what "
        "'linestop exercise 0 --senses' says of each"
    )


def as_plain(value: Any) -> Any:
    """Numbers, codes, rows and tables of these without a class of their own that could compare as it likes.

    Raise SandboxViolation for anything else.
    """
    kind = type(value)
    if value is None or kind is bool:
        return value
    if issubclass(kind, dict):
        return {as_plain(code): as_plain(each) for code, each in dict.items(value)}
    if issubclass(kind, tuple | list):
        return tuple(map(as_plain, tuple.__iter__(value) if issubclass(kind, tuple) else list.__iter__(value)))
    for whole, plain in PLAIN:
        if issubclass(kind, whole):
            return plain(value)
    raise SandboxViolation(f"a mind wishes with numbers and codes, not with '{kind.__name__}'")


def seated_firm(
    mind: type[View], kind: Any, source: tuple[str, frozenset[str]], load: Callable[[Any, str], type[View]]
) -> type[Firm]:
    """A firm of a kind that decides as a mind from a file does; where the mind has its own way, that is the firm's.

    source: the file, and the names that it gives to things of its own; load: runs the file again for a chain and a
    line, so that minds share no memory, and gives the mind's class.
    """

    def __init__(self: Any, chain: Any, line: str) -> None:
        own = load(chain, line)
        (self.file, self.own), self.caught, self.mind = source, [], own.__new__(own)
        self.mind.__dict__[BEHIND] = self
        with time_limit(f"{mind.__name__} did not come to an end"):
            kind.__init__(self, chain, line)
            self.mind.__init__(*arguments_of_making(own, line))
        raise_first(self.caught)

    def decide(self: Any) -> None:
        """Decide as the mind from the file does; raise ValueError for a look too far, also one that it kept quiet."""
        with time_limit(f"{mind.__name__} did not come to a decision"):
            self.mind.decide()
        raise_first(self.caught)

    words = words_of_mind(kind)
    members: dict[str, Any] = {name: taken_from_mind(word) for name, word in words.items() if is_own(mind, name)}
    members |= {"__init__": __init__, "decide": decide, "__module__": mind.__module__, "__doc__": mind.__doc__}
    return type(mind.__name__, (kind,), members)


def raise_first(caught: list[SandboxViolation]) -> None:
    """Raise the first of the violations, if there are any."""
    for violation in caught:
        raise violation


def arguments_of_making(mind: type[View], line: str) -> tuple[Any, ...]:
    """What a mind is made with: a chain, in which it sees nothing, and its line; or nothing, if it takes nothing."""
    return (Unseen(), line) if takes(mind, "__init__", Unseen(), line) else ()


def wrongly_written(mind: type[View]) -> str:
    """How to write a method that nobody could call as a mind is called; empty if there is none."""
    if not takes(mind, "decide"):
        return "def decide(self):"
    made = takes(mind, "__init__") or takes(mind, "__init__", Unseen(), "")
    return "" if made else "def __init__(self, chain, line):"


def takes(mind: type[View], name: str, *arguments: Any) -> bool:
    """Whether a method of a mind can be called with these arguments."""
    member = getattr_static(mind, name)
    itself = () if isinstance(member, staticmethod) else (None,)
    method = member.__func__ if isinstance(member, staticmethod | classmethod) else member
    try:
        return callable(method) and bool(signature(method).bind(*itself, *arguments))
    except TypeError:
        return False
    except ValueError:  # of Python's own functions some do not say what they take
        return True


def is_own(mind: type[View], name: str) -> bool:
    """Whether a mind from a file says by itself what a name stands for."""
    return next((each for each in mind.__mro__ if name in vars(each)), View).__module__ == mind.__module__


def taken_from_mind(word: Word) -> Any:
    """A member of a firm that its mind has in its own way."""
    if word.arguments is None:
        number = partial(as_number, word.name) if word.kind == "number" else as_plain
        return property(lambda firm: number(getattr(firm.mind, word.name)), lambda *_: None)

    def ask(firm: Any, *arguments: Any, **named: Any) -> Any:
        return as_plain(getattr(firm.mind, word.name)(*arguments, **named))

    return ask


def belongs_to(thing: Any, module: str) -> bool:
    """Whether a thing is a class or a function of a module, or an object of one of its classes."""
    whole: Any = getattr(thing, "__self__", thing) if isinstance(thing, super) else thing
    maker = whole if isinstance(whole, type | FunctionType) else type(whole)
    return bool(maker.__module__ == module)
