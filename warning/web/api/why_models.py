"""What the interface answers about why a zone stands, or stood, where it does; made of the facts of ``why``."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rules.messages import ConditionState, Overlay, Reason
from sensors.doubts import PHRASES
from warning.web.api.answers import Answer
from warning.why_facts import Lack

_DOUBTS = {phrase: bit.name for bit, phrase in PHRASES.items()}
Truth = Annotated[bool | None, Field(description="Null: unknown.")]
Doubts = Annotated[list[str], BeforeValidator(lambda words: [_DOUBTS.get(one, one) for one in words])]


class _Fact(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WitnessOut(_Fact):
    """A reading, or the value of a signal at it."""

    at: datetime
    value: float | None
    unit: str
    flag: int = Field(description="QARTOD: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing.")
    doubts: Doubts = Field(description="Gravest first, as in `doubts` of a station.")


class BeforeOut(_Fact):
    """What an atom was until then."""

    truth: Truth
    value: float | None


class AtomOut(_Fact):
    """A comparison of a rule as it stood, and what made it so."""

    atom: str
    truth: Truth
    station: str
    limit: float | None = Field(description="The number behind a mark; null where there is none, or nobody knows it.")
    off: float | None = Field(description="Once true it is true down to here.")
    unit: str
    since: datetime | None = Field(description="Event time from which it has this truth.")
    cause: WitnessOut | None = Field(description="The reading that turned it.")
    known_at: datetime | None = Field(description="When that was found out.")
    lack: Lack | None = Field(description="Why it is unknown.")
    reported: bool = Field(description="By people, not by the sensor.")
    in_service: bool = Field(description="Out of service it does not count.")
    before: BeforeOut | None
    newest: WitnessOut | None = Field(description="The last reading until the time asked for.")


class NodeOut(_Fact):
    """A part of a formula: what joins its parts, or an atom."""

    what: str = Field(description="`and`, `or`, `not`, `any of`, `all of`, `2 of` …, or `atom`.")
    truth: Truth
    parts: list["NodeOut"]
    atom: AtomOut | None
    counts: bool = Field(description="False: all of it is out of service.")


class FormulaOut(_Fact):
    """The formula of a level, or the one that calls staff, and what it was worth."""

    key: str = Field(description="`level 1` …, or `staff`.")
    text: str
    truth: Truth
    tree: NodeOut


class ConditionOut(_Fact):
    """A hazard in the zone, where it stood, and everything its rules say."""

    hazard: str
    state: ConditionState
    level: int
    since: datetime | None = Field(description="The level; null where nothing was ever decided.")
    changed_at: datetime | None = Field(description="The state, by event time.")
    decided_at: datetime | None = Field(description="The same by the clock.")
    reason: Reason | None
    gauge_lost: list[str]
    overlays: list[Overlay]
    reports: list[str] = Field(description="Ids of what people reported, where it rests on them.")
    formulas: list[FormulaOut]
    stored: list[AtomOut] = Field(description="In place of formulas, where the rules have changed since.")


class RulesOut(_Fact):
    """Rules by version."""

    then: str | None = Field(description="In force at the time; null where nothing had been assessed.")
    configured: str
    same: bool = Field(description="Whether the configuration can explain what happened.")


class WhyZoneOut(Answer):
    """On which rules and readings a zone stands, or stood."""

    zone: str
    at: datetime = Field(description="The moment it is about.")
    rules: RulesOut
    conditions: list[ConditionOut]
