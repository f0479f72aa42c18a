"""Neutral names: countries and companies by what they do, for a class that should not take sides."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from model.scenario.scenario import Scenario
from model.tables.table_files import DATA, read_tables
from model.tables.tables import Line, Tables

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
    "European": "European Union",
    "Vietnamese": "Vietnam",
    "Philippine": "Philippines",
    "Malaysian": "Malaysia",
    "Australian": "Australia",
    "American": "United States",
    "Indian": "India",
}  # whose something is
PLACES = {
    "Korea": "South Korea",
    "Europe": "European Union",
    "Beijing": "China",
    "Tokyo": "Japan",
    "Seoul": "South Korea",
}  # other words for a country
OF_A_SIDE = re.compile(r"^## Sources\n+(?P<told>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FACT = re.compile(r"\b[A-G]\d{1,2}\b")
KEPT = r'data:[^"]*"|https?://\S+|<code[^>]*>.*?</code>|```.*?```|`[^`\n]*`'  # pictures, links and what is typed
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
    """Word -> neutral word, for countries, their people (whose something is), and companies."""
    called = {country.name: country.neutral for country in tables.countries if country.country != "OT"}
    words = called | {word: called[name] for word, name in PLACES.items() if name in called}
    words |= {word: f"{called[name]}'s" for word, name in PEOPLE.items() if name in called}
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
    """A text with words replaced, the longest first, outside of code, links and embedded pictures.

    >>> replaced("The Chinese firms sell to a Japanese one.", {"Chinese": "Upstream's", "Japanese": "Assembler's"})
    "Upstream's firms sell to an Assembler one."
    """
    pattern = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    whole = re.compile(rf"({KEPT})|\b(?:([Tt]he|[Aa]n?)\s+)?({pattern})\b(-owned|(?!-))", re.DOTALL)

    def anew(found: re.Match[str]) -> str:
        kept, article, word, owned = found.groups()
        if kept:
            return str(kept)
        name = words[" ".join(word.split())]
        plain = name.removesuffix("'s")
        if article is None or article.lower() == "the":
            return plain + owned if owned else name
        return f"{article[0]}{'n' if plain[0] in 'AEIOU' else ''} {plain}{owned}"

    return whole.sub(anew, text)


def unsourced(page: str) -> str:
    """A page's Markdown with the numbers of its facts, and without the newspapers and offices of either side."""

    def numbers(found: re.Match[str]) -> str:
        facts = ", ".join(dict.fromkeys(FACT.findall(found["told"])))
        words = f"Facts by number: {facts}. Their publications name the sides; the page without neutral names has them."
        return f"## Sources\n\n{words}\n"

    return OF_A_SIDE.sub(numbers, page)
