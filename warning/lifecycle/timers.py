"""What time alone brings about: calls, reminders, notices and alarms. Driven by ticks."""

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from notifiers.notice import PageReason
from notifiers.revision import Change
from warning.lifecycle.institutions import call_list
from warning.lifecycle.release import AUTOMATIC, release
from warning.lifecycle.scene import Output, Scene, page, pressing, urgent
from warning.lifecycle.settle import Settled, all_clear_waits, expired, passed_on
from warning.lifecycle.state import RULES, Draft, WarningNow
from warning.lifecycle.wanted import ASK_AGAIN_AFTER
from warning.messages import WarningState

ACK_LASTS = timedelta(minutes=15)  # after the level has risen above it
CLOSED_AFTER = timedelta(hours=6)  # delivery has finished by then, and what follows is another flood
CALL_AGAIN_EVERY = timedelta(minutes=10)  # everyone, while nobody acts
CALLS = 5
AGAIN_EVERY = timedelta(hours=1)
SENSORS = 2  # that have to agree before anything is released without people


def act(warning: WarningNow, scene: Scene) -> Settled:
    """Let every timer of a warning act, one after the other."""
    said = []
    for timer in TIMERS:
        warning, more = timer(warning, scene)
        said += more
    return warning, said


def _call(warning: WarningNow, scene: Scene) -> Settled:
    """Call people to a draft: the one on call, again, the next one, everyone by voice too."""
    draft = warning.draft
    if draft is None or warning.over or not (draft.submitted or pressing(warning, draft)):
        return warning, []
    if not urgent(warning, draft):
        return _call_to_what_can_wait(warning, draft, scene)
    step, waited = draft.step, scene.now - draft.since
    times = scene.terms.escalation
    due = sum(waited >= after for after in (timedelta(), times.remind, times.next, times.everyone))
    if waited >= times.everyone:
        due += _rounds(waited - times.everyone)
    if due > step:
        return _calls(warning, replace(draft, step=due, paged_level=draft.level), scene, due)
    if draft.level > draft.paged_level:  # worse by now: told to those called before, at once
        return _calls(warning, replace(draft, paged_level=draft.level), scene, max(1, step), again=True)
    return warning, []


