"""What people may ask for, as the interface takes it; the forms of the desk fill in the same.

Nobody can be named as who decides: that is always the person whose token it is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from notifiers.languages import Language
from notifiers.revision import Words
from rules.spec import Lasting
from warning.messages import CommandAction, Topic

LONGEST_MS = 31 * 86_400_000


def _readable(text: str) -> str:
    """No control characters but line breaks and tabs: some stores cannot keep them."""
    if any(not (sign.isprintable() or sign in "\n\t\r\u00ad") for sign in text):
        raise ValueError("holds characters that cannot be read")
    return text


Line = Annotated[str, Field(max_length=200), AfterValidator(_readable)]
Long = Annotated[str, Field(max_length=2000), AfterValidator(_readable)]
Needed = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_readable)]
Id = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_readable)]
#: In ms. What is longer than any command may ask for is refused by who follows it; here it only has to be a time.
For = Annotated[
    Lasting, AfterValidator(lambda ms: min(ms, LONGEST_MS)), WithJsonSchema({"type": "string", "examples": ["6 h"]})
]
Level = Annotated[int, Field(ge=1, le=3)]


class Asked(BaseModel):
    """Part of every request: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MayHaveReason(Asked):
    reason: Long = Field("", description="Why, if there is something to say; it is kept.", examples=[""])


class Reasoned(Asked):
    reason: Needed = Field(description="Why; it is kept.", examples=["debris on the sensor"])


class Approve(MayHaveReason):
    """Release a draft, or agree to it where two are needed. Level, area and recipients are read back."""

    level: Level = Field(description="The level you mean, read back.", examples=[2])
    zone: Id = Field(description="The zone you mean, read back.", examples=["unterbarmen"])
    recipients: int = Field(ge=0, le=10**9, description="How many are told, read back.", examples=[412])
    draft: Id = Field(description="Fingerprint of the draft as the desk showed it.", examples=["5d41402a"])
    alone: bool = Field(False, description="Release although nobody else has acted; needs a reason.")


class Clear(MayHaveReason):
    """Release the all-clear, or say what still stands against it."""

    zone: Id | None = Field(None, description="The zone, if you want it compared.", examples=["unterbarmen"])
    recipients: int | None = Field(None, ge=0, le=10**9, description="How many are told, if you want it compared.")
    draft: Id | None = Field(None, description="Fingerprint of the draft, if you have read one.")


class Reject(Reasoned):
    """Decide against a draft. It opens again on a higher level, a second sensor or a further rise."""

    draft: Id | None = Field(None, description="Fingerprint of the draft, if you have read it.", examples=["5d41402a"])


class Wording(Asked):
    """What is said in one language."""

    headline: Annotated[str, Field(min_length=1, max_length=140), AfterValidator(_readable)]
    instruction: Needed
    short: Annotated[str, Field(max_length=160), AfterValidator(_readable)] = Field(
        "", description="What to do in few words, for a text message that has no room for the instruction."
    )


class Update(Reasoned):
    """Write other words for a warning. They wait until they are submitted, and released by another person."""

    words: dict[Language, Wording] = Field(
        min_length=1,
        description="By language; those of the city.",
        examples=[{"de": {"headline": "Hochwasser an der Kita", "instruction": "Gehen Sie nach oben."}}],
    )
    draft: Id | None = Field(
        None, description="Fingerprint of the draft, if you have read it; `-` where none waited.", examples=["5d41402a"]
    )


class Submit(MayHaveReason):
    """Put a draft that somebody has written before those who release."""


class Discard(Reasoned):
    """Throw a draft away that a person has written."""


class Countersign(MayHaveReason):
    """Agree afterwards to what somebody had to release alone."""


class Extend(Reasoned):
    """Let all warnings of the incident last longer; nobody is woken by it."""

    lasting: For = Field(description="How long from now, at most 12 h.", examples=["6 h"])


class Retract(Reasoned):
    """Say on all channels that it was an error. One person is enough; a true alarm cannot be silenced by it."""


