"""Decisions in sentences: which policy is least to be regretted, how often targets hold, what a budget buys."""

from __future__ import annotations

import pandas as pd

from runs.analysis.amounts import with_margin
from runs.analysis.decisions import (
    FROM,
    MEAN_REGRET,
    POLICY,
    REGRET_MARGIN,
    TENTH_REGRET,
    WORST_REGRET,
    budget_steps,
    decision_table,
    near_in_regret,
    target_shares,
)
from runs.analysis.findings import FEWEST_FUTURES, Findings, draws_text
from runs.analysis.headline import amount_text, number_text
from runs.batch.questions import Target

MOST_STEPS = 5


def cannot_tell(found: Findings, what: str) -> str:
    """A sentence that something cannot be told from so few futures; empty where there are enough."""
    if found.draws >= FEWEST_FUTURES:
        return ""
    return f"{what} cannot be told from {draws_text(found)}, for it takes {FEWEST_FUTURES} or more: in these"


def regret_sentence(found: Findings) -> str:
    """The policy that is least to be regretted, by how much, and the regret of the baseline beside it."""
    table = decision_table(found)
    if table.empty or table[WORST_REGRET].max() <= 0.0:
        return ""
    best = table.sort_values([MEAN_REGRET, WORST_REGRET], kind="stable").iloc[0]
    few = cannot_tell(found, "Which policy is least to be regretted")
    lead = f"{few} it" if few else "Least to be regretted"
    if best[WORST_REGRET] <= 0.0:
        return f"{lead} is the policy {named(found, best[POLICY])}: it is best in every future ({best[FROM]})."
    words = (f"{lead} is the policy {named(found, best[POLICY])}: its loss is above that of the best policy in the "
             f"same future by {regret_text(found, best)} ({best[FROM]})")  # fmt: skip
    base = table[table[POLICY] == found.policy_name]
    if best[POLICY] != found.policy_name and len(base):
        words += f"; {found.policy_name} by {regret_text(found, base.iloc[0])}"
    near = near_in_regret(found, str(best[POLICY]))
    also = f" {near} other{'' if near == 1 else 's'} may be regretted as little." if near else ""
    return f"{words}.{also}"


def regret_text(found: Findings, row: pd.Series) -> str:
    """The regret of a policy in words: on average, in nine of ten futures where that can be told, at worst."""
    mean = with_margin(found, found.cost, row[MEAN_REGRET], row[REGRET_MARGIN], amount_text)
    tenth = "" if pd.isna(row[TENTH_REGRET]) else f", up to {amount_text(row[TENTH_REGRET])} ¤ in nine of ten futures"
    return f"{mean} on average{tenth} and {amount_text(row[WORST_REGRET])} ¤ at worst"


def targets_sentence(found: Findings) -> str:
    """How often each target holds in the baseline, and with the policy that keeps to it most often."""
    return " ".join(filter(None, (target_sentence(found, target) for target in found.design.targets)))


def target_sentence(found: Findings, target: Target) -> str:
    """How often a target holds in the baseline, and with the policy that keeps to it most often."""
    shares = target_shares(found, target)
    if shares.empty:
        return f"Whether “{target.name}” holds is not known: {target.outcome} was not kept or not known."
    many = found.draws >= FEWEST_FUTURES
    base = shares[shares[POLICY] == found.policy_name]
    lead = cannot_tell(found, f"How often the target “{target.name}” holds")
    words = [f"{lead} it does" if lead else f"The target “{target.name}” holds"]
    if len(base):
        words.append(f"{found.policy_name} {share_words(base.iloc[0], many)}")
    most = shares.iloc[int(shares["share"].to_numpy().argmax())]
    equal = int((shares["share"] == most["share"]).sum()) - 1
    if len(shares) > 1 and equal == len(shares) - 1:
        words.append("and so with every other policy")
    elif most[POLICY] != found.policy_name:
        also = f", as with {equal} other{'s' * (equal > 1)}" if equal else ""
        words.append(f"and most often {named(found, most[POLICY])}: {share_words(most, many)}{also}")
    elif len(shares) > 1:
        words.append("and with no other policy more often")
    return f"{' '.join(words)}."


def share_words(row: pd.Series, many: bool) -> str:
    """In how many futures a target holds: of many with the interval of the share."""
    count = number_text(row["share"] * row["futures"])
    words = f"in {count} of {row['futures']} futures"
    return f"{words} (95 % interval {100 * row['low']:.0f} to {100 * row['high']:.0f} %)" if many else words


def budget_sentence(found: Findings) -> str:
    """The best policy for each budget: what it costs beyond the baseline, and what is lost with it."""
    steps = budget_steps(found)
    if len(steps) < 2:
        return ""
    words = [
        f"from {amount_text(cost)} ¤ {named(found, name)} ({amount_text(loss)} lost)" if cost > 0.0 else
        f"for nothing more {named(found, name)} ({amount_text(loss)} ¤ lost)" for cost, name, loss in steps
    ]  # fmt: skip
    if len(words) > MOST_STEPS:
        words[MOST_STEPS - 1 : -1] = [f"{len(words) - MOST_STEPS} more between"]
    return f"Best by budget, mean loss over the same futures: {'; '.join(words)}."


def named(found: Findings, policy: str) -> str:
    """A policy as the end of a phrase."""
    return policy if policy == found.policy_name else f"with {policy}"
