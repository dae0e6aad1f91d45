"""A text as a voice says it: units and times in words, the emergency number digit by digit."""

import re
from functools import lru_cache
from math import ceil

from babel.numbers import NumberFormatError, parse_decimal
from babel.units import format_compound_unit, format_unit

from notifiers.languages import LOCALES, Language, without_isolates

#: A clear voice says about 140 words a minute: 14 letters, blanks and stops a second (an assumption of this product).
LETTERS_PER_S = 14.0

_SIMPLE = {"cm": "length-centimeter", "mm": "length-millimeter", "m": "length-meter"}
_COMPOUND = {"cm/h": ("length-centimeter", "duration-hour"), "m³/s": ("volume-cubic-meter", "duration-second")}
_SAME = {"см/ч": "cm/h", "см/год": "cm/h", "м³/с": "m³/s", "см": "cm", "мм": "mm", "м": "m"}
_UNITS = "|".join(sorted([*_SIMPLE, *_COMPOUND, *_SAME], key=len, reverse=True))
_QUANTITY = re.compile(rf"(−?\d[\d.,]*(?: \d{{3}})*)[ \u00a0]({_UNITS})(?![\w/])")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?: Uhr)?")
_EMERGENCY = re.compile(r"(?<![\w.,:])(?:11[02]|911|999)(?![\w:]|[.,]\d| (?:cm|mm|m)\b| m³)")
_DOTTED = str.maketrans({"İ": "i", "I": "ı"})  # Turkish has two of them
_WORD = re.compile(r"[^\W\d_]+")
_SAID_UHR: frozenset[Language] = frozenset({"de", "de-simple"})


@lru_cache(maxsize=256)  # asked again and again how long it takes, while a text is made to fit
def speak(text: str, language: Language) -> str:
    """What the voice is given; nothing is left out of it."""
    said = _EMERGENCY.sub(lambda found: " ".join(found.group()), without_isolates(text))
    said = _QUANTITY.sub(lambda found: _quantity(found, language), said)
    if language in _SAID_UHR:
        said = _CLOCK.sub(_uhr, said)
    said = _calm(said, language)
    return re.sub(r":(?=\s)", ",", said).replace(" – ", ", ").replace("\n", " ")


def _calm(text: str, language: Language) -> str:
    """Words in capitals as words: a voice would spell them. Short ones are spelled, but for those within a cry."""
    shouted = False

    def said(found: re.Match[str]) -> str:
        nonlocal shouted
        word = found.group()
        shouted = word.isupper() and (len(word) > 3 or (shouted and len(word) > 1))
        if not shouted:
            return word
        rest = word[1:].translate(_DOTTED if language == "tr" else {}).lower()
        return (word[0] if len(word) > 3 else word[0].lower()) + rest

    return _WORD.sub(said, text)


def seconds(spoken: str) -> int:
    """How long it takes to say a text, rounded up."""
    return ceil(len(spoken) / LETTERS_PER_S)


def _uhr(found: re.Match[str]) -> str:
    hours, minutes = int(found[1]), int(found[2])
    return f"{hours} Uhr {minutes}" if minutes else f"{hours} Uhr"


def _quantity(found: re.Match[str], language: Language) -> str:
    """``226,1 cm`` as "226 Zentimeter", in the plural that the number asks for; nobody hears millimetres of a river."""
    locale = LOCALES[language]
    try:
        value = round(float(parse_decimal(found[1].replace("−", "-"), locale=locale)))
    except NumberFormatError:
        return found.group()
    written = _SAME.get(found[2], found[2])
    if written in _SIMPLE:
        said = format_unit(value, _SIMPLE[written], locale=locale)
    else:
        unit, per = _COMPOUND[written]
        said = format_compound_unit(value, unit, denominator_unit=per, locale=locale) or found.group()
    return without_isolates(said).replace("\u00a0", " ")
