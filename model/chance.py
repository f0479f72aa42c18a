"""Luck with names: each decision that luck takes part in has a stream of its own."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def stream(seed: int, name: str, index: int = 0) -> np.random.Generator:
    """Open the stream of luck of one named decision.

    The same seed, name and index give the same numbers in any process, whatever else has been drawn, so that
    a baseline and a shock run compare in pairs. `index` is a block of days or a member of an ensemble.
    """
    return np.random.default_rng([seed, crc32(name.encode()), index])
