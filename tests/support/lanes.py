"""Lanes of the tests: what a test starts, and a complaint where its markers do not say so.

A test that starts a process or a browser without its marker fails, so that the fast lane stays free of them. Tests that
take long without a marker are listed at the end of a run; none fails for it, for machines differ.
"""

from __future__ import annotations

import functools
import multiprocessing.forkserver
import multiprocessing.process
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

SLOW_SECONDS = 1.5
BEGINNINGS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"}  # Python's audit events
BROWSERS = ("playwright", "chromium", "google-chrome")
ASKED_BY_PYTHON = "uname"  # what the module platform starts to learn of the machine
COMPILING = "runs.processes.compiled_day"  # begins a process of its own where the day has never been compiled


class Started:
    """The processes that the test which is running has started, each in words."""

    def __init__(self) -> None:
        self.what: list[str] = []
        self._here = os.getpid()

    def listen(self) -> None:
        """Note from now on which processes begin; there is no end to it, for an audit hook stays."""
        process, server = multiprocessing.process.BaseProcess, multiprocessing.forkserver.ForkServer
        sys.addaudithook(self.hear)
        process.start = self.noting(process.start, "multiprocessing.Process")  # type: ignore[method-assign]
        server.ensure_running = self.noting(server.ensure_running, "a fork server")  # type: ignore[method-assign]

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Note the beginning of a process of which Python tells."""
        if event in BEGINNINGS and ASKED_BY_PYTHON not in args:
            self.note(" ".join([event, *map(str, args[:2])]))

    def noting(self, begin: Callable[..., Any], name: str) -> Callable[..., Any]:
        """The same beginning, noted: spawned processes and fork servers are none of Python's events."""

        @functools.wraps(begin)
        def noted(*args: Any, **named: Any) -> Any:
            if getattr(getattr(args[0], "_target", None), "__module__", "") != COMPILING:
                self.note(name)
            return begin(*args, **named)

        return noted

    def note(self, words: str) -> None:
        """Note a beginning, in this process alone: forked ones inherit the ear."""
        if os.getpid() == self._here:
            self.what.append(words)


def complaint(test: str, markers: Iterable[str], started: list[str]) -> str:
    """Say what a test has started and its markers do not say; empty where all is well."""
    markers = set(markers)
    if "browser" not in markers and any(name in words for words in started for name in BROWSERS):
        return f"{test} opens a browser; mark it with @pytest.mark.browser"
    if started and not markers & {"browser", "subprocess"}:
        return f"{test} starts a process ({started[0][:200]}); mark it with @pytest.mark.subprocess"
    return ""
