"""Recipients and texts as the configuration describes them."""

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from sensors.stations import Frozen, Name, Text

Language = Literal["de", "en"]
PerLanguage = dict[Language, Text]


class Address(Frozen):
    """Where a recipient is reached on a channel."""

    channel: Name
    to: SecretStr  # may hold a token; never printed


class Person(Frozen):
    """Somebody of the city's staff, called by pages and named by what they decide."""

    id: Name
    name: Text
    role: Literal["viewer", "author", "approver", "administrator"]  # each may do what those before it may
    language: Language
    addresses: tuple[Address, ...] = ()


class Recipient(Frozen):
    """Somebody who asked to be told."""

    id: Name
    language: Language
    zones: tuple[Name, ...] = Field(min_length=1)
    from_level: int = Field(ge=1, le=3)
    addresses: tuple[Address, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_address_per_channel(self) -> Self:
        channels = [address.channel for address in self.addresses]
        twice = sorted({name for name in channels if channels.count(name) > 1})
        if twice:
            raise ValueError(f"addresses: more than one on {', '.join(twice)}; make a recipient of each")
        return self


class Wording(Frozen):
    """The words of one level in one language; Jinja2 slots in double braces."""

    headline: Text
    instruction: Text


class HazardTexts(Frozen):
    """All words about one hazard, and what CAP calls it."""

    name: PerLanguage
    category: Literal["Met", "Geo", "Safety", "Infra", "Health", "Fire", "Env", "Other"]
    event_code: Text | None = None
    level_1: dict[Language, Wording] = Field(alias="level 1")
    level_2: dict[Language, Wording] = Field(alias="level 2")
    level_3: dict[Language, Wording] = Field(alias="level 3")
    all_clear: dict[Language, Wording]

    def of(self, level: int, language: Language) -> Wording:
        """The wording of a level."""
        return (self.level_1, self.level_2, self.level_3)[level - 1][language]


def _severity_order() -> dict[Literal[1, 2, 3], Literal[1, 2, 3]]:
    return {1: 3, 2: 2, 3: 1}


class Issuer(Frozen):
    """Who warns, and by which law. Without one a city tells measured values only."""

    authority: Text  # CAP senderName, publisher on the sheet for the control room
    legal_basis: Text
    mowas_levels: dict[Literal[1, 2, 3], Literal[1, 2, 3]] = Field(default_factory=_severity_order)  # 1 is the highest

    @model_validator(mode="after")
    def _counts_down(self) -> Self:
        counted = [self.mowas_levels.get(level) for level in (1, 2, 3)]
        if None in counted:
            raise ValueError("mowas_levels: needs each of the levels 1, 2 and 3")
        if counted != sorted(counted, key=lambda number: -(number or 0)):
            raise ValueError("mowas_levels: must fall, as MoWaS counts 1 as the highest")
        return self


_MEASURED_RAIN: PerLanguage = {
    "de": "Regen {{ station }}: {{ value }}, gemessen bis {{ time }} Uhr.",
    "en": "Rain at {{ station }}: {{ value }}, measured until {{ time }}.",
}
_TREND_UNKNOWN: PerLanguage = {"de": "Trend unbekannt", "en": "trend unknown"}
_NO_VALUE: PerLanguage = {"de": "kein Messwert", "en": "no value"}
_ISSUED: PerLanguage = {
    "de": "Ausgegeben am {{ date }} um {{ time }} Uhr, {{ city }}.",
    "en": "Issued on {{ date }} at {{ time }}, {{ city }}.",
}
_RETRACTED: dict[Language, Wording] = {
    "de": Wording(
        headline="Die Warnung {{ 'vom' if other_day else 'von' }} {{ time }} Uhr war ein Fehler: "
        "{{ hazard }}, {{ place }}",
        instruction="Bitte beachten Sie weiter die Hinweise von Rundfunk, NINA und Stadt.",
    ),
    "en": Wording(
        headline="The warning of {{ time }} was a mistake: {{ hazard }}, {{ place }}",
        instruction="Please keep following what radio, NINA and the city say.",
    ),
}
_REINSTATED: PerLanguage = {
    "de": "Die Warnung gilt doch. Die Rücknahme war ein Fehler.",
    "en": "The warning holds after all. Taking it back was a mistake.",
}


class Texts(Frozen):
    """Everything people read, per language."""

    levels: dict[Literal[1, 2, 3], PerLanguage]  # the word of each level
    step: PerLanguage  # "Stufe {{ number }} von 3", always after the word
    measured: PerLanguage  # one sentence about value, trend and time
    rising: PerLanguage
    falling: PerLanguage
    steady: PerLanguage
    gauge_lost: PerLanguage
    lowered: PerLanguage
    exercise: PerLanguage  # stands before every text of an exercise
    measured_rain: PerLanguage = Field(default_factory=lambda: _MEASURED_RAIN)
    trend_unknown: PerLanguage = Field(default_factory=lambda: _TREND_UNKNOWN)
    no_value: PerLanguage = Field(default_factory=lambda: _NO_VALUE)
    issued: PerLanguage = Field(default_factory=lambda: _ISSUED)
    retracted: dict[Language, Wording] = Field(default_factory=lambda: _RETRACTED)  # of any hazard; never "no danger"
    reinstated: PerLanguage = Field(default_factory=lambda: _REINSTATED)  # stands before the words of the level
    hazards: dict[Name, HazardTexts] = Field(min_length=1)

    def word_of(self, level: int) -> PerLanguage:
        """The word of a level in every language; empty where it has none."""
        return next((words for number, words in self.levels.items() if number == level), {})

    @model_validator(mode="after")
    def _exercise_marked(self) -> Self:
        for language, text in self.exercise.items():
            if "ÜBUNG" not in text:
                raise ValueError(f"exercise.{language}: must contain ÜBUNG")
        return self
