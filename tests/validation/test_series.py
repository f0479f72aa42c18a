"""Series out of customs' files, made by hand: both forms of UN Comtrade and customs renew what they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from runs.__main__ import main
from runs.validation.series import FILE, read_series, renewed_facts
from runs.validation.stylised_facts import stylised_facts

NEW = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,"
    "partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,"
    "classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,mosCode,"
    "motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,"
    "isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
    "legacyEstimationFlag,isReported,isAggregate\n"
)
OLD = (
    "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade Flow,Reporter Code,"
    "Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,Commodity Code,Commodity,Qty Unit Code,Qty Unit,Qty,"
    "Netweight (kg),Trade Value (US$),Flag\n"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PERIODS = ("Year", *MONTHS)
CUSTOMS = "Exp or Imp,Year,HS,Country,Unit1,Unit2," + ",".join(
    f"Quantity1-{each},Quantity2-{each},Value-{each}" for each in PERIODS
)


def new_row(period: str, partner: str, kg: str, hs: str = "850511", flow: str = "X", mot: str = "0") -> str:
    """A row of UN Comtrade as it is published now, with a comma at its end."""
    cells = dict.fromkeys(NEW.strip().split(","), "")
    cells |= {"freqCode": "M", "period": period, "reporterISO": "CHN", "flowCode": flow, "partnerISO": partner,
              "partner2Code": "0", "cmdCode": hs, "customsCode": "C00", "motCode": mot, "netWgt": kg,
              "qtyUnitAbbr": "kg", "partnerDesc": "Türkiye"}  # fmt: skip
    return ",".join(cells.values()) + ",\n"


def old_row(period: str, flow: str, partner: str, kg: str, reporter: str = "CHN") -> str:
    return f"H5,2025,{period},x,6,1,2,{flow},156,China,{reporter},0,x,{partner},850511,x,8,kg,{kg},{kg},999,0\n"


def customs_row(way: int, hs: str, country: int, months: dict[str, int], unit: str = "KG") -> str:
    """A row of customs: code in quotes, quantity 2 in kg, value in 1000 yen."""
    year = sum(months.values())
    cells = [f"0,{months.get(each, 0) if each != 'Year' else year},{months.get(each, 0) * 5}" for each in PERIODS]
    return f"{way},2025,'{hs}',{country},  ,{unit},{','.join(cells)}\n"


def series_of(folder: Path, *texts: str, encoding: str = "utf-8") -> dict[str, dict[str, str]]:
    """The series table, by month, that files of these texts make."""
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"{number}.csv")
        files[-1].write_bytes(text.encode(encoding))
    assert main(["import", "series", *map(str, files), "--out", str(folder / "series.csv")]) == 0
    return {row["month"]: row for row in read_series(folder / "series.csv")}


def test_the_new_form_of_comtrade_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (
        new_row("202504", "W00", "2500000"), new_row("202504", "JPN", "90500.5"),
        new_row("202504", "JPN", "7", mot="1000"), new_row("2025", "JPN", "9"),
        new_row("202504", "KOR", "0"), new_row("202606", "W00", "6100000"),
        new_row("202504", "JPN", "5000", "2846"), new_row("202504", "JPN", "4000", "284690"),
        new_row("202504", "JPN", "1", flow="RX"),
    )  # fmt: skip
    table = series_of(tmp_path, NEW + "".join(rows), encoding="latin-1")
    april = table["2025-04"]
    assert float(april["cn_magnet_exports_total_t"]) == 2500.0 and float(april["to_japan_t"]) == pytest.approx(90.5005)
    assert april["compounds_to_japan_t"] == "5" and april["to_korea_t"] == "0" and april["flag"] == "S/C"
    assert table["2026-06"]["cn_magnet_exports_total_t"] == "6100" and table["2025-05"]["to_japan_t"] == "26"
    said = capsys.readouterr().out
    for words in (
        "1 rows of other flows", "1 rows of whole years", "1 rows of single routes", "read as Latin letters",
        "cn_magnet_exports_total_t: 2 months, 2025-04 to 2026-06; 1 differ from before, such as 2025-04 was 2626",
    ):  # fmt: skip
        assert words in said, words


def test_the_old_form_is_read_and_the_exporter_counts_before_the_importer(tmp_path: Path) -> None:
    text = (
        OLD + old_row("202507", "Import", "CHN", "300000", "JPN") + old_row("202506", "Import", "CHN", "111000", "JPN")
    )
    table = series_of(
        tmp_path, text + old_row("202507", "Export", "JPN", "232500") + old_row("202507", "Re-Export", "JPN", "1")
    )
    assert table["2025-07"]["to_japan_t"] == "232.5" and table["2025-06"]["to_japan_t"] == "111"
    assert "exports of CN" in table["2025-07"]["source"] and "imports of JP" in table["2025-06"]["source"]


def test_customs_with_a_column_a_month_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several codes and offices add up; what is not published yet is no zero; pieces are no weight."""
    text = CUSTOMS + "\n" + "".join((
        customs_row(2, "850511000", 105, {"Jan": 100_000, "Mar": 50_000}),
        customs_row(2, "850511000", 105, {"Jan": 1_000}),
        customs_row(2, "284690290", 105, {"Jan": 4_000}), customs_row(2, "284610000", 105, {"Jan": 6_000}),
        customs_row(2, "280530000", 105, {"Feb": 2_000}), customs_row(2, "850511000", 213, {"Jan": 9_000}),
        customs_row(2, "850511000", 105, {"Jan": 5}, unit="NO"),
    ))  # fmt: skip
    table = series_of(tmp_path, text)
    january = table["2025-01"]
    assert january["to_japan_t"] == "101" and january["compounds_to_japan_t"] == "10"
    assert january["japan_magnet_imports_t"] == "110" and january["metals_to_japan_t"] == "0"
    assert table["2025-02"]["to_japan_t"] == "0" and table["2025-03"]["to_japan_t"] == "50"
    assert table["2025-04"]["to_japan_t"] == "" and table["2025-05"]["to_japan_t"] == "26"
    said = capsys.readouterr().out
    assert "nothing is counted from 2025-04 on" in said and "1 rows in 'NO', which is no weight" in said


