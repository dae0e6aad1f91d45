"""When people are called next to a draft that waits, and from when on one is enough, as the steward has it. Pure."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from notifiers.revision import Change
from warning.config.people import AloneSpec, EscalationSpec
from warning.lifecycle.timers import AGAIN_EVERY, CALL_AGAIN_EVERY, CALLS
from warning.messages import OVER, DeskRow, WarningState

Whom = Literal["first", "next", "everyone"]


class Call(NamedTuple):
    """When people are called next, and whom: the one on call, the next one as well, or all of the staff."""

    at: datetime
    whom: Whom


def next_call(row: DeskRow, escalation: EscalationSpec, now: datetime) -> Call | None:
    """None where nothing waits for people, or somebody writes what can wait."""
    if not row.proposed_change or row.waiting_since is None or row.state in OVER:
        return None
    if not (row.submitted or pressing(row)):
        return None
    since = row.waiting_since
    if not worsens(row):
        return Call(_hourly(since, now), "first")
    remind, second, everyone = (since + timedelta(milliseconds=after) for after in escalation.times)
    again = [everyone + CALL_AGAIN_EVERY * number for number in range(CALLS + 1)]
    calls = [Call(remind, "first"), Call(second, "next"), *(Call(at, "everyone") for at in again)]
    return next((one for one in calls if one.at > now), Call(_hourly(again[-1], now), "everyone"))


def alone_from(row: DeskRow, alone: AloneSpec) -> datetime | None:
    """From when on one person may release where two are needed; None where that is not so, or never."""
    if row.waiting_since is None or not row.submitted or row.state in OVER:
        return None
    if row.needed < 2 or row.proposed_level < 2 or not worsens(row):
        return None
    return row.waiting_since + timedelta(milliseconds=alone.times[row.proposed_level - 2])


def _hourly(since: datetime, now: datetime) -> datetime:
    return since + AGAIN_EVERY * (1 + max(0, (now - since) // AGAIN_EVERY))


def worsens(row: DeskRow) -> bool:
    """Whether the draft says that it gets worse, or that danger is back after it had run out."""
    if row.proposed_change not in (Change.ISSUED, Change.UPDATED):
        return False
    return row.proposed_level > row.level or row.state is WarningState.EXPIRED


def pressing(row: DeskRow) -> bool:
    """Whether people are called to the draft although somebody is rewording it: the danger goes on meanwhile."""
    return worsens(row) and (not row.held_by or row.proposed_level > 1)


def by_urgency(rows: list[DeskRow]) -> list[DeskRow]:
    """Waiting drafts first, the worst and then the oldest first; then what is in force; then the rest."""

    def place(row: DeskRow) -> tuple[bool, bool, int, float]:
        waits = bool(row.proposed_change) and row.state not in OVER
        since = row.waiting_since if waits and row.waiting_since is not None else row.changed_at
        age = since.timestamp() if waits else -since.timestamp()
        return not waits, row.state in OVER, -max(row.proposed_level if waits else 0, row.level), age

    return sorted(rows, key=place)
