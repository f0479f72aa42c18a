"""What a mind's file may import: the minds of the model, their habits, and a little of Python's own library."""

from __future__ import annotations

import itertools
import math
from inspect import isfunction
from typing import Any

from agents import habits
from agents.firm import Firm
from runs.simulation.stage import MINDS

KINDS: tuple[Any, ...] = (Firm, *MINDS.values())
ROLES: dict[str, Any] = {kind.__name__: kind for kind in KINDS}  # there without an import, too
OF_PYTHON = {
    "__future__": "annotations",
    "bisect": "bisect_left bisect_right insort",
    "collections": "Counter OrderedDict abc defaultdict deque namedtuple",
    "collections.abc": "Callable Collection Iterable Iterator Mapping Sequence",
    "dataclasses": "dataclass field",
    "functools": "cache cmp_to_key lru_cache partial reduce",
    "heapq": "heapify heappop heappush nlargest nsmallest",
    "itertools": " ".join(name for name in vars(itertools) if not name.startswith("_")),
    "math": " ".join(name for name in vars(math) if not name.startswith("_")),
    "random": "random uniform randint randrange choice choices sample shuffle gauss triangular",
    "statistics": "mean fmean median mode quantiles stdev pstdev variance pvariance",
    "typing": "Any Callable ClassVar Dict Final Iterable List Literal Mapping Optional Sequence Set Tuple Union",
}
OF_AGENTS = {
    **{kind.__module__: kind.__name__ for kind in ROLES.values()},
    habits.__name__: " ".join(name for name, each in vars(habits).items() if isfunction(each)),
}
PARENT = "agents"
OFFERED: dict[str, tuple[str, ...]] = {
    **{module: tuple(names.split()) for module, names in {**OF_PYTHON, **OF_AGENTS}.items()},
    PARENT: tuple(module.partition(".")[2] for module in OF_AGENTS),
}
