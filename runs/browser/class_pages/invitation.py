"""What is printed when a class begins: the address for phones, its QR code, the room's code and the teacher's link."""

from __future__ import annotations

from runs.browser.class_pages.qr import for_terminal
from runs.class_game.room import Room


def invitation(url: str, room: Room, teacher: str) -> str:
    """The lines to be printed; teacher: the link with the secret, empty where the one from before still opens."""
    code = for_terminal(f"{url}?code={room.code}")
    link = f"teacher: {teacher}" if teacher else "teacher: the link from before still opens; --new-link makes another"
    return "\n".join(
        (
            code,
            f"phones:  {url}   code {room.code}",
            link,
            f"room:    {room.file.path}   ('linestop class FILE' goes on with it; Ctrl+C ends it)",
            "Phones must be in the same network as this machine; 'linestop class --selftest' tries it.",
        )
    )
