"""A synthetic economy around the named firms: made alike twice, at rest by itself, and reached by a stop."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.chain import SupplyChain
from model.network import baseline
from model.register import less_bought, register
from model.scenario.events import CapacityShock, DemandShock, LeadShock, QuotaShock, WillingShock
from model.scenario.reach import rows_reached
from model.scenario.regime_shock import RegimeShock
from model.state import Network, columns
from model.tables.faults import Faults
from model.tables.table_files import DATA, read_tables
from runs.__main__ import main
from runs.batch.execution import experiments
from runs.figures.catalogue import figures_of
from runs.measures.outcomes import outcomes
from runs.report.page import render_report
from runs.report.story import story_sentences
from runs.simulation.record import Record
from runs.simulation.stage import play, read_story, stage
from runs.worlds.synthetic import generate
from tests.support.batches import hashes, write_design
from tests.support.fire import FIRE

FIRMS = 400
EDITS: dict[str, Any] = {"source": "made up", "note": "an edit"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("worlds") / "w400"
    generate(FIRMS, 7, place)
    return place


@pytest.fixture(scope="module")
def stopped(world: Path) -> Record:
    return play(stage("full-stop", world=world, audited=True))


@pytest.fixture(scope="module")
def burnt(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The car lines of Japan make nothing for fifty days."""
    cars = [line.line for line in read_story("calm")[1].firms if (line.industry, line.country) == ("cars", "JP")]
    place = tmp_path_factory.mktemp("stories") / "fire.toml"
    place.write_text(FIRE.format('", "'.join(cars)))
    return play(stage(place, world=world))


def copied(world: Path, place: Path) -> Path:
    return Path(shutil.copytree(world, place))


def test_the_same_seed_makes_the_same_world_and_another_another(world: Path, tmp_path: Path) -> None:
    generate(FIRMS, 7, tmp_path / "same")
    generate(FIRMS, 8, tmp_path / "other")
    assert hashes(tmp_path / "same") == hashes(world)
    assert hashes(tmp_path / "other")["links.parquet"] != hashes(world)["links.parquet"]


def test_the_manifest_says_what_the_world_is_and_assumes(world: Path) -> None:
    about = json.loads((world / "linestop.json").read_text())
    assert about["kind"] == "world" and about["seed"] == 7 and about["counts"]["lines"] == FIRMS
    for name, row in about["assumptions"].items():
        if name != "layers":
            assert row["low"] <= row["value"] <= row["high"] and row["meaning"], name


def test_links_are_four_to_five_a_firm_and_few_firms_have_very_many_clients(tmp_path: Path) -> None:
    generate(20_000, 1, tmp_path / "w")
    anonymous = read_story("calm", (), tmp_path / "w")[1].anonymous
    assert anonymous is not None
    assert 4.0 <= anonymous.counts["links"] / 20_000 <= 5.0
    seller = anonymous.column("links", "s") - len(anonymous.named)
    clients = np.sort(np.bincount(seller[seller >= 0], minlength=20_000))[::-1]
    tail = clients[:400]  # Hill's estimate of the exponent of the tail from its largest two per cent
    assert 1.0 < 1.0 / np.mean(np.log(tail[:-1] / tail[-1])) < 1.8
    assert np.mean(clients) < 6.0 < 100 * np.mean(clients) < clients[0]


def test_named_firms_keep_their_rows_and_their_output(world: Path) -> None:
    wide, alone = register(read_story("calm", (), world)[1]), register(read_tables(DATA))
    assert wide.firms["line"].tolist() == alone.firms["line"].tolist()
    assert wide.links[["supplier", "line", "good"]].equals(alone.links[["supplier", "line", "good"]])
    there, here = baseline(wide), baseline(alone)
    assert len(there) == len(here) + FIRMS
    np.testing.assert_allclose(there[: len(here)], here, rtol=1e-12)
    assert np.all(wide.firms["demand_per_year"] <= alone.firms["demand_per_year"])
    assert wide.firms["demand_per_year"].sum() < 0.9 * alone.firms["demand_per_year"].sum()


def test_the_wide_world_is_at_rest_by_itself(world: Path) -> None:
    chain = stage("calm", world=world, audited=True)
    rest = chain.world.network.baseline.copy()
    for _ in range(40):
        SupplyChain.step(chain)
        np.testing.assert_allclose(chain.world.flows.output, rest, rtol=1e-9, atol=1e-12)


def test_a_loss_of_named_lines_that_stops_no_anonymous_firm_is_told(stopped: Record) -> None:
    anonymous, result = stopped.anonymous, outcomes(stopped)
    assert anonymous is not None and anonymous.ever_stopped.sum() == 0 < result["wide_value_added_lost_jpy_bn"]
    sentence = story_sentences(stopped, result)[-1]
    assert "0 were stopped on some day; they lost value added of" in sentence


