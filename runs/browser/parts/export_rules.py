"""What the rules of the day say of a line's exports, destination by destination, in sentences."""

from __future__ import annotations

from datetime import date, timedelta

from model.dates import in_words
from model.scenario.regime_shock import RegimeShock
from runs.simulation.stage import Stage

MOST_NAMED = 4  # destinations that a sentence names


def rules_on_exports(stage: Stage, row: int) -> list[str]:
    """The rules in force on what a line sells abroad, by date; none where its goods leave freely."""
    tables = stage.register.tables
    line = tables.firms[row]
    lines = {each.line: each for each in tables.firms}
    names = {country.country: country.name for country in tables.countries}
    ways = [link for link in tables.links if link.supplier == line.line and lines[link.line].country != line.country]
    newest = max(stage.start, stage.today - timedelta(days=1))  # the last day that has passed
    found: dict[str, RegimeShock] = {}
    for shock in sorted(stage.shocks, key=lambda each: each.date):
        if isinstance(shock, RegimeShock) and shock.holds_on(newest):
            found |= {lines[link.line].country: shock for link in ways if shock.reaches(link, lines)}
    together: dict[tuple[str, date], list[str]] = {}
    for country, shock in found.items():
        if words := rule_words(shock):
            whom = f"some firms in {names[country]}" if shock.entities else names[country]
            together.setdefault((words, shock.date), []).append(whom)
    return [
        f"Exports to {list_names(countries)}: {words}, since {in_words(since)}."
        for (words, since), countries in sorted(together.items(), key=lambda entry: entry[0][1])
    ]


def rule_words(shock: RegimeShock) -> str:
    """What a rule does to an export, in words; empty for one that stops none.

    >>> rule_words(RegimeShock.model_construct(rule="ban")), rule_words(RegimeShock.model_construct(rule="free"))
    ('banned', '')
    """
    if shock.rule == "ban":
        return "banned"
    if shock.rule == "individual":
        return f"each is reviewed, which takes {shock.review_days} days"
    if shock.rule == "watch":
        ruled = shock.grant_share > 0.0 or shock.refuse_share > 0.0
        return "each is looked into" if ruled else "applications are filed and none is ruled on"
    return ""


def list_names(names: list[str]) -> str:
    """Some names as a list in words.

    >>> list_names(["A", "B", "C"]), list_names(["A"]), list_names(list("ABCDEF"))
    ('A, B and C', 'A', 'A, B, C, D and 2 more')
    """
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
