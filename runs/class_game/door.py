"""The door of a room: who may come in, by what they are known again, and who guesses too often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runs.class_game.activity import RoomBook
from runs.class_game.people import (
    Member,
    draw_pin,
    draw_token,
    hash_pin,
    hash_token,
    read_code,
    read_nick,
    read_pin,
    same,
)

MOST_MEMBERS = 240
WRONG_PINS, WAIT_SECONDS = 5, 30.0  # so many wrong PINs, and a nickname must wait so long


class Door:
    """Lets people in and out of a room. code: of the room; newest: the number of whoever joined last, gone or not."""

    def __init__(self, book: RoomBook, code: str, newest: int) -> None:
        self.book, self.code, self._newest = book, code, newest
        self._by_token: dict[str, Member] = {}
        self._know(list(book.members.values()))
        self._joined: dict[str, tuple[Member, str, str]] = {}  # what joined by a key, so that a retry joins once
        self._wrong: dict[str, tuple[int, float]] = {}

    def _know(self, members: Sequence[Member]) -> None:
        self._by_token = {each.token_hash: each for each in members}

    def member_of(self, token: str) -> Member | None:
        """Whose token this is."""
        member = self._by_token.get(hash_token(token)) if token else None
        if member is not None:
            member.here = self.book.seconds()
        return member

    def joined_by(self, key: str) -> tuple[Member, str, str] | None:
        """Who has come in by a key, so that a retry finds them; None for nobody."""
        return self._joined.get(key)

    def join(self, code: Any, nick: Any, key: str) -> tuple[Member, str, str]:
        """Let somebody in: the member, the token for the phone, the PIN for another phone.

        Raise ValueError for a wrong code, a nickname that is no name or is taken, and a full room.
        """
        if not isinstance(code, str) or read_code(code) != self.code:
            raise ValueError("that is not the code of this room; it stands on the wall")
        name = read_nick(nick)
        if self._named(name) is not None:
            raise ValueError(f"'{name}' is in the room already; come back with its PIN, or choose another name")
        if len(self.book.members) >= MOST_MEMBERS:
            raise ValueError(f"the room is full: it holds {MOST_MEMBERS}; share a phone with somebody")
        token, pin = draw_token(), draw_pin()
        member = Member(self._newest + 1, name, hash_token(token), hash_pin(pin, self.code), self.book.seconds())
        self.book.file.add_member(member, self.book.stamp())
        self._newest = member.number
        self.book.members[member.number] = member
        self._by_token[member.token_hash] = member
        if key:
            self._joined[key] = member, token, pin
        return member, token, pin

    def come_back(self, nick: Any, pin: Any) -> tuple[Member, str]:
        """Let a member in on another phone; the one before is signed out. Raise ValueError for a wrong PIN."""
        name, digits = read_nick(nick), read_pin(pin)
        wrong, since = self._wrong.get(name.casefold(), (0, 0.0))
        if wrong >= WRONG_PINS and self.book.seconds() - since < WAIT_SECONDS:
            raise ValueError(
                f"{WRONG_PINS} wrong PINs: wait {WAIT_SECONDS:.0f} seconds, or ask the teacher for a new one"
            )
        member = self._named(name)
        if member is None or not same(hash_pin(digits, self.code), member.pin_hash):
            self._wrong[name.casefold()] = wrong % WRONG_PINS + 1, self.book.seconds()
            raise ValueError("that name and that PIN do not belong together; the teacher can give you a new PIN")
        token = draw_token()
        self._change(member, token_hash=hash_token(token))
        return member, token

    def give_pin(self, member: Member) -> str:
        """Give a member a new PIN."""
        pin = draw_pin()
        self._change(member, pin_hash=hash_pin(pin, self.code))
        self._wrong.pop(member.nick.casefold(), None)
        return pin

    def send_out(self, member: Member) -> None:
        """Let a member in no more; the name is free again."""
        self._change(member, gone=True)
        del self.book.members[member.number]
        self._by_token.pop(member.token_hash, None)

    def _named(self, name: str) -> Member | None:
        return next((each for each in self.book.members.values() if each.nick.casefold() == name.casefold()), None)

    def _change(self, member: Member, gone: bool = False, **changed: str) -> None:
        """Give a member another token or PIN; what cannot be written changes nothing."""
        before = {name: getattr(member, name) for name in changed}
        for name, value in changed.items():
            setattr(member, name, value)
        try:
            self.book.file.change_member(member, gone)
        except Exception:
            for name, value in before.items():
                setattr(member, name, value)
            raise
        self._know(list(self.book.members.values()))
        member.version += 1