def test_a_table_is_updated_and_facts_follow_from_it(tmp_path: Path) -> None:
    """The table of the base case says what the facts say; a month that is counted anew moves its fact and tolerance."""
    facts = stylised_facts()
    assert renewed_facts(facts, FILE) == facts
    series_of(tmp_path, OLD + old_row("202505", "Export", "WLD", "2000000"))
    table = series_of(tmp_path, OLD + old_row("202505", "Export", "JPN", "39000"))
    assert (table["2025-05"]["cn_magnet_exports_total_t"], table["2025-05"]["to_japan_t"]) == ("2000", "39")
    by_argument = {
        fact.argument: fact for fact in renewed_facts(facts, tmp_path / "series.csv") if fact.measure == "magnets_to"
    }
    world, home = by_argument["* 2025-05"], by_argument["JP 2025-05"]
    normal = (6357 + 3588 + 5324) / 3
    assert (world.target, world.low) == (pytest.approx(2000 / normal), pytest.approx(2000 / normal - 0.1))
    assert home.target == pytest.approx(39 / 194.8, rel=1e-3)
    assert by_argument["* 2025-06"] == next(fact for fact in facts if fact.argument == "* 2025-06")


BAD = {
    "another file": ("a,b\n1,2\n", "found columns a, b; a CSV file was expected as published by"),
    "no weight": (OLD + old_row("202505", "Export", "WLD", "many"), "line 2: found 'many'; a weight in kg"),
    "no partner": (NEW + new_row("202505", "", "5"), "line 2: found nothing in partneriso; download it with"),
    "no quantity": (
        CUSTOMS + "\n" + customs_row(2, "850511000", 105, {"Jan": 7}).replace(",7,35,", ",x,35,", 2),
        "line 2: found 'x' in Quantity2-Jan",
    ),
    "other goods": (OLD + old_row("202505", "Export", "WLD", "1").replace("850511", "010121"), "found no month"),
    "nothing": ("", "found columns nothing"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_read_is_told_and_the_table_stays(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, words = BAD[what]
    (tmp_path / "x.csv").write_text(text)
    (tmp_path / "series.csv").write_text("month,to_japan_t,flag,source\n2025-01,3,S,x\n")
    before = (tmp_path / "series.csv").read_text()
    command = [
        "import",
        "series",
        str(tmp_path / "x.csv"),
        str(tmp_path / "gone.csv"),
        "--out",
        str(tmp_path / "series.csv"),
    ]
    assert main(command[:3] + command[4:]) == 2
    assert words in capsys.readouterr().err and (tmp_path / "series.csv").read_text() == before
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "gone.csv: it cannot be read" in said and (words in said or what == "other goods")


def test_validate_refuses_a_table_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert main(["validate", "--series", str(tmp_path / "x.csv"), "--out", str(tmp_path / "v")]) == 2
    assert "found no column month" in capsys.readouterr().err and not (tmp_path / "v").exists()
