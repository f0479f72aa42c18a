"""Partners: whom a line deals with, by name, which no number of a world changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

from model.register import Register

Known = TypeVar("Known")


class ByName(dict[str, Known]):
    """What a firm knows of those it deals with, by name; asking for anybody else says whom it does deal with."""

    def __init__(self, words: str, known: Mapping[str, Known] = MappingProxyType({})) -> None:
        super().__init__(known)
        self.words = words

    def fixed(self, *_: Any, **__: Any) -> NoReturn:
        """Raise TypeError: no wish changes whom a firm deals with."""
        raise TypeError("whom a firm deals with is read-only")

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = fixed

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.words, dict(self))

    def __missing__(self, name: str) -> NoReturn:
        raise ValueError(f"{self.words} {', '.join(self) or 'nothing'}, not '{name}'; name one of them")


@dataclass(frozen=True, slots=True)
class PartnersOfLine:
    """Whom a line deals with, which no number of a world changes.

    needs: good -> need; links: good -> supplier -> link; customers: customer -> link; homes: customer -> country;
    bought: its needs as rows, in the same order. All worlds of like words share it; nobody can write to it.
    """

    needs: ByName[int]
    links: ByName[ByName[int]]
    customers: ByName[int]
    homes: ByName[str]
    bought: tuple[int, ...]


def partners_of(line: str, register: Register) -> PartnersOfLine:
    """Whom a line deals with."""
    all_partners, firms = register.trading_partners, register.tables.firms
    needs, customers = all_partners.needs.get(line, {}), all_partners.customers.get(line, {})
    links = {
        good: ByName(f"{line} can buy {good} from", all_partners.suppliers.get(need, {}))
        for good, need in needs.items()
    }
    ships = f"{line} can ship to"
    homes = {customer: firms[register.row(customer)].country for customer in customers}
    return PartnersOfLine(
        ByName(f"{line} needs", needs), ByName(f"{line} needs", links), ByName(ships, customers),
        ByName(ships, homes), tuple(needs.values()),
    )  # fmt: skip
