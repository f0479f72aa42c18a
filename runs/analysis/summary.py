"""Summary of a batch in sentences: what happens, which lever is cheapest, which uncertainty matters, and caveats."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from runs.analysis.answers import lever_answers
from runs.analysis.caveats import list_caveats
from runs.analysis.decision_sentences import budget_sentence, regret_sentence, targets_sentence
from runs.analysis.discovery import box_inputs, early_day, early_stops, find_box
from runs.analysis.findings import FEWEST_FUTURES, Findings, capital, draws_text, runs_text, varies
from runs.analysis.headline import (
    MOST_OUTCOMES,
    amount_text,
    baseline_sentences,
    is_many,
    number_text,
    share_text,
)
from runs.analysis.policy_tables import (
    BEST,
    CLEAR,
    DAYS,
    FROM,
    MARGIN,
    MORE,
    NEAR,
    PRICE,
    SUM,
    TOGETHER,
    TOTAL,
    can_be_priced,
    interactions,
    lever_prices,
    policy_prices,
    policy_text,
)
from runs.analysis.sensitivity import could_be_chance, tornado_table

NEGLIGIBLE = 0.02  # share of the loss
MOST_POLICIES_LISTED = 3  # one by one
NOT_CLEAR = "buys car production by more than chance would"


def summarize(found: Findings) -> list[str]:
    """The answers of one scenario in sentences: to the question of its design, then all others, then the caveats."""
    if found.frame.empty:
        return list_caveats(found)
    asked = answer_question(found)
    others = [answer(found) for answer in ANSWERS]
    others = [found.in_money(sentence) for sentence in others if sentence]
    return [*asked, *(sentence for sentence in others if sentence not in asked), *list_caveats(found)]


def answer_question(found: Findings) -> list[str]:
    """The sentences that answer the question of the design, in its order; none where it asks nothing."""
    told: list[str] = []
    for each in found.design.answers:
        if each.lever is not None:
            told += lever_answers(found, each.lever, each.outcomes)
        else:
            told += [answer(found) for answer in ANSWERS_BY_KIND[each.kind]]
    return [found.in_money(sentence) for sentence in told if sentence]


def other_policies_sentences(found: Findings) -> str:
    """The other policies beside the baseline, by the median of the first outcome that is known."""
    known = [name for name in (found.cost, found.stop, found.cars) if found.has(name)][:1] or found.outcomes[
        :MOST_OUTCOMES
    ]
    sentences = [other_policies_sentence(found, outcome) for outcome in known] if found.effective_levers else []
    return " ".join(sentence for sentence in sentences if sentence)


def other_policies_sentence(found: Findings, outcome: str) -> str:
    """The medians of one outcome under the other policies; levers without effect make no other policy."""
    never = float("inf") if outcome == found.stop else float("nan")
    groups = [(some.iloc[0], some[outcome].fillna(never).median())
              for _, some in found.frame.groupby(found.effective_levers, sort=False)]  # fmt: skip
    rows = sorted(((policy, middle) for policy, middle in groups
                   if middle == middle and policy_text(found, policy)),
                  key=lambda row: row[1])  # fmt: skip
    if not rows:
        return ""
    what = {found.cost: "the median loss", found.stop: f"the median first stop of {found.stopping}"}.get(
        outcome, f"the median of {outcome}"
    )
    each = [f"{outcome_text(found, outcome, middle)} with {policy_text(found, policy)}" for policy, middle in rows]
    if len(rows) <= MOST_POLICIES_LISTED:
        return f"Beside that, {what} is {'; '.join(each)}."
    return f"Beside that, {what} of the {len(rows)} other policies goes from {each[0]} to {each[-1]}."


def outcome_text(found: Findings, outcome: str, value: float) -> str:
    """A value of an outcome in words."""
    if outcome == found.cost:
        return f"{amount_text(value)} ¤" if value >= 0.0 else f"a gain of {amount_text(-value)} ¤"
    if outcome == found.stop:
        return "never" if value == float("inf") else f"day {value:.0f}"
    return number_text(value)


def lever_sentence(found: Findings) -> str:
    """The lever that buys a day of car production most cheaply, all others as in the baseline."""
    table = lever_prices(found)
    if table.empty:
        return ""
    over = f"from {table[FROM].iloc[0]}{found.others_note}"
    if table[MARGIN].isna().all():
        best = table.sort_values(DAYS).iloc[-1]
        if best[DAYS] <= 0.0:
            return f"No choice of any lever buys car production ({over})."
        return f"Most days of car production come from {choice_text(best)}: {price_text(best)} ({over})."
    clear = table[(table[DAYS] > 0.0) & (table[DAYS] > table[MARGIN])]
    if clear.empty:
        return f"No choice of any lever {NOT_CLEAR} ({over})."
    best, most = clear.iloc[0], clear.sort_values(DAYS).iloc[-1]
    words = "Little can be bought here. " if most[DAYS] < 1.0 else ""
    words += f"The cheapest day of car production comes from {choice_text(best)}: {price_text(best)} ({over})."
    if most["lever"] != best["lever"] or most["choice"] != best["choice"]:
        words += f" Most days come from {choice_text(most)}: {price_text(most)}."
    return words


def interaction_sentence(found: Findings) -> str:
    """What two levers do together beyond the sum of what each does alone, where that is clear."""
    table = interactions(found)
    if table.empty or table[MORE].abs().max() == 0.0:
        return ""
    clear = table[table[CLEAR]]
    over = f"from {table[FROM].iloc[0]}"
    if clear.empty:
        return f"Whether levers change each other's effect cannot be told {over}."
    row, days = clear.iloc[0], can_be_priced(found)
    verb, words = ("buy", days_text) if days else ("change the loss by", loss_text)
    return (
        f"Levers change each other's effect: {row['lever']} “{row['choice']}” and {row['with']} “{row['as']}” {verb} "
        f"{words(row[SUM])} if each is counted alone and {words(row[TOGETHER])} together (difference "
        f"{number_text(row[MORE])} ± {number_text(row['± (95 %)'])}; {over}); {len(clear)} of {len(table)} pairs of "
        "choices clearly do so."
    )


def days_text(days: float) -> str:
    """A number of production days in words."""
    return f"{number_text(days)} production days"


def loss_text(billions: float) -> str:
    """A change of the loss in words."""
    return f"{amount_text(billions)} ¤"


def choice_text(row: pd.Series) -> str:
    """A choice of a lever in words."""
    return f"{row['lever']} “{row['choice']}” instead of “{row['instead of']}”"


def price_text(row: pd.Series) -> str:
    """The days that a choice buys, with their 95 % interval, and what they cost, in words."""
    bar = "" if pd.isna(row[MARGIN]) else f" (± {number_text(row[MARGIN])})"
    days = f"{number_text(row[DAYS])} production days{bar}"
    if row[TOTAL] <= 0.0:
        return (
            f"{days}, and precaution costs {amount_text(-row[TOTAL])} ¤ less"
            if row[TOTAL] < 0.0
            else f"{days} for nothing"
        )
    return f"{days} for {amount_text(row[TOTAL])} ¤, {amount_text(row[PRICE])} a day"


def policy_sentence(found: Findings) -> str:
    """The best buy with most days, where levers can be combined, and how many others may be as good."""
    table = policy_prices(found)
    if table.empty or len(found.effective_levers) < 2:
        return ""
    best = table[table[BEST] & (table[DAYS] > table[MARGIN])]
    if best.empty:
        return ""
    most = best.sort_values(DAYS).iloc[-1]
    name = policy_text(found, most).replace(" and ", " with ")
    near = int(table[NEAR].sum()) - 1
    others = f" {near} other{'' if near == 1 else 's'} may buy as many, for all that these runs tell." * (near > 0)
    return f"No policy tried buys more than {name}: {price_text(most)} (from {most[FROM]}).{others}"


def uncertainty_sentence(found: Findings) -> str:
    """The uncertainty that moves the loss most in the baseline."""
    if not found.has(found.cost) or not found.ordered_uncertainties:
        return ""
    baseline, lead = found.baseline, capital(found.policy_name)
    futures = baseline.frame["future"].nunique()
    if not varies(baseline.frame.groupby("future")[found.cost].mean()):
        return f"{lead}, no uncertainty changes the loss: it is the same in all {futures} futures."
    table = tornado_table(found, found.cost)
    if table.empty:
        return (f"Which uncertainty matters most cannot be said from {draws_text(found)}; it takes {FEWEST_FUTURES} or "
                "more.")  # fmt: skip
    first = table.iloc[0]
    low, high = first["at its low end"], first["at its high end"]
    if first["swing"] < NEGLIGIBLE * abs(baseline.frame[found.cost].mean()):
        return f"{lead}, no uncertainty moves the mean loss by more than {100 * NEGLIGIBLE:.0f} %."
    if could_be_chance(found, found.cost, first["uncertainty"]):
        return f"{lead}, no uncertainty moves the loss by more than chance would in {draws_text(found)}."
    kind = "gain" if max(low, high) < 0.0 else "loss"
    low, high = (-low, -high) if kind == "gain" else (low, high)
    return (
        f"{lead}, the uncertainty that matters most: {first['uncertainty']}; the mean {kind} is {amount_text(low)} ¤ "
        f"at the low end of its range and {amount_text(high)} at the high end (over {baseline.evidence})."
    )


def early_stops_sentence(found: Findings) -> str:
    """How many runs of the baseline stop early, and the box of all runs in which this is clearly likelier, if any."""
    if not found.has(found.stop) or found.frame[found.stop].isna().all():
        return ""
    early, day, first = early_stops(found), early_day(found), found.baseline
    mine = int((first.frame[found.stop] <= day).sum())
    often = share_text(mine, len(first.frame), is_many(found))
    words = f"{capital(found.policy_name)}, {found.stopping} stops by day {day} {often} ({first.evidence})"
    policies = len(found.frame.groupby(found.effective_levers)) if found.effective_levers else 1
    if policies > 1:
        words += f"; over all {policies} policies tried, in {100 * early.mean():.0f} % of {runs_text(len(early))}"
    if early.all() or box_inputs(found).empty:
        return f"{words}."
    box = find_box(found)
    if box is None:
        return f"{words}; no group of runs stands out."
    group, (low, high) = box.box, box.density
    there = f"there {100 * group.density:.0f} % of {group.runs:,} runs stop that early"
    return (
        f"{words}; {100 * group.coverage:.0f} % of these have in common: {' and '.join(box.words)} ({there}, 95 % "
        f"interval {100 * low:.0f} to {100 * high:.0f} %, {number_text(group.lift)} times the share of all runs)."
    )


ANSWERS: tuple[Callable[[Findings], str], ...] = (
    baseline_sentences,
    other_policies_sentences,
    lever_sentence,
    policy_sentence,
    regret_sentence,
    targets_sentence,
    budget_sentence,
    interaction_sentence,
    uncertainty_sentence,
    early_stops_sentence,
)
ANSWERS_BY_KIND: dict[str, tuple[Callable[[Findings], str], ...]] = {
    "price": (lever_sentence, policy_sentence), "policies": (regret_sentence, targets_sentence, budget_sentence),
    "uncertainty": (uncertainty_sentence,), "early stops": (early_stops_sentence,),
}  # fmt: skip
