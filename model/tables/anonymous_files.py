"""The files of anonymous firms: what the manifest must say, and whether tables have the columns and lengths it says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.tables.anonymous_firms import STORED, AnonymousFirms, Layer
from model.tables.faults import Faults, sentences
from model.tables.rows import Good, Name

GOODS, BOUGHT = "goods", "bought"
FILES = (*(f"{table}.parquet" for table in STORED), f"{GOODS}.parquet", f"{BOUGHT}.parquet")
WHOLE = frozenset({"number", "good", "country", "f", "n", "s", "lead_days"})  # columns of whole numbers
Count = Annotated[int, Field(ge=0, lt=2**31)]


class Part(BaseModel):
    """A part of a manifest; other keys are for people."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Counts(Part):
    """How many rows each table has."""

    lines: Count
    needs: Count
    links: Count


class LayerRow(Part):
    """A layer of anonymous firms."""

    name: Name
    first: Count
    last: Count


class Manifest(Part):
    """What the manifest of a world must say so that its anonymous firms can be read."""

    digests: dict[str, str]
    digest: str
    counts: Counts
    prefix: str
    countries: list[Name]
    layers: list[LayerRow]

    @classmethod
    def read(cls, found: dict[str, Any], path: Path) -> Manifest:
        """Check what stands in a manifest; raise Faults with all that is wrong in it."""
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            wrong = sentences(error, str(path), "", cls)
            raise Faults(f"{words.removesuffix('; write it')}; make the world again" for words in wrong) from None


def read_content(folder: Path, manifest: Manifest) -> tuple[AnonymousFirms, tuple[Good, ...]]:
    """The anonymous firms of a world and their goods; raise Faults for tables that have another form."""
    faults: list[str] = []
    goods = read_goods(folder, faults)
    named, bought = read_bought(folder, faults)
    counts = manifest.counts.model_dump()
    for table in STORED:
        faults += form_faults(folder / f"{table}.parquet", table, counts[table])
    if faults:
        raise Faults(f"{words}; make the world again" for words in faults)
    anonymous = AnonymousFirms(
        folder=folder.resolve(), digest=manifest.digest, counts=counts, prefix=manifest.prefix,
        countries=tuple(manifest.countries), goods=tuple(good.good for good in goods), named=named, bought=bought,
        layers=tuple(Layer(**layer.model_dump()) for layer in manifest.layers),
    )  # fmt: skip
    return anonymous, goods


def form_faults(path: Path, table: str, count: int) -> list[str]:
    """Say what is wrong with the columns of a file, their kinds and their length, without reading the numbers."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (OSError, ValueError) as error:
        return [f"{path}: it is no Parquet file ({first_line(error)})"]
    wrong = [] if rows == count else [f"{path}: found {rows:,} rows, the manifest says {count:,}"]
    for name in STORED[table]:
        places = schema.get_all_field_indices(name)
        if len(places) != 1:
            wrong.append(f"{path}: column {name}: found it {len(places)} times; once was expected")
            continue
        kind = schema.field(places[0]).type
        fits = pa.types.is_integer if name in WHOLE else pa.types.is_floating
        if not fits(kind):
            words = "whole numbers were" if name in WHOLE else "numbers with a fraction were"
            wrong.append(f"{path}: column {name}: found {kind}; {words} expected")
    return wrong


def read_goods(folder: Path, faults: list[str]) -> tuple[Good, ...]:
    """The goods that anonymous firms make or use, in the order in which their columns count them."""
    path = folder / f"{GOODS}.parquet"
    goods: list[Good] = []
    for row in rows_of_parquet(path, faults):
        try:
            goods.append(Good(**row))
        except ValidationError as error:
            faults += sentences(error, str(path), f"row {len(goods) + 1}", Good)
    faults += [f"{path}: column good: found '{code}' in two rows" for code in twice([good.good for good in goods])]
    return tuple(goods)


def read_bought(folder: Path, faults: list[str]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The named lines that anonymous firms were made around, and what these buy of each in a year."""
    path = folder / f"{BOUGHT}.parquet"
    rows = rows_of_parquet(path, faults)
    lines, amounts = [row.get("line") for row in rows], [row.get("bought_per_year") for row in rows]
    if not all(isinstance(line, str) and line for line in lines):
        faults.append(f"{path}: column line: found what is no code of a line")
        return (), ()
    if not all(isinstance(amount, float) and 0.0 <= amount < float("inf") for amount in amounts):
        faults.append(f"{path}: column bought_per_year: found what is no amount of 0 or more")
        return (), ()
    faults += [f"{path}: column line: found '{line}' in two rows" for line in twice([str(line) for line in lines])]
    return tuple(str(line) for line in lines), tuple(float(amount or 0.0) for amount in amounts)


def rows_of_parquet(path: Path, faults: list[str]) -> list[dict[str, Any]]:
    """The rows of a small file; none where it cannot be read, which is noted."""
    import pyarrow.parquet as pq

    try:
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    except (OSError, ValueError) as error:
        faults.append(f"{path}: it is no Parquet file ({first_line(error)})")
        return []
    return rows


def twice(words: list[str]) -> list[str]:
    """The words that a list has more than once."""
    seen: set[str] = set()
    found: dict[str, None] = {}
    for word in words:
        if word in seen:
            found[word] = None
        seen.add(word)
    return list(found)


def first_line(error: BaseException) -> str:
    """What an error of a library says, in a line."""
    return (str(error).splitlines() or ["?"])[0]
