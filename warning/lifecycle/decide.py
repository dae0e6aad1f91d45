"""Deciding about a draft: writing, submitting, agreeing, refusing."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from notifiers.notice import PageReason
from notifiers.revision import Change
from rules.messages import ConditionState
from warning.lifecycle.release import release
from warning.lifecycle.result import Refused, Result
from warning.lifecycle.scene import Scene, page, pressing, standing_of, urgent
from warning.lifecycle.state import RULES, Alone, Draft, Rejection, WarningNow
from warning.lifecycle.wanted import needed, rested
from warning.lifecycle.wording import refuse_unfit
from warning.messages import Command, WarningState

NO_DRAFT = "-"  # named by who writes where nothing waits
COUNTERSIGNED_WITHIN = timedelta(hours=12)


def submit(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Put a written draft before those who release."""
    draft = _draft(warning)
    if draft.submitted:
        raise Refused("the draft waits for release already")
    refuse_unfit(warning, draft, scene)
    state = WarningState.AWAITING if warning.number == 0 else warning.state
    again = replace(draft, submitted=True)
    if not pressing(warning, draft):
        again = replace(again, since=scene.now, step=0)
    after = replace(warning, state=state, draft=again)
    if again.step == 0:
        return Result("submitted", (after,))
    # People have been called all the time, and go on being called; now they hear that it can be released.
    paged = page(scene, after, PageReason.DRAFT_WAITS, scene.on_call[:1], cause=command.id)
    return Result("submitted", (after,), tuple(paged))


