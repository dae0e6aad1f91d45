"""From what somebody types to the zones it lies in. Nothing of it is kept: only the zones that are chosen are."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from notifiers.languages import Language
from warning.config.model import Config

MOST = 8
_NUMBER = re.compile(r"\s+\d+\s*[a-z]?(\s*[-/]\s*\d+\s*[a-z]?)?$")
_STREET = re.compile(r"str(\.|\b)")


class Found(NamedTuple):
    """A street, quarter or zone, and where it lies."""

    name: str
    zones: tuple[str, ...]


class Places:
    """Looks up the streets, quarters and zones of one city."""

    def __init__(self, config: Config) -> None:
        self._found: dict[str, Found] = {}
        for zone, said in config.zones.items():
            for name in (*said.name.values(), *said.area.values()):
                self._add(name, (zone,))
        for name, zones in config.places.items():
            self._add(name, zones)

    def _add(self, name: str, zones: tuple[str, ...]) -> None:
        self._found[_plain(name)] = Found(name, zones)

    def exact(self, text: str) -> Found | None:
        """The one of this name; a number of a house is passed over."""
        return self._found.get(_plain(text))

    def find(self, text: str) -> Sequence[Found]:
        """At most eight, the likeliest first; a number of a house is passed over, and so are small mistakes."""
        asked = _plain(text)
        if len(asked) < 2:
            return ()
        exact = [key for key in self._found if key == asked]
        starts = [key for key in self._found if key.startswith(asked)]
        holds = [key for key in self._found if asked in key]
        alike = get_close_matches(asked, self._found, MOST, 0.75)
        found = dict.fromkeys(self._found[key] for key in (*exact, *starts, *holds, *alike))
        return tuple(found)[:MOST]


def chosen(fields: Mapping[str, str], config: Config) -> tuple[str, ...]:
    """The zones that are ticked in a form, in the order of the configuration."""
    return tuple(zone for zone in config.zones if f"zone_{zone}" in fields)


def zone_names(config: Config, language: Language) -> dict[str, tuple[str, str]]:
    """Name and area of every zone."""
    return {zone: (said.name[language], said.area[language]) for zone, said in config.zones.items()}


def _plain(text: str) -> str:
    """Letters as people type them: ``Hünefeldstr. 63a`` is ``huenefeldstrasse``."""
    text = " ".join(text.casefold().split())
    for letter, typed in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(letter, typed)
    text = _NUMBER.sub("", text)
    return _STREET.sub("strasse", text) if not text.endswith("strasse") else text
