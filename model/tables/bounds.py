"""Between which bounds a number makes sense: what lies outside is refused before a run begins."""

from __future__ import annotations

LONGEST_LEAD_DAYS = 1_000  # a ring of cargo is as long as the longest way of its need
LONGEST_CLEARANCE_DAYS = 90  # at customs
LONGEST_WAIT_DAYS = 1_000_000  # of qualification: so long that nobody sees its end
MOST_DAYS = 3_650.0  # of cover, of stock, of patience: ten years
MOST_PRICE = 1e6  # millions of the world's currency a unit
MOST_UNITS = 1e12  # a year
MOST_PER_UNIT = 1e6
LEAST_PER_UNIT = 1e-9
MOST_ELASTICITY = 10.0
MOST_MULTIPLIER = 10.0  # value added of suppliers for one of their customer's
MOST_HOUSES = 1_000_000
LEAST_USE = 0.001  # of normal, that redesign can reach
MOST_TONNES_A_DAY = 1e9

PARAMETERS: dict[str, tuple[float, float]] = {  # of minds.csv
    "adjust_days": (1.0, 1e9),
    "alarm_days": (0.0, MOST_DAYS),
    "back_order_share": (0.0, 1.0),
    "caution": (0.0, 100.0),
    "contract_favour": (0.25, 1e6),  # two favours together stay above the least weight that a verb takes
    "declined_when_watched": (0.0, 1.0),
    "fear_of_news": (0.0, 10.0),
    "fill_sensitivity": (0.0, 10.0),
    "fine": (0.0, 1e9),
    "hoarding_alarm": (0.0, 1e12),
    "holding_rate_per_year": (0.0, 10.0),
    "home_favour": (0.25, 1e6),
    "closed_for_days": (0.0, MOST_DAYS),
    "least_run": (0.0, 1.0),
    "least_sold": (0.0, 1.0),
    "least_start": (0.0, 1.0),
    "most_premium": (0.0, 10.0),
    "newcomer_share": (0.0, 1.0),
    "owed_model_favour": (0.0, 100.0),
    "passed_on": (0.0, 1.0),
    "patience_days": (1.0, 1e9),  # some wait for ever
    "qualification_cost": (0.0, 100.0),
    "re_export_gain": (0.0, 10.0),
    "release_below_days": (0.0, MOST_DAYS),
    "released_share_of_use": (0.0, 100.0),
    "restart_days": (0.0, MOST_DAYS),
    "revoked_days": (0.0, MOST_DAYS),
    "second_source_at": (0.0, 1e6),  # above 1 nobody opens one
    "smoothing_days": (1.0, 1e9),
    "standing_share": (0.0, 1.0),
    "supply_line_weight": (0.0, 1.0),
    "support_share": (0.0, 1.0),
    "thrift_cost": (0.0, 100.0),
    "waiting_favour": (0.0, 100.0),
    "yield_favour": (0.0, 4.0),  # an exponent
}