class Reinstate(Reasoned):
    """Put a warning in force again whose retraction was the error, within 60 minutes."""


class Acknowledge(MayHaveReason):
    """Say that you have taken note of a warning, at the level that you have seen."""

    level: Annotated[int, Field(ge=0, le=3)] | None = Field(
        None,
        description="The level you have seen, 0 where it was calm; no higher one is noted. Else the one it has.",
        examples=[2],
    )


class Reached(Reasoned):
    """Note that an institution was reached by telephone: it need not acknowledge any more."""

    institution: Id = Field(description="Its id in config.yaml.", examples=["care-home-beyenburg"])


class SheetIsSet(MayHaveReason):
    """Confirm that the control room has set the last revision in MoWaS."""


class Rearm(Reasoned):
    """Let a zone release by itself again after a retraction."""


class Note(Asked):
    """Write a line into the shift log."""

    text: Needed = Field(description="The line.", examples=["Sandbags are at Kluserbrücke."])


class Handover(Asked):
    """Hand over: who comes is called first until the rota's next turn, and what is open stands in the log."""

    to: Id = Field(description="Who comes on duty, as in people of config.yaml.", examples=["berta"])
    text: Needed = Field(description="What the next shift has to know.", examples=["Crest expected at 22:00."])


class Inform(Asked):
    """Say what helps people in a zone. It takes the place of what was said about the topic; no text takes it away."""

    topic: Topic = Field(description="What it is about.", examples=["roads"])
    texts: dict[Language, Annotated[str, Field(max_length=500), AfterValidator(_readable)]] = Field(
        description="By language; the city's first one is shown where another is missing.",
        examples=[{"de": "Unterführung Kluse gesperrt.", "en": "Underpass Kluse closed."}],
    )
    lasting: For = Field(86_400_000, description="How long from now; at most 31 days.", examples=["24 h"])


class ShowReport(MayHaveReason):
    """Let people read what a resident has reported, marked as unconfirmed, for six hours from when it came."""

    zone: Id = Field(description="Where it is.", examples=["unterbarmen"])
    accepted: bool = Field(False, description="People may read the place in the resident's own words too.")


class HideReport(MayHaveReason):
    """Let nobody but staff read a report."""


#: What is asked about one warning.
ABOUT_A_WARNING: Mapping[CommandAction, type[Asked]] = {
    CommandAction.SUBMIT: Submit,
    CommandAction.APPROVE: Approve,
    CommandAction.COUNTERSIGN: Countersign,
    CommandAction.REJECT: Reject,
    CommandAction.DISCARD: Discard,
    CommandAction.UPDATE: Update,
    CommandAction.EXTEND: Extend,
    CommandAction.CLEAR: Clear,
    CommandAction.RETRACT: Retract,
    CommandAction.REINSTATE: Reinstate,
    CommandAction.ACK: Acknowledge,
    CommandAction.REACHED: Reached,
    CommandAction.SHEET_SET: SheetIsSet,
}


class Replied(BaseModel):
    """What became of it, for programs and in words."""

    done: bool
    text: str = Field(description="In English, with times in UTC: as the command line says it.")
    code: str = Field(description="Stable name of what the text says; empty where it is somebody's own words.")
    slots: dict[str, Any] = Field(description="What the text names: ids, numbers, times, or further codes with theirs.")
    said: str = Field(description="The same in the language of the person, with times of the city.")
    exercise: bool = Field(description="Nothing in it is true.")


class Decided(Replied):
    """What became of a command: done, or refused with the reason in words for the person."""

    command: str = Field(description="Its id; the same Idempotency-Key gives the same one.")
    warning: str = Field(description="Empty where it was about none.")
    action: CommandAction
    actor: str = Field(description="Whose token it was.")
    at: datetime | None = Field(description="The steward's clock; null where the steward was not asked.")


def words_of(body: Update) -> dict[str, Words]:
    """The words of a request as a command carries them."""
    return {language: Words(one.headline, one.instruction, one.short) for language, one in body.words.items()}
