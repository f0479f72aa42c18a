"""By how many days goods come later under several shocks: delays add, and of closures the last to open counts."""

from collections.abc import Iterable
from datetime import date

from model.scenario.event import Event
from model.scenario.events import LeadShock
from model.scenario.ports import PortShock
from model.scenario.recovery import whole_days


def longest_delay(shocks: Iterable[Event]) -> int:
    """By how many days more than normal goods may come to travel in a scenario, all shocks together."""
    given = [shock for shock in shocks if isinstance(shock, LeadShock | PortShock)]
    return max((delay_on(given, shock.date) for shock in given), default=0)


def delay_on(shocks: Iterable[LeadShock | PortShock], day: date) -> int:
    """By how many days more than normal goods travel that set out on a day, if all of these shocks are on their way."""
    held = [shock for shock in shocks if shock.holds_on(day)]
    waits = [shock.wait_on(day) for shock in held if isinstance(shock, PortShock) and shock.closed]
    slow = [shock for shock in held if not (isinstance(shock, PortShock) and shock.closed)]
    return sum(whole_days(shock.number_on(day)) for shock in slow) + max(waits, default=0)
