"""The phrases of the pages: a file per language, and for German and English one more with what only staff read."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from babel import Locale

from notifiers.completing import marked
from notifiers.languages import LOCALES, Language, StaffLanguage

#: By the category of plural that CLDR counts a number to, where the words depend on it.
Phrase = str | Mapping[str, str]

FOLDER = Path(__file__).parent / "phrases"
#: Whose pages staff have as well. Einfache Sprache has the German ones around its own, said more simply where it has
#: phrases of its own.
AROUND: dict[Language, StaffLanguage] = {"de": "de", "en": "en", "de-simple": "de"}


def phrases(language: Language, instead: Language = "de") -> dict[str, Phrase]:
    """All phrases of a language. What it has none for is said in another one, and marked."""
    own = _read(f"{language}.toml")
    if language not in AROUND:
        lent = {key: marked({instead: said}, language) for key, said in phrases(instead).items() if type(said) is str}
        return lent | own
    around = AROUND[language]
    return _read(f"{around}.toml") | _read(f"staff.{around}.toml") | own


def form(phrase: Phrase, language: Language, count: object) -> str:
    """The form of a phrase that goes with a number. Raises KeyError where the phrase wants one and there is none."""
    if isinstance(phrase, str):
        return phrase
    if not isinstance(count, int):
        raise KeyError("count")
    return phrase[Locale.parse(LOCALES[language]).plural_form(count)]


def _read(name: str) -> dict[str, Phrase]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))
