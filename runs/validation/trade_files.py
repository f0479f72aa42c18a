"""Foreign trade by month as statistics offices publish it: UN Comtrade, in its old and its new form, and customs of
one country with a column for each month."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from math import nan
from pathlib import Path

from model.tables.documents import read_document
from model.tables.faults import Faults
from runs.worlds.country_codes import country_code
from runs.worlds.delimited_files import excerpt, first_faults

SPEC = read_document(Path(__file__).with_name("series.toml"))
HOME_CUSTOMS = SPEC["customs_of_japan"]  # the reporter and its country codes
WORLD = "*"
EXPORT, IMPORT = "export", "import"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
KG_A_UNIT = {"kg": 1.0, "mt": 1000.0, "t": 1000.0, "gr": 1e-3, "8": 1.0}  # 8 is kg in codes of UN Comtrade
FLOWS = {"x": EXPORT, "export": EXPORT, "exports": EXPORT, "2": EXPORT, "m": IMPORT, "import": IMPORT,
         "imports": IMPORT, "1": IMPORT}  # fmt: skip  # of UN Comtrade; re-exports are counted in exports already
OF_ALL = frozenset({"", "0", "world", "wld", "w00", "c00", "toscmo", "all"})
FORMS = {  # what is read -> its heading in small letters, in each form
    "new": {"period": "period", "flow": "flowcode", "reporter": "reporteriso", "partner": "partneriso", "hs": "cmdcode",
            "kg": "netwgt", "quantity": "qty", "unit": "qtyunitabbr",
            "parts": "partner2code|customscode|motcode"},
    "old": {"period": "period", "flow": "trade flow", "reporter": "reporter iso", "partner": "partner iso",
            "hs": "commodity code", "kg": "netweight (kg)", "quantity": "qty", "unit": "qty unit code",
            "parts": "2nd partner code|customs proc. code|mode of transport code"},
}  # fmt: skip
NAMED = "UN Comtrade, or by customs with columns such as 'Exp or Imp', HS, Country, Quantity2-Jan"


@dataclass(frozen=True)
class Trade:
    """What a reporter's customs counted in a month: kg of a code of goods, from or to a partner, `*` for all."""

    month: str
    flow: str
    reporter: str
    partner: str
    hs: str
    kg: float


def read_trade_file(path: Path, notes: list[str]) -> list[Trade]:
    """The rows of a file, whatever its form. Raise Faults with all that is wrong in it, by line."""
    reader = csv.reader(StringIO(read_any_letters(path, notes)))
    try:
        rows = [(reader.line_num, row) for row in reader if any(row)]
    except csv.Error as error:
        raise Faults([f"{path}: line {reader.line_num}: it cannot be read ({error}); check its quotes"]) from None
    heads = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    empty = dict.fromkeys(heads, "")  # for rows with fewer cells
    lines = [(number, empty | dict(zip(heads, map(str.strip, row), strict=False))) for number, row in rows[1:]]
    if {"exp or imp", "hs", "country", "year"} <= set(heads):
        return read_customs(path, lines, notes)
    for form in FORMS.values():
        if {form[name] for name in ("period", "flow", "reporter", "partner", "hs")} <= set(heads):
            return read_comtrade(path, lines, form, notes)
    found = ", ".join(map(excerpt, heads[:6])) or "nothing"
    raise Faults([f"{path}: found columns {found}; a CSV file was expected as published by {NAMED}"])


