"""The steward: from transitions, commands and ticks to what is said.

One pure function. After every event it compares what should be said with what was said, and closes
the gap: by releasing where the city lets that happen by itself, otherwise by a draft that waits for
a person. Getting worse is said at once; anything else keeps the quiet time between two revisions.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from msgspec.structs import replace

from notifiers.revision import Change, Measurement, Reference, Revision
from rules.messages import ConditionState, Reason, Transition
from sensors.readings import Tick
from sensors.times import to_ms, to_utc
from warning.lifecycle.state import REMEMBERED, CityState, Draft, Terms, WarningNow
from warning.messages import Command, DeskRow, WarningState

Event = Transition | Command | Tick
Output = Revision | DeskRow | Tick

#: A warning is prolonged this long before it would expire while the danger lasts.
PROLONG_BEFORE = timedelta(minutes=5)
#: After an all-clear the same flood may go on; later it is another one.
SAME_INCIDENT = timedelta(hours=6)


def steward(state: CityState, event: Event, terms: Terms) -> tuple[CityState, list[Output]]:
    """Take one event of the city's log.

    A repeated transition or an old tick changes nothing. A tick is echoed last, so that who reads
    the warnings knows that everything before it has been decided.
    """
    match event:
        case Transition():
            return _on_transition(state, event, terms)
        case Command():
            return _on_command(state, event, terms)
        case Tick():
            return _on_tick(state, event, terms)


def _on_transition(state: CityState, transition: Transition, terms: Terms) -> tuple[CityState, list[Output]]:
    key = f"{transition.zone}/{transition.hazard}"
    seen = state.seen.get(key, ())
    if transition.id in seen:
        return state, []
    state = replace(state, seen={**state.seen, key: (*seen, transition.id)[-REMEMBERED:]})
    before = state.warnings.get(key)
    warning = _observe(state, before, transition, terms)
    if warning is None:
        return state, []
    return _settle(state, key, before, warning, transition.decided_at, terms)


def _on_tick(state: CityState, tick: Tick, terms: Terms) -> tuple[CityState, list[Output]]:
    if tick.at <= state.ticks.get(tick.catchment, tick.at - 1):
        return state, []
    state = replace(state, ticks={**state.ticks, tick.catchment: tick.at})
    outputs: list[Output] = []
    for key, warning in state.warnings.items():
        if warning.catchment == tick.catchment and not warning.over:
            state, said = _settle(state, key, warning, warning, to_utc(tick.at), terms)
            outputs += said
    return state, [*outputs, tick]


def _on_command(state: CityState, command: Command, terms: Terms) -> tuple[CityState, list[Output]]:
    found = [(key, warning) for key, warning in state.warnings.items() if warning.id == command.warning]
    if not found:
        return state, []
    key, warning = found[0]
    note = _objection(warning, command)
    if note or warning.draft is None:
        return state, [_desk_row(warning, terms, note=note)]
    clock = to_utc(max(state.ticks.values())) if state.ticks else command.at  # a person's clock may be off
    now = max(clock, warning.sent or clock)
    released, revision = _release(warning, warning.draft, now, command.actor, terms)
    return _kept(state, key, released), [revision, _desk_row(released, terms)]


def _objection(warning: WarningNow, command: Command) -> str:
    """Why a command cannot be followed; empty where it can."""
    if command.action != "approve":
        return f"unknown action {command.action}"
    if warning.draft is None:
        return "nothing waits for release"
    if command.revision != warning.number + 1 or command.level != warning.draft.level:
        return (
            f"the draft has changed: it is now revision {warning.number + 1}, level {warning.draft.level}; "
            f"approved was revision {command.revision}, level {command.level}"
        )
    return ""


def _observe(state: CityState, warning: WarningNow | None, transition: Transition, terms: Terms) -> WarningNow | None:
    """The warning after a transition; a new one where danger begins; None where there is none."""
    if warning is None or warning.over:
        fresh = _begin(state, transition)
        if fresh.danger == 0:
            return None
        warning = fresh
    normal = transition.to.state is ConditionState.NORMAL
    return replace(
        warning,
        condition=transition.to,
        at=transition.at,
        changed_at=transition.decided_at,
        reason=transition.reason,
        measurements=_measurements(transition, terms) or warning.measurements,
        lost=tuple(terms.station_names.get(name, name) for name in transition.gauge_lost),
        normal_since=(warning.normal_since or transition.decided_at) if normal else None,
    )


def _begin(state: CityState, transition: Transition) -> WarningNow:
    ident = _hash(transition.city, transition.zone, transition.hazard, to_ms(transition.at))
    return WarningNow(
        id=ident,
        incident=_running_incident(state, transition) or ident,
        zone=transition.zone,
        hazard=transition.hazard,
        catchment=transition.catchment,
        condition=transition.to,
        state=WarningState.AWAITING,
        at=transition.at,
        changed_at=transition.decided_at,
        reason=transition.reason,
    )


def _running_incident(state: CityState, transition: Transition) -> str | None:
    """The flood that a new warning belongs to: same catchment, same hazard, not over or only just."""
    for warning in state.warnings.values():
        akin = warning.catchment == transition.catchment and warning.hazard == transition.hazard
        recent = warning.sent is not None and transition.decided_at - warning.sent < SAME_INCIDENT
        if akin and (not warning.over or recent):
            return warning.incident
    return None


def _measurements(transition: Transition, terms: Terms) -> tuple[Measurement, ...]:
    return tuple(
        Measurement(
            station=edge.station,
            station_name=terms.station_names.get(edge.station, edge.station),
            parameter=edge.parameter,
            value=edge.value,
            unit=edge.unit,
            at=edge.at,
            rise_cm_per_h=edge.rise_cm_per_h,
        )
        for edge in transition.edges
    )


def _settle(
    state: CityState, key: str, before: WarningNow | None, warning: WarningNow, now: datetime, terms: Terms
) -> tuple[CityState, list[Output]]:
    """Close the gap between what should be said and what was said."""
    warning, said = _say(warning, _all_normal_since(state, key, warning), now, terms)
    row = [] if warning == before else [_desk_row(warning, terms)]
    return _kept(state, key, warning), [*said, *row]


def _all_normal_since(state: CityState, key: str, warning: WarningNow) -> datetime | None:
    """Since when every condition of the incident is normal; None while one is not, or is not known."""
    others = [other for name, other in state.warnings.items() if name != key and other.incident == warning.incident]
    since = [member.normal_since for member in (warning, *others) if not member.over]
    known = [at for at in since if at is not None]
    return max(known) if len(known) == len(since) else None


def _say(
    warning: WarningNow, normal_since: datetime | None, now: datetime, terms: Terms
) -> tuple[WarningNow, list[Output]]:
    wanted = _wanted(warning, normal_since, now, terms)
    if wanted is None:
        if warning.number == 0 and warning.condition.state is ConditionState.NORMAL:
            return replace(warning, state=WarningState.WITHDRAWN, draft=None), []
        if warning.number == 0:
            return warning, []  # unknown is no reason to take a draft back
        return _prolong(replace(warning, draft=None), now, terms)
    if _automatic(warning, wanted, terms):
        warning, revision = _release(warning, wanted, now, "automatic", terms)
        return warning, [revision]
    kept = warning.draft if warning.draft is not None and _same(warning.draft, wanted) else wanted
    return _prolong(replace(warning, draft=kept), now, terms)


def _wanted(warning: WarningNow, normal_since: datetime | None, now: datetime, terms: Terms) -> Draft | None:
    """What should be said now and is not yet said; None where nothing is due."""
    danger = warning.danger
    if warning.number == 0:
        return Draft(Change.ISSUED, danger, warning.lost, now) if danger else None
    if normal_since is not None and now - normal_since >= terms.all_clear[warning.hazard]:
        return Draft(Change.ALL_CLEAR, warning.highest, (), now)
    level = _level_to_say(warning)
    draft = Draft(Change.UPDATED, level, warning.lost, now)
    if level > warning.level:
        return draft
    newly_lost = bool(set(warning.lost) - set(warning.said_lost))
    rested = warning.sent is None or now - warning.sent >= terms.quiet
    return draft if rested and (level < warning.level or newly_lost) else None


def _level_to_say(warning: WarningNow) -> int:
    """The level that is right now. Where it is over but the all-clear has to wait, the lowest one:
    nobody should be told for hours to flee from water that has gone."""
    if warning.danger:
        return warning.danger
    return 1 if warning.condition.state is ConditionState.NORMAL else warning.level


def _same(one: Draft, other: Draft) -> bool:
    return replace(one, since=other.since) == other


def _automatic(warning: WarningNow, draft: Draft, terms: Terms) -> bool:
    """Whether the city lets this go out by itself; what one lone reading raised never does."""
    if warning.reason is Reason.GAUGE_LOST and draft.level > warning.level:
        return False
    level = warning.highest if draft.change is Change.ALL_CLEAR else max(draft.level, warning.level)
    return terms.automatic[level - 1]


def _prolong(warning: WarningNow, now: datetime, terms: Terms) -> tuple[WarningNow, list[Output]]:
    """A warning must not run out before its all-clear: same words, later end, no new alarm."""
    if warning.expires is None or now < warning.expires - PROLONG_BEFORE:
        return warning, []
    still_lost = tuple(name for name in warning.said_lost if name in warning.lost)
    draft = Draft(Change.EXTENDED, warning.level, still_lost, now)
    waiting = warning.draft
    prolonged, revision = _release(warning, draft, now, "automatic", terms)
    return replace(prolonged, draft=waiting), [revision]


_STATE_AFTER = {
    Change.ISSUED: WarningState.RELEASED,
    Change.UPDATED: WarningState.UPDATED,
    Change.EXTENDED: WarningState.EXTENDED,
    Change.ALL_CLEAR: WarningState.ALL_CLEAR,
}


def _release(warning: WarningNow, draft: Draft, now: datetime, by: str, terms: Terms) -> tuple[WarningNow, Revision]:
    number = warning.number + 1
    revision = Revision(
        identifier=_hash(terms.city, warning.id, number),
        city=terms.city,
        warning=warning.id,
        incident=warning.incident,
        number=number,
        zone=warning.zone,
        hazard=warning.hazard,
        status=terms.status,
        change=draft.change,
        level=draft.level,
        previous_level=warning.level,
        sent=now,
        onset=warning.at,
        expires=now + terms.lasts[draft.level - 1],
        reason=warning.reason,
        released_by=by,
        references=_predecessors(warning, now),
        measurements=warning.measurements,
        gauge_lost=draft.gauge_lost,
    )
    reference = Reference(terms.sender, revision.identifier, now, revision.expires)
    after = replace(
        warning,
        state=_STATE_AFTER[draft.change],
        level=draft.level,
        highest=max(warning.highest, draft.level),
        number=number,
        sent=now,
        expires=revision.expires,
        said_lost=draft.gauge_lost,
        references=(*revision.references, reference),
        draft=None,
    )
    return after, revision


def _predecessors(warning: WarningNow, now: datetime) -> tuple[Reference, ...]:
    """All revisions that still stand, and the last one in any case: an update names what it updates."""
    standing = tuple(reference for reference in warning.references if reference.expires > now)
    return standing or warning.references[-1:]


def _kept(state: CityState, key: str, warning: WarningNow) -> CityState:
    return replace(state, warnings={**state.warnings, key: warning})


def _desk_row(warning: WarningNow, terms: Terms, note: str = "") -> DeskRow:
    draft = warning.draft
    return DeskRow(
        city=terms.city,
        warning=warning.id,
        incident=warning.incident,
        zone=warning.zone,
        hazard=warning.hazard,
        state=warning.state,
        level=warning.level,
        proposed_level=draft.level if draft else 0,
        proposed_change=draft.change if draft else "",
        revision=warning.number,
        waiting_since=draft.since if draft else None,
        changed_at=warning.changed_at,
        gauge_lost=warning.lost,
        note=note,
    )


def _hash(*parts: str | int) -> str:
    return sha256("/".join(str(part) for part in parts).encode()).hexdigest()[:24]
