"""What is recorded about accounts: logins, changes, how often somebody failed. No address of the net."""

from enum import StrEnum

import msgspec

KIND = "account"  # of entries in the audit


class Did(StrEnum):
    """What happened."""

    LOGIN = "login"
    FAILURES = "failures"  # counted, not each
    PASSWORD = "password"  # noqa: S105 - the word
    FACTOR_ON = "factor-on"
    FACTOR_OFF = "factor-off"
    CODES = "codes"  # new ones for need
    ENDED = "sessions-ended"


class AccountEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of an ``account``."""

    what: Did
    person: str  # empty: names that nobody here has
    at_ms: int
    by: str = ""  # who did it, where that is somebody else
    how: str = ""
    count: int = 0
    v: int = 1


def is_told(count: int, first: int = 5) -> bool:
    """Whether this many failures are worth a line: 5, 10, 20, 40 … so that no attack fills the audit."""
    times, rest = divmod(count, first)
    return count > 0 and rest == 0 and times & (times - 1) == 0
