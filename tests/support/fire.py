"""A story for any world: a line, whose code stands for {}, makes nothing from the tenth day on."""

FIRE = """title = "A fire"
about = "Who makes most makes nothing for a while."
start = 2026-01-01
days = 60
shock_date = 2026-01-11
[[shock]]
date = 2026-01-11
kind = "capacity"
lines = ["{}"]
times = 0.0
note = "A fire"
source = "made up"
"""