def test_a_stop_of_named_lines_spreads_and_is_reported(burnt: Record, tmp_path: Path) -> None:
    anonymous, result = burnt.anonymous, outcomes(burnt)
    assert anonymous is not None and burnt.shock_day is not None
    dealers = anonymous.layers.index("Dealers, fitters and integrators")
    assert anonymous.ever_stopped[dealers] > 0 == anonymous.stopped_lines[: burnt.shock_day].sum()
    assert result["wide_lines"] == FIRMS and result["wide_lines_stopped"] == anonymous.ever_stopped.sum()
    assert result["wide_value_added_lost_jpy_bn"] > 0.0
    others = np.delete(anonymous.added_at_rest - anonymous.added[burnt.shock_day :], dealers, axis=1)
    assert others.sum() > 0.0  # not the dealers alone
    assert f"{anonymous.ever_stopped.sum():,} were stopped" in story_sentences(burnt, result)[-1]
    assert set(figures_of(burnt)) >= {"cascade", "wide_economy"}
    text = render_report(burnt, tmp_path)
    assert all(layer in text for layer in anonymous.layers)


def test_what_named_lines_do_is_recorded_as_without_anonymous_firms(stopped: Record) -> None:
    alone = play(stage("full-stop", settings=["days=20"]))
    for table in ("lines", "needs", "links", "licences"):
        for name, column in getattr(alone, table).items():
            assert getattr(stopped, table)[name].shape[1:] == column.shape[1:], name
    for name, column in columns(Network).items():
        if "G" not in column.letters and name != "demand":
            there, here = getattr(stopped.network, name), getattr(alone.network, name)
            np.testing.assert_allclose(there, here, rtol=1e-12, err_msg=name)


