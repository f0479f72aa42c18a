"""What the columns of a batch's tables mean, beside those of its levers, uncertainties and outcomes."""

from __future__ import annotations

MEANINGS: dict[str, dict[str, tuple[str, str]]] = {
    "experiments": {
        "experiment": ("number", "the number of the run"),
        "scenario": ("name", "the scenario"),
        "future": (
            "number",
            "the point that the sampler has drawn; the same number has the same uncertainties everywhere",
        ),
        "seed": ("number", "the seed of the luck; the same seed has the same luck under every lever"),
        "error": ("text", "why a run failed; empty for one that did not"),
    },
    "firms": {
        "experiment": ("number", "the number of the run"),
        "line": ("code", "the production line"),
        "first_stop_day": ("day", "days from the shock to its first stop; empty if there is none"),
        "stop_days": ("day", "days on which it was stopped"),
        "curtailed_days": ("day", "days on which it made under half of what is usual, stops included"),
        "output_lost": ("units of its good", "what it did not make against what is usual"),
    },
    "days": {
        "experiment": ("number", "the number of the run"),
        "day": ("day", "days from the shock"),
        "lines_stopped": ("lines", "lines at home that are stopped on this day"),
        "vehicles": ("vehicles", "vehicles built at home on this day"),
        "value_added_lost_jpy_bn": ("billion ¤", "value added that lines at home did not earn on this day"),
        "cover_days_magnet_makers": (
            "day",
            "days of cover of the scarcest input of magnet makers at home, averaged over them",
        ),
    },
}  # table -> column -> unit and meaning; those of days at home have its code behind their names
