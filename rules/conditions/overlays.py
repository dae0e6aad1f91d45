"""What lies over a condition without changing it, and when staff are called to it."""

import msgspec

from rules.conditions.condition import Condition, Silence, confirmed
from rules.messages import NoteReason, Overlay, Standing


def overlays(condition: Condition, now: int) -> tuple[Overlay, ...]:
    """What lies over a condition at ``now``, ms."""
    found = (
        (Overlay.FLAPPING, condition.flapping),
        (Overlay.SILENCED, condition.silence is not None and now < condition.silence.until),
        (Overlay.BY_HAND, condition.hand is not None),
    )
    return tuple(overlay for overlay, lies in found if lies)


def called(old: Condition, new: Condition) -> list[NoteReason]:
    """What staff have to be told of, now that ``old`` became ``new``."""
    causes = (
        (NoteReason.STAFF_RULE, new.staff and not old.staff),
        (NoteReason.STALE_TOO_LONG, new.escalated and not old.escalated),
        (NoteReason.FLAPPING, new.flapping and not old.flapping),
        (NoteReason.SILENCE_VOID, _voided(old, new)),
    )
    return [reason for reason, called_for in causes if called_for]


def still_silent(silence: Silence | None, standing: Standing, at: int) -> Silence | None:
    """The silence over a condition that stands like this at ``at``: it ends in time and at any rise.

    It sinks with the level, so that the next wave is a rise even where it stays below the first one.
    """
    if silence is None or at >= silence.until:
        return None
    level = confirmed(standing)
    if level > silence.level:
        return None
    return silence if level == silence.level else msgspec.structs.replace(silence, level=level)


def _voided(old: Condition, new: Condition) -> bool:
    return old.silence is not None and new.silence is None and confirmed(new.standing) > old.silence.level
