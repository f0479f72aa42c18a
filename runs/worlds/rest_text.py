"""A world at rest in words and tables, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from runs.simulation.money_units import choose_unit

MOST_LOSSES = 12  # rows of the last table
MOST_NAMED = 8  # lines, goods or countries in a cell
LATER = 2.0  # times the days until a line falls below half: when it makes nothing, both days are told
GAP = "  "
NARROWEST = 6  # letters of a column whose cells are broken into lines
UNSAID = "-"


def rest_text(rest: dict[str, Any], width: int) -> str:
    """What a world looks like at rest, in lines of so many letters."""
    unit = choose_unit(each["value_added_bn"] for each in rest["countries"])
    parts = [
        heading(rest, width),
        titled("Tiers", tabulate(
            ["", "", "lines", "in", "make"],
            [[str(each["tier"]), each["name"], str(each["lines"]), first_of(each["countries"]),
              first_of(each["goods"])] for each in rest["tiers"]], width)),
        titled("Goods, a year", tabulate(
            ["", "makers", "made", "by exporters", "to users", "controlled", "unit"],
            [[each["good"], str(each["makers"]), amount(each["made"]), percent(each["by_exporters"]),
              amount(each["to_users"]), percent(each["controlled"]), each["unit"]] for each in rest["goods"]], width)),
        titled("Countries", tabulate(
            ["", "", "zone", "lines", f"value added, {unit.short} {rest['money']}", "of GDP"],
            [[each["country"], each["name"], each["zone"], str(each["lines"]),
              amount(each["value_added_bn"] / unit.billions),
              percent(each["of_gdp"], 2)] for each in rest["countries"]], width)),
        titled("Bought directly of exporters", tabulate(
            ["", "good", "of what is used at home", "elsewhere abroad", "controlled"],
            [[each["exporter"], each["good"], percent(each["home"]), percent(each["elsewhere"]),
              percent(each["controlled"])] for each in rest["dependence"]], width)),
        titled("Days of stock", tabulate(
            ["tier", "where", "inputs", "least", "middle", "most", "finished goods"],
            [[str(each["tier"]), each["where"], str(each["inputs"]), amount(each["least"]), amount(each["middle"]),
              amount(each["most"]), amount(each["finished"])] for each in rest["cover"]], width)),
        losses_text(rest, width),
    ]  # fmt: skip
    if rest["remarks"]:
        parts.append(
            titled(
                "Worth a look",
                "\n".join(
                    textwrap.fill(words, width, initial_indent="  ", subsequent_indent="    ")
                    for words in rest["remarks"]
                ),
            )
        )
    return "\n\n".join(part for part in parts if part)


def heading(rest: dict[str, Any], width: int) -> str:
    """What the world is, in a sentence or two."""
    around = f" and {rest['anonymous']:,} anonymous firms around them" if rest["anonymous"] else ""
    words = (
        f"At rest: {rest['lines']:,} lines of {rest['companies']:,} companies with {rest['needs']:,} needs and "
        f"{rest['links']:,} links ({rest['dormant']:,} of them dormant second sources){around}. Home is "
        f"{rest['home'] or UNSAID}, exports are ruled on in {', '.join(rest['exporters']) or 'no country'}, the story "
        f"is that of {rest['story'] or 'no industry'}."
    )
    return textwrap.fill(words, width)


def losses_text(rest: dict[str, Any], width: int) -> str:
    """Who could stop whom, the worst first."""
    losses = [each for each in rest["who_stops_whom"] if each["story"] or each["others_at_home"]]
    words = (
        "Days from the loss until a line makes nothing, or less than half (then with what is left of it), if stocks "
        "are all that stands against it: nobody opens a second source, shifts orders or saves."
    )
    if not losses:
        return titled("Who could stop whom", textwrap.fill("No line at home falls below half by any one loss.", width))
    story = rest["story"] or "story"
    rows = [
        [f"all exports of {each['name']}" if each["is_country"] else f"{each['name']} ({each['country']})",
         effects_text(each["story"]), effects_text(each["others_at_home"])]
        for each in losses[:MOST_LOSSES]
    ]  # fmt: skip
    table = tabulate(["without", f"{story} at home", "others at home"], rows, width)
    more = len(losses) - MOST_LOSSES
    rest_of_them = f"\n  and {more} more losses that strike home: --json has all" if more > 0 else ""
    return titled("Who could stop whom", f"{textwrap.fill(words, width)}\n{table}{rest_of_them}")


def effects_text(effects: Sequence[dict[str, Any]]) -> str:
    """What becomes of some lines, the soonest first: `FEN 50, DAL 113 (8 % left)`."""
    return first_of([f"{each['line']} {effect_text(each)}" for each in effects]) or UNSAID


def first_of(words: Sequence[str]) -> str:
    """The first of some words, and how many more there are.

    >>> first_of(["a", "b"]), first_of(list("abcdefghij"))
    ('a, b', 'a, b, c, d, e, f, g, h, 2 more')
    """
    more = [f"{len(words) - MOST_NAMED} more"] if len(words) > MOST_NAMED else []
    return ", ".join([*words[:MOST_NAMED], *more])


def effect_text(effect: Mapping[str, Any]) -> str:
    """When a line makes nothing; or when it falls below half, with what is left then or the later day of nothing.

    >>> effect_text({"below_half_day": 43, "stopped_day": 367, "left": 0.0})
    '43 (nothing from 367)'
    """
    half, nothing = effect["below_half_day"], effect["stopped_day"]
    if nothing is None:
        return f"{half} ({percent(effect['left'])} left)"
    return f"{nothing}" if nothing <= LATER * half else f"{half} (nothing from {nothing})"


def titled(title: str, body: str) -> str:
    """A part under its title; nothing without a body."""
    return f"{title}\n{body}" if body else ""


def tabulate(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Rows under a head, numbers to the right; where they are too wide, the widest columns are broken into lines."""
    if not rows:
        return ""
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    room = width - len(GAP) * len(widths)
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    numeric = [all(is_numeric(cell) for cell in column[1:]) for column in columns]
    lines = []
    for row in (head, *rows):
        cells = [textwrap.wrap(cell, widths[place], break_on_hyphens=False) or [""] for place, cell in enumerate(row)]
        for level in range(max(map(len, cells))):
            texts = [cell[level] if level < len(cell) else "" for cell in cells]
            laid = [f"{text:>{n}}" if right else f"{text:<{n}}"
                    for text, n, right in zip(texts, widths, numeric, strict=True)]  # fmt: skip
            lines.append((GAP + GAP.join(laid)).rstrip())
    return "\n".join(lines)


def is_numeric(cell: str) -> bool:
    """Whether a cell is a number, a percentage or nothing."""
    return cell == UNSAID or cell.removesuffix(" %").replace(",", "").replace(".", "").isdigit()


def amount(value: float | None) -> str:
    """A number with as many digits as help.

    >>> amount(1234.5), amount(12.34), amount(3.0), amount(None)
    ('1,234', '12.3', '3', '-')
    """
    if value is None:
        return UNSAID
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def percent(share: float | None, digits: int = 0) -> str:
    """A share in percent; nothing of nothing."""
    return UNSAID if share is None else f"{100.0 * share:.{digits}f} %"
