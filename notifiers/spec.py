"""Recipients and texts as the configuration describes them."""

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from notifiers import built_in
from notifiers.languages import Language, StaffLanguage
from sensors.stations import Frozen, Name, Text

InstructionCode = Annotated[str, Field(pattern=r"^BBK-ISC-[0-9]{3}$")]
#: What a picture on the pages shows beside the words of an instruction.
Pictogram = Literal["upstairs", "leave-cellar", "no-underpass", "no-driving", "radio", "call-112", "power-off"]
PerLanguage = dict[Language, Text]
StaffRole = Literal["viewer", "author", "approver", "administrator"]  # each may do what those before it may


class Address(Frozen):
    """Where a recipient is reached on a channel."""

    channel: Name
    to: SecretStr  # may hold a token; never printed


class Person(Frozen):
    """Somebody of the city's staff, called by pages and named by what they decide."""

    id: Name
    name: Text
    role: StaffRole
    language: StaffLanguage
    addresses: tuple[Address, ...] = ()
    hears: bool = True


class Recipient(Frozen):
    """Somebody who asked to be told."""

    id: Name
    language: Language
    zones: tuple[Name, ...] = Field(min_length=1)
    from_level: int = Field(ge=1, le=3)
    addresses: tuple[Address, ...] = Field(min_length=1)
    public: Annotated[str, Field(pattern=r"^https?://")] | None = None  # where anybody may follow the same, as on ntfy
    hears: bool = True  # else a voice is no fallback

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
    short: Text | None = None  # what to do, where there is little room: a text message
    sign: Text | None = None  # what to do, in 20 characters


class HazardTexts(Frozen):
    """All words about one hazard, and what CAP calls it."""

    name: PerLanguage
    category: Literal["Met", "Geo", "Safety", "Infra", "Health", "Fire", "Env", "Other"]
    event_code: Text | None = None
    #: What the instruction of a level advises, as BBK numbers it.
    instruction_codes: dict[Literal[1, 2, 3], tuple[InstructionCode, ...]] = Field(default_factory=dict)
    #: Beside the instruction of a level, on the pages and on the notice for boards.
    pictograms: dict[Literal[1, 2, 3], tuple[Pictogram, ...]] = Field(default_factory=dict)
    level_1: dict[Language, Wording] = Field(alias="level 1")
    level_2: dict[Language, Wording] = Field(alias="level 2")
    level_3: dict[Language, Wording] = Field(alias="level 3")
    all_clear: dict[Language, Wording]

    @property
    def levels(self) -> tuple[dict[Language, Wording], ...]:
        """The wordings of the levels, from 1 to 3."""
        return self.level_1, self.level_2, self.level_3

    def codes_of(self, level: int) -> tuple[str, ...]:
        """Of the instruction of a level; empty where nobody has configured any."""
        return next((codes for number, codes in self.instruction_codes.items() if number == level), ())

    def pictograms_of(self, level: int) -> tuple[Pictogram, ...]:
        """Of the instruction of a level; empty where nobody has configured any."""
        return next((shown for number, shown in self.pictograms.items() if number == level), ())

    def of(self, level: int, language: Language) -> Wording:
        """The wording of a level."""
        return self.levels[level - 1][language]


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


def _retracted() -> dict[Language, Wording]:
    return {language: Wording.model_validate(words) for language, words in built_in.RETRACTED.items()}


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
    measured_rain: PerLanguage = Field(default_factory=lambda: dict(built_in.MEASURED_RAIN))
    trend_unknown: PerLanguage = Field(default_factory=lambda: dict(built_in.TREND_UNKNOWN))
    no_value: PerLanguage = Field(default_factory=lambda: dict(built_in.NO_VALUE))
    issued: PerLanguage = Field(default_factory=lambda: dict(built_in.ISSUED))
    observed: PerLanguage = Field(default_factory=lambda: dict(built_in.OBSERVED))  # how sure it is: measured
    likely: PerLanguage = Field(default_factory=lambda: dict(built_in.LIKELY))  # how sure it is: judged by people
    retracted: dict[Language, Wording] = Field(default_factory=_retracted)  # of any hazard; never "no danger"
    reinstated: PerLanguage = Field(default_factory=lambda: dict(built_in.REINSTATED))  # before the level's words
    reinstated_short: PerLanguage = Field(default_factory=lambda: dict(built_in.REINSTATED_SHORT))
    source: PerLanguage = Field(default_factory=lambda: dict(built_in.SOURCE))  # who says it and when, in short
    speaker: PerLanguage = Field(default_factory=lambda: dict(built_in.SPEAKER))  # the same, to be spoken
    repeated: PerLanguage = Field(default_factory=lambda: dict(built_in.REPEATED))  # before what is spoken again
    sign_over: PerLanguage = Field(default_factory=lambda: dict(built_in.SIGN_OVER))  # first line of a sign
    sign_mistake: PerLanguage = Field(default_factory=lambda: dict(built_in.SIGN_MISTAKE))
    sign_action: PerLanguage = Field(default_factory=lambda: dict(built_in.SIGN_ACTION))  # where a hazard has no `sign`
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
