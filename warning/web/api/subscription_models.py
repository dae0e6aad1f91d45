"""What programs send and get about subscriptions."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from notifiers.languages import Language
from notifiers.subscriptions.contacts import Contact
from notifiers.subscriptions.push import LONGEST
from warning.web.api.asked import Asked


class WishIn(Asked):
    """What somebody wants to be told of."""

    zones: tuple[str, ...] = Field((), max_length=50, description="Keys of zones.", examples=[["unterbarmen"]])
    limits: dict[str, float] = Field({}, max_length=50, description="cm by station.", examples=[{"kluserbruecke": 180}])
    from_level: Annotated[int, Field(ge=1, le=3)] = 1
    language: str = Field(description="One of the city's.", examples=["de"])


class SignUp(WishIn):
    """A wish with an address; nothing is stored of who sends it."""

    channel: str = Field(description="One of the offered ones.", examples=["email"])
    address: str = Field(max_length=LONGEST, description="E-mail address, number, or PushSubscription as JSON.")
    words: Language = Field(description="In which language the words of consent were shown.", examples=["de"])
    consent: Literal[True] = Field(description="That these words were agreed to.")
    cannot_hear: bool = Field(False, description="Calls are no way to reach them.")


class Code(Asked):
    """The code of a letter."""

    ref: str = Field(max_length=80)
    code: str = Field(max_length=9, examples=["123 456"])


class Renewed(Asked):
    """A browser that has another address from now on."""

    old: str = Field(max_length=LONGEST, description="The endpoint until now, which nobody else knows: the proof.")
    address: str = Field(max_length=LONGEST, description="The new PushSubscription as JSON.")


class ChannelOut(BaseModel):
    """A way to be told."""

    channel: str
    contact: Contact
    consent: dict[str, str] = Field(description="The words to agree to, by language.")
    push_key: str | None = Field(description="applicationServerKey, where browsers sign up.")


class GaugeOut(BaseModel):
    """A gauge on which a limit can be set."""

    station: str
    name: str
    lowest_cm: float
    highest_cm: float


class Offer(BaseModel):
    """What there is to choose from."""

    exercise: bool
    honest: dict[str, str] = Field(description="What has to be shown at every sign-up, by language.")
    zones: dict[str, str]
    languages: tuple[Language, ...]
    gauges: list[GaugeOut]
    channels: list[ChannelOut]


class Begun(BaseModel):
    """A sign-up that its owner has to confirm."""

    exercise: bool
    ref: str = Field(description="With it the code can be given.")


class Mine(BaseModel):
    """A subscription as it stands; the address is never told."""

    exercise: bool
    mine: str = Field(description="The resident's own page: keep it secret.")
    contact: Contact | None = Field(description="null: the city does not warn by this way any more.")
    zones: tuple[str, ...]
    limits: dict[str, float]
    from_level: int
    language: Language
