"""A scenario may add goods, firms, needs and links to the tables: what is added is as what was there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.scenario.scenario import read_files, read_world
from model.tables.faults import Faults
from model.tables.table_files import DATA, draft_tables
from runs.batch.checks import complete_design, read_base
from runs.batch.design import Design, Uncertainty
from runs.report.page import added_rows, render_report
from runs.simulation.identity import scenario_hash
from runs.simulation.settings import world_with
from runs.simulation.stage import SCENARIOS, play, read_story, stage

HEAD = 'title = "Added"\nabout = "For tests."\nbase = "calm"\ndays = 30\n'
GOOD = """
[[add.goods]]
good = "ink"
name = "ink"
unit = "kg"
controlled = 0
looks_alike = 0
price_jpy_mn = 0.1
spot_eta = 0
source = "made up"
range = { price_jpy_mn = [0.05, 0.2] }
"""
FIRM = """
[[add.firms]]
line = "INK"
firm = "INK"
name = "Ink works"
country = "JP"
tier = 1
role = "none"
good = "ink"
demand_per_year = 0
capacity_per_year = 100000
finished_days = 5
houses = 1
military_share = 0
value_added_jpy_mn = 0
industry = "ink"
source = "hypothetical"
"""
NEED = """
[[add.needs]]
line = "SEJ-H"
good = "ink"
per_unit = 3
dependence = 1
cover_days = 20
cover_days_jan2026 = 20
thrift_least = 1
thrift_days = 0
source = "made up"
range = { cover_days = [10, 40] }
"""
LINK = """
[[add.links]]
supplier = "INK"
line = "SEJ-H"
good = "ink"
share = 1
lead_days = 4
qualification_days = 0
source = "made up"
"""
WHOLE = HEAD + GOOD + FIRM + NEED + LINK


def written(folder: Path, text: str, name: str = "added") -> str:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def faults_of(folder: Path, text: str) -> list[str]:
    with pytest.raises(Faults) as found:
        read_story(written(folder, text))
    return list(found.value.sentences)


def test_what_is_added_is_there_at_rest_and_used(tmp_path: Path) -> None:
    chain = stage(written(tmp_path, WHOLE), audited=True, minds=False)
    ink, maker = chain.register.row("INK"), chain.register.row("SEJ-H")
    base = chain.world.network.baseline
    assert base[ink] == pytest.approx(3.0 * base[maker])
    for _ in range(30):
        chain.step()
    np.testing.assert_allclose(chain.world.flows.output[[ink, maker]], base[[ink, maker]], rtol=1e-9)
    need = chain.register.trading_partners.needs["SEJ-H"]["ink"]
    assert chain.world.state.stock[need] == pytest.approx(20.0 * 3.0 * base[maker])


def test_a_shock_may_strike_what_is_added(tmp_path: Path) -> None:
    fire = '[[shock]]\ndate = 2026-01-10\nkind = "capacity"\nlines = ["INK"]\ntimes = 0.0\n'
    fire += 'note = "fire"\nsource = "made up"\n'
    start = "start = 2026-01-01\n"
    chain = stage(
        written(tmp_path, HEAD.replace("days = 30\n", "days = 60\n") + start + GOOD + FIRM + NEED + LINK + fire)
    )
    for _ in range(60):
        chain.step()
    assert chain.world.flows.output[chain.register.row("SEJ-H")] == 0.0  # 20 days of stock, 5 at the maker, 4 at sea


def test_heirs_inherit_what_is_added_and_others_do_not_see_it(tmp_path: Path) -> None:
    written(tmp_path, WHOLE)
    story, tables = read_story(written(tmp_path, 'title = "Heir"\nabout = "For tests."\nbase = "added"\n', "heir"))
    assert story.added == {"goods": ("ink",), "firms": ("INK",), "needs": ("SEJ-H:ink",), "links": ("INK>SEJ-H:ink",)}
    assert "INK" in {line.line for line in tables.firms}
    draft = draft_tables(DATA)
    read_world(str(tmp_path / "added.toml"), SCENARIOS, DATA, drafted=draft)
    _, calm = read_world("calm", SCENARIOS, DATA, drafted=draft)
    assert "INK" not in {line.line for line in calm.firms} and "ink" not in draft.names["good"]


def test_settings_levers_and_uncertainties_reach_what_is_added(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE)
    _, tables = read_story(path, ["needs.cover_days[good=ink]=33"])
    assert [need.cover_days for need in tables.needs if need.good == "ink"] == [33.0]
    stock = Uncertainty(name="stock", set="needs.cover_days[good=ink]")
    price = Uncertainty(name="price", set="goods.price_jpy_mn[good=ink]*")
    design = Design(name="mine", title="Mine", about="For tests.", scenarios=(path,), uncertainties=(stock, price))
    base = read_base(design)
    whole, _ = complete_design(design, base)
    assert [(each.low, each.high) for each in whole.uncertainties] == [(10.0, 40.0), (0.5, 2.0)]
    (story, under), files = (
        base.apply(["needs.cover_days[good=ink]=12"], "a lever")[0],
        read_files(path, SCENARIOS, DATA),
    )
    assert [need.cover_days for need in under.needs if need.good == "ink"] == [12.0]
    _, again = world_with((story, tables), files, ["days=20", "needs.cover_days[good=ink]*=2"])
    assert [need.cover_days for need in again.needs if need.good == "ink"] == [40.0]


def test_what_is_added_is_a_part_of_what_a_resumed_batch_compares(tmp_path: Path) -> None:
    hashes = {scenario_hash(read_story(written(tmp_path, text)))
              for text in (WHOLE, WHOLE, WHOLE.replace("per_unit = 3", "per_unit = 4"))}  # fmt: skip
    assert len(hashes) == 2


def test_sources_say_where_each_added_number_comes_from(tmp_path: Path) -> None:
    _, tables = read_story(written(tmp_path, WHOLE))
    rows = {source.key: source for source in tables.sources}
    assert rows["needs SEJ-H:ink cover_days"].range_of(20.0) == (10.0, 40.0)
    assert (rows["needs SEJ-H:ink per_unit"].kind, rows["firms INK houses"].kind) == ("sourced", "assumption")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('country = "JP"', 'country = "JPN"', "added.toml: add.firms 1 (INK), country: found 'JPN', which is not a"),
        ("cover_days = 20\n", 'cover_days = "20"\n', "add.needs 1 (SEJ-H:ink), cover_days: found '20'; a number was"),
        ("cover_days = 20\n", "cover_days = -1\n", "add.needs 1 (SEJ-H:ink), cover_days: must be >= 0, got -1"),
        ("lead_days = 4\n", "", "add.links 1 (INK>SEJ-H:ink), lead_days: it is missing; write it"),
        ("per_unit = 3", "per_unti = 3", "add.needs 1 (SEJ-H:ink), per_unti: it is not a key of this table;"),
        ('source = "hypothetical"\n', "", "add.firms 1 (INK), source: it is missing; write it"),
        ("[10, 40]", "[30, 40]", "add.needs 1 (SEJ-H:ink), range.cover_days: must hold the value 20, got 30 to 40"),
        ("{ cover_days", "{ cover_day", "range.cover_day: it is no number of needs; did you mean 'cover_days'?"),
        ("share = 1\n", "share = 0.5\n", "added.toml: add.links: need of SEJ-H for ink, share: found shares that"),
        (LINK, "", "added.toml: add.needs 1 (SEJ-H:ink), found no link that brings it; write [[add.links]]"),
        (NEED, "", "add.links 1 (INK>SEJ-H:ink), good: found 'ink', which SEJ-H does not need"),
        (FIRM, "", "add.links 1 (INK>SEJ-H:ink), supplier: found 'INK', which is not a known line"),
        ('line = "INK"', 'line = "SEJ-H"', "add.firms 1 (SEJ-H), found a row that firms.csv has already; give"),
        (LINK, LINK + LINK, "add.links 2 (INK>SEJ-H:ink), found a row that added.toml add.links 1 has already"),
        ("[[add.goods]]", "[[add.good]]", "added.toml: add.good: found 'good', which is not a known table to add to"),
        ("[[add.goods]]", "[[ad.goods]]", "added.toml: ad: it is not a key of a scenario; did you mean 'add'?"),
    ],
)  # fmt: skip
def test_faults_name_file_and_key(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in WHOLE
    found = faults_of(tmp_path, WHOLE.replace(old, new))
    assert any(words in sentence for sentence in found), found


def test_faults_of_what_is_added_are_told_together_with_all_others(tmp_path: Path) -> None:
    text = WHOLE.replace('"JP"', '"JPN"').replace("lead_days = 4", "lead_days = 0") + "\n[[shock]]\nkind = 'fire'\n"
    found = "\n".join(faults_of(tmp_path, text))
    assert all(words in found for words in ("add.firms 1", "add.links 1", "shock 1, kind"))


def test_what_is_no_table_of_rows_is_told(tmp_path: Path) -> None:
    assert faults_of(tmp_path, HEAD + "add = 3\n") == ["added.toml: add: found 3; write rows such as [[add.goods]]"]
    assert faults_of(tmp_path, HEAD + "add.goods = [1]\n") == [
        "added.toml: add.goods 1: found 1; write [[add.goods]] with its keys"
    ]


def test_a_report_says_what_was_added(tmp_path: Path) -> None:
    record = play(stage(written(tmp_path, WHOLE), minds=False), 2)
    assert added_rows(record) == [
        {"what": "goods", "names": "ink"}, {"what": "firms", "names": "Ink works"}, {"what": "needs", "names": "1"},
        {"what": "links", "names": "1"},
    ]  # fmt: skip
    page = render_report(record, tmp_path)
    assert "What this scenario adds to the tables" in page and "<li>firms: Ink works</li>" in page


def test_a_world_of_ones_own_is_added_to_as_well(tmp_path: Path) -> None:
    world = Path(__file__).parents[2] / "runs" / "worlds" / "example"
    tables = read_story(written(tmp_path, HEAD), world=world)[1]
    line, country = tables.needs[0].line, tables.countries[0].country
    text = (GOOD + FIRM + NEED + LINK).replace("SEJ-H", line).replace('"JP"', f'"{country}"')
    news = '[[shock]]\ndate = {}\nkind = "willing"\norigin = ["*"]\ndestination = ["*"]\ngoods = ["ink"]\nshare = 0.5\n'
    day = read_story(written(tmp_path, HEAD))[0].start.isoformat()
    story, more = read_story(
        written(tmp_path, HEAD + text + news.format(day) + 'note = "n"\nsource = "s"\n'), world=world
    )
    assert len(more.firms) == len(tables.firms) + 1 and story.shocks[-1].goods == ("ink",)


@pytest.mark.slow
def test_the_scenario_that_comes_with_linestop_rests_until_its_shock() -> None:
    chain = stage("gallium-too", audited=True)
    gallium = chain.register.goods.index[chain.register.goods["good"] == "gallium"][0]
    makers = chain.world.network.good_of == gallium
    for _ in range(int(chain.story.shock_day or 0)):
        chain.step()
        np.testing.assert_allclose(chain.world.flows.output, chain.world.conditions.usual, rtol=1e-9, atol=1e-9)
    assert np.count_nonzero(makers) == 5 and chain.world.flows.output[makers].min() > 0.0
