"""Ours, one Mesa object a firm and plain numpy carry out the same equations."""

from __future__ import annotations

import numpy as np

from tests.bench.peers import Arrays, Objects, columns_of, ours

DAYS = 90


def test_three_ways_to_pass_a_day_agree() -> None:
    chain = ours(100)
    arrays, objects = Arrays(columns_of(chain)), Objects(columns_of(chain))
    lowest = 1.0
    for day in range(DAYS):
        chain.pass_quiet_days(1)
        arrays.step()
        objects.step()
        output = chain.world.flows.output
        np.testing.assert_allclose(arrays.output, output, rtol=1e-9, atol=1e-12, err_msg=f"numpy, day {day}")
        np.testing.assert_allclose(objects.output, output, rtol=1e-9, atol=1e-12, err_msg=f"Mesa, day {day}")
        lowest = min(lowest, float(output.sum() / chain.world.network.baseline.sum()))
    np.testing.assert_allclose(arrays.c.stock, chain.world.state.stock, rtol=1e-9, atol=1e-12)
    assert lowest < 0.95  # the shock bites
