"""Filling the slots of a text."""

import re
from collections.abc import Callable
from functools import lru_cache

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifiers.content import ContentError

Slots = dict[str, str]
Path = tuple[str | int, ...]
#: Fills the slots of a text; the path is its place in the configuration.
Fill = Callable[[Path, str, Slots], str]

# Plain text: nothing is escaped here, whoever puts it into HTML or XML escapes it there.
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LEFT_OPEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{\w+\}|\{\{|\}\}|\{%|%\}")


def fill(path: Path, template: str, slots: Slots) -> str:
    """A text with its slots filled; one that is not known is an error, never a gap.

    Raises:
        ContentError: a slot is not known, or the text cannot be read.
    """
    if "{" not in template:
        return clean(template)
    try:
        text = _compiled(template).render(slots)
    except Exception as error:  # an operator's template may raise anything
        raise ContentError(f"{'.'.join(map(str, path))}: {error}") from error
    return clean(text)


@lru_cache(maxsize=5000)
def _compiled(template: str) -> Template:
    return _ENVIRONMENT.from_string(template)


def clean(text: str) -> str:
    """Without what neither XML nor a headline can hold; white space is one blank."""
    return " ".join(_CONTROL.sub(" ", text).split())


def left_open(text: str) -> str:
    """The first slot in a text that nothing was put into; else empty."""
    found = _LEFT_OPEN.search(text)
    return found.group() if found else ""
