"""A mistake somebody made in a file, with its place in it."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple


class Problem(NamedTuple):
    """What is wrong, and under which keys; ``column`` counts characters into the value, from 0."""

    path: tuple[str | int, ...]
    message: str
    column: int = 0


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A suggestion to append to a message, or nothing."""
    near = get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""