def read_any_letters(path: Path, notes: list[str]) -> str:
    """The text of a file in UTF-8, or in Latin letters, as UN Comtrade writes it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Faults([f"{path}: it cannot be read ({error.strerror})"]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append(f"{path.name}: its letters are not UTF-8; they were read as Latin letters")
        return content.decode("latin-1")


def read_comtrade(
    path: Path, lines: Sequence[tuple[int, Mapping[str, str]]], form: Mapping[str, str], notes: list[str]
) -> list[Trade]:
    """Rows of UN Comtrade: months only, exports and imports, totals over routes and procedures."""
    found: list[Trade] = []
    wrong: list[str] = []
    left: Counter[str] = Counter()
    for number, row in lines:
        month, flow = month_of(row[form["period"]]), FLOWS.get(row[form["flow"]].casefold())
        if flow is None:
            left["of other flows, such as re-exports"] += 1
        elif month is None:
            left["of whole years"] += 1
        elif any(row.get(part, "").casefold() not in OF_ALL for part in form["parts"].split("|")):
            left["of single routes or procedures"] += 1
        else:
            kg = kg_of(row, form)
            wrong += [f"line {number}: found nothing in {form[end]}; download it with descriptions"
                      for end in ("reporter", "partner") if not row[form[end]]]  # fmt: skip
            if kg is None:
                wrong.append(f"line {number}: found '{excerpt(row[form['kg']])}'; a weight in kg was expected")
            else:
                reporter, partner = (place_of(row[form[end]]) for end in ("reporter", "partner"))
                found.append(Trade(month, flow, reporter, partner, row[form["hs"]].strip("'"), kg))
    if wrong:
        raise Faults(first_faults(path, "", wrong))
    notes += [f"{path.name}: left out {count:,} rows {what}" for what, count in left.items()]
    blank = sum(row.kg != row.kg for row in found)
    if blank:
        notes.append(f"{path.name}: {blank:,} rows say no weight and were left out")
    return [row for row in found if row.kg == row.kg]


def month_of(period: str) -> str | None:
    """202505 as 2025-05; None for a year."""
    match = re.fullmatch(r"(\d{4})-?(0[1-9]|1[0-2])", period.removesuffix(".0"))
    return f"{match[1]}-{match[2]}" if match else None


def place_of(code: str) -> str:
    """The two letters of a country, or `*` for the world."""
    return WORLD if code.casefold() in OF_ALL else country_code(code)


def kg_of(row: Mapping[str, str], form: Mapping[str, str]) -> float | None:
    """The weight of a row: what it says of it, else its quantity if that is one; nan for none, None for no number."""
    text = row.get(form["kg"], "")
    if text in ("", "0", "0.0"):
        times = KG_A_UNIT.get(row.get(form["unit"], "").casefold())
        quantity = number_or_none(row.get(form["quantity"], ""))
        if times is not None and quantity:
            return times * quantity
        return 0.0 if text else nan
    return number_or_none(text)


def number_or_none(text: str) -> float | None:
    """A number of at least 0; None for any other text."""
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return None
    return number if 0.0 <= number < float("inf") else None


def read_customs(path: Path, lines: Sequence[tuple[int, Mapping[str, str]]], notes: list[str]) -> list[Trade]:
    """Rows of a country's customs: a row a year, code and partner, with both quantities of each month."""
    found: list[Trade] = []
    wrong: list[str] = []
    strange: Counter[str] = Counter()
    for number, row in lines:
        flow = {"1": EXPORT, "2": IMPORT}.get(row["exp or imp"])
        place = HOME_CUSTOMS["countries"].get(row["country"], f"customs {row['country']}")
        unit = next((name for name in ("2", "1") if row.get(f"unit{name}", "").casefold() in KG_A_UNIT), None)
        if flow is None or not re.fullmatch(r"\d{4}", row["year"]):
            wrong.append(f"line {number}: found '{excerpt(row['exp or imp'])}' of '{excerpt(row['year'])}'; 1 for "
                         "exports or 2 for imports, and a year, were expected")  # fmt: skip
            continue
        if unit is None:
            strange[row.get("unit2") or row.get("unit1", "")] += 1
            continue
        for place_in_year, name in enumerate(MONTHS, 1):
            text = row.get(f"quantity{unit}-{name}", "")
            quantity = number_or_none(text)
            if text and quantity is None:
                wrong.append(f"line {number}: found '{excerpt(text)}' in Quantity{unit}-{name.capitalize()}; a number "
                             "was expected")  # fmt: skip
            elif quantity is not None:
                kg = quantity * KG_A_UNIT[row[f"unit{unit}"].casefold()]
                month = f"{row['year']}-{place_in_year:02}"
                found.append(Trade(month, flow, HOME_CUSTOMS["reporter"], place, row["hs"].strip("'\" "), kg))
    if wrong:
        raise Faults(first_faults(path, "", wrong))
    notes += [
        f"{path.name}: left out {count:,} rows in '{unit}', which is no weight" for unit, count in strange.items()
    ]
    return with_totals(path, published(path, found, notes), notes)


def with_totals(path: Path, rows: list[Trade], notes: list[str]) -> list[Trade]:
    """Add the trade with all partners, which customs do not publish in the same file; not where only one is in it."""
    partners = {row.partner for row in rows}
    if len(partners) < 2:
        words = f"it has rows of {', '.join(partners) or 'nobody'} alone, so that trade with all partners is not known"
        notes.append(f"{path.name}: {words}")
        return rows
    totals: dict[tuple[str, str, str], float] = {}
    for row in rows:
        key = (row.month, row.flow, row.hs)
        totals[key] = totals.get(key, 0.0) + row.kg
    notes.append(f"{path.name}: trade with all partners is the sum over the {len(partners)} that are in it")
    reporter = HOME_CUSTOMS["reporter"]
    return rows + [Trade(month, flow, reporter, WORLD, hs, kg) for (month, flow, hs), kg in totals.items()]


def published(path: Path, rows: list[Trade], notes: list[str]) -> list[Trade]:
    """Leave out the months after the last of a year in which anything was counted: they are not published yet."""
    last: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.kg > 0.0:
            key = (row.flow, row.month[:4])
            last[key] = max(last.get(key, row.month), row.month)
    kept = [row for row in rows if row.month <= last.get((row.flow, row.month[:4]), "")]
    months = sorted({row.month for row in rows} - {row.month for row in kept})
    if months:
        notes.append(f"{path.name}: nothing is counted from {months[0]} on, which was taken for not published yet")
    return kept
