"""Networks of others as worlds: what is mended is reported, the result is at rest, a public case runs as before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.cascade import explain, first_stops
from model.chain import SupplyChain
from runs.__main__ import main
from runs.simulation.record import Record
from runs.simulation.stage import Stage, play, stage
from tests.world import test_crosscheck as public

CASE = Path(__file__).parents[1] / "world" / "crosscheck"
LINE = '\n[[shock]]\nkind = "capacity"\ndate = {}\nlines = ["{}"]\ntimes = {}\nnote = "a fire"\nsource = "made up"\n'


def four_files(folder: Path) -> Path:
    """The public case of five firms in the four-file format."""
    folder.mkdir()
    firms, links = pd.read_csv(CASE / "firms.csv"), pd.read_csv(CASE / "links.csv")
    tables = {
        "A": links, "C": firms[["firm", "final_demand_per_day"]], "P": firms[["firm", "initial_output_per_day"]],
        "F": firms[["firm"]].assign(group=1000 + firms["firm"], word="x"),
    }  # fmt: skip
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.txt", sep=" ", header=False, index=False)
    return folder


def imported(folder: Path, place: Path, *more: str, form: str = "inoue-todo") -> Path:
    assert main(["import", form, str(folder), "--out", str(place), *more]) == 0
    return place


def story(folder: Path, shocks: str, days: int) -> str:
    path = folder / "story.toml"
    head = 'title = "A fire"\nabout = "A mine loses capacity."\nstart = 2025-01-01\nshock_date = 2025-01-06\n'
    path.write_text(f"{head}days = {days}\n{shocks}")
    return str(path)


@pytest.mark.parametrize("shock", ["a", "b"])
def test_the_public_case_runs_as_it_does_when_written_by_hand(tmp_path: Path, shock: str) -> None:
    world = imported(four_files(tmp_path / "files"), tmp_path / "world")
    first, last = {"a": ("2025-01-06", "2025-01-26"), "b": ("2025-01-06", "2025-03-07")}[shock]
    text = LINE.format(first, 1, 0.5) + LINE.format(last, 1, 1.0)
    chain = stage(story(tmp_path, text, 200), world=world, audited=True)
    ours = play(chain).lines["output"]
    np.testing.assert_allclose(ours, public.ours(shock), rtol=1e-6)


def test_what_is_mended_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = four_files(tmp_path / "files")
    with (files / "A.txt").open("a") as links:
        links.write("1 2 10\n1 99 3\n98 2 3\n3 3 5\n2 4 -1\n")
    with (files / "C.txt").open("a") as final:
        final.write("97 4\n")
    world = imported(files, tmp_path / "world")
    text = capsys.readouterr().out
    for words in (
        "2 lines of A.txt dropped: they name 2 firms (98, 99)", "1 lines of C.txt dropped: they name 1 firms (97)",
        "1 flows below 0 left out", "1 duplicate links added", "1 firms' use of their own goods netted out",
        "1 outputs recomputed",
    ):  # fmt: skip
        assert words in text
    notes = json.loads((world / "linestop.json").read_text())["notes"]
    assert len(notes) == 13 and "fill_sensitivity" in notes[-2] and "tiers" in notes[-1]
    assert "1 flows below 0 left out, such as 2 > 4 with -365" in text and "such as 3 > 3 with 1825" in text
    assert "assumed for 9 links: lead_days 1" in text
    chain = stage("calm", world=world)
    assert chain.world.network.baseline.tolist() == pytest.approx([55.0, 70.0, 130.0, 304.0, 45.0])


BAD: dict[str, tuple[str, str | None, str]] = {
    "a file that is not there": ("P.txt", None, "P.txt: it cannot be read"),
    "words for numbers": ("A.txt", "1 2 many\n", "A.txt:"),
    "an empty file": ("C.txt", "", "C.txt:"),
    "too few columns": ("A.txt", "1 2\n", "A.txt:"),
    "a firm twice": ("P.txt", "1 4\n1 4\n", "found firm 1 in two lines"),
    "nobody in common": ("P.txt", "77 4\n", "found no flow"),
    "a circle": ("C.txt", "1 0\n", "cycles that never reach the final market"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_reported_in_a_sentence_and_nothing_is_written(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, text, words = BAD[what]
    files = four_files(tmp_path / "files")
    (files / name).unlink() if text is None else (files / name).write_text(text)
    assert main(["import", "inoue-todo", str(files), "--out", str(tmp_path / "world")]) == 2
    text = capsys.readouterr().err
    assert words in text and len(text.splitlines()) == 1 and not (tmp_path / "world").exists()


@pytest.mark.subprocess
def test_a_scenario_about_other_goods_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = imported(four_files(tmp_path / "files"), tmp_path / "world")
    assert main(["run", "full-stop", "--world", str(world), "--out", str(tmp_path / "r")]) == 2
    text = capsys.readouterr().err
    assert "has no dytb" in text and len(text.splitlines()) == 1 and not (tmp_path / "r").exists()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand firms in 12 product groups, each buying from four others at random, and a star that all buy from."""
    folder = tmp_path_factory.mktemp("many") / "files"
    folder.mkdir()
    luck = np.random.default_rng(5)
    firms = np.arange(10, 1010)
    buyer = np.repeat(firms, 4)
    links = pd.DataFrame({"s": luck.permutation(buyer), "c": buyer, "a": luck.uniform(0.1, 1.0, len(buyer))})
    star = pd.DataFrame({"s": 10, "c": firms[1:], "a": 1.0})
    links = pd.concat([links[links["s"] != links["c"]], star])
    final = pd.DataFrame({"f": firms, "a": luck.uniform(5.0, 9.0, len(firms))})
    sold = links.groupby("s")["a"].sum().reindex(firms).fillna(0.0).to_numpy()
    links.to_csv(folder / "A.txt", sep="\t", header=False, index=False)
    final.to_csv(folder / "C.txt", sep="\t", header=False, index=False)
    final.assign(a=final["a"] + sold).to_csv(folder / "P.txt", sep="\t", header=False, index=False)
    groups = pd.DataFrame({"f": firms, "g": np.append([1], luck.integers(2, 13, len(firms) - 1)), "w": "-"})
    groups.to_csv(folder / "F.txt", sep="\t", header=False, index=False)
    return imported(folder, folder.parent / "world")


