"""Anonymous lines have fewer columns than named ones: they must do the same, and no index may reach past an end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agents.licensing_authority import links_that_pass_through
from model.chain import SupplyChain
from model.state import FILING_DAYS, columns
from runs.__main__ import main
from runs.simulation.stage import stage
from runs.worlds.synthetic import generate

HOUSE = Path(__file__).parents[2]
COUNTRIES, SECTORS = ["JP", "KR", "CN", "US", "DE", "FR"], [f"s{i}" for i in range(8)]
NAMED, DAYS = 10, 60
HEAD = 'title = "Papers"\nabout = "Rules come and go."\nstart = 2025-01-01\nshock_date = 2025-01-06\ndays = 60\n'
REGIME = """
[[shock]]
kind = "regime"
date = {}
origin = ["CN"]
destination = ["*"]
goods = ["*"]
rule = "{}"
{}
note = "a rule"
source = "made up"
"""
AUTHORITY = """
[[shock]]
kind = "authority"
date = {}
authorities = [{}]
review_capacity = {}
note = "a slow office"
source = "made up"
"""
RULES = {  # luck goes by row, and rows differ; so nothing is left to it here
    "longer reviews": REGIME.format("2025-01-01", "individual", "review_days = 7\ngrant_share = 1.0")
    + REGIME.format("2025-01-10", "individual", "review_days = 20\ngrant_share = 1.0"),
    "a ban and its end": REGIME.format("2025-01-01", "general", "review_days = 5")
    + REGIME.format("2025-01-10", "ban", "")
    + REGIME.format("2025-02-10", "free", ""),
    "two authorities, one of them slow": REGIME.format("2025-01-01", "individual", "review_days = 7\ngrant_share = 1.0")
    + REGIME.format("2025-01-01", "individual", "review_days = 7\ngrant_share = 1.0").replace('"CN"', '"US"')
    + AUTHORITY.format("2025-01-10", '"US"', 0.5),
}


def table_of_countries(folder: Path) -> Path:
    """Six countries of eight sectors that buy from each other, as pymrio writes them."""
    folder.mkdir()
    luck = np.random.default_rng(3)
    index = pd.MultiIndex.from_product([COUNTRIES, SECTORS], names=["region", "sector"])
    flows = luck.uniform(0, 5, (48, 48)) * (luck.random((48, 48)) < 0.4)
    final = pd.DataFrame(luck.uniform(20, 100, (48, 6)), index, pd.MultiIndex.from_product([COUNTRIES, ["all"]]))
    for name, frame in (("Z", pd.DataFrame(flows, index, index)), ("Y", final)):
        frame.to_csv(folder / f"{name}.txt", sep="\t")
    files = {name: {"name": f"{name}.txt", "nr_index_col": "2", "nr_header": "2"} for name in ("Z", "Y")}
    (folder / "file_parameters.json").write_text(json.dumps({"systemtype": "IOSystem", "files": files}))
    return folder


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same economy with ten lines named and with all of them named."""
    place = tmp_path_factory.mktemp("countries")
    table, found = table_of_countries(place / "table"), {}
    for name, most in (("few", NAMED), ("all", 48)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("runs.worlds.imported.MOST_NAMED", most)
            patch.setattr("runs.worlds.imported.MOST_NAMED_LINKS", 10_000)
            found[name] = place / name
            assert main(["import", "pymrio", str(table), "--out", str(found[name])]) == 0
    return found


def days_of(world: Path, story: Path) -> tuple[SupplyChain, dict[str, np.ndarray]]:
    """Play a story in a world: what each line, by its size at rest, made, earned and held."""
    chain = stage(str(story), world=world, audited=True)
    net, made, earned = chain.world.network, [], []
    order = np.argsort(net.baseline)
    for _ in range(DAYS):
        SupplyChain.step(chain)
        made.append(chain.world.flows.output[order])
        earned.append(chain.world.flows.profit[order])
    state = chain.world.state
    held = np.bincount(net.line_of, state.stock + state.on_order)[order]
    return chain, {"made": np.array(made), "earned": np.array(earned), "held": held}


@pytest.mark.slow
@pytest.mark.parametrize("rules", RULES)
def test_rules_strike_anonymous_lines_as_they_strike_named_ones(
    worlds: dict[str, Path], rules: str, tmp_path: Path
) -> None:
    story = tmp_path / "papers.toml"
    story.write_text(HEAD + RULES[rules])
    few, theirs = days_of(worlds["few"], story)
    everybody, ours = days_of(worlds["all"], story)
    net = few.world.network
    assert len(few.register.tables.firms) == NAMED and len(everybody.register.tables.firms) == 48
    assert (net.link_of >= len(net.qualification_days)).sum() > 50, "no anonymous line needs a licence"
    assert (ours["made"].min(axis=0) < 0.9 * ours["made"][0]).sum() > 5, "nothing happens"
    for what in ours:
        scale = np.abs(ours[what]).max()
        np.testing.assert_allclose(theirs[what] / scale, ours[what] / scale, rtol=0.0, atol=1e-7)


@pytest.mark.slow
def test_a_slow_authority_holds_up_what_leaves_its_country_alone(worlds: dict[str, Path], tmp_path: Path) -> None:
    """From day 9 on America rules on half a file a day; what China grants that day is as without it, to the bit."""
    granted = {}
    for name, orders in (("slow", "0.5"), ("quick", '"unlimited"')):
        story = tmp_path / f"{name}.toml"
        story.write_text(HEAD + RULES["two authorities, one of them slow"].replace("= 0.5\n", f"= {orders}\n"))
        chain = stage(str(story), world=worlds["few"], audited=True)
        for _ in range(10):
            SupplyChain.step(chain)
        net = chain.world.network
        codes = [chain.register.tables.countries[row].country for row in net.office_country]
        assert codes == ["CN", "US"]
        anonymous = net.link_of >= len(net.qualification_days)
        granted[name] = [chain.world.flows.granted[(net.office_of == o) & anonymous] for o in (0, 1)]
    np.testing.assert_array_equal(granted["slow"][0], granted["quick"][0])
    files = np.array([np.count_nonzero(granted[name][1]) for name in ("slow", "quick")]) / FILING_DAYS
    assert files[0] == 0.5 < files[1] and granted["quick"][0].sum() > 0.0  # each link files once in these days


def test_goods_of_anonymous_exporters_pass_through_as_those_of_named_ones_do(worlds: dict[str, Path]) -> None:
    few, everybody = (stage("calm", world=worlds[name]).register for name in ("few", "all"))
    named = {line.line for line in few.tables.firms}
    found = []
    for register in (few, everybody):
        passing = links_that_pass_through(register, "CN")
        rows = [register.tables.links[row] for rows in passing.values() for row in rows]
        found.append({(row.supplier, row.line) for row in rows if {row.supplier, row.line} <= named})
    assert found[0] == found[1] and found[0]


def test_the_columns_of_a_world_with_a_crowd_are_as_long_as_their_letters_say(worlds: dict[str, Path]) -> None:
    chain = stage("calm", world=worlds["few"])
    tables, net = chain.register.tables, chain.world.network
    length = {"E": len(tables.firms), "B": len(tables.needs), "M": len(tables.links), "H": len(tables.links)}
    length |= {"F": 48, "N": len(net.line_of), "L": len(net.need_of)}
    assert length["E"] < length["F"] and length["B"] < length["N"] and length["M"] < length["L"]
    for room, letters in zip(chain.world, (columns(type(room)) for room in chain.world), strict=True):
        for name, column in letters.items():
            if column.letters in length:
                assert getattr(room, name).shape == (length[column.letters],), name


BOUNDED = """
import sys
from runs.simulation.stage import stage

worlds = sys.argv[1:]
for name, world in (("full-stop", None), ("escalation", None), ("full-stop", worlds[0]), (worlds[2], worlds[1])):
    chain = stage(name, world=world, audited=True)
    for _ in range(150 if world is None else 60):
        chain.step()
    print(name, chain.world.flows.output.sum())
"""


@pytest.mark.subprocess
def test_nothing_reaches_past_the_end_of_a_column(worlds: dict[str, Path], tmp_path: Path) -> None:
    """Compiled code does not ask whether a row exists; here it is compiled so that it does."""
    generate(300, 7, tmp_path / "wide")
    story = tmp_path / "papers.toml"
    story.write_text(HEAD + RULES["a ban and its end"])
    surroundings = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    told = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(tmp_path / "wide"), str(worlds["few"]), str(story)],
        cwd=HOUSE, env=surroundings, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0 and len(told.stdout.splitlines()) == 4, told.stderr
