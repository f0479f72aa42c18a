"""Networks and tables in all the forms in which people publish them; what cannot be read is reported, all at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from runs.__main__ import main
from runs.simulation.focus import focus_of
from runs.simulation.stage import stage
from tests.worlds.test_import import four_files, imported, saved_table


def as_published(folder: Path) -> None:
    """Call the four files as the published sample does, with tabs between columns."""
    for name, word in {"A": "ATableLine", "C": "CVector", "P": "PiniVector", "F": "FirmAffiliation"}.items():
        text = (folder / f"{name}.txt").read_text().replace(" ", "\t")
        (folder / f"{name}.txt").unlink()
        (folder / f"toy{word}.txt").write_text(text)


def rewritten(change: Callable[[str], str], encoding: str = "utf-8") -> Callable[[Path], None]:
    """A change of what all four files say."""

    def change_all(folder: Path) -> None:
        for path in folder.glob("*.txt"):
            path.write_bytes(change(path.read_text()).encode(encoding))

    return change_all


FORMS: dict[str, Callable[[Path], None]] = {
    "published names and tabs": as_published,
    "commas": rewritten(lambda text: text.replace(" ", ",")),
    "semicolons and blanks": rewritten(lambda text: text.replace(" ", "; ")),
    "lines of Windows, with a mark and blank lines": rewritten(
        lambda text: text.replace("\n", "\r\n") + "\r\n\r\n", "utf-8-sig"
    ),
    "two bytes a letter": rewritten(lambda text: text, "utf-16"),
    "whole numbers of a spreadsheet": rewritten(lambda text: text.replace("1 ", "1.0 ").replace("2 ", "2e+00 ")),
}


@pytest.mark.parametrize("form", FORMS)
def test_files_are_read_in_any_form_in_which_they_are_published(tmp_path: Path, form: str) -> None:
    plain, other = four_files(tmp_path / "plain"), four_files(tmp_path / "other")
    FORMS[form](other)
    names = ("firms.csv", "needs.csv", "links.csv")
    worlds = [imported(folder, tmp_path / f"w-{folder.name}") / "tables" for folder in (plain, other)]
    assert [(worlds[0] / name).read_text() for name in names] == [(worlds[1] / name).read_text() for name in names]


@pytest.mark.parametrize("called", ["99999999999999999999", "Toyota & Co", "-7", "a-b"])
def test_firms_may_be_called_by_anything(tmp_path: Path, called: str) -> None:
    files = four_files(tmp_path / "files")
    for name, columns in (("A", (0, 1)), ("C", (0,)), ("P", (0,)), ("F", (0,))):
        rows = [line.split() for line in (files / f"{name}.txt").read_text().splitlines()]
        text = [
            [called if place in columns and cell == "2" else cell for place, cell in enumerate(row)] for row in rows
        ]
        (files / f"{name}.txt").write_text("".join("\t".join(row) + "\n" for row in text))
    chain = stage("calm", world=imported(files, tmp_path / "world"))
    assert called in chain.register.firms.index
    assert sorted(chain.world.network.baseline.tolist()) == pytest.approx([45.0, 50.0, 70.0, 125.0, 304.0], rel=0.2)


def test_all_that_is_wrong_in_all_files_is_reported_at_once_with_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = four_files(tmp_path / "files")
    (files / "A.txt").write_text("1 2 many\n1 2 nan\n2 3\n" + "1 3 4\n")
    (files / "C.txt").write_bytes(b"1 4\n\xe4 5\n")
    (files / "P.txt").write_text("1 4\n1 4\n2 1e99\n")
    (files / "F.txt").write_text("1 " + "x" * 100_000 + "\n")
    assert main(["import", "inoue-todo", str(files), "--out", str(tmp_path / "world")]) == 2
    text = capsys.readouterr().err
    for words in (
        "A.txt: column amount, line 1: found 'many'", "A.txt: column amount, line 2: found 'nan'",
        "A.txt: line 3: found",
        "C.txt: found bytes that are not UTF-8 at byte 4", "P.txt: column amount, line 3: found '1e99'",
        "F.txt: column group, line 1: found 'xxxx",
    ):  # fmt: skip
        assert words in text
    assert len(text) < 2000 and not (tmp_path / "world").exists()


BOUNDS = {
    "cover beyond all time": ["--cover", "1e308"], "cover of nothing": ["--cover", "0"], "endless": ["--times", "inf"],
    "times beyond reason": ["--times", "1e300"], "all is small": ["--least", "1"], "no country": ["--country", ""],
    "no number": ["--cover", "nan"], "a long number": ["--times", "9" * 5000],
}  # fmt: skip


@pytest.mark.parametrize("what", BOUNDS)
def test_settings_of_an_import_have_bounds(tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["import", "inoue-todo", str(four_files(tmp_path / "files")), "--out", str(tmp_path / "w"), *BOUNDS[what]]
    try:
        code = main(command)
    except SystemExit as end:
        code = int(end.code or 0)
    text = capsys.readouterr().err
    assert (
        code == 2 and ("expected" in text or "must be" in text) and len(text) < 2500 and not (tmp_path / "w").exists()
    )


UNITS: dict[str, tuple[list[str], float | None, str, str]] = {
    "M.JPY": ([], 1.0, "they were taken as they are", "JPY"),
    "million yen": ([], 1.0, "they were taken as they are", "JPY"),
    "M.USD": ([], 1.0, "they were taken as they are", "USD"),
    "1000 USD": ([], 0.001, "taken times 0.001 for million USD", "USD"),
    "Mio. EUR": (["--currency", "jpy"], 160.0, "160 JPY a EUR (an assumption, 120 to 185", "JPY"),
    "M.CNY": (["--currency", "KRW"], 21 / 0.11, "191 KRW a CNY (an assumption, 133 to 242", "KRW"),
    "M.BRL": ([], 1.0, "they were taken as they are", "BRL"),
    "R$ million": ([], 1.0, "they were taken as they are", "BRL"),
    "KGS": (["--currency", "KGS"], 1e-6, "taken times 1e-06 for million KGS", "KGS"),
    "K.BDT": ([], 0.001, "taken times 0.001 for million BDT", "BDT"),  # not 1000 BBD
    "kt": ([], None, "amounts are in 'kt', which is no known unit of money", ""),
    "pen": ([], None, "'pen', which is no known unit of money", ""),
    "kgs": ([], None, "'kgs', which is no known unit of money", ""),
    "M.MXN": (["--currency", "JPY"], None, "'M.MXN', for which no rate to JPY is known", ""),
    "tonnes": (
        ["--times", "2.5", "--currency", "ARS"],
        2.5,
        "taken times 2.5 for million ARS, as --times says; the file says 'tonnes'",
        "ARS",
    ),
    "1000 JPY": (["--times", "2"], 2.0, "taken times 2 for million JPY, as --times says; the file says", "JPY"),
}


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_of_a_table_is_read_and_said(tmp_path: Path, unit: str, capsys: pytest.CaptureFixture[str]) -> None:
    more, times, words, currency = UNITS[unit]
    folder = saved_table(tmp_path / "saved")
    parameters = json.loads((folder / "file_parameters.json").read_text())
    parameters["files"]["unit"] = {"name": "unit.txt"}
    (folder / "file_parameters.json").write_text(json.dumps(parameters))
    rows = "".join(f"{region}\t{sector}\t{unit}\n" for region in ("JP", "KR") for sector in ("steel", "cars"))
    (folder / "unit.txt").write_text("region\tsector\tunit\n" + rows)
    code = main(["import", "pymrio", str(folder), "--out", str(tmp_path / "w"), *more])
    text = capsys.readouterr()
    assert words in text.out + text.err and code == (2 if times is None else 0)
    if times is not None:
        rest = stage("calm", world=tmp_path / "w").world.network.baseline * 365.0
        assert rest.tolist() == pytest.approx([times * made for made in (55.0, 150.0, 90.0, 110.0)])
        assert any(words in note for note in json.loads((tmp_path / "w" / "linestop.json").read_text())["notes"])
        tables = stage("calm", world=tmp_path / "w").register.tables
        assert focus_of(tables).money.code == currency
        assert {good.unit for good in tables.goods} == {f"million {currency}"}


def with_units(folder: Path, units: list[str]) -> Path:
    """A saved table with a unit file that names a unit for each row."""
    parameters = json.loads((folder / "file_parameters.json").read_text())
    parameters["files"]["unit"] = {"name": "unit.txt"}
    (folder / "file_parameters.json").write_text(json.dumps(parameters))
    rows = zip([("JP", "steel"), ("JP", "cars"), ("KR", "steel"), ("KR", "cars")], units, strict=True)
    lines = [f"{region}\t{sector}\t{unit}\n" for (region, sector), unit in rows]
    (folder / "unit.txt").write_text("region\tsector\tunit\n" + "".join(lines))
    return folder


def test_rows_in_several_units_of_money_are_converted_row_by_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: 55 of million yen, 150 and 90 of million dollars at 150 yen, 110 of thousand euros at 160."""
    folder = with_units(saved_table(tmp_path / "saved"), ["M.JPY", "M.USD", "US$ million", "kEUR"])
    rest = stage("calm", world=imported(folder, tmp_path / "w", form="pymrio")).world.network.baseline * 365.0
    assert rest.tolist() == pytest.approx([55.0, 150.0 * 150, 90.0 * 150, 110.0 * 0.16])
    assert "amounts of 1 rows are in 'kEUR': taken times 0.16" in capsys.readouterr().out