def test_of_many_firms_the_largest_are_named_and_the_rest_are_anonymous(many: Path) -> None:
    chain = stage("calm", world=many, audited=True)
    anonymous = chain.register.anonymous
    assert anonymous is not None and len(chain.register.firms) == 300 and anonymous.counts["lines"] == 700
    assert chain.register.firms["line"].iloc[0] == "10"  # the star is the largest
    assert any(link.supplier not in chain.register.firms.index for link in chain.register.tables.links)
    rest = chain.world.network.baseline.copy()
    assert rest[:300].min() >= rest[300:].max()
    for _ in range(25):
        SupplyChain.step(chain)
    np.testing.assert_allclose(chain.world.flows.output, rest, rtol=1e-6)


def test_a_fire_in_an_anonymous_firm_reaches_named_ones_and_back(many: Path, tmp_path: Path) -> None:
    chain: Stage = stage("calm", world=many)
    net, named = chain.world.network, 300
    link = int(np.flatnonzero((net.supplier >= named) & (net.need_of < len(chain.register.needs)))[0])
    code, client = chain.register.code(int(net.supplier[link])), int(net.line_of[net.need_of[link]])
    shock = LINE.format("2025-01-06", code, 0.0) + LINE.format("2025-01-06", "10", 0.0)
    record: Record = play(stage(story(tmp_path, shock, 90), world=many))
    assert record.lines["output"][:, 0].min() == 0.0
    assert record.anonymous is not None and record.anonymous.ever_stopped.sum() > 500
    row = client if client else 1
    words = explain(record, row)
    assert first_stops(record) and ("from firm" in words or "10" in words)


TROUBLE = """
[[shock]]
kind = "lead"
date = 2025-01-10
origin = ["*"]
destination = ["*"]
goods = ["*"]
extra_days = 3
note = "a storm"
source = "made up"
[[shock]]
kind = "willing"
date = 2025-01-20
suppliers = ["10", "11", "600"]
origin = ["*"]
destination = ["*"]
goods = ["*"]
share = 0.6
note = "a quarrel"
source = "made up"
"""


