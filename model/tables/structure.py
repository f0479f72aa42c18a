"""The structure of a world: who is there and who may deal with whom, without the numbers; and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

Texts = tuple[tuple[str, ...], ...]  # of one table, a row each


@dataclass(frozen=True, eq=False)
class Cache:
    """Cache of data derived from some tables; dropped when they are pickled."""

    values: dict[Hashable, Any] = field(default_factory=dict, kw_only=True)

    def get_or_compute(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """The value under a key, computed when it is first asked for."""
        if key not in self.values:
            self.values[key] = compute()
        return self.values[key]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ()


@dataclass(frozen=True, eq=False)
class Structure(Cache):
    """The texts of a world, table by table, and which links begin dormant; with a cache of what follows from these.

    Worlds that differ in numbers only, such as those of a batch, share one object, so that what does not depend on
    numbers, such as whom a shock strikes, is computed once.
    """

    texts: tuple[Texts, ...]
    dormant: tuple[bool, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        return structure_of, (self.texts, self.dormant)


@lru_cache(maxsize=16)
def structure_of(texts: tuple[Texts, ...], dormant: tuple[bool, ...]) -> Structure:
    """The structure of these texts; equal texts give the same object within a process, so that its cache is shared."""
    return Structure(texts, dormant)
