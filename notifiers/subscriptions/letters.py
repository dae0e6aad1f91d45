"""Letters to one resident about the subscription; never about a danger."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_hex

import msgspec

from notifiers.revision import Status


class Purpose(StrEnum):
    """What a letter is for."""

    CONFIRM = "confirm"  # is the address yours?
    WELCOME = "welcome"
    KNOWN = "known"  # somebody asked for it once more
    TEST = "test"


#: After it nobody needs the letter any more.
_LASTS: Mapping[Purpose, timedelta] = {
    Purpose.CONFIRM: timedelta(hours=20),
    Purpose.WELCOME: timedelta(hours=24),
    Purpose.KNOWN: timedelta(hours=24),
    Purpose.TEST: timedelta(minutes=10),
}


class Letter(msgspec.Struct, frozen=True, tag_field="kind", tag="letter"):
    """One letter. It holds no address and no link: these are put in when it is sent."""

    identifier: str
    city: str
    status: Status
    purpose: Purpose
    sent: datetime
    expires: datetime
    asked_ms: int  # of the subscription it asks to confirm
    zones: tuple[str, ...]
    warning: str = ""
    level: int = 0
    zone: str = ""
    v: int = 1


def letter(city: str, status: Status, purpose: Purpose, at: datetime, asked_ms: int, zones: tuple[str, ...]) -> Letter:
    """A new one."""
    return Letter(f"letter-{token_hex(8)}", city, status, purpose, at, at + _LASTS[purpose], asked_ms, zones)