def update(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Other words for what is said, or is about to be: a draft of the person's own."""
    if warning.over:
        raise Refused("it is over; nothing more is said under this id")
    if not command.words:
        raise Refused("no words were given; a level is raised by holding it by hand")
    before = warning.draft
    if command.draft and command.draft != (before.fingerprint if before else NO_DRAFT):
        raise Refused(f"the draft has changed meanwhile: {_worded(before)}; look at it again")
    if before is not None and before.change is not Change.ALL_CLEAR:
        draft = replace(before, author=command.actor, submitted=False, approved=(), words=dict(command.words))
    elif warning.number:
        draft = Draft(Change.UPDATED, warning.level, warning.lost, scene.now, command.actor)
        draft = replace(draft, submitted=False, words=dict(command.words))
    else:
        raise Refused("there is nothing to reword yet")
    refuse_unfit(warning, draft, scene)
    state = WarningState.DRAFT if warning.number == 0 else warning.state
    return Result("written; it waits until it is submitted", (replace(warning, draft=draft, state=state),))


def discard(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Throw a written draft away; what the rules propose is rejected instead."""
    draft = _draft(warning)
    if draft.author == RULES:
        raise Refused("the rules wrote this draft: reject it")
    if warning.author == RULES and urgent(warning, draft):  # what the rules wrote waits again, its calls go on
        again = replace(draft, author=RULES, words={}, submitted=True, approved=())
        state = WarningState.AWAITING if warning.number == 0 else warning.state
        return Result(
            "the words are discarded; what the rules wrote waits", (replace(warning, draft=again, state=state),)
        )
    if warning.by_rules > warning.level:
        raise Refused(f"sensors speak for it too: {standing_of(warning)}. Let go of the level by hand instead")
    if warning.number == 0:
        return Result("discarded", (replace(warning, draft=None, state=WarningState.WITHDRAWN),))
    # The hand may hold the level still; what was discarded must not come back by itself.
    return Result("discarded", (replace(warning, draft=None, rejection=_rejection(warning, draft, command, scene)),))


def reject(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Decide against a draft; it opens again when it gets worse."""
    draft = _named(warning, command)
    rejection = _rejection(warning, draft, command, scene)
    state = WarningState.REJECTED if warning.number == 0 else warning.state
    after = replace(warning, state=state, draft=None, rejection=rejection)
    return Result("rejected; it opens again on a higher level, a second sensor or a further rise", (after,))


def _rejection(warning: WarningNow, draft: Draft, command: Command, scene: Scene) -> Rejection:
    stations = tuple(sorted({one.station for one in warning.measurements}))
    return Rejection(draft.change, draft.level, stations, scene.now, command.actor, command.note)


def clear(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Release, or agree to, the all-clear."""
    if not warning.stands:
        raise Refused("nothing of it is in force")
    unseen = [one for one in scene.incident(warning) if one.normal_since is None and _blind(one, scene)]
    if unseen and command.note.strip():
        return _called_over(unseen, warning, scene)
    if warning.draft is None or warning.draft.change is not Change.ALL_CLEAR:
        since, calm_for = _all_normal_since(warning, scene), scene.terms.all_clear.get(warning.hazard)
        if calm_for is not None and scene.now - since < calm_for:
            raise Refused(f"normal since {since:%H:%M} UTC; the all-clear is due at {since + calm_for:%H:%M} UTC")
        draft = Draft(Change.ALL_CLEAR, warning.highest, (), scene.now)
        warning = replace(warning, draft=draft, rejection=None)  # whoever rejected it before
        if command.level == warning.level:  # no draft was there to read: meant is what the desk shows
            command = replace(command, level=warning.highest)
    return approve(warning, command, scene)


def _blind(warning: WarningNow, scene: Scene) -> bool:
    """Whether nothing will ever say that it is normal: its gauges are dead, or no rule looks at it any more."""
    return warning.condition.state is ConditionState.NO_DATA or scene.orphaned(warning)


def _called_over(unseen: list[WarningNow], warning: WarningNow, scene: Scene) -> Result:
    """A person has looked: what nobody measures any more counts as normal, and the time to the all-clear begins."""
    touched = tuple(replace(one, normal_since=scene.now) for one in unseen)
    due = scene.now + scene.terms.all_clear.get(warning.hazard, timedelta())
    zones = ", ".join(sorted(one.zone for one in unseen))
    return Result(
        f"{zones}: counts as normal from now on; the all-clear is due at {due:%H:%M} UTC at the earliest", touched
    )


def _all_normal_since(warning: WarningNow, scene: Scene) -> datetime:
    """Raises Refused where something of the incident is not normal, with what."""
    since = scene.normal_since(warning)
    if since is None:
        awake = [standing_of(one) for one in scene.incident(warning) if one.normal_since is None]
        looked = any(_blind(one, scene) for one in scene.incident(warning) if one.normal_since is None)
        hint = (
            ". Where nobody measures any more, look, and give it again with what you saw as the reason"
            if looked
            else ""
        )
        raise Refused(f"not everything of this incident is normal: {'; '.join(awake)}{hint}")
    return since


def approve(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Agree to a draft; it goes out when as many people have agreed as its level needs."""
    draft = _named(warning, command)
    if not scene.terms.official:
        raise Refused("no issuer is configured: there are measured values only, and no official warnings")
    if not draft.submitted:
        raise Refused(f"the draft is still being written by {draft.author}")
    if command.actor == draft.author:
        raise Refused("whoever wrote it cannot release it: it takes another person")
    waits = not urgent(warning, draft) and draft.change is not Change.ALL_CLEAR  # for better words of a template
    refuse_unfit(warning, draft, scene, whole=waits)
    if draft.change is Change.UPDATED and not urgent(warning, draft) and not rested(warning, scene):
        assert warning.sent is not None  # noqa: S101 - what has never been said is rested
        due = warning.sent + scene.terms.quiet
        apart = scene.terms.quiet // timedelta(minutes=1)
        raise Refused(f"what does not worsen comes no sooner than {apart} min apart: at {due:%H:%M} UTC")
    if draft.change is Change.ALL_CLEAR:  # a neighbour may have woken up since it was written
        _all_normal_since(warning, scene)
    before = tuple(name for name in draft.approved if name in scene.approvers)  # who may not any more counts no more
    agreed = before if command.actor in before else (*before, command.actor)
    people = needed(warning, draft, scene)
    if len(agreed) >= max(people, 1):
        after, said = release(warning, draft, " and ".join(agreed), scene)
        return Result(f"revision {after.number} is released", (after,), tuple(said))
    if command.alone:
        return _alone(warning, draft, command, scene)
    if command.actor in before:
        raise Refused(f"{command.actor} has agreed already; {_second(warning, draft, scene)}")
    after = replace(warning, draft=replace(draft, approved=agreed))
    others = [name for name in scene.on_call if name not in agreed]
    others = others or [name for name in scene.approvers if name not in agreed]
    said = page(scene, after, PageReason.SECOND_NEEDED, others)
    return Result(f"agreed; {_second(warning, draft, scene)}", (after,), tuple(said))


def _second(warning: WarningNow, draft: Draft, scene: Scene) -> str:
    after = scene.terms.alone_after[draft.level - 1]
    if after is None or not urgent(warning, draft):
        return "a second person is needed"
    return f"a second person is needed, or from {draft.since + after:%H:%M:%S} UTC on one alone, with a reason"


def _alone(warning: WarningNow, draft: Draft, command: Command, scene: Scene) -> Result:
    """No second person has acted in time: one may release with a reason, and has to be countersigned."""
    after = scene.terms.alone_after[draft.level - 1]
    if after is None or not urgent(warning, draft) or scene.now - draft.since < after:
        raise Refused(f"not alone yet: {_second(warning, draft, scene)}")
    if not command.note.strip():
        raise Refused("the reason is missing for which one releases alone")
    if any(name != command.actor and name in scene.approvers for name in draft.approved):
        raise Refused("somebody else has agreed already: approve it as the second")
    released, said = release(warning, draft, command.actor, scene)
    due = scene.now + COUNTERSIGNED_WITHIN
    if warning.alone is not None and not warning.alone.alarmed:  # an earlier one waits still: no later for this one
        due = min(due, warning.alone.due)
    released = replace(released, alone=Alone(command.actor, due))
    paged = page(scene, released, PageReason.RELEASED_ALONE, scene.approvers, command.note)
    text = f"revision {released.number} is released alone; to be countersigned until {due:%H:%M} UTC"
    return Result(text, (released,), (*said, *paged))


def _draft(warning: WarningNow) -> Draft:
    if warning.draft is None:
        raise Refused("nothing waits for release")
    return warning.draft


def _named(warning: WarningNow, command: Command) -> Draft:
    """The draft, if it is the one that the person has seen; otherwise the difference is told, once each time."""
    draft = _draft(warning)
    waiting = (warning.number + 1, draft.change.value, draft.level)
    meant = (command.revision, command.change, command.level)
    said = "revision {}, {}, level {}"
    if meant != waiting:
        raise Refused(f"the draft has changed: it is now {said.format(*waiting)}; meant was {said.format(*meant)}")
    if command.zone and command.zone != warning.zone:
        raise Refused(f"it is about {warning.zone}, not {command.zone}")
    if command.draft and command.draft != draft.fingerprint:
        lost = f", lost: {', '.join(draft.gauge_lost)}" if draft.gauge_lost else ""
        raise Refused(f"the words have changed: {_worded(draft)}{lost}; look at it again")
    return draft


def _worded(draft: Draft | None) -> str:
    """What a draft says now, in its headlines."""
    if draft is None:
        return "none waits any more"
    words = "; ".join(f"{language}: {one.headline}" for language, one in sorted(draft.words.items()))
    return words or "those of the template"
