"""Whether a phone can reach this machine: a page that turns green, and what to do where none comes."""

from __future__ import annotations

from html import escape
from ipaddress import ip_address

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from runs.browser.class_pages.qr import for_terminal
from runs.browser.desk.answers import ready

GREEN, PLAIN = "\033[32m", "\033[0m"
ADVICE = (
    "If the phone's page stays empty, the network keeps devices apart, as campus networks often do. Then, in turn:\n"
    "  1. switch on the hotspot of this machine, or of a phone, and let all join it; the internet is not needed;\n"
    "  2. or ask for a network in which devices may see each other ('client isolation off');\n"
    "  3. allow Python in the firewall of this machine when it asks, for private networks;\n"
    "  4. or show the wall and let people raise hands: questions of exercises need no phones."
)
PAGE = (
    "<!DOCTYPE html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
    "<title>Linestop</title><body><h1>It works</h1><p>{words}</p></body></html>"
)


def question(url: str) -> str:
    """What is printed at the beginning."""
    code = for_terminal(url)
    return f"{code}\nOpen {url} on a phone.\n{ADVICE}\nWaiting for a phone ... (Ctrl+C ends it)"


def make_app() -> Starlette:
    """The page; it says on the terminal who has come."""
    come: set[str] = set()

    async def page(request: Request) -> Response:
        where = request.client.host if request.client else ""
        if is_loopback(where):
            words = "This is the machine itself. Now open the same address on a phone."
        else:
            words = "This device has reached the machine of the class. The terminal there is green now."
            if where not in come:
                come.add(where)
                print(f"{GREEN}A device at {where} has reached this machine: a class can begin.{PLAIN}", flush=True)
        return HTMLResponse(PAGE.format(words=escape(words)))

    return Starlette(routes=[Route("/", page), Route("/readyz", ready)])


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
