"""What a rule has found in a message."""

from collections.abc import Callable, Iterable
from enum import StrEnum

import msgspec

from notifiers.cap.alert import Block, Field


class Severity(StrEnum):
    """An error breaks a rule of the standard or of a profile; a warning is what both advise against."""

    ERROR = "error"
    WARNING = "warning"


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where."""

    profile: str  # whose rule it is: xml, oasis, google, germany, signature
    rule: str
    severity: Severity
    path: str  # alert/info[2]/headline
    line: int  # 0 where the finding has no line
    text: str


class Found(msgspec.Struct, frozen=True):
    """A finding before it is known whose rule it was."""

    rule: str
    severity: Severity
    path: str
    line: int
    text: str

    def by(self, profile: str) -> Finding:
        """The finding of a profile."""
        return Finding(profile, self.rule, self.severity, self.path, self.line, self.text)


Rule = Callable[[Block], Iterable[Found]]


def error(rule: str, at: Block | Field, text: str) -> Found:
    """A broken rule."""
    return Found(rule, Severity.ERROR, at.path, at.line, text)


def warning(rule: str, at: Block | Field, text: str) -> Found:
    """Something to look at."""
    return Found(rule, Severity.WARNING, at.path, at.line, text)