def _rounds(waited: timedelta) -> int:
    """How often everyone was to be called once more: some times in short order, then every hour without an end."""
    often = CALLS * CALL_AGAIN_EVERY
    return min(CALLS, waited // CALL_AGAIN_EVERY) + max(timedelta(), waited - often) // AGAIN_EVERY


def _calls(warning: WarningNow, draft: Draft, scene: Scene, step: int, *, again: bool = False) -> Settled:
    warning, on_call = replace(warning, draft=draft), scene.on_call
    first, second = on_call[:1], on_call[1:2] or scene.approvers
    if step >= 4:
        return warning, page(scene, warning, PageReason.DRAFT_EVERYONE, scene.everyone, voice=True)
    if step == 3:
        return warning, page(scene, warning, PageReason.DRAFT_NEXT, (*first, *second))
    if step == 2 and not again:
        seen = {ack.person for ack in warning.acks if ack.level >= draft.level and ack.at >= draft.since}
        return warning, page(scene, warning, PageReason.DRAFT_REMINDER, (one for one in first if one not in seen))
    return warning, page(scene, warning, PageReason.DRAFT_WAITS, first)


def _call_to_what_can_wait(warning: WarningNow, draft: Draft, scene: Scene) -> Settled:
    """A lowering, a lost gauge or an all-clear: once, then every hour; at night without a sound."""
    due = 1 + int((scene.now - draft.since) / AGAIN_EVERY)
    if due <= draft.step:
        return warning, []
    warning = replace(warning, draft=replace(draft, step=due, paged_level=draft.level))
    reason = PageReason.ALL_CLEAR_WAITS if all_clear_waits(warning) else PageReason.DRAFT_WAITS
    silent = scene.night and all_clear_waits(warning)
    return warning, page(scene, warning, reason, scene.on_call[:1], silent=silent)


def _pass_on(warning: WarningNow, scene: Scene) -> Settled:
    """Nobody has released it for ten minutes: the measured value, unchecked, to who asked about the zone."""
    draft = warning.draft
    if draft is None or draft.change is Change.ALL_CLEAR or not urgent(warning, draft) or warning.over:
        return warning, []
    level = warning.danger  # a person's draft may say more than is measured
    after = scene.terms.notice_after[level - 1] if level else None
    if after is None or level <= warning.noticed or scene.now - draft.since < after:
        return warning, []
    return passed_on(warning, scene)


def _preauthorised(warning: WarningNow, scene: Scene) -> Settled:
    """Where law and city have said so beforehand: level 3, two sensors, and nobody has acted.

    Never what a hand holds: the sensors below it may speak for less.
    """
    draft, after = warning.draft, scene.terms.preauthorised_after
    if draft is None or after is None or draft.level != 3 or not urgent(warning, draft) or not draft.submitted:
        return warning, []
    if warning.author != RULES:
        return warning, []
    stations = {one.station for one in warning.measurements if one.value is not None}  # one may fail as a whole
    sure = len(stations) >= SENSORS and warning.confirmed >= draft.level and scene.armed(warning)
    if not sure or scene.now - draft.since < after:
        return warning, []
    return release(warning, draft, AUTOMATIC, scene)


def _remind_of_rejected(warning: WarningNow, scene: Scene) -> Settled:
    """Rejected, and the danger goes on: once, without a sound, to who decided and who is on call."""
    rejection = warning.rejection
    if rejection is None or rejection.reminded or not warning.danger:
        return warning, []
    if scene.now - rejection.at < ASK_AGAIN_AFTER:
        return warning, []
    warning = replace(warning, rejection=replace(rejection, reminded=True))
    people = (rejection.by, *scene.on_call[:1])  # who decided may be off duty by now
    return warning, page(scene, warning, PageReason.STILL_REJECTED, people, rejection.why, silent=True)


def _countersign(warning: WarningNow, scene: Scene) -> Settled:
    alone = warning.alone
    if alone is None or alone.alarmed or scene.now < alone.due:
        return warning, []
    return replace(warning, alone=replace(alone, alarmed=True)), overdue(warning, scene)


def overdue(warning: WarningNow, scene: Scene) -> list[Output]:
    """The alarm for what was released alone and not countersigned: in time, or when the warning is closed before."""
    alone = warning.alone
    if alone is None or alone.alarmed:
        return []
    return page(scene, warning, PageReason.COUNTERSIGN_OVERDUE, scene.approvers, alone.by)


def _sheet(warning: WarningNow, scene: Scene) -> Settled:
    sheet = warning.sheet
    if sheet is None or sheet.set_at is not None or sheet.due is None or sheet.alarmed or scene.now < sheet.due:
        return warning, []
    warning = replace(warning, sheet=replace(sheet, alarmed=True))
    return warning, page(scene, warning, PageReason.SHEET_DUE, scene.on_call)


def _forget_acks(warning: WarningNow, scene: Scene) -> Settled:
    """Who had taken note of a lower level has to look again, a while after it rose; never for anything else."""
    level, rose = max(warning.danger, warning.level), warning.rose_at
    if warning.over or rose is None or scene.now - rose < ACK_LASTS:
        return warning, []
    low = tuple(ack for ack in warning.acks if ack.level < level)
    if not low:
        return warning, []
    warning = replace(warning, acks=tuple(ack for ack in warning.acks if ack.level >= level))
    return warning, page(scene, warning, PageReason.LEVEL_ROSE, (ack.person for ack in low))


def _close(warning: WarningNow, scene: Scene) -> Settled:
    ended = warning.sent if warning.number else warning.changed_at
    if not warning.over or warning.state is WarningState.CLOSED or ended is None:
        return warning, []
    unsigned = warning.alone is not None and not warning.alone.alarmed  # its alarm is still to come
    if scene.now - ended < CLOSED_AFTER or unsigned or _stands_in_the_way(warning, scene):
        return warning, []
    return replace(warning, state=WarningState.CLOSED), []


def _stands_in_the_way(warning: WarningNow, scene: Scene) -> bool:
    """Whether its condition is not normal, and neighbours wait for that with their all-clear: not to be forgotten."""
    return warning.normal_since is None and any(one.stands for one in scene.incident(warning))


TIMERS: tuple[Callable[[WarningNow, Scene], Settled], ...] = (
    expired,
    _preauthorised,
    _call,
    _pass_on,
    _remind_of_rejected,
    _countersign,
    _sheet,
    call_list,
    _forget_acks,
    _close,
)
