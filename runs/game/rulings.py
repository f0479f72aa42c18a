"""What the licensing authority did to a line, in sentences for a seat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from model.dates import in_words
from runs.game.amounts import format_amount
from runs.game.hidden_draw import TURN_DAYS
from runs.game.match import Match
from runs.simulation.stage import AUTHORITY
from runs.simulation.watched_run import JPY_MN_IN_A_BILLION


def describe_rulings(match: Match) -> list[str]:
    """What the authority did in the last turn to the seat's line, or to all lines for its own seat: a sentence each."""
    stage, code, office = match.stage, match.seat.code, match.stage.people.get(AUTHORITY)
    if office is None:
        return []
    days: dict[tuple[int, str], dict[str, float]] = {}
    for ruling in office.rulings:
        if ruling.day >= stage.day - TURN_DAYS and code in (ruling.line, AUTHORITY):
            days.setdefault((ruling.day, ruling.line), {})[ruling.verb] = ruling.amount
    sentences = [describe_ruling(match, day, line, verbs) for (day, line), verbs in days.items()]
    if not sentences and match.seat.is_line and is_revoked(match, code):
        return ["Your licences are revoked: nothing that is under control may leave for you."]
    return sentences


def is_revoked(match: Match, line: str) -> bool:
    """Whether a line's licences are revoked today."""
    return bool(match.stage.world.policy.revoked[:, match.stage.register.row(line)].any())


def describe_ruling(match: Match, day: int, line: str, verbs: Mapping[str, float]) -> str:
    """What the authority did to a line on a day, by verb with its amount, in a sentence."""
    own = line == match.seat.code
    name = match.stage.register.tables.firms[match.stage.register.row(line)].name
    licences = "your licences" if own else f"the licences of {name}"
    words = []
    if "fine" in verbs:
        fine = format_amount(verbs["fine"] / JPY_MN_IN_A_BILLION, match.about.money_sign)
        fined = f"you were fined {fine}" if own else f"a fine of {fine} fell on {name}"
        words.append(f"{fined} for goods that were passed on abroad")
        licences = licences if own else "its licences"
    if "revoke" in verbs:
        words.append(f"{licences} were revoked")
    elif "fine" in verbs and is_revoked(match, line):
        words.append(f"{licences} stay revoked")
    if "pardon" in verbs:
        words.append(f"{licences} were given back")
    return f"On {in_words(match.stage.start + timedelta(days=day))} {' and '.join(words)}."
