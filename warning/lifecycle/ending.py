"""Taking a warning back as an error, and taking that back."""

from datetime import timedelta

from msgspec.structs import replace

from notifiers.notice import PageReason
from notifiers.revision import Change
from rules.messages import ConditionState
from warning.lifecycle.release import release
from warning.lifecycle.result import Refused, Result
from warning.lifecycle.scene import Output, Scene, page, standing_of
from warning.lifecycle.state import Draft, Retraction, WarningNow
from warning.messages import Command
from warning.replies import reply

REINSTATED_WITHIN = timedelta(minutes=60)


def retract(warning: WarningNow, command: Command, scene: Scene) -> tuple[WarningNow, list[Output]]:
    """Say on all channels that it was an error. One person is enough; a true alarm is not silenced by it."""
    if not warning.stands:
        raise Refused("not-in-force")
    true = [standing_of(one) for one in scene.incident(warning) if speaks(one) and not scene.orphaned(one)]
    if true:
        raise Refused("retract-sensors", standing=true)
    draft = Draft(Change.RETRACTED, warning.highest, (), scene.now)
    after, said = release(warning, draft, command.actor, scene)
    return replace(after, retraction=Retraction(command.actor, scene.now), alone=None), said


def speaks(warning: WarningNow) -> bool:
    """Whether sensors in service, or reports, stand behind a danger; a hand alone does not."""
    awake = warning.condition.state in (ConditionState.ACTIVE, ConditionState.STALE)
    return awake and warning.by_rules > 0


def reinstate(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """The retraction was the error: the last revision once more, by one key."""
    retraction = warning.retraction
    if retraction is None or not warning.over:
        raise Refused("not-retracted")
    if scene.now - retraction.at > REINSTATED_WITHIN:
        raise Refused("retracted-long-ago")
    draft = Draft(Change.REINSTATED, warning.level, warning.lost, scene.now, words=warning.words)
    after, said = release(warning, draft, command.actor, scene)
    after = replace(after, retraction=None)
    paged = page(scene, after, PageReason.REINSTATED, scene.approvers, command.note)
    text = reply("reinstated" if warning.danger else "reinstated-unheld", revision=after.number)
    return Result(text, (after,), (*said, *paged))
