"""How the world travels into compiled code: by reference, so that a call costs the same for any number of columns.

Passed as NamedTuples, ninety columns are some seven hundred machine arguments in every call between phases: compiling a
day then takes minutes. As references (numba's structref) it takes seconds, and a call into compiled code about a
microsecond. In Python a room stays a NamedTuple; both hold the same arrays, and compiled code is written and
type-checked as if it saw the NamedTuple.
"""

from __future__ import annotations

from typing import Any, cast

from numba.core import types
from numba.experimental import structref

from model.physics.compiling import PLAIN_PYTHON, compiled
from model.state import Conditions, Flows, Network, Policy, State, World


@structref.register
class RoomType(types.StructRef):  # type: ignore[misc]
    """Compiled code's view of a room: a reference to its columns."""


class NetworkRef(structref.StructRefProxy):  # type: ignore[misc]
    """A reference to what never changes."""


class ConditionsRef(structref.StructRefProxy):  # type: ignore[misc]
    """A reference to what shocks impose."""


class PolicyRef(structref.StructRefProxy):  # type: ignore[misc]
    """A reference to what is wished."""


class StateRef(structref.StructRefProxy):  # type: ignore[misc]
    """A reference to what is."""


class FlowsRef(structref.StructRefProxy):  # type: ignore[misc]
    """A reference to what flowed today."""


class WorldRef(structref.StructRefProxy):  # type: ignore[misc]
    """A reference to everything that a day needs."""


for proxy, room in (
    (NetworkRef, Network), (ConditionsRef, Conditions), (PolicyRef, Policy), (StateRef, State), (FlowsRef, Flows),
):  # fmt: skip
    structref.define_constructor(proxy, RoomType, list(cast(Any, room)._fields))


@structref.register
class WorldType(types.StructRef):  # type: ignore[misc]
    """Compiled code's view of the world: references to its five rooms."""


structref.define_proxy(WorldRef, WorldType, list(World._fields))


@compiled
def compiled_handle(world: World) -> Any:
    """Make the reference by which compiled code knows a world; both see the same columns. Plain Python needs none."""
    if PLAIN_PYTHON:
        return world
    return WorldRef(
        NetworkRef(*world.network),
        ConditionsRef(*world.conditions),
        PolicyRef(*world.policy),
        StateRef(*world.state),
        FlowsRef(*world.flows),
    )
