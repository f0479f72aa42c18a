"""The controls of a line's seat: the present value of each, and the verbs of the people that a choice becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.habits import diversified
from runs.simulation.stage import Stage

Orders = Callable[[Stage, Any, Any], list[tuple[str, dict[str, Any]]]]
ReadValue = Callable[[Stage, Any], Any]
SERVED_FIRST, SERVED_AS_OTHERS = 5.0, 1.0


@dataclass(frozen=True)
class Control:
    """One control of a seat: its present value, what may be chosen, and the verbs that a choice becomes.

    `orders(stage, person, value)` returns those verbs with their arguments, `current(stage, person)` the present value.
    `kind` is "number" (least to most) or "choice" (one of `choices(stage, person)`: (value, text), all with `verb`).
    """

    key: str
    label: str
    hint: str
    orders: Orders
    current: ReadValue
    kind: str = "number"
    unit: str = ""
    least: float = 0.0
    most: float = 100.0
    step: float = 1.0
    choices: Callable[[Stage, Any], list[tuple[str, str]]] | None = None
    verb: str = ""


def as_percent(value: float) -> float:
    """A share in whole percent."""
    return float(round(100.0 * value))


def policy_of_need(stage: Stage, person: Any, column: str, good: str) -> float:
    """The present value of a policy about an input."""
    return float(getattr(stage.world.policy, column)[person._partners.needs[good]])


HOLD = Control(
    "hold",
    "Days of stock to hold",
    "of every input; more is safe and ties up money",
    lambda stage, who, days: [("hold", {"good": good, "days": days}) for good in who.needs],
    lambda stage, who: round(max(policy_of_need(stage, who, "cover", good) for good in who.needs)),
    unit="days",
    most=240.0,
    step=5.0,
)
RUN_AT = Control(
    "run",
    "Run at",
    "of capacity; slower stretches what is left",
    lambda stage, who, share: [("run_at", {"share": share / 100.0})],
    lambda stage, who: as_percent(stage.world.policy.run[who.row]),
    unit="%",
    step=5.0,
)
BID = Control(
    "bid",
    "Premium offered",
    "over the contract price; the short supplier serves you first",
    lambda stage, who, share: [("bid", {"good": good, "premium": share / 100.0}) for good in who.needs],
    lambda stage, who: as_percent(max(policy_of_need(stage, who, "bid", good) for good in who.needs)),
    unit="%",
    most=60.0,
    step=5.0,
)


def unopened_sources(stage: Stage, who: Any) -> list[tuple[str, str]]:
    """Second sources that could be opened, with the days that it takes."""
    names = {line.line: line.name for line in stage.register.tables.firms}
    found = [("", "none for now")]
    for good in who.needs:
        for supplier, wait in who.days_to_use(good).items():
            if wait < 0.0:
                days = float(stage.world.network.qualification_days[who._partners.links[good][supplier]])
                found.append((f"{good}|{supplier}", f"{names[supplier]}: {days:.0f} days"))
    return found


def open_source(stage: Stage, who: Any, chosen: str) -> list[tuple[str, dict[str, Any]]]:
    """Begin to qualify the chosen second source."""
    good, _, supplier = chosen.partition("|")
    return [("qualify", {"good": good, "supplier": supplier})] if supplier else []


SECOND_SOURCE = Control(
    "source",
    "Open a second source",
    "it takes that long until its goods may be used",
    open_source,
    lambda stage, who: "",
    kind="choice",
    choices=unopened_sources,
    verb="qualify",
)


def spread_orders(stage: Stage, who: Any, share: float) -> list[tuple[str, dict[str, Any]]]:
    """Give the second sources together a share of the orders of every input that has some."""
    out: list[tuple[str, dict[str, Any]]] = []
    for good in who.needs:
        shares = who.suppliers(good)
        begun = [s for s, days in who.days_to_use(good).items() if days >= 0.0 and shares[s] == 0.0]
        if begun:
            out.append(("split", {"good": good, "shares": diversified(shares, begun, share / 100.0)}))
    return out


def spread_share(stage: Stage, who: Any) -> float:
    """The largest share of an input's orders that second sources get."""
    best = 0.0
    for good in who.needs:
        shares = who.suppliers(good)
        wishes = {s: float(stage.world.policy.split[who._partners.links[good][s]]) for s in shares}
        total = sum(wishes.values())
        new = sum(wish for s, wish in wishes.items() if shares[s] == 0.0)
        best = max(best, new / total if total > 0.0 else 0.0)
    return as_percent(best)


SPREAD = Control(
    "spread",
    "Orders to second sources",
    "of each input, once they are qualified",
    spread_orders,
    spread_share,
    unit="%",
    step=5.0,
)
THRIFT = Control(
    "thrift",
    "Redesign to need less",
    "slow, and it is not unlearned",
    lambda stage, who, on: [("thrift", {"good": good, "share": 0.0}) for good in who.needs] if on == "yes" else [],
    lambda stage, who: "yes" if any(policy_of_need(stage, who, "thrift", g) < 0.99 for g in who.needs) else "no",
    kind="choice",
    choices=lambda stage, who: [("no", "not now"), ("yes", "yes, all inputs")],
    verb="thrift",
)


def customers(stage: Stage, who: Any) -> list[tuple[str, str]]:
    """The customers that could be served first."""
    names = {line.line: line.name for line in stage.register.tables.firms}
    return [("", "all alike"), *((customer, names[customer]) for customer in who.customers)]


def serve_first(stage: Stage, who: Any, chosen: str) -> list[tuple[str, dict[str, Any]]]:
    """Serve one customer before the others when there is not enough."""
    return [
        ("favour", {"customer": customer, "weight": SERVED_FIRST if customer == chosen else SERVED_AS_OTHERS})
        for customer in who.customers
    ]


def weight_of(stage: Stage, who: Any, customer: str) -> float:
    """The weight of a customer when there is not enough for all."""
    return float(stage.world.policy.favour[who._partners.customers[customer]])


def served_first(stage: Stage, who: Any) -> str:
    """The customer who is served first today, if any."""
    weights = {c: weight_of(stage, who, c) for c in who.customers}
    most = max(weights, key=lambda c: weights[c], default="")
    return most if most and weights[most] >= SERVED_FIRST else ""


SERVE_FIRST = Control(
    "first",
    "Serve first",
    "when there is not enough for all",
    serve_first,
    served_first,
    kind="choice",
    choices=customers,
    verb="favour",
)


def customers_in(stage: Stage, who: Any, country: str) -> list[str]:
    """The customers of a seat in a country."""
    countries = stage.register.firms["country"]
    return [customer for customer in who.customers if countries[customer] == country]


def orders_taken_control(country: str, label: str, hint: str) -> Control:
    """The share of the orders from a country that a seat takes."""

    def read_current(stage: Stage, who: Any) -> float:
        policy, ways = stage.world.policy, who._partners.customers
        shares = [
            float(policy.willing[ways[c]] * (1.0 - policy.declined[ways[c]])) for c in customers_in(stage, who, country)
        ]
        return as_percent(sum(shares) / len(shares)) if shares else 100.0

    return Control(
        f"take_{country}",
        label,
        hint,
        lambda stage, who, share: [
            ("resell", {"customer": c, "share": share / 100.0}) for c in customers_in(stage, who, country)
        ],
        read_current,
        unit="%",
        step=5.0,
    )
