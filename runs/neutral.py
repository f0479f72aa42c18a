"""Neutral names: countries and companies by what they do, for a class that should not take sides."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from model.scenario import Scenario
from model.table_files import read_tables
from model.tables import Line, Tables
from runs.stage import DATA

NOUNS = {
    "processor": "processor",
    "magnet_maker": "magnet maker",
    "parts_maker": "parts maker",
    "automaker": "car maker",
    "korean_firm": "magnet firm",
    "industry": "industry",
    "trader": "trader",
    "state_stock": "state stock",
    "none": "firm",
}  # how a line's role is called
PEOPLE = {
    "Chinese": "China",
    "Japanese": "Japan",
    "South Korean": "South Korea",
    "Korean": "South Korea",
    "Korea": "South Korea",
    "European": "European Union",
    "Europe": "European Union",
    "Vietnamese": "Vietnam",
    "Beijing": "China",
    "Tokyo": "Japan",
    "Seoul": "South Korea",
}  # other words for a country
SHORTEST_NAME = 4  # letters of a company's name that are looked for in texts


def neutral(tables: Tables) -> Tables:
    """The same tables with neutral names of countries and numbered companies; codes and numbers stay as they are."""
    countries = tuple(each.model_copy(update={"name": each.neutral}) for each in tables.countries)
    names = neutral_names(tables)
    firms = tuple(line.model_copy(update={"name": names[line.line]}) for line in tables.firms)
    return replace(tables, countries=countries, firms=firms)


def neutral_names(tables: Tables) -> dict[str, str]:
    """Line code -> such as "Assembler car maker 3 (hybrid cars)": companies are numbered in the order of the table."""
    called = {country.country: country.neutral for country in tables.countries}
    goods = {good.good: good.name for good in tables.goods}
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for line in tables.firms:
        group = seen[line.country, NOUNS[line.role]]
        if line.firm not in group:
            group.append(line.firm)
        number = group.index(line.firm) + 1
        name = f"{called[line.country]} {NOUNS[line.role]} {number} ({goods[line.good]}"
        twins = sum(other == f"{name})" or other.startswith(f"{name}, line ") for other in names.values())
        names[line.line] = f"{name}, line {twins + 1})" if twins else f"{name})"
    return names


def neutral_story(scenario: Scenario, tables: Tables | None = None) -> Scenario:
    """The same scenario, told in neutral words."""
    words = vocabulary(tables or read_tables(DATA))
    shocks = tuple(
        shock.model_copy(update={"note": replaced(shock.note, words), "source": replaced(shock.source, words)})
        for shock in scenario.shocks
    )
    about, title = replaced(scenario.about, words), replaced(scenario.title, words)
    return scenario.model_copy(update={"title": title, "about": about, "shocks": shocks})


def neutral_words(text: str, tables: Tables | None = None) -> str:
    """A text with neutral names for the countries and companies of the tables; embedded pictures stay."""
    return replaced(text, vocabulary(tables or read_tables(DATA)))


def vocabulary(tables: Tables) -> dict[str, str]:
    """Word -> neutral word, for countries, their people, and companies."""
    called = {country.name: country.neutral for country in tables.countries if country.country != "OT"}
    words = called | {word: called[name] for word, name in PEOPLE.items() if name in called}
    names = neutral_names(tables)
    for line in tables.firms:
        company = names[line.line].partition(" (")[0]
        for name in proper_names(line):
            words.setdefault(name, company)
    return words


def proper_names(line: Line) -> list[str]:
    """The names of real companies in the name of a line: capital words before any bracket."""
    head = line.name.partition(" (")[0]
    if line.houses > 1 and line.role in ("none", "industry", "trader", "korean_firm", "processor"):
        return []
    common = {
        "China",
        "Chinese",
        "Japanese",
        "Japanese-owned",
        "Korean",
        "Korea",
        "Other",
        "Small",
        "Large",
        "Buyers",
        "Truck",
        "Electric",
        "Motors",
        "Vietnam",
        "Rare",
        "Earth",
        "Group",
        "Northern",
    }
    found = re.findall(r"[A-Z][\w-]+(?: [A-Z][\w-]+)*", head)
    return [name for name in found if len(name) >= SHORTEST_NAME and not set(name.split()) & common]


def replaced(text: str, words: dict[str, str]) -> str:
    """A text with words replaced, the longest first, outside of links and embedded pictures."""
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    whole = re.compile(rf'(data:[^"]*"|https?://\S+)|\b({pattern})\b(?!-)')
    return whole.sub(lambda found: found[1] or words[found[2]], text)
