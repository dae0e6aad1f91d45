"""What should be said about a warning and is not yet said, and who has to agree."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from notifiers.revision import Change
from warning.lifecycle.state import Draft, Terms, WarningNow

#: A warning is prolonged this long before it would expire.
PROLONG_BEFORE = timedelta(minutes=5)


def wanted(warning: WarningNow, normal_since: datetime | None, now: datetime, terms: Terms) -> Draft | None:
    """What is due now; None where nothing is.

    ``normal_since``: since when every condition of the incident is normal. Getting worse is said at once;
    anything else keeps the quiet time after the last revision, and waits while a person asked for quiet.
    """
    if warning.number == 0:
        return Draft(Change.ISSUED, warning.danger, warning.lost, now) if warning.danger else None
    calm_for = terms.all_clear.get(warning.hazard)  # a hazard that the city has dropped ends by people only
    if normal_since is not None and calm_for is not None and now - normal_since >= calm_for:
        return Draft(Change.ALL_CLEAR, warning.highest, (), now)
    level = _level_to_say(warning)
    draft = Draft(Change.UPDATED, level, warning.lost, now)
    if level > warning.level:
        return draft
    if warning.silenced_until is not None and now < warning.silenced_until:
        return None
    newly_lost = bool(set(warning.lost) - set(warning.said_lost))
    rested = warning.sent is None or now - warning.sent >= terms.quiet
    return draft if rested and (level < warning.level or newly_lost) else None


def _level_to_say(warning: WarningNow) -> int:
    """The level that is right now. Where it is over but the all-clear has to wait, the lowest one:
    nobody should be told for hours to flee from water that has gone."""
    if warning.danger:
        return warning.danger
    return 1 if warning.normal_since is not None else warning.level


def automatic(warning: WarningNow, draft: Draft, terms: Terms) -> bool:
    """Whether the city lets this go out by itself.

    Never what the condition was not ACTIVE for: one lone reading before a gauge fell silent, or came
    back calm, is for people to decide.
    """
    if draft.change is not Change.ALL_CLEAR and draft.level > warning.confirmed:
        return False
    level = warning.highest if draft.change is Change.ALL_CLEAR else max(draft.level, warning.level)
    return terms.automatic[level - 1]


def preauthorised(warning: WarningNow, draft: Draft, terms: Terms) -> Draft | None:
    """What may be said at once while a worse draft waits for a person: the highest level below it that
    needs nobody. Otherwise a flood that races to level 3 would be met with silence."""
    for level in range(draft.level - 1, warning.level, -1):
        change = Change.UPDATED if warning.number else Change.ISSUED
        lesser = replace(draft, level=level, change=change)
        if automatic(warning, lesser, terms):
            return lesser
    return None


def prolonging(warning: WarningNow, now: datetime) -> Draft | None:
    """A warning must not run out before its all-clear: same words, later end, no new alarm."""
    if warning.expires is None or now < warning.expires - PROLONG_BEFORE:
        return None
    still_lost = tuple(name for name in warning.said_lost if name in warning.lost)
    return Draft(Change.EXTENDED, warning.level, still_lost, now)
