"""What one check has found, in the operator's words."""

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """How it stands; only FAILED makes the whole fail."""

    GOOD = "good"
    WARNING = "warning"
    FAILED = "failed"


class Finding(msgspec.Struct, frozen=True):
    """One line: ``text`` says what is so, ``remedy`` what to do about it. Neither ever holds a password."""

    check: str
    verdict: Verdict
    text: str
    remedy: str = ""


def good(check: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Verdict.GOOD, text)


def warning(check: str, text: str, remedy: str = "") -> Finding:
    """It works, and somebody should look at it."""
    return Finding(check, Verdict.WARNING, text, remedy)


def failed(check: str, text: str, remedy: str = "") -> Finding:
    """It does not work, or will not for long."""
    return Finding(check, Verdict.FAILED, text, remedy)
