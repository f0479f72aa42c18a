"""Anonymous firms: they use fixed rules, are reported as totals, and lie as columns in files."""

from __future__ import annotations

import ctypes
import platform
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.tables.faults import Faults

Array = NDArray[Any]

BUFFER_BYTES = BLOCK_BYTES = 1 << 20
MMAP_THRESHOLD = -3  # what mallopt(3) calls M_MMAP_THRESHOLD
WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")  # what fits into 64 bits
CONSTANT: dict[str, dict[str, float]] = {
    "lines": {"houses": 1.0, "military_share": 0.0},
    "needs": {"thrift_least": 1.0, "thrift_days": 0.0},
    "links": {"qualification_days": 0.0},
}  # what is the same for all of them: a firm files its own papers, redesigns nothing, has no second sources
STORED: dict[str, tuple[str, ...]] = {
    "lines": (
        "number", "good", "country", "demand_per_year", "capacity_per_year", "finished_days", "value_added_jpy_mn",
    ),
    "needs": ("f", "good", "per_unit", "dependence", "cover_days"),
    "links": ("n", "s", "share", "lead_days"),
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """A group of anonymous lines: rows first .. last - 1 of the columns."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class AnonymousFirms:
    """The anonymous firms of a world: a folder of Parquet tables that are read column by column when asked for.

    No column stays in memory here, so that a world of a million firms is held once, in the columns of the physics;
    pickled for another process this is a path. Numbers in the files count anonymous lines, needs and links from 0;
    `s` of a link counts named lines first, in the order of `named`, then the anonymous ones;
    `good` counts along `goods`, `country` along `countries`. A line is called by `prefix` and its number.
    """

    folder: Path
    digest: str
    counts: dict[str, int]
    prefix: str
    countries: tuple[str, ...]
    goods: tuple[str, ...]
    named: tuple[str, ...]
    bought: tuple[float, ...]
    layers: tuple[Layer, ...]

    def column(self, table: str, name: str) -> Array:
        """A column of lines, needs or links, as long as that table."""
        if name in CONSTANT[table]:
            return np.full(self.counts[table], CONSTANT[table][name])
        import pyarrow as pa
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.folder / f"{table}.parquet", buffer_size=BUFFER_BYTES, pre_buffer=False) as file:
            kind = file.schema_arrow.field(name).type.to_pandas_dtype()
            found, piece, begin = np.empty(self.counts[table], kind), np.empty(0), 0
            for group in range(file.num_row_groups):  # piece by piece, so that a column is never there twice
                read = file.read_row_group(group, columns=[name], use_threads=False).column(0)
                if read.null_count:
                    raise Faults([f"{self.folder.name}/{table}.parquet: column {name}: found empty cells"])
                piece = read.to_numpy()
                found[begin : begin + len(piece)] = piece
                begin += len(piece)
        del piece
        pa.default_memory_pool().release_unused()
        return found

    def is_zero(self, table: str, name: str) -> bool:
        """Whether a column is 0 for all of them."""
        return CONSTANT[table].get(name) == 0.0

    def code(self, row: int) -> str:
        """What an anonymous line is called."""
        return f"{self.prefix}{self.column('lines', 'number')[row]}"

    def rows(self, codes: Iterable[str]) -> Array:
        """The rows of those lines among `codes` that are anonymous, in the order of `codes`."""
        wanted = [int(code.removeprefix(self.prefix)) for code in codes if self.is_called(code)]
        if not wanted:
            return np.zeros(0, np.int64)
        numbers = self.column("lines", "number")
        order = np.argsort(numbers, kind="stable")
        places = np.searchsorted(numbers, wanted, sorter=order)
        found = order[np.minimum(places, len(order) - 1)]
        return np.asarray(found[numbers[found] == wanted])

    def is_called(self, code: str) -> bool:
        """Whether a code has the form of an anonymous line's."""
        number = code.removeprefix(self.prefix)
        return code.startswith(self.prefix) and WHOLE_NUMBER.fullmatch(number) is not None


class Codes(Collection[str]):
    """The codes by which lines may be called: those of named lines, which are listed, and of anonymous ones."""

    def __init__(self, named: Collection[str], anonymous: AnonymousFirms) -> None:
        self._named, self._anonymous = frozenset(named), anonymous

    @cached_property
    def _numbers(self) -> Array:
        return np.sort(self._anonymous.column("lines", "number"))

    def __contains__(self, code: object) -> bool:
        if code in self._named or not isinstance(code, str) or not self._anonymous.is_called(code):
            return code in self._named
        number = int(code.removeprefix(self._anonymous.prefix))
        place = int(np.searchsorted(self._numbers, number))
        return place < len(self._numbers) and int(self._numbers[place]) == number

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)


def give_back_at_once() -> None:
    """Let the C library give back to the machine what is free in blocks of a MiB or more, at once.

    Unasked, that of GNU keeps blocks of up to 32 MiB for later; a world of a million firms then needs 100 MiB more.
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, BLOCK_BYTES)


def positions(words: Sequence[str], among: Sequence[str]) -> Array:
    """The position of each word in a longer list."""
    place = {word: i for i, word in enumerate(among)}
    return np.array([place[word] for word in words], np.uint32)
