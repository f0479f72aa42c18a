"""What is wrong with an input, all at once: a sentence a fault, with file, key, finding and mend."""

from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from pydantic import AfterValidator, BaseModel, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

NEAR_ENOUGH = 0.6
MOST_NAMES_LISTED = 12
MOST_LETTERS, KEPT_LETTERS = 200, 60  # of a found value in a sentence

PLAIN_WORDS = {
    "string_type": "text was expected",
    "string_too_short": "it must not be empty: write it",
    "int_type": "a whole number was expected",
    "int_parsing": "a whole number was expected",
    "int_from_float": "a whole number was expected",
    "float_type": "a number was expected",
    "float_parsing": "a number was expected",
    "finite_number": "a finite number was expected",
    "bool_type": "true or false was expected",
    "date_type": "a date without quotes such as 2026-01-06 was expected",
    "tuple_type": "a list in [ ] was expected",
    "model_type": "a table of keys was expected",
    "dict_type": "a table in { } was expected",
}


class Faults(Exception):
    """Everything that is wrong with an input: a list of sentences, none hidden by another."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences: tuple[str, ...] = tuple(dict.fromkeys(sentences))
        super().__init__("\n".join(self.sentences))


def nearest(word: str, names: Collection[str]) -> str:
    """Say which known name a word was probably meant to be, or which names there are.

    >>> nearest("magnet_hevy", ["dytb", "magnet_heavy"])
    "did you mean 'magnet_heavy'?"
    >>> nearest("42", ["dytb", "alloy"])
    'known are alloy, dytb'
    """
    by_lower = {name.lower(): name for name in sorted(names)}
    if len(word) > MOST_LETTERS:
        by_lower = {}  # no name is near, and comparing takes long
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=NEAR_ENOUGH)
    if close:
        return f"did you mean '{by_lower[close[0]]}'?"
    if len(names) > MOST_NAMES_LISTED:
        return f"none of the {len(names)} known names is near"
    return f"known are {', '.join(sorted(names))}" if names else "none is known"


def unknown(word: str, kind: str, names: Collection[str]) -> str:
    """Say that a name is not known, and the nearest that is."""
    return f"found '{shortened(word)}', which is not a known {kind}; {nearest(word, names)}"


def complaint(text: str) -> PydanticCustomError:
    """Wrap a finished sentence so that pydantic carries it, braces and all."""
    return PydanticCustomError("plain", "{text}", {"text": text})


def known(kind: str, *also: str) -> AfterValidator:
    """Make a check that a word names a `kind` of this world; it rests while the world's names are not given.

    The names come with pydantic's validation context, so that a wrong name is found in the same pass as a
    wrong type or an unknown key, and none of them hides the others.
    """

    return AfterValidator(partial(check_name, kind, also))


def check_name(kind: str, also: tuple[str, ...], word: str, info: ValidationInfo) -> str:
    """Return a word that names a `kind` of this world, or is one of those that are known beside; else complain."""
    names = (info.context or {}).get(kind)
    if names is not None and word not in names and word not in also:
        raise complaint(unknown(word, kind, names))
    return word


def sentences(error: ValidationError, file: str, place: str, schema: type[BaseModel]) -> list[str]:
    """Turn what pydantic found wrong, in one part of a file, with its schema into plain sentences."""
    keys = {name: info.alias or name for name, info in schema.model_fields.items()}
    return [sentence(detail, file, place, keys) for detail in error.errors(include_url=False)]


def sentence(detail: ErrorDetails, file: str, place: str, keys: Mapping[str, str]) -> str:
    """Say one finding of pydantic plainly; `keys` gives each field the key that people write for it."""
    path = [keys.get(str(part), part) for part in detail["loc"] if part != "[key]"]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    where = f"{file}: {', '.join(part for part in (place, key) if part)}"
    return f"{where}: {finding(detail, str(path[-1]) if path else '', keys.values())}"


def finding(detail: ErrorDetails, key: str, keys: Collection[str] = ()) -> str:
    """Say what was found and how to mend it."""
    special = SPECIAL_WORDS.get(detail["type"])
    if special is not None:
        return special(detail, key, keys)
    words = PLAIN_WORDS.get(detail["type"], detail["msg"].replace("Input should be", "it must be"))
    return f"found {shown(detail['input'])}; {words}"


def shown(value: Any) -> str:
    """Show a found value as people write it.

    >>> shown("x"), shown(0.5), shown([1, 2])
    ("'x'", '0.5', '[1, 2]')
    >>> shown("x" * 1000)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx … (1,002 letters)"
    """
    words = repr(value) if isinstance(value, str | int | float | list | dict) else f"'{value}'"
    return shortened(words)


def shortened(words: str) -> str:
    """Words that fit into a sentence: a long word's beginning, and how long it is."""
    return words if len(words) <= MOST_LETTERS else f"{words[:KEPT_LETTERS]} … ({len(words):,} letters)"


def _choice(detail: ErrorDetails, key: str, keys: Collection[str]) -> str:
    expected = str(detail.get("ctx", {}).get("expected", ""))
    names = [name.strip(" '") for part in expected.split(" or ") for name in part.split(",")]
    return f"found {shown(detail['input'])}; {nearest(str(detail['input']), names)}"


BOUNDS = {"greater_than_equal": (">=", "ge"), "greater_than": (">", "gt"),
          "less_than_equal": ("<=", "le"), "less_than": ("<", "lt")}  # fmt: skip  # kind of error: sign, name of bound


def _out_of_bounds(detail: ErrorDetails, key: str, keys: Collection[str]) -> str:
    sign, name = BOUNDS[detail["type"]]
    bound = detail.get("ctx", {}).get(name)
    return f"must be {sign} {f'{bound:g}' if isinstance(bound, float) else bound}, got {shown(detail['input'])}"


FORMS = {r"^[a-z][a-z0-9_]*$": "small letters, digits and _ were expected, a letter first",
         r"^[0-6]$": "a number from 0 to 6 was expected"}  # fmt: skip  # by pattern


def _out_of_form(detail: ErrorDetails, key: str, keys: Collection[str]) -> str:
    pattern = str(detail.get("ctx", {}).get("pattern", ""))
    return f"found {shown(detail['input'])}; {FORMS.get(pattern, f'text of the form {pattern} was expected')}"


SPECIAL_WORDS: dict[str, Callable[[ErrorDetails, str, Collection[str]], str]] = {
    "plain": lambda detail, key, keys: detail["msg"],
    "missing": lambda detail, key, keys: "it is missing; write it",
    "extra_forbidden": lambda detail, key, keys: f"it is not a key of this table; {nearest(key, keys)}",
    "literal_error": _choice,
    "string_pattern_mismatch": _out_of_form,
    **dict.fromkeys(BOUNDS, _out_of_bounds),
}