def test_rows_in_no_money_are_told_with_their_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = with_units(saved_table(tmp_path / "saved"), ["M.JPY", "TJ", "TJ", "M.JPY"])
    assert main(["import", "pymrio", str(folder), "--out", str(tmp_path / "w")]) == 2
    words = "amounts of 2 rows are in 'TJ', which is no known unit of money; write one such as M.EUR"
    assert words in capsys.readouterr().err and not (tmp_path / "w").exists()


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "link.txt", "", ".", "a\0b"])
@pytest.mark.parametrize("table", ["Z", "unit"])
def test_a_saved_table_is_read_from_its_own_folder_only(
    tmp_path: Path, table: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = with_units(saved_table(tmp_path / "saved"), ["M.JPY"] * 4)
    (tmp_path / "secret.txt").write_text("a\tb\n1\tsecret words\n")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    parameters = json.loads((folder / "file_parameters.json").read_text())
    parameters["files"][table]["name"] = name
    (folder / "file_parameters.json").write_text(json.dumps(parameters))
    assert main(["import", "pymrio", str(folder), "--out", str(tmp_path / "w")]) == 2
    said = capsys.readouterr().err
    assert f"{table}: found '{name}', which is no file in this folder" in said and "secret words" not in said


def test_two_and_three_letters_of_a_country_are_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    countries = []
    for place, region in (("two", "JP"), ("three", "JPN")):
        folder = saved_table(tmp_path / place)
        for name in ("Z.txt", "Y.txt"):
            (folder / name).write_text((folder / name).read_text().replace("JP", region).replace("KR", "DEU"))
        world = imported(folder, tmp_path / f"w-{place}", form="pymrio")
        countries.append((world / "tables" / "countries.csv").read_text())
    assert countries[0] == countries[1] and "JP,Japan," in countries[0] and "DE,Germany," in countries[0]
    assert "JPN is JP, DEU is DE" in capsys.readouterr().out


def test_the_largest_lines_are_named_however_many_links_they_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four lines with four links, of which three can be named: each keeps its largest, and all rest as before."""
    monkeypatch.setattr("runs.worlds.imported.MOST_NAMED_LINKS", 3)
    chain = stage("calm", world=imported(saved_table(tmp_path / "saved"), tmp_path / "w", form="pymrio"))
    assert len(chain.register.firms) == 4 and chain.register.anonymous is None
    assert (chain.world.network.baseline * 365.0).tolist() == pytest.approx([55.0, 150.0, 90.0, 110.0])
    buyers = chain.register.links["line"].tolist()
    assert "small purchases of the 4 named lines left out" in capsys.readouterr().out and len(buyers) == 3


@pytest.mark.parametrize(
    "regions", [["NA", "XK"], ["01", "02"], ["1", "2"], ["North America", "$ & co"], ["null", "nan"]]
)
def test_regions_may_be_called_by_anything(tmp_path: Path, regions: list[str]) -> None:
    folder = saved_table(tmp_path / "saved")
    for name in ("Z.txt", "Y.txt"):
        text = (folder / name).read_text()
        for old, new in zip(("JP", "KR"), regions, strict=True):
            text = text.replace(old, new)
        (folder / name).write_text(text)
    chain = stage("calm", world=imported(folder, tmp_path / "world", form="pymrio"))
    assert [country.country for country in chain.register.tables.countries] == regions
    assert (chain.world.network.baseline * 365.0).tolist() == pytest.approx([55.0, 150.0, 90.0, 110.0])


SPOILED: dict[str, tuple[str, Callable[[str], str], str]] = {
    "an amount that is no number": ("Z.txt", lambda text: text.replace("\t60", "\tmuch"), "Z.txt: it is no table"),
    "an amount that is missing": ("Y.txt", lambda text: text.replace("100.0", ""), "Y.txt: it is no table"),
    "an endless amount": ("Y.txt", lambda text: text.replace("100.0", "inf"), "some cells are no numbers"),
    "an amount beyond reason": ("Y.txt", lambda text: text.replace("100.0", "1e300"), "found an amount of 1e+300 in Y"),
    "a row twice": ("Z.txt", lambda text: text.replace("cars", "steel"), "row 'JP: steel' of Z is there twice"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_amounts_and_rows_that_cannot_be_are_reported(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, spoil, words = SPOILED[what]
    folder = saved_table(tmp_path / "saved")
    for file in ("Z.txt", "Y.txt") if "row" in what else (name,):
        (folder / file).write_text(spoil((folder / file).read_text()))
    assert main(["import", "pymrio", str(folder), "--out", str(tmp_path / "world")]) == 2
    assert words in capsys.readouterr().err and not (tmp_path / "world").exists()
