"""Translations of the built-in texts: one gettext catalogue per language, keyed by the German text.

A text that a city has changed is no longer found, and so is never told in a translation of something else.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from notifiers.languages import Language

NOT_REVIEWED = "NOT REVIEWED"  # stands in the comment above a catalogue until somebody takes it out


@cache
def catalogue(language: Language) -> Catalog | None:
    """The catalogue of a language, read from its source: nothing has to be compiled. None where there is none."""
    file = files("notifiers") / "catalogues" / f"{language}.po"
    if not file.is_file():
        return None
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


@cache
def translations(language: Language) -> Mapping[str, str]:
    """German text → its translation. What is marked as doubtful (fuzzy) counts as missing."""
    found = catalogue(language)
    messages = [] if found is None else [one for one in found if one.id and one.string and not one.fuzzy]
    return MappingProxyType({str(one.id): str(one.string) for one in messages})


def reviewed(language: Language) -> bool:
    """Whether somebody who speaks a language has gone through its catalogue; True where it needs none."""
    found = catalogue(language)
    return found is None or NOT_REVIEWED not in found.header_comment
