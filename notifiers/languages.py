"""The languages of messages: how each is tagged, which way it runs, and what stands in for a text it lacks."""

from collections.abc import Mapping
from typing import Literal, TypeVar, get_args

#: BCP 47. ``de-simple`` is Einfache Sprache: "simple" is a registered variant. It is not called Leichte Sprache, as
#: nobody of those who need that has reviewed it.
Language = Literal["de", "en", "de-simple", "tr", "ar", "pl", "ru", "uk", "ro"]
#: What the desk, the pages and the sheets for the control room speak; staff read one of these.
StaffLanguage = Literal["de", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
#: Whose texts a city writes itself. The others have catalogues.
WRITTEN: tuple[Language, ...] = ("de", "en", "de-simple")
NAMES: dict[Language, str] = {
    "de": "Deutsch",
    "en": "English",
    "de-simple": "Einfache Sprache",
    "tr": "Türkçe",
    "ar": "العربية",
    "pl": "polski",
    "ru": "русский",
    "uk": "українська",
    "ro": "română",
}
#: Names of CLDR, by which numbers, dates, lists and units are written.
LOCALES: dict[Language, str] = {language: language for language in LANGUAGES} | {"de-simple": "de", "en": "en_GB"}
RIGHT_TO_LEFT: frozenset[Language] = frozenset({"ar"})
#: Scripts that no 7-bit alphabet of the mobile network holds: their messages take two octets a character.
WIDE: frozenset[Language] = frozenset({"ar", "ru", "uk"})
#: Whose sentences are held to twelve words.
PLAIN: frozenset[Language] = frozenset({"de-simple"})

FIRST_STRONG, POP = "\u2068", "\u2069"
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
_STANDS_IN: tuple[Language, ...] = ("de", "en")

T = TypeVar("T")


def own(words: Mapping[Language, T], language: Language) -> T:
    """What is said in a language, else in German, else in English, else in whatever there is.

    Raises:
        KeyError: it is said in no language at all.
    """
    for known in (language, *_STANDS_IN, *words):
        if known in words:
            return words[known]
    raise KeyError(language)


def direction(language: Language) -> Literal["ltr", "rtl"]:
    """Which way a language runs, as HTML says it."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def isolated(text: str, language: Language) -> str:
    """A foreign word, number or quantity that keeps its own direction within a text that runs from right to left.

    Source: Unicode Standard Annex 9, first strong isolate.
    """
    return isolate(text) if text and language in RIGHT_TO_LEFT else text


def isolate(text: str) -> str:
    """A piece of a text, held apart from the rest of it."""
    return f"{FIRST_STRONG}{text}{POP}"


def without_isolates(text: str) -> str:
    """The same for who cannot show it: a voice, a sign of light-emitting diodes."""
    return text.translate(_ISOLATES)
