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
from warning.replies import reply

NO_DRAFT = "-"  # named by who writes where nothing waits
COUNTERSIGNED_WITHIN = timedelta(hours=12)


def submit(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Put a written draft before those who release."""
    draft = _draft(warning)
    if draft.submitted:
        raise Refused("submitted-already")
    refuse_unfit(warning, draft, scene)
    state = WarningState.AWAITING if warning.number == 0 else warning.state
    again = replace(draft, submitted=True)
    if not pressing(warning, draft):
        again = replace(again, since=scene.now, step=0)
    after = replace(warning, state=state, draft=again)
    if again.step == 0:
        return Result(reply("submitted"), (after,))
    # People have been called all the time, and go on being called; now they hear that it can be released.
    paged = page(scene, after, PageReason.DRAFT_WAITS, scene.on_call[:1], cause=command.id)
    return Result(reply("submitted"), (after,), tuple(paged))


def update(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Other words for what is said, or is about to be: a draft of the person's own."""
    if warning.over:
        raise Refused("over")
    if not command.words:
        raise Refused("no-words")
    before = warning.draft
    if command.draft and command.draft != (before.fingerprint if before else NO_DRAFT):
        raise Refused("draft-changed-meanwhile", words=_worded(before))
    if before is not None and before.change is not Change.ALL_CLEAR:
        draft = replace(before, author=command.actor, submitted=False, approved=(), words=dict(command.words))
    elif warning.number:
        draft = Draft(Change.UPDATED, warning.level, warning.lost, scene.now, command.actor)
        draft = replace(draft, submitted=False, words=dict(command.words))
    else:
        raise Refused("nothing-to-reword")
    refuse_unfit(warning, draft, scene)
    state = WarningState.DRAFT if warning.number == 0 else warning.state
    return Result(reply("written"), (replace(warning, draft=draft, state=state),))


def discard(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Throw a written draft away; what the rules propose is rejected instead."""
    draft = _draft(warning)
    if draft.author == RULES:
        raise Refused("discard-rules")
    if warning.author == RULES and urgent(warning, draft):  # what the rules wrote waits again, its calls go on
        again = replace(draft, author=RULES, words={}, submitted=True, approved=())
        state = WarningState.AWAITING if warning.number == 0 else warning.state
        return Result(reply("discarded-to-rules"), (replace(warning, draft=again, state=state),))
    if warning.by_rules > warning.level:
        raise Refused("discard-sensors", standing=standing_of(warning))
    if warning.number == 0:
        return Result(reply("discarded"), (replace(warning, draft=None, state=WarningState.WITHDRAWN),))
    # The hand may hold the level still; what was discarded must not come back by itself.
    rejection = _rejection(warning, draft, command, scene)
    return Result(reply("discarded"), (replace(warning, draft=None, rejection=rejection),))


def reject(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Decide against a draft; it opens again when it gets worse."""
    draft = _named(warning, command)
    rejection = _rejection(warning, draft, command, scene)
    state = WarningState.REJECTED if warning.number == 0 else warning.state
    after = replace(warning, state=state, draft=None, rejection=rejection)
    return Result(reply("rejected"), (after,))


def _rejection(warning: WarningNow, draft: Draft, command: Command, scene: Scene) -> Rejection:
    stations = tuple(sorted({one.station for one in warning.measurements}))
    return Rejection(draft.change, draft.level, stations, scene.now, command.actor, command.note)


def clear(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Release, or agree to, the all-clear."""
    if not warning.stands:
        raise Refused("not-in-force")
    unseen = [one for one in scene.incident(warning) if one.normal_since is None and _blind(one, scene)]
    if unseen and command.note.strip():
        return _called_over(unseen, warning, scene)
    if warning.draft is None or warning.draft.change is not Change.ALL_CLEAR:
        since, calm_for = _all_normal_since(warning, scene), scene.terms.all_clear.get(warning.hazard)
        if calm_for is not None and scene.now - since < calm_for:
            raise Refused("all-clear-early", since=since, due=since + calm_for)
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
    return Result(reply("all-clear-begun", zones=zones, due=due), touched)


def _all_normal_since(warning: WarningNow, scene: Scene) -> datetime:
    """Raises Refused where something of the incident is not normal, with what."""
    since = scene.normal_since(warning)
    if since is None:
        awake = [standing_of(one) for one in scene.incident(warning) if one.normal_since is None]
        looked = any(_blind(one, scene) for one in scene.incident(warning) if one.normal_since is None)
        raise Refused("not-normal-look" if looked else "not-normal", standing=awake)
    return since


def approve(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Agree to a draft; it goes out when as many people have agreed as its level needs."""
    draft = _named(warning, command)
    if not scene.terms.official:
        raise Refused("no-issuer")
    if not draft.submitted:
        raise Refused("being-written", who=draft.author)
    if command.actor == draft.author:
        raise Refused("own-draft")
    waits = not urgent(warning, draft) and draft.change is not Change.ALL_CLEAR  # for better words of a template
    refuse_unfit(warning, draft, scene, whole=waits)
    if draft.change is Change.UPDATED and not urgent(warning, draft) and not rested(warning, scene):
        assert warning.sent is not None  # noqa: S101 - what has never been said is rested
        due = warning.sent + scene.terms.quiet
        apart = scene.terms.quiet // timedelta(minutes=1)
        raise Refused("too-soon", minutes=apart, due=due)
    if draft.change is Change.ALL_CLEAR:  # a neighbour may have woken up since it was written
        _all_normal_since(warning, scene)
    before = tuple(name for name in draft.approved if name in scene.approvers)  # who may not any more counts no more
    agreed = before if command.actor in before else (*before, command.actor)
    people = needed(warning, draft, scene)
    if len(agreed) >= max(people, 1):
        after, said = release(warning, draft, " and ".join(agreed), scene)
        return Result(reply("released", revision=after.number), (after,), tuple(said))
    if command.alone:
        return _alone(warning, draft, command, scene)
    if command.actor in before:
        raise Refused("agreed-already", who=command.actor, second=_second(warning, draft, scene))
    after = replace(warning, draft=replace(draft, approved=agreed))
    others = [name for name in scene.on_call if name not in agreed]
    others = others or [name for name in scene.approvers if name not in agreed]
    said = page(scene, after, PageReason.SECOND_NEEDED, others)
    return Result(reply("agreed", second=_second(warning, draft, scene)), (after,), tuple(said))


def _second(warning: WarningNow, draft: Draft, scene: Scene) -> str:
    after = scene.terms.alone_after[draft.level - 1]
    if after is None or not urgent(warning, draft):
        return reply("second-needed")
    return reply("second-or-alone", since=draft.since + after)


def _alone(warning: WarningNow, draft: Draft, command: Command, scene: Scene) -> Result:
    """No second person has acted in time: one may release with a reason, and has to be countersigned."""
    after = scene.terms.alone_after[draft.level - 1]
    if after is None or not urgent(warning, draft) or scene.now - draft.since < after:
        raise Refused("alone-too-early", second=_second(warning, draft, scene))
    if not command.note.strip():
        raise Refused("alone-without-reason")
    if any(name != command.actor and name in scene.approvers for name in draft.approved):
        raise Refused("alone-beside-another")
    released, said = release(warning, draft, command.actor, scene)
    due = scene.now + COUNTERSIGNED_WITHIN
    if warning.alone is not None and not warning.alone.alarmed:  # an earlier one waits still: no later for this one
        due = min(due, warning.alone.due)
    released = replace(released, alone=Alone(command.actor, due))
    paged = page(scene, released, PageReason.RELEASED_ALONE, scene.approvers, command.note)
    text = reply("released-alone", revision=released.number, due=due)
    return Result(text, (released,), (*said, *paged))


def _draft(warning: WarningNow) -> Draft:
    if warning.draft is None:
        raise Refused("draft-none")
    return warning.draft


def _named(warning: WarningNow, command: Command) -> Draft:
    """The draft, if it is the one that the person has seen; otherwise the difference is told, once each time."""
    draft = _draft(warning)
    waiting = (warning.number + 1, draft.change.value, draft.level)
    meant = (command.revision, command.change, command.level)
    if meant != waiting:
        raise Refused("draft-changed", now=_as_read(*waiting), meant=_as_read(*meant))
    if command.zone and command.zone != warning.zone:
        raise Refused("draft-other-zone", zone=warning.zone, meant=command.zone)
    if command.draft and command.draft != draft.fingerprint:
        if draft.gauge_lost:
            raise Refused("draft-other-words-lost", words=_worded(draft), stations=", ".join(draft.gauge_lost))
        raise Refused("draft-other-words", words=_worded(draft))
    return draft


def _as_read(revision: int, change: str, level: int) -> str:
    return reply("draft", revision=revision, change=change, level=level)


def _worded(draft: Draft | None) -> str:
    """What a draft says now, in its headlines."""
    if draft is None:
        return reply("words-none")
    words = "; ".join(f"{language}: {one.headline}" for language, one in sorted(draft.words.items()))
    return words or reply("words-template")
