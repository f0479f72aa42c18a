"""Lists of who supplies whom, as CSV, GraphML or GEXF, as a network: a line for each good of each firm."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from model.tables.faults import Faults
from runs.worlds.country_codes import country_codes
from runs.worlds.delimited_files import DIGITS, undo_spreadsheet
from runs.worlds.edge_columns import CUSTOMER, SUPPLIER
from runs.worlds.edge_files import EdgeTable, read_edge_file
from runs.worlds.edge_terms import FINAL, million_of_rows, read_numbers, terms_of
from runs.worlds.flows import Array, NetworkFlows, free_prefix
from runs.worlds.graph_files import ENDINGS, read_graph_file

INPUTS_OVER_OUTPUT = (0.6, 0.4, 0.8)  # what a firm buys at most of what it makes, low and high: an assumption
MOST_OWN_GOODS = 300  # suppliers up to which each makes a good of its own, where no good is named
ALL_GOODS, OTHER_GOODS = "goods", "other goods"


@dataclass(frozen=True)
class FirmFacts:
    """What a list says of its firms: name, country and sector of each that it says it of."""

    name: dict[str, str]
    country: dict[str, str]
    sector: dict[str, str]


def read_flows(path: Path, country: str, times: float | None = None, currency: str | None = None) -> NetworkFlows:
    """Read a list of links as a network; its lines are what suppliers make, good by good, and what customers make.

    country: of firms of which none is said; times and currency: how many millions of which currency a unit of the
    amounts is, None to go by the file. Raise Faults with all that is wrong in the file, by line.
    """
    notes: list[str] = []
    if path.is_dir():
        raise Faults([f"{path}: it is a folder; give the file with the links"])
    table = (read_graph_file if path.suffix.lower() in ENDINGS else read_edge_file)(path, notes)
    numbers = read_numbers(path, table, notes)
    million, counted_in = million_of_rows(path, table, times, currency, notes)
    links = pd.DataFrame({SUPPLIER: ids(table, SUPPLIER), CUSTOMER: ids(table, CUSTOMER)})
    links["amount"] = numbers.get("amount", np.ones(len(links))) * million
    if "amount" not in numbers:
        notes.append(f"no amounts are said: each of {len(links):,} links was taken for 1, which makes all alike")
    terms = terms_of(numbers, notes)
    links = links.assign(**terms)
    facts = firm_facts(table, links, notes)
    links["good"] = goods_of(table, links, facts, notes)
    return network(links, list(terms), facts, (country, counted_in), notes)


def ids(table: EdgeTable, end: str) -> list[str]:
    """What the firm at an end of each link is called; empty for the final market."""
    cells = [undo_spreadsheet(cell) for cell in table.columns[end]]
    return ["" if end == CUSTOMER and cell.casefold() in FINAL else cell for cell in cells]


def firm_facts(table: EdgeTable, links: pd.DataFrame, notes: list[str]) -> FirmFacts:
    """What is said of each firm in the rows that name it, the first word where they differ, with a note."""
    found: dict[str, dict[str, str]] = {}
    for what in ("name", "country", "sector"):
        said: dict[str, str] = {}
        other: list[str] = []
        for end in (SUPPLIER, CUSTOMER):
            for firm, word in zip(links[end], table.columns.get(f"{end}_{what}", []), strict=False):
                if word and firm and said.setdefault(firm, word) != word:
                    other.append(f"{firm} is '{said[firm]}' and '{word}'")
        if other:
            notes.append(f"{len(other):,} rows give a firm another {what} than before, which was kept: {other[0]}")
        found[what] = said
    return FirmFacts(**found)


def goods_of(table: EdgeTable, links: pd.DataFrame, facts: FirmFacts, notes: list[str]) -> list[str]:
    """The good that flows in each link: as it says, else the sector of its supplier, else a good of its own."""
    said = table.columns.get("good") or [""] * len(links)
    sectors = [facts.sector.get(firm, "") for firm in links[SUPPLIER]]
    found = [good or sector for good, sector in zip(said, sectors, strict=True)]
    if any(found):
        if not any(said):
            notes.append(
                f"no good is said: suppliers of a sector make one good, {len(set(filter(None, sectors))):,} in all"
            )
        missing = [firm for firm, good in zip(links[SUPPLIER], found, strict=True) if not good]
        if missing:
            notes.append(
                f"{len(missing):,} links without a good or a sector carry '{OTHER_GOODS}', such as of {missing[0]}"
            )
        return [good or OTHER_GOODS for good in found]
    few = links[SUPPLIER].nunique() <= MOST_OWN_GOODS
    words = "each supplier makes a good of its own, for which none stands in" if few else "all suppliers make one good"
    notes.append(f"neither goods nor sectors are said: {words} (a column good or sector says otherwise)")
    return list(links[SUPPLIER]) if few else [ALL_GOODS] * len(links)


def network(
    links: pd.DataFrame, terms: list[str], facts: FirmFacts, usual: tuple[str, str], notes: list[str]
) -> NetworkFlows:
    """The network of the links; firms with several goods buy for each of their lines as much as it sells.

    usual: the country of firms of which none is said, and the currency of all amounts.
    """
    country, currency = usual
    to_final = links[CUSTOMER] == ""
    lines = lines_of(links, facts)
    row_of = {key: row for row, key in enumerate(zip(lines["firm"], lines["good"], strict=True))}
    links = links.assign(seller=[row_of[key] for key in zip(links[SUPPLIER], links["good"], strict=True)])
    final = np.bincount(links["seller"][to_final], links["amount"][to_final], len(lines)).astype(float)
    flows = links[~to_final].merge(lines[["firm", "row", "part"]], left_on=CUSTOMER, right_on="firm")
    flows["amount"] *= flows["part"]
    split = int(np.sum(flows["part"] < 1.0))
    if split:
        notes.append(f"{split:,} purchases of firms with several goods were split over these, as they sell of each")
    seller, buyer, amount = (flows[name].to_numpy() for name in ("seller", "row", "amount"))
    group, groups = pd.factorize(lines["good"])
    firms, codes = lines["firm"].tolist(), line_codes(lines)
    named = all(DIGITS.fullmatch(code) for code in codes)
    countries, place = places_of(firms, facts, country, notes)
    found = NetworkFlows(
        number=np.array([int(code) for code in codes]) if named else np.arange(1, len(codes) + 1),
        prefix="" if named else free_prefix(codes), names=[] if named else codes,
        group=group.astype(np.int64), groups=groups.tolist(), country=place, countries=countries,
        final=final, output=None,
        seller=seller, buyer=buyer, amount=amount, currency=currency, notes=tuple(notes),
        labels=[facts.name.get(firm, firm) for firm in firms] if facts.name else [], companies=firms,
        industries=[facts.sector.get(firm) or good for firm, good in zip(firms, lines["good"], strict=True)],
        terms={name: flows[name].to_numpy(float) for name in terms},
    )  # fmt: skip
    return found if to_final.any() else with_sales_to_users(found)


def lines_of(links: pd.DataFrame, facts: FirmFacts) -> pd.DataFrame:
    """The lines of the firms: one for each good that a firm sells, one for a firm that only buys.

    Its columns are firm, good, row, and part: what the line sells of all that its firm does.
    """
    sold = links.assign(amount=links["amount"].clip(lower=0.0)).groupby([SUPPLIER, "good"], sort=False)["amount"].sum()
    lines = sold.reset_index().rename(columns={SUPPLIER: "firm"})
    total = lines.groupby("firm")["amount"].transform("sum")
    alone = lines.groupby("firm")["amount"].transform("size")
    lines["part"] = np.where(total > 0.0, lines["amount"] / total.where(total > 0.0, 1.0), 1.0 / alone)
    sellers = set(lines["firm"])
    buyers = [firm for firm in dict.fromkeys(links[CUSTOMER]) if firm and firm not in sellers]
    own = set(lines["good"]) == sellers  # each supplier has a good of its own
    more = pd.DataFrame({
        "firm": buyers, "amount": 0.0, "part": 1.0,
        "good": [facts.sector.get(firm) or (firm if own else OTHER_GOODS) for firm in buyers],
    })  # fmt: skip
    lines = pd.concat([lines, more], ignore_index=True) if buyers else lines
    order = {firm: row for row, firm in enumerate(dict.fromkeys(pd.concat([links[SUPPLIER], links[CUSTOMER]])))}
    lines = lines.sort_values("firm", key=lambda firms: firms.map(order), kind="stable", ignore_index=True)
    return lines.assign(row=np.arange(len(lines)))


def line_codes(lines: pd.DataFrame) -> list[str]:
    """What each line is called: as its firm, and after its good where the firm has several."""
    several = lines["firm"].duplicated(keep=False)
    codes = [f"{firm}: {good}" if many else firm for firm, good, many in
             zip(lines["firm"], lines["good"], several, strict=True)]  # fmt: skip
    taken = set(lines["firm"])
    return [f"{code} (line)" if many and code in taken else code for code, many in zip(codes, several, strict=True)]


def places_of(firms: list[str], facts: FirmFacts, country: str, notes: list[str]) -> tuple[list[str], Array]:
    """The countries of a list, and the one of each line among them."""
    said = [facts.country.get(firm, "") for firm in firms]
    missing = [firm for firm, word in zip(firms, said, strict=True) if not word]
    if missing:
        such = f"such as {missing[0]}; " if len(missing) < len(firms) else ""
        notes.append(f"{len(missing):,} lines without a country were put into {country} ({such}--country says another)")
    words = [word or country for word in said]
    named = list(dict.fromkeys(words))
    code_of = dict(zip(named, country_codes(named, notes), strict=True))
    place, codes = pd.factorize(np.array([code_of[word] for word in words], dtype=object))
    return [str(code) for code in codes], place.astype(np.int64)


def with_sales_to_users(flows: NetworkFlows) -> NetworkFlows:
    """Give firms sales to the final market, of which the list says nothing, so that no firm buys more than a share
    of what it makes; this also keeps firms from selling in circles only."""
    share, low, high = INPUTS_OVER_OUTPUT
    others = (flows.seller != flows.buyer) & (flows.amount > 0.0)
    sold = np.bincount(flows.seller[others], flows.amount[others], flows.count)
    bought = np.bincount(flows.buyer[others], flows.amount[others], flows.count)
    final = np.maximum(0.0, bought / share - sold)
    words = (
        f"lines were given sales to the final market, of which nothing is said, so that they buy {share:g} of what "
        f"they make (an assumption, {low:g} to {high:g}; rows without a customer say otherwise)"
    )
    return flows.note_firms(final > 0.0, words, final=final)
