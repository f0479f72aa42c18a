"""The people of a class: nicknames, room codes, tokens and PINs. Of what lets somebody in only hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass

CODE_LETTERS = "ABCDEFGHJKMNPRSTUVWXYZ"  # without look-alikes: no I, L, O, Q
CODE_LENGTH = 6
PIN_DIGITS = 4
TOKEN_BYTES = 16
MOST_LETTERS = 20
BLANK = " \u115f\u1160\u2800"  # letters and symbols that are drawn as nothing
HASH_ROUNDS = 20_000  # of a PIN, which has few digits; a token has 128 bits and needs none


@dataclass
class Member:
    """Somebody in the room. here: when the phone was last heard of, in seconds of the server's clock; 0 for not yet."""

    number: int
    nick: str
    token_hash: str
    pin_hash: str
    here: float = 0.0
    version: int = 0  # of what the phone of this member alone is shown


def draw_code() -> str:
    """A room code of six letters that are hard to confuse."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def draw_token() -> str:
    """A token of 128 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def draw_pin() -> str:
    """A PIN of four digits."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def hash_token(token: str) -> str:
    """The hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_pin(pin: str, code: str) -> str:
    """The hash under which a PIN is kept; the code of the room is its salt."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), code.encode(), HASH_ROUNDS).hex()


def same(one: str, other: str) -> bool:
    """Whether two hashes are the same, compared in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def read_code(text: str) -> str:
    """A room code as people type it.

    >>> read_code(" kd wz-ph ")
    'KDWZPH'
    """
    return "".join(letter for letter in text.upper() if letter.isalpha())[: 2 * CODE_LENGTH]


def read_nick(text: object) -> str:
    """A nickname as it is shown: one line, nothing invisible. Raise ValueError for an empty or a long one.

    >>> read_nick("  Kita\\n no 1 \\u202e ")
    'Kita no 1'
    """
    if not isinstance(text, str):
        raise ValueError("a nickname is a text; choose another")
    plain = unicodedata.normalize("NFKC", text[:400])
    kinds = {each: unicodedata.category(each) for each in plain}
    shown = "".join(" " if kinds[each][0] in "CZ" else each for each in plain if kinds[each] != "Cf")
    nick = " ".join(shown.split())
    if all(each in BLANK or kinds[each][0] == "M" for each in nick):
        raise ValueError("a nickname needs a letter or a digit; choose one")
    if len(nick) > MOST_LETTERS:
        raise ValueError(f"a nickname has at most {MOST_LETTERS} letters, this one {len(nick)}; choose a shorter one")
    return nick


def read_pin(text: object) -> str:
    """A PIN of four digits. Raise ValueError for anything else."""
    pin = unicodedata.normalize("NFKC", text).strip() if isinstance(text, str) else ""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise ValueError(f"a PIN has {PIN_DIGITS} digits; type those that you were shown")
    return pin
