"""Before all tests: which lane they run in, and Ctrl-C is heard.

The usual lane is the same every time: laws are tried on fixed examples (other ones only where the sources that are
loaded change, for hypothesis tries numbers that it finds written in them). With LINESTOP_NIGHTLY=1 in the environment
the laws draw fresh examples, ten times as many: `LINESTOP_NIGHTLY=1 python3 -m pytest tests/world/test_laws*.py`. An
example that breaks a law is printed with a line, @reproduce_failure(...), that tries it again when it stands above the
test.

Shells make what is started in the background deaf to Ctrl-C, and children would inherit that.
"""

from __future__ import annotations

import os
import signal

from hypothesis import settings

EXAMPLES = 30  # of a law, in the usual lane
LANES = {
    "usual": settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None),
    "nightly": settings(max_examples=10 * EXAMPLES, derandomize=False, deadline=None, database=None, print_blob=True),
}  # the first example compiles, so none has a deadline; nothing is kept between runs


def lane() -> str:
    """The lane that the environment asks for."""
    return "nightly" if os.environ.get("LINESTOP_NIGHTLY", "0") not in ("", "0") else "usual"


for name, profile in LANES.items():
    settings.register_profile(name, profile)
settings.load_profile(lane())

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
