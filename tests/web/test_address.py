"""Where a page is served: an address that can be typed, for every kind of --host, or a sentence that says what is."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from model.tables.faults import Faults
from runs.browser.address import find_own_address, is_loopback_only, listen_on, page_address, served_host
from tests.support.pages import ROOT, free_port

pytestmark = pytest.mark.subprocess


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


six = pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "http://localhost:8765/"),
        ("127.0.0.1", "http://127.0.0.1:8765/"),
        ("::1", "http://[::1]:8765/"),
        ("[::1]", "http://[::1]:8765/"),
        ("Lab.Example", "http://lab.example:8765/"),
    ],
)
def test_an_address_can_be_typed(host: str, address: str) -> None:
    assert page_address(host, 8765) == address


@pytest.mark.parametrize("every", ["0.0.0.0", pytest.param("::", marks=six)])
def test_all_addresses_are_printed_as_one_that_leads_here(every: str) -> None:
    printed = page_address(every, 8765)
    assert "0.0.0.0" not in printed and "[::]" not in printed
    name = re.fullmatch(r"http://(.*):8765/", printed)[1].strip("[]")  # type: ignore[index]
    assert name in (find_own_address(every), socket.gethostname().lower())
    with_port = listen_on(every, None)
    try:
        assert not is_loopback_only(with_port)
        socket.create_connection((name, with_port[0].getsockname()[1]), 5).close()
    finally:
        for each in with_port:
            each.close()


@pytest.mark.parametrize(
    ("host", "comes_to"),
    [("0", "0.0.0.0"), ("0.0.0.0", "0.0.0.0"), ("LOCALHOST.", "localhost"), ("::ffff:127.0.0.1", "127.0.0.1")],
)
def test_a_host_comes_to_one_spelling(host: str, comes_to: str) -> None:
    sockets = listen_on(host, None)
    try:
        assert served_host(host, sockets) == comes_to
    finally:
        for each in sockets:
            each.close()


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("", "--host is empty"),
        (" ", "--host is empty"),
        ("no-such-name.invalid", "no name or address that this machine knows"),
        ("localhost:8000", "no name or address that this machine knows"),
        ("http://localhost", "no name or address that this machine knows"),
        ("a" * 300, "no name or address that this machine knows"),
        ("ü" * 70, "no name or address that this machine knows"),
        ("203.0.113.77", "takes an address of this machine"),
        pytest.param("2001:db8::77", "takes an address of this machine", marks=six),
    ],
)
@pytest.mark.parametrize("port", [None, 8799])
def test_what_is_no_address_of_this_machine_is_a_sentence(host: str, words: str, port: int | None) -> None:
    with pytest.raises(Faults, match=words) as raised:
        listen_on(host, port)
    assert len(raised.value.sentences) == 1
    assert "while attempting" not in str(raised.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", pytest.param("::1", marks=six)])
def test_a_port_that_is_taken_is_reported_and_the_next_one_is_free(host: str) -> None:
    first = listen_on(host, None)
    second = listen_on(host, None)
    try:
        taken = first[0].getsockname()[1]
        assert second[0].getsockname()[1] > taken
        assert {each.getsockname()[1] for each in first} == {taken}
        with pytest.raises(Faults, match=f"port {taken} on .* name another with --port"):
            listen_on(host, taken)
    finally:
        for each in [*first, *second]:
            each.close()


@contextmanager
def watched(host: str) -> Iterator[tuple[str, str]]:
    """The watch page on a host: the address that it prints, and all that it says up to then."""
    words = [sys.executable, "-m", "runs", "watch", "--no-browser", "--host", host, "--port", str(free_port())]
    server = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert server.stdout is not None
    try:
        said = ""
        for line in server.stdout:
            said += line
            if line.startswith("watch: "):
                break
        address = re.search(r"watch: (http://\S+/)", said)
        assert address, said
        if host not in ("localhost", "::1"):
            said += server.stdout.readline()
        yield address[1], said
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(30) in (0, 130, -signal.SIGINT)


@pytest.mark.parametrize(
    ("host", "everybody"),
    [
        ("localhost", False),
        pytest.param("::1", False, marks=six),
        ("0.0.0.0", True),
        pytest.param("::", True, marks=six),
    ],
)
def test_the_printed_address_answers_and_says_who_can_see_it(host: str, everybody: bool) -> None:
    pytest.importorskip("solara", reason="solara is not installed; the pages were not tested")
    with watched(host) as (address, said):
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        assert direct.open(f"{address}readyz", timeout=5).status == 200
        assert ("can now open this page: each steers a run of their own" in said) is everybody
