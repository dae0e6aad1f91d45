"""What should be said about a warning and is not yet said, and who has to agree."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from notifiers.revision import Change
from warning.lifecycle.scene import Scene, urgent
from warning.lifecycle.state import RULES, Draft, WarningNow
from warning.messages import WarningState

#: A warning is prolonged this long before it would expire.
PROLONG_BEFORE = timedelta(minutes=5)
#: A rejected draft that says nothing worse comes back after this long: an all-clear must not be forgotten.
ASK_AGAIN_AFTER = timedelta(hours=2)


def wanted(warning: WarningNow, scene: Scene) -> Draft | None:
    """What is due now; None where nothing is.

    Getting worse is said at once; anything else keeps the quiet time after the last revision, and waits while
    a person asked for quiet.
    """
    due = _due(warning, scene)
    return None if due is not None and _rejected(warning, due, scene.now) else due


def _due(warning: WarningNow, scene: Scene) -> Draft | None:
    now, terms = scene.now, scene.terms
    if warning.number == 0:
        return _draft(warning, Change.ISSUED, warning.danger, now) if warning.danger else None
    begun = warning.draft is not None and warning.draft.change is Change.ALL_CLEAR  # by one of two people
    if all_clear_is_due(warning, scene) and (warning.hazard in terms.all_clear or begun):
        return Draft(Change.ALL_CLEAR, warning.highest, (), now)
    level = _level_to_say(warning)
    draft = _draft(warning, Change.UPDATED, level, now)
    if level > warning.level or (warning.revived and warning.danger):
        return draft
    if warning.silenced_until is not None and now < warning.silenced_until:
        return None
    newly_lost = bool(set(warning.lost) - set(warning.said_lost))
    return draft if rested(warning, scene) and (level < warning.level or newly_lost) else None


def all_clear_is_due(warning: WarningNow, scene: Scene) -> bool:
    """Whether all of the incident has been normal for long enough; at once for a hazard that the city has dropped,
    which ends by people only."""
    normal_since = scene.normal_since(warning)
    calm_for = scene.terms.all_clear.get(warning.hazard, timedelta())
    return normal_since is not None and scene.now - normal_since >= calm_for


def _draft(warning: WarningNow, change: Change, level: int, now: datetime) -> Draft:
    """By the rules, or by whose hand holds the level; a person's level 1 waits until it is submitted."""
    by_person = warning.author != RULES
    words = warning.words if level == warning.level else {}
    return Draft(change, level, warning.lost, now, warning.author, submitted=not by_person or level > 1, words=words)


def rested(warning: WarningNow, scene: Scene) -> bool:
    """Whether the quiet time after the last revision is over."""
    return warning.sent is None or scene.now - warning.sent >= scene.terms.quiet


def _level_to_say(warning: WarningNow) -> int:
    """The level that is right now. Where it is over but the all-clear has to wait, the lowest one:
    nobody should be told for hours to flee from water that has gone."""
    if warning.danger:
        return warning.danger
    return 1 if warning.normal_since is not None else warning.level


def _rejected(warning: WarningNow, due: Draft, now: datetime) -> bool:
    """Whether people have decided against this, and nothing has changed that would open it again."""
    rejection = warning.rejection
    if rejection is None:
        return False
    if rejection.change is Change.ALL_CLEAR or due.change is Change.ALL_CLEAR or not urgent(warning, due):
        return due.change is rejection.change and now - rejection.at < ASK_AGAIN_AFTER
    joined = {one.station for one in warning.measurements} - set(rejection.stations)
    return due.level <= rejection.level and not joined and not rejection.risen


def needed(warning: WarningNow, draft: Draft, scene: Scene) -> int:
    """How many people have to agree to a draft; 0 where it goes out by itself.

    Never by itself: what the condition was not ACTIVE for, as one lone reading before a gauge fell silent is for
    people to decide; anything in a zone where a person had to retract; what a person is still writing.
    """
    over = draft.change is Change.ALL_CLEAR
    level = warning.highest if over else max(draft.level, warning.level)
    people = scene.terms.release[level - 1]
    lone = not over and draft.level > warning.confirmed
    by_itself = draft.submitted and scene.armed(warning) and not lone
    return people if people or by_itself else 1


def preauthorised(warning: WarningNow, draft: Draft, scene: Scene) -> Draft | None:
    """What may be said at once while a worse draft waits for a person: the highest level below it that
    needs nobody. Otherwise a flood that races to level 3 would be met with silence. What a person writes goes out
    as it was written, or not at all."""
    if draft.author != RULES:
        return None
    for level in range(draft.level - 1, warning.level, -1):
        change = Change.UPDATED if warning.number else Change.ISSUED
        lesser = Draft(change, level, draft.gauge_lost, scene.now, draft.author, submitted=draft.submitted)
        if needed(warning, lesser, scene) == 0:
            return lesser
    return None


def prolonging(warning: WarningNow, scene: Scene) -> Draft | None:
    """A warning must not run out while the danger lasts or its all-clear is not due yet: same words, later end,
    no new alarm."""
    if warning.expires is None or scene.now < warning.expires - PROLONG_BEFORE or all_clear_is_due(warning, scene):
        return None
    return extension(warning, scene.now)


def extension(warning: WarningNow, now: datetime) -> Draft:
    """The last revision once more, with a later end."""
    still_lost = tuple(name for name in warning.said_lost if name in warning.lost)
    return Draft(Change.EXTENDED, warning.level, still_lost, now, words=warning.words)


def merged(warning: WarningNow, due: Draft) -> Draft:
    """What waits from now on: the draft that waits already, if it says the same or a person has reworded it.

    What takes its place in place keeps the clock of the escalation, so that worsening never postpones a call;
    only danger after something harmless, or an all-clear after a lowering, begins it anew.
    """
    draft = warning.draft
    if draft is None:
        return due
    if draft.words and draft.words != warning.words and due.change is draft.change and due.level == draft.level:
        return draft
    if draft.fingerprint == due.fingerprint and draft.author == due.author:
        return draft
    pressing = urgent(warning, due)
    if pressing is not urgent(warning, draft) or (not pressing and due.change is not draft.change):
        return due
    return replace(due, since=draft.since, step=draft.step, paged_level=draft.paged_level)


def kept(warning: WarningNow) -> Draft | None:
    """The draft that stays although the machine has nothing to say: one that a person writes, or one never
    released whose danger is merely out of sight."""
    draft = warning.draft
    if draft is None or (warning.number == 0 and warning.normal_since is not None):
        return None
    edited = draft.author != RULES and draft.change is Change.UPDATED and warning.state is not WarningState.EXPIRED
    return draft if edited or (warning.number == 0 and warning.rejection is None) else None
