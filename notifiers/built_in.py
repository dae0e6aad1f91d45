"""Texts that a city need not write itself: frames, and sentences that are the same everywhere."""

from notifiers.languages import Language

Said = dict[Language, str]

MEASURED_RAIN: Said = {
    "de": "Regen {{ station }}: {{ value }}, gemessen bis {{ time }} Uhr.",
    "en": "Rain at {{ station }}: {{ value }}, measured until {{ time }}.",
    "de-simple": "Regen in {{ station }}: {{ value }} bis {{ time }} Uhr.",
}
TREND_UNKNOWN: Said = {"de": "Trend unbekannt", "en": "trend unknown", "de-simple": "Trend nicht bekannt"}
NO_VALUE: Said = {"de": "kein Messwert", "en": "no value", "de-simple": "kein Messwert"}
ISSUED: Said = {
    "de": "Ausgegeben am {{ date }} um {{ time }} Uhr, {{ city }}.",
    "en": "Issued on {{ date }} at {{ time }}, {{ city }}.",
    "de-simple": "{{ city }}, {{ date }}, {{ time }} Uhr.",
}
OBSERVED: Said = {
    "de": "Die Gefahr ist durch Messungen belegt.",
    "en": "The danger is shown by measurements.",
    "de-simple": "Messungen zeigen die Gefahr.",
}
LIKELY: Said = {
    "de": "Die Gefahr ist wahrscheinlich.",
    "en": "The danger is likely.",
    "de-simple": "Die Gefahr ist wahrscheinlich.",
}
RETRACTED: dict[Language, dict[str, str]] = {
    "de": {
        "headline": "Die Warnung {{ 'vom' if other_day else 'von' }} {{ time }} Uhr war ein Fehler: "
        "{{ hazard }}, {{ place }}",
        "instruction": "Bitte beachten Sie weiter die Hinweise von Rundfunk, NINA und Stadt.",
        "short": "Bitte weiter Radio hören.",
        "sign": "Radio weiter hören",
    },
    "en": {
        "headline": "The warning of {{ time }} was a mistake: {{ hazard }}, {{ place }}",
        "instruction": "Please keep following what radio, NINA and the city say.",
        "short": "Please keep listening to the radio.",
        "sign": "Keep radio on",
    },
    "de-simple": {
        "headline": "Die Warnung {{ 'vom' if other_day else 'von' }} {{ time }} Uhr war falsch: "
        "{{ hazard }}, {{ place }}",
        "instruction": "Hören Sie weiter Radio. Lesen Sie weiter NINA.",
        "short": "Hören Sie weiter Radio.",
        "sign": "Radio weiter hören",
    },
}
REINSTATED: Said = {
    "de": "Die Warnung gilt doch. Die Rücknahme war ein Fehler.",
    "en": "The warning holds after all. Taking it back was a mistake.",
    "de-simple": "Die Warnung gilt doch. Wir haben einen Fehler gemacht.",
}
REINSTATED_SHORT: Said = {
    "de": "Warnung gilt doch.",
    "en": "Warning holds.",
    "de-simple": "Warnung gilt doch.",
}
SOURCE: Said = {
    "de": "{{ city }} {{ issued }}",
    "en": "{{ city }} {{ issued }}",
    "de-simple": "{{ city }} {{ issued }}",
}
SPEAKER: Said = {
    "de": "Hier spricht {{ city }}, {{ issued }} Uhr.",
    "en": "This is {{ city }}, at {{ issued }}.",
    "de-simple": "Hier spricht {{ city }}, {{ issued }} Uhr.",
}
REPEATED: Said = {"de": "Ich wiederhole:", "en": "I repeat:", "de-simple": "Noch einmal:"}
SIGN_OVER: Said = {"de": "Entwarnung", "en": "All clear", "de-simple": "Entwarnung"}
SIGN_MISTAKE: Said = {"de": "Fehlwarnung", "en": "False warning", "de-simple": "Warnung falsch"}
#: What to do, on a sign, where a hazard does not say it in so few letters.
SIGN_ACTION: Said = {"de": "Bitte Radio hören", "en": "Listen to the radio", "de-simple": "Bitte Radio hören"}
