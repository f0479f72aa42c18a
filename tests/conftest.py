"""Before all tests: Ctrl-C is heard, even where they were started in the background, to which shells make it deaf."""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # children would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)