SHOCKS = {
    "lines of a country": CapacityShock(kind="capacity", date=date(2026, 1, 1), times=0.5, countries=("JP",), **EDITS),
    "makers of a good": DemandShock(kind="demand", date=date(2026, 1, 1), times=0.5, goods=("x3_0",), **EDITS),
    "an anonymous line": CapacityShock(kind="capacity", date=date(2026, 1, 1), times=0.5, lines=("X5",), **EDITS),
    "routes at home": LeadShock(
        kind="lead", date=date(2026, 1, 1), extra_days=3, origin=("JP",), destination=("*",), goods=("*",), **EDITS
    ),
    "routes of a good": WillingShock(
        kind="willing", date=date(2026, 1, 1), share=0.5, origin=("*",), destination=("JP",),
        goods=("vehicle_hybrid",), **EDITS
    ),
    "a quota on routes": QuotaShock(
        kind="quota", date=date(2026, 1, 1), share=0.5, origin=("*",), destination=("JP",), goods=("vehicle_hybrid",),
        **EDITS
    ),
    "a border": RegimeShock(
        kind="regime", date=date(2026, 1, 1), rule="ban", origin=("*",), destination=("*",), goods=("*",), **EDITS
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOCKS)
def test_an_event_reaches_anonymous_lines_as_it_reaches_named_ones(world: Path, name: str) -> None:
    """Held against a slow way: every anonymous row written out as a named one and asked one by one."""
    shock, tables = SHOCKS[name], read_story("calm", (), world)[1]
    anonymous = tables.anonymous
    assert anonymous is not None
    homes = [line.country for line in tables.firms]
    if isinstance(shock, CapacityShock | DemandShock):
        good = [anonymous.goods[g] for g in anonymous.column("lines", "good")]
        expected = [
            row for row in range(FIRMS)
            if (not shock.lines or f"X{anonymous.column('lines', 'number')[row]}" in shock.lines)
            and (not shock.countries or "JP" in shock.countries) and (not shock.goods or good[row] in shock.goods)
        ]  # fmt: skip
        behind = len(tables.firms)
    else:
        good = [anonymous.goods[g] for g in anonymous.column("needs", "good")[anonymous.column("links", "n")]]
        seller = [homes[s] if s < len(homes) else "JP" for s in anonymous.column("links", "s")]
        expected = [
            row for row in range(len(good))
            if set(shock.origin) & {"*", seller[row]} and set(shock.destination) & {"*", "JP"}
            and set(shock.goods) & {"*", good[row]}
            and (seller[row] != "JP" or not isinstance(shock, RegimeShock))
        ]  # fmt: skip
        behind = len(tables.links)
    found = rows_reached(shock, tables)
    assert (found[found >= behind] - behind).tolist() == expected
    assert bool(expected) == (name != "a border")


@pytest.mark.subprocess
def test_an_anonymous_line_may_be_named_in_a_scenario(world: Path, tmp_path: Path) -> None:
    path = tmp_path / "fire.toml"
    text = '[[shock]]\nkind = "capacity"\ndate = 2025-10-12\nlines = ["{}"]\ntimes = 0.5\nnote = "a"\nsource = "b"\n'
    path.write_text('base = "calm"\ntitle = "A fire"\nabout = "In X7."\ndays = 20\n' + text.format("X7"))
    chain = stage(str(path), world=world)
    row = len(chain.register.firms) + int(np.flatnonzero(chain.register.anonymous.column("lines", "number") == 7)[0])
    while chain.day < 10:
        SupplyChain.step(chain)
    assert chain.world.flows.output[row] == pytest.approx(0.5 * chain.world.network.capacity[row])
    path.write_text(path.read_text().replace("X7", f"X{FIRMS + 1}"))
    assert main(["run", str(path), "--world", str(world), "--out", str(tmp_path / "r")]) == 2


@pytest.mark.slow
@pytest.mark.subprocess
def test_a_batch_plays_on_a_world_and_knows_it_from_another(world: Path, tmp_path: Path) -> None:
    path = write_design(tmp_path / "e", samples="samples = 1", rows='"experiments"')
    copied(world, tmp_path / "e" / "w")
    path.write_text(path.read_text().replace("seeds =", 'world = "w"\nseeds ='))
    frame = experiments(path, 1)
    assert frame["error"].isna().all() and (frame["wide_lines"] == FIRMS).all()
    args = ["batch", str(path), "--out", str(tmp_path / "b"), "--processes", "1", "--quiet"]
    assert main(args) == 0
    generate(FIRMS, 8, tmp_path / "other")
    assert main([*args, "--resume", "--world", str(tmp_path / "other")]) == 2


@pytest.mark.subprocess
def test_a_run_from_the_command_line_keeps_the_wide_table(world: Path, tmp_path: Path) -> None:
    place = tmp_path / "r"
    command = ["run", "calm", "--days", "20", "--world", str(world), "--out", str(place), "--quiet"]
    assert main(command) == 0
    assert {"wide.parquet", "wide_economy.png", "lines.parquet"} <= {path.name for path in place.iterdir()}
    about, made = (json.loads((folder / "linestop.json").read_text()) for folder in (place, world))
    assert about["world"]["digest"] == made["digest"]


def spoiled(world: Path, place: Path, how: str) -> Path:
    """A world with one thing wrong with it."""
    copied(world, place)
    manifest = json.loads((place / "linestop.json").read_text())
    if how == "cut":
        (place / "links.parquet").write_bytes((world / "links.parquet").read_bytes()[:-100])
    elif how == "lost":
        (place / "needs.parquet").unlink()
    elif how == "digest":
        manifest["digest"] = "0" * 64
    elif how == "version":
        manifest["version"] = 99
    elif how == "no layers":
        del manifest["layers"]
    elif how == "results":
        del manifest["kind"]
    (place / "linestop.json").write_text("{" if how == "no manifest" else json.dumps(manifest))
    if how == "empty":
        (place / "linestop.json").unlink()
    return place


WRONG = {
    "cut": "links.parquet: it was cut or changed", "lost": "needs.parquet: it cannot be read",
    "digest": "linestop.json: it was changed", "version": "found version 99", "no layers": "it lacks layers",
    "results": "no world", "no manifest": "linestop.json: it cannot be read", "empty": "holds no world",
}  # fmt: skip


@pytest.mark.subprocess
@pytest.mark.parametrize("how", WRONG)
def test_a_spoiled_world_is_refused_in_one_sentence(
    world: Path, tmp_path: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = spoiled(world, tmp_path / "w", how)
    assert main(["run", "calm", "--world", str(place), "--out", str(tmp_path / "r")]) == 2
    result = capsys.readouterr().err
    assert WRONG[how] in result and len(result.splitlines()) == 1
    assert "make the world again" in result or "makes one" in result
    assert not (tmp_path / "r").exists()


@pytest.mark.subprocess
def test_a_world_that_is_not_there_and_one_that_is_too_small_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "calm", "--world", str(tmp_path / "nowhere"), "--out", str(tmp_path / "r")]) == 2
    assert "found no folder" in capsys.readouterr().err
    assert main(["generate", "--firms", "20", "--out", str(tmp_path / "w")]) == 2
    assert "from 300" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_a_folder_of_others_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["generate", "--firms", "300", "--out", str(tmp_path)]) == 2
    assert "left alone" in capsys.readouterr().err and [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.subprocess
def test_demand_below_what_the_crowd_buys_is_refused(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    setting = "firms.demand_per_year[line=ELE]=100"
    assert main(["run", "calm", "--world", str(world), "--set", setting, "--out", "nowhere"]) == 2
    assert "ELE, demand_per_year" in capsys.readouterr().err


def test_a_state_stock_of_which_the_crowd_buys_is_refused(world: Path) -> None:
    tables = stage("calm", world=world).register.tables
    firms = tuple(
        line.model_copy(update={"role": "state_stock"}) if line.line == "ELE" else line for line in tables.firms
    )
    assert tables.anonymous
    with pytest.raises(Faults, match="ELE, role: found state_stock, but the anonymous firms of w400 buy of it"):
        less_bought(firms, tables.anonymous)


def test_minds_decide_for_named_firms_only(world: Path) -> None:
    assert set(stage("full-stop", world=world).people) == set(stage("full-stop").people)
