"""What letters to residents say, for each kind of channel."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from notifiers import speech
from notifiers.content import Content
from notifiers.gsm7 import narrow, plain
from notifiers.languages import WIDE, Language, isolated, own
from notifiers.pages import told
from notifiers.revision import Status
from notifiers.sizes import FormKind
from notifiers.spec import PerLanguage
from notifiers.subscriptions.letters import Letter, Purpose
from notifiers.texts import clean, fill
from notifiers.voice import speak

#: Stands at every sign-up and in every letter that follows one.
HONEST: PerLanguage = {
    "de": "Diese Nachricht weckt Sie nachts vielleicht nicht. Lassen Sie Cell Broadcast und NINA eingeschaltet. "
    "Bei Stromausfall: Radio, Sirene, Nachbarn.",
    "en": "This message may not wake you at night. Leave cell broadcast and NINA switched on. "
    "In a power failure: radio, siren, neighbours.",
    "de-simple": "Diese Nachricht weckt Sie nachts vielleicht nicht. Lassen Sie NINA auf dem Handy an. "
    "Bei Stromausfall hören Sie Radio und Sirenen. Fragen Sie Ihre Nachbarn.",
}
_TITLES: Mapping[Purpose, PerLanguage] = {
    Purpose.CONFIRM: {
        "de": "Bitte bestätigen: Warnungen {city}",
        "en": "Please confirm: warnings of {city}",
        "de-simple": "Bitte bestätigen Sie: Warnungen von {city}",
    },
    Purpose.WELCOME: {
        "de": "Sie sind angemeldet: Warnungen {city}",
        "en": "You are signed up: warnings of {city}",
        "de-simple": "Sie bekommen jetzt Warnungen von {city}",
    },
    Purpose.KNOWN: {
        "de": "Schon angemeldet: Warnungen {city}",
        "en": "Signed up already: warnings of {city}",
        "de-simple": "Sie bekommen schon Warnungen von {city}",
    },
    Purpose.TEST: {
        "de": "TEST, keine Warnung: {city}",
        "en": "TEST, no warning: {city}",
        "de-simple": "Das ist nur ein TEST: {city}",
    },
}
_LONG: Mapping[Purpose, PerLanguage] = {
    Purpose.CONFIRM: {
        "de": "Jemand, wahrscheinlich Sie, will an diese Adresse Warnungen bekommen: {places}.\n"
        "Hier bestätigen: {confirm}\nOder geben Sie dort diesen Code ein: {code}\n"
        "Waren Sie es nicht? Dann tun Sie nichts. Die Adresse ist nach 24 Stunden gelöscht.",
        "en": "Somebody, probably you, wants to get warnings at this address: {places}.\n"
        "Confirm here: {confirm}\nOr type this code in there: {code}\n"
        "It was not you? Then do nothing. The address is deleted after 24 hours.",
        "de-simple": "Wollen Sie Warnungen bekommen? Für: {places}.\nKlicken Sie hier: {confirm}\n"
        "Oder geben Sie diesen Code ein: {code}\nWollen Sie das nicht? Dann tun Sie nichts.",
    },
    Purpose.WELCOME: {
        "de": "Ab jetzt bekommen Sie Warnungen: {places}.\nÄndern, testen oder abmelden: {mine}",
        "en": "From now on you get warnings: {places}.\nChange, test or sign off: {mine}",
        "de-simple": "Sie bekommen jetzt Warnungen. Für: {places}.\nÄndern oder abmelden: {mine}",
    },
    Purpose.KNOWN: {
        "de": "Jemand, wahrscheinlich Sie, hat diese Adresse noch einmal angemeldet. Das war sie schon, und nichts "
        "hat sich geändert.\nÄndern, testen oder abmelden: {mine}",
        "en": "Somebody, probably you, has signed this address up once more. It already was, and nothing has "
        "changed.\nChange, test or sign off: {mine}",
        "de-simple": "Sie bekommen schon Warnungen. Es ändert sich nichts.\nÄndern oder abmelden: {mine}",
    },
    Purpose.TEST: {
        "de": "Dies ist ein Test und keine Warnung. So erreichen Sie die Warnungen: {places}.",
        "en": "This is a test and no warning. This is how warnings reach you: {places}.",
        "de-simple": "Das ist ein Test und keine Warnung. So bekommen Sie Warnungen.",
    },
}
_SHORT: Mapping[Purpose, PerLanguage] = {
    Purpose.CONFIRM: {
        "de": "Warnungen {city}: Ihr Code ist {code}. Nicht von Ihnen? Dann nichts tun.",
        "en": "Warnings {city}: your code is {code}. Not you? Then do nothing.",
        "de-simple": "Warnungen {city}: Ihr Code ist {code}. Wollen Sie das nicht? Dann tun Sie nichts.",
    },
    Purpose.WELCOME: {
        "de": "Angemeldet: Warnungen {city}. Abmelden: {mine}",
        "en": "Signed up: warnings {city}. Sign off: {mine}",
        "de-simple": "Sie bekommen jetzt Warnungen von {city}. Abmelden: {mine}",
    },
    Purpose.KNOWN: {
        "de": "Schon angemeldet: Warnungen {city}. Abmelden: {mine}",
        "en": "Signed up already: warnings {city}. Sign off: {mine}",
        "de-simple": "Sie bekommen schon Warnungen von {city}. Abmelden: {mine}",
    },
    Purpose.TEST: {
        "de": "TEST, keine Warnung. Die Warnungen von {city} erreichen Sie.",
        "en": "TEST, no warning. The warnings of {city} reach you.",
        "de-simple": "Das ist ein TEST und keine Warnung. Die Warnungen von {city} erreichen Sie.",
    },
}
_SPOKEN: Mapping[Purpose, PerLanguage] = {
    **_SHORT,
    Purpose.CONFIRM: {
        "de": "Hier sind die Warnungen von {city}. Ihr Code ist {digits}. Noch einmal: {digits}.",
        "en": "These are the warnings of {city}. Your code is {digits}. Once more: {digits}.",
        "de-simple": "Das sind die Warnungen von {city}. Ihr Code ist {digits}. Noch einmal: {digits}.",
    },
    Purpose.WELCOME: {
        "de": "Sie sind für die Warnungen von {city} angemeldet. Wir rufen Sie an.",
        "en": "You are signed up for the warnings of {city}. We will call you.",
        "de-simple": "Sie bekommen jetzt Warnungen von {city}. Wir rufen Sie an.",
    },
    Purpose.KNOWN: {
        "de": "Diese Nummer ist für die Warnungen von {city} schon angemeldet.",
        "en": "This number is signed up for the warnings of {city} already.",
        "de-simple": "Sie bekommen schon Warnungen von {city}. Es ändert sich nichts.",
    },
}
_ADDRESSES = frozenset({"confirm", "mine"})
#: Below every message to a resident that has room for it.
SIGN_OFF: PerLanguage = {
    "de": "Ändern oder abmelden: {mine}",
    "en": "Change or sign off: {mine}",
    "de-simple": "Ändern oder abmelden: {mine}",
}


class Said(NamedTuple):
    """A letter as it is sent; ``short`` where the channel has room for little."""

    title: str
    body: str
    short: str = ""


def letter_words(
    letter: Letter, language: Language, content: Content, kind: FormKind, slots: Mapping[str, str]
) -> Said:
    """The text of a letter; ``slots`` are ``confirm``, ``mine`` and ``code``."""
    places = [own(content.places[zone].name, language) for zone in letter.zones if zone in content.places]
    named = speech.listed(tuple(places), language) if places else content.city
    digits = " ".join(slots["code"])
    all_slots = {**slots, "city": content.city, "places": named, "digits": digits}
    # An address stays bare: a program that takes the mark behind it for a part of it would follow it nowhere.
    filled = {name: text if name in _ADDRESSES else isolated(text, language) for name, text in all_slots.items()}
    mark = _exercise(letter, language, content)
    title = f"{mark}{told(_TITLES[letter.purpose], language).format(**filled)}"
    if kind is FormKind.SMS:
        reduce: Callable[[str], str] = plain if language in WIDE else narrow
        return Said(title, "", reduce(f"{mark}{told(_SHORT[letter.purpose], language).format(**filled)}"))
    if kind is FormKind.VOICE:
        return Said(title, "", f"{mark}{speak(told(_SPOKEN[letter.purpose], language).format(**filled), language)}")
    body = told(_LONG[letter.purpose], language).format(**filled)
    honest = told(HONEST, language)
    if kind is FormKind.PUSH:
        return Said(clean(title), f"{mark}{body}")
    return Said(clean(title), f"{mark}{body}\n\n{honest}")


def _exercise(letter: Letter, language: Language, content: Content) -> str:
    if letter.status is Status.ACTUAL:
        return ""
    words = own(content.texts.exercise, language)
    return f"{fill(('texts', 'exercise', language), words, {'city': content.city})}: "
