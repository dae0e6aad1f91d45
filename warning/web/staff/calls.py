"""When people are called next to a draft that waits, as the steward's timers will do it. Pure."""

from datetime import datetime, timedelta

from notifiers.revision import Change
from warning.config.people import EscalationSpec
from warning.lifecycle.timers import AGAIN_EVERY, CALL_AGAIN_EVERY, CALLS
from warning.messages import OVER, DeskRow, WarningState


def next_call(row: DeskRow, escalation: EscalationSpec, now: datetime) -> datetime | None:
    """None where nothing waits for people."""
    if not row.proposed_change or not row.submitted or row.waiting_since is None or row.state in OVER:
        return None
    since = row.waiting_since
    if not worsens(row):
        return _hourly(since, now)
    first = [timedelta(milliseconds=after) for after in escalation.times]
    later = [first[-1] + CALL_AGAIN_EVERY * number for number in range(1, CALLS + 1)]
    times = (since + after for after in [*first, *later])
    return next((at for at in times if at > now), _hourly(since + later[-1], now))


def _hourly(since: datetime, now: datetime) -> datetime:
    return since + AGAIN_EVERY * (1 + max(0, (now - since) // AGAIN_EVERY))


def worsens(row: DeskRow) -> bool:
    """Whether the draft says that it gets worse, or that danger is back after it had run out."""
    if row.proposed_change not in (Change.ISSUED, Change.UPDATED):
        return False
    return row.proposed_level > row.level or row.state is WarningState.EXPIRED


def by_urgency(rows: list[DeskRow]) -> list[DeskRow]:
    """Waiting drafts first, the worst and then the oldest first; then what is in force; then the rest."""

    def place(row: DeskRow) -> tuple[bool, bool, int, float]:
        waits = bool(row.proposed_change) and row.state not in OVER
        since = row.waiting_since if waits and row.waiting_since is not None else row.changed_at
        age = since.timestamp() if waits else -since.timestamp()
        return not waits, row.state in OVER, -max(row.proposed_level if waits else 0, row.level), age

    return sorted(rows, key=place)
