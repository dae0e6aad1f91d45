"""How much room a form has, and how much of it a text takes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeVar

from notifiers.gsm7 import measure_sms
from notifiers.languages import WIDE, Language
from notifiers.voice import seconds

HEADLINE, PUSH_TITLE, PUSH_BODY, SIGN_LINE, VOICE_S, EMAIL = 140, 60, 200, 20, 30, 20_000
SMS_PARTS, WIDE_SMS_PARTS = 1, 2  # a script of two octets a character has 70 to a part, too few for what to do

T = TypeVar("T")


class FormKind(StrEnum):
    """What kind of channel a text is for."""

    CAP = "cap"  # headline, description and instruction of a CAP info block
    EMAIL = "email"
    PUSH = "push"
    SMS = "sms"
    SIGN = "sign"  # two lines of 20 characters
    VOICE = "voice"  # given to a voice
    HOTLINE = "hotline"  # read aloud by a person


@dataclass(frozen=True, slots=True)
class Size:
    """The length of a text beside its limit."""

    length: int
    limit: int
    unit: Literal["characters", "bytes", "septets", "UCS-2 units", "seconds"]
    parts: int = 1  # of a text message
    foreign: str = ""  # what keeps a text message out of GSM-7 though its language would fit

    @property
    def fits(self) -> bool:
        """Whether it can be sent as it is."""
        return self.length <= self.limit and not self.foreign


def characters(text: str, limit: int) -> Size:
    """By characters, as screens count."""
    return Size(len(text), limit, "characters")


def sms_size(text: str, language: Language) -> Size:
    """One part of GSM-7; in a script that no such alphabet holds, two parts of UCS-2."""
    measured = measure_sms(text)
    if measured.alphabet == "GSM-7":
        return Size(measured.length, 160, "septets", measured.parts)
    limit = 134 if language in WIDE else 70
    return Size(measured.length, limit, "UCS-2 units", measured.parts, "" if language in WIDE else measured.foreign)


def with_room(text: str, more: str, language: Language) -> str:
    """Both, one below the other, where the second costs no further part of a text message; else the first."""
    longer = f"{text}\n{more}"
    return longer if sms_size(longer, language).parts == sms_size(text, language).parts else text


def spoken_size(text: str) -> Size:
    """By the time it takes to say."""
    return Size(seconds(text), VOICE_S, "seconds")


def best(candidates: Iterable[T], fits: Callable[[T], bool]) -> T:
    """The first that fits, else the last, which is the shortest."""
    found = list(candidates)
    return next((each for each in found if fits(each)), found[-1])