@pytest.mark.slow
def test_anonymous_lines_do_what_they_do_with_a_name(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The columns of wishes end with the named rows; behind them a clerk must go by what the wish would have been."""
    monkeypatch.setattr("runs.worlds.imported.MOST_NAMED", 2000)
    monkeypatch.setattr("runs.worlds.imported.MOST_NAMED_LINKS", 10_000)
    all_named = imported(many.parent / "files", tmp_path / "world")
    text = LINE.format("2025-01-06", "10", 0.0) + LINE.format("2025-01-16", "10", 0.8) + TROUBLE
    made, stocks, sent = [], [], []
    for world in (many, all_named):
        chain = stage(story(tmp_path, text, 60), world=world, audited=True)
        code = np.argsort([int(chain.register.code(row)) for row in range(1000)])
        seen = []
        for _ in range(60):
            SupplyChain.step(chain)
            seen.append(chain.world.flows.output[code])
        net, state = chain.world.network, chain.world.state
        made.append(np.array(seen))
        stocks.append(np.bincount(net.line_of, state.stock + state.on_order, 1000)[code])
        sent.append(chain.world.flows.sent[code])
    assert len(chain.world.policy.split) > 4500 and (made[0][-1] < 0.9 * made[0][0]).sum() > 100
    for anonymous, named in (made, stocks, sent):
        np.testing.assert_allclose(anonymous, named, rtol=1e-7, atol=1e-9)


def test_a_table_of_pymrio_becomes_a_world(tmp_path: Path) -> None:
    pymrio = pytest.importorskip("pymrio")
    table = pymrio.load_test()
    table.calc_system()
    for form in ("txt", "parquet"):
        table.save(tmp_path / form, table_format=form)
        imported(tmp_path / form, tmp_path / f"world-{form}", "--times", "1", form="pymrio")
    rest = stage("calm", world=tmp_path / "world-txt").world.network.baseline * 365.0
    own = np.diag(table.Z.to_numpy())
    np.testing.assert_allclose(rest, table.x["indout"].to_numpy() - own, rtol=1e-9)
    np.testing.assert_array_equal(rest, stage("calm", world=tmp_path / "world-parquet").world.network.baseline * 365.0)


def saved_table(folder: Path) -> Path:
    """Two regions with two sectors, written as pymrio writes."""
    folder.mkdir()
    index = pd.MultiIndex.from_product([["JP", "KR"], ["steel", "cars"]], names=["region", "sector"])
    flows = pd.DataFrame([[5.0, 40, 0, 10], [0, 9, 0, 0], [0, 20, 3, 60], [0, 0, 0, 4]], index=index, columns=index)
    final = pd.DataFrame({("JP", "all"): [5.0, 100, 0, 20], ("KR", "all"): [0.0, 50, 10, 90]}, index=index)
    for name, frame in (("Z", flows), ("Y", final)):
        frame.to_csv(folder / f"{name}.txt", sep="\t")
    files = {name: {"name": f"{name}.txt", "nr_index_col": "2", "nr_header": "2"} for name in ("Z", "Y")}
    (folder / "file_parameters.json").write_text(json.dumps({"systemtype": "IOSystem", "files": files}))
    return folder


def test_a_saved_table_is_read_without_pymrio(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = imported(saved_table(tmp_path / "saved"), tmp_path / "world", form="pymrio")
    assert "4 firms' use of their own goods netted out" in capsys.readouterr().out
    chain = stage("calm", world=world, audited=True)
    assert chain.register.firms["line"].tolist() == ["JP: steel", "JP: cars", "KR: steel", "KR: cars"]
    rest = chain.world.network.baseline.copy()
    assert (rest * 365.0).tolist() == pytest.approx([55.0, 150.0, 90.0, 110.0])
    for _ in range(20):
        SupplyChain.step(chain)
    np.testing.assert_allclose(chain.world.flows.output, rest, rtol=1e-6)


UNREADABLE = {
    "no parameters": (lambda folder: (folder / "file_parameters.json").unlink(), "file_parameters.json: it cannot be"),
    "other parameters": (
        lambda folder: (folder / "file_parameters.json").write_text("{}"), "it does not say in which file Z is",
    ),
    "no table": (lambda folder: (folder / "Z.txt").unlink(), "Z.txt: it cannot be read"),
    "another table": (lambda folder: (folder / "Y.txt").write_text("a\tb\n1\t2\n"), "Y.txt: it is no table of pymrio"),
    "rows of others": (
        lambda folder: (folder / "Y.txt").write_text((folder / "Y.txt").read_text().replace("KR\tcars", "KR\tships")),
        "the rows of Y are not the rows of Z",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_unreadable_table_is_reported(tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, words = UNREADABLE[what]
    folder = saved_table(tmp_path / "saved")
    spoil(folder)
    assert main(["import", "pymrio", str(folder), "--out", str(tmp_path / "world")]) == 2
    text = capsys.readouterr().err
    count = 2 if what == "other parameters" else 1  # where Z is, and where Y is
    assert words in text and len(text.splitlines()) == count and not (tmp_path / "world").exists()


def test_small_purchases_can_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = imported(saved_table(tmp_path / "saved"), tmp_path / "world", "--least", "0.15", form="pymrio")
    assert "left out (" in capsys.readouterr().out
    assert len(stage("calm", world=world).register.links) == 2
    assert main(["import", "pymrio", str(tmp_path / "saved"), "--least", "2"]) == 2
    shutil.rmtree(world)
