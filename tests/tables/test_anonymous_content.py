"""Worlds whose content cannot be, under digests that are right: told on loading, all at once, with file and column."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.tables.anonymous_firms import STORED
from model.tables.faults import Faults
from model.tables.table_files import DATA, read_tables
from model.tables.world_folder import digest_of, digest_of_all
from runs.__main__ import main
from runs.simulation.stage import read_story
from runs.worlds.synthetic import generate

Spoil = Callable[[Any], Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("worlds") / "w400"
    generate(400, 7, place)
    return place


def signed(world: Path, place: Path, change: Callable[[Path, dict[str, Any]], None]) -> Path:
    """A copy of a world with a change in it, and digests that agree with it."""
    shutil.copytree(world, place)
    manifest = json.loads((place / "linestop.json").read_text())
    change(place, manifest)
    manifest["digests"] = {name: digest_of(place / name) for name in manifest["digests"]}
    manifest["digest"] = digest_of_all(manifest["digests"])
    (place / "linestop.json").write_text(json.dumps(manifest))
    return place


def edited(table: str, column: str, spoil: Spoil) -> Callable[[Path, dict[str, Any]], None]:
    """A change of one column of a table."""

    def change(place: Path, _: dict[str, Any]) -> None:
        path = place / f"{table}.parquet"
        read = pq.read_table(path)
        columns = {name: read[name].to_numpy().copy() for name in read.column_names}
        columns[column] = spoil(columns[column])
        pq.write_table(pa.table({name: each for name, each in columns.items() if each is not None}), path)

    return change


def put(row: int, value: Any) -> Spoil:
    def spoil(column: Any) -> Any:
        column[row] = value
        return column

    return spoil


def swapped(column: Any) -> Any:
    column[[0, -1]] = column[[-1, 0]]
    return column


CONTENT: dict[str, tuple[str, str, Spoil, str]] = {
    "a supplier before the first": ("links", "s", put(3, -1), "got -1 in row 4"),
    "a supplier behind the last": ("links", "s", put(0, 10_000), "got 10000 in row 1"),
    "a link of a need that is not there": ("links", "n", put(-1, 10**6), "got 1000000"),
    "a share below 0": ("links", "share", put(2, -0.1), "got -0.1 in row 3"),
    "a share that is none": ("links", "share", put(2, np.nan), "got nan in row 3"),
    "shares that are not all": ("links", "share", lambda share: share * 0.5, "must add to 1, got 0.5 of need 0"),
    "no days on the road": ("links", "lead_days", put(1, 0), "got 0 in row 2"),
    "centuries on the road": ("links", "lead_days", lambda days: put(4, 300_000)(days.astype(np.int32)), "300000"),
    "links in no order": ("links", "n", swapped, "sort rows by the need"),
    "needs in no order": ("needs", "f", swapped, "sort rows by the line"),
    "a need of no line": ("needs", "f", put(-1, 400), "got 400"),
    "a good before the first": ("needs", "good", put(0, -1), "got -1 in row 1"),
    "a good behind the last": ("needs", "good", put(0, 999), "got 999 in row 1"),
    "nothing for a unit": ("needs", "per_unit", put(0, 0.0), "got 0.0 in row 1"),
    "more than dependence": ("needs", "dependence", put(0, 1.5), "must be >= 0 and <= 1, got 1.5"),
    "endless cover": ("needs", "cover_days", put(0, np.inf), "got inf in row 1"),
    "a line of no good": ("lines", "good", put(9, -1), "got -1 in row 10"),
    "a line of no country": ("lines", "country", put(9, 7), "got 7 in row 10"),
    "capacity below 0": ("lines", "capacity_per_year", put(5, -1.0), "got -1.0 in row 6"),
    "demand that is no number": ("lines", "demand_per_year", put(5, np.nan), "got nan in row 6"),
    "a number twice": ("lines", "number", lambda n: np.append(n[:-1], n[0]), "rows 1 and 400 say the same"),
    "a number below 0": ("lines", "number", put(0, -5), "got -5"),
    "fractions for whole numbers": ("links", "s", lambda s: s + 0.5, "found double; whole numbers were expected"),
    "words for numbers": ("links", "share", lambda s: s.astype(str), "found string"),
    "another good than is needed": ("lines", "good", lambda good: np.roll(good, 40), "another good than need"),
    "a column that is not there": ("links", "lead_days", lambda _: None, "found it 0 times"),
}  # fmt: skip


@pytest.mark.parametrize("what", CONTENT)
def test_what_cannot_be_in_a_world_is_told_with_file_and_column(world: Path, tmp_path: Path, what: str) -> None:
    table, column, spoil, words = CONTENT[what]
    place = signed(world, tmp_path / "w", edited(table, column, spoil))
    with pytest.raises(Faults) as found:
        read_story("full-stop", world=place)
    told = "\n".join(found.value.sentences)
    place_told = "links.parquet: column s" if "another good" in what else f"{table}.parquet: column {column}"
    assert words in told and place_told in told


@pytest.mark.subprocess
def test_all_that_is_wrong_is_told_at_once_with_code_2(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(place: Path, manifest: dict[str, Any]) -> None:
        edited("links", "s", put(0, -1))(place, manifest)
        edited("needs", "per_unit", put(0, -1.0))(place, manifest)
        manifest["layers"][0]["first"] = 5

    place = signed(world, tmp_path / "w", change)
    assert main(["run", "full-stop", "--world", str(place), "--out", str(tmp_path / "r")]) == 2
    told = capsys.readouterr().err
    for words in (
        f"column s: must be >= 0 and <= {len(read_tables(DATA).firms) + 400 - 1}, got -1",
        "column per_unit: must be >= 1e-09",
        "layers: they are not one after",
    ):
        assert words in told
    assert len(told.splitlines()) == 3 and not (tmp_path / "r").exists()


MANIFESTS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "fewer rows than counted": (lambda m: m["counts"].update(links=9), "the manifest says 9"),
    "a count below 0": (lambda m: m["counts"].update(lines=-1), "counts.lines"),
    "counts of something else": (lambda m: m["counts"].pop("needs"), "counts.needs: it is missing"),
    "no list of layers": (lambda m: m.update(layers="all"), "layers"),
    "a country that is nowhere": (lambda m: m.update(countries=["XX"]), "anonymous firms are in 'XX'"),
}


@pytest.mark.parametrize("what", MANIFESTS)
def test_a_manifest_that_cannot_be_is_told(world: Path, tmp_path: Path, what: str) -> None:
    spoil, words = MANIFESTS[what]
    place = signed(world, tmp_path / "w", lambda _, manifest: spoil(manifest))
    with pytest.raises(Faults) as found:
        read_story("full-stop", world=place)
    assert words in "\n".join(found.value.sentences)


def test_empty_cells_are_told(world: Path, tmp_path: Path) -> None:
    def change(place: Path, _: dict[str, Any]) -> None:
        read = pq.read_table(place / "needs.parquet")
        cells = [None, *read["cover_days"].to_pylist()[1:]]
        index = read.column_names.index("cover_days")
        pq.write_table(read.set_column(index, "cover_days", pa.array(cells, pa.float32())), place / "needs.parquet")

    with pytest.raises(Faults, match=r"needs.parquet: column cover_days: found empty cells"):
        read_story("full-stop", world=signed(world, tmp_path / "w", change))


def test_a_whole_world_has_nothing_to_tell(world: Path, tmp_path: Path) -> None:
    place = signed(world, tmp_path / "w", lambda *_: None)
    assert read_story("full-stop", world=place)[1].anonymous is not None
    assert set(STORED) == {"lines", "needs", "links"}
