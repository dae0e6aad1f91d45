"""Which institutions have to acknowledge a warning, and which have to be called because they did not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from notifiers.institutions import FROM_LEVEL, Institution, most_in_need_first
from notifiers.revision import ENDING
from warning.lifecycle.state import Draft, WarningNow
from warning.messages import Calls


def calls_after(warning: WarningNow, draft: Draft, number: int, now: datetime, within: timedelta) -> Calls | None:
    """What has to be acknowledged once a draft is released: anew where the level rises, or what was withdrawn holds.

    An acknowledgement stands while the level stays or falls.
    """
    if draft.change in ENDING or draft.level < FROM_LEVEL:
        return None
    if warning.calls is not None and draft.level <= warning.level:
        return warning.calls
    return Calls(number, draft.level, now, now + within)


def concerned(calls: Calls | None, zone: str, institutions: Sequence[Institution]) -> list[Institution]:
    """Who has to acknowledge, most people in need first."""
    if calls is None:
        return []
    return most_in_need_first(one for one in institutions if zone in one.zones and one.from_level <= calls.level)


def missing(calls: Calls | None, zone: str, institutions: Sequence[Institution]) -> list[Institution]:
    """Who has not, yet."""
    known = set() if calls is None else {heard.institution for heard in calls.heard}
    return [one for one in concerned(calls, zone, institutions) if one.id not in known]


def to_call(
    calls: Calls | None, zone: str, institutions: Sequence[Institution], now: datetime | None
) -> list[Institution]:
    """The call list: who has not, and whose time is over."""
    due = calls is not None and now is not None and now >= calls.due
    return missing(calls, zone, institutions) if due else []
