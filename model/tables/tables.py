"""The data tables of a world: the rows of each, in the order of the files, and what follows from them."""

from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Any

from model.tables.anonymous_firms import AnonymousFirms
from model.tables.focus_file import WorldFocus
from model.tables.rows import (
    LINE_ROLES,
    ROWS,
    Country,
    Good,
    Industry,
    Line,
    Link,
    Need,
    OwnRole,
    Row,
    Source,
    Trait,
    text_columns,
)
from model.tables.structure import Cache, Structure, Texts, structure_of
from model.tables.world_rules import OUR_RULES, WorldRules


@dataclass(frozen=True)
class Tables:
    """The base case as rows, table by table, in the order of the files; and the anonymous firms around it, if any.

    `focus` is what the world is about, None for tables that were not read from a folder; `rules` are those by which
    its firms plan, order and share.
    """

    countries: tuple[Country, ...] = ()
    goods: tuple[Good, ...] = ()
    firms: tuple[Line, ...] = ()
    needs: tuple[Need, ...] = ()
    links: tuple[Link, ...] = ()
    minds: tuple[Trait, ...] = ()
    industries: tuple[Industry, ...] = ()
    sources: tuple[Source, ...] = ()
    anonymous: AnonymousFirms | None = None
    focus: WorldFocus | None = None
    rules: WorldRules = OUR_RULES
    roles: tuple[OwnRole, ...] = ()

    @cached_property
    def structure(self) -> Structure:
        """Who is there and who may deal with whom, whatever the numbers are."""
        return structure_of(
            tuple(texts(table, getattr(self, table)) for table in ROWS if table != "sources"),
            tuple(link.qualification_days > 0 for link in self.links),
        )

    @cached_property
    def minds_of_roles(self) -> dict[str, str]:
        """Whose mind the lines of each role have, role -> mind; a role that the world does not name is one itself."""
        return {role: role for role in LINE_ROLES} | {own.role: own.mind for own in self.roles}

    def roles_with(self, mind: str) -> tuple[str, ...]:
        """The roles whose lines have a mind, those that the world names itself first."""
        return (*(own.role for own in self.roles if own.mind == mind), mind)

    @cached_property
    def cache(self) -> Cache:
        """Data derived from these very tables, numbers and all."""
        return Cache()

    def with_numbers(self, table: str, rows: tuple[Any, ...]) -> "Tables":
        """The same world with other numbers in one of its tables; it shares the structure."""
        changed: dict[str, Any] = {table: rows}
        edited = replace(self, **changed)
        if table != "links" or self.structure.dormant == tuple(link.qualification_days > 0 for link in rows):
            edited.__dict__["structure"] = self.structure
        return edited


def texts(table: str, rows: tuple[Row, ...]) -> Texts:
    """The cells of a table that hold text, row by row."""
    return tuple(map(itemgetter(*text_columns(table)), (row.__dict__ for row in rows)))
