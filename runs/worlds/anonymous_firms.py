"""Writing anonymous firms into the folder of a world: their columns as Parquet tables, and a manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from model.tables.anonymous_firms import STORED, Layer
from model.tables.rows import Good
from model.tables.world_folder import BOUGHT, GOODS, VERSION, digest_of, digest_of_all
from runs.worlds.flows import Array

GROUP_ROWS = 1 << 17  # rows that are read at once
NARROW: dict[str, type] = {
    "number": np.int64, "good": np.int32, "country": np.int16, "f": np.int32, "n": np.int32, "s": np.int32,
    "lead_days": np.int16, "dependence": np.float32, "cover_days": np.float32, "finished_days": np.float32,
    "value_added_jpy_mn": np.float32,
}  # fmt: skip  # other columns are float64: what is in balance stays so


@dataclass
class FirmColumns:
    """Anonymous firms before they are written: their columns, as declared beside `STORED`, with goods and layers."""

    lines: dict[str, Array]
    needs: dict[str, Array]
    links: dict[str, Array]
    goods: Sequence[Good]
    layers: Sequence[Layer]
    prefix: str
    countries: Sequence[str]
    bought: Mapping[str, float] = field(default_factory=dict)


def write_anonymous_firms(parts: FirmColumns, folder: Path) -> dict[str, Any]:
    """Write the tables of anonymous firms into a folder that exists; return what its manifest must say."""
    for part, names in STORED.items():
        columns = getattr(parts, part)
        arrays = {name: pa.array(np.asarray(columns[name], NARROW.get(name, np.float64))) for name in names}
        write_parquet(pa.table(arrays), folder / f"{part}.parquet")
    write_parquet(pa.Table.from_pylist([good.model_dump() for good in parts.goods]), folder / f"{GOODS}.parquet")
    named = {"line": list(parts.bought), "bought_per_year": list(parts.bought.values())}
    schema = pa.schema([("line", pa.string()), ("bought_per_year", pa.float64())])
    write_parquet(pa.table(named, schema=schema), folder / f"{BOUGHT}.parquet")
    files = sorted(path.relative_to(folder).as_posix() for path in folder.glob("**/*") if path.is_file())
    digests = {name: digest_of(folder / name) for name in files}
    return {
        "kind": "world",
        "version": VERSION,
        "counts": {part: len(next(iter(getattr(parts, part).values()))) for part in STORED},
        "named": len(parts.bought),
        "prefix": parts.prefix,
        "countries": list(parts.countries),
        "layers": [vars(layer) for layer in parts.layers],
        "digests": digests,
        "digest": digest_of_all(digests),
    }


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a Parquet file, the same bytes for the same table."""
    pq.write_table(
        table, path, row_group_size=GROUP_ROWS, compression="zstd", use_dictionary=False, write_statistics=False
    )
