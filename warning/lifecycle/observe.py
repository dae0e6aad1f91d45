"""What a transition makes of a warning."""

from datetime import timedelta

from msgspec.structs import replace

from notifiers.revision import Measurement
from rules.messages import ConditionState, Overlay, Transition
from sensors.times import to_ms
from warning.lifecycle.state import RULES, CityState, Rejection, WarningNow, hashed
from warning.lifecycle.terms import Terms
from warning.messages import WarningState

#: After an all-clear the same flood may go on; later it is another one.
SAME_INCIDENT = timedelta(hours=6)


def observe(state: CityState, warning: WarningNow | None, transition: Transition, terms: Terms) -> WarningNow | None:
    """The warning after a transition; a new one where danger begins; None where there is none."""
    if warning is None or (warning.over and _begins(transition)):
        fresh = _begin(state, transition)
        if fresh.danger == 0:
            return None
        warning = fresh
    normal = transition.to.state is ConditionState.NORMAL or _called_over(transition)
    active = transition.to.level if transition.to.state is ConditionState.ACTIVE else warning.confirmed
    rose = transition.to.level > transition.from_.level and transition.to.state is not ConditionState.PENDING
    by_hand = _by_hand(transition)
    return replace(
        warning,
        catchment=transition.catchment,
        condition=transition.to,
        confirmed=active,
        at=transition.at,
        changed_at=transition.decided_at,
        reason=transition.reason,
        measurements=_measurements(transition, terms) or warning.measurements,
        lost=tuple(terms.station_names.get(name, name) for name in transition.gauge_lost),
        normal_since=(warning.normal_since or transition.decided_at) if normal else None,
        rose_at=transition.decided_at if rose or warning.rose_at is None else warning.rose_at,
        by_rules=_level_by_rules(transition),
        author=transition.actor if by_hand and transition.actor else (warning.author if by_hand else RULES),
        rejection=None if normal else _rejection(warning, transition),
        silenced_until=transition.silenced_until,
    )


def risen(warning: WarningNow) -> WarningNow:
    """After a note that the water rose by another step: what was rejected is open again.

    Whatever its reading is dated: who rejected cannot have seen what came in after that.
    """
    rejection = warning.rejection
    return warning if rejection is None else replace(warning, rejection=replace(rejection, risen=True))


def _rejection(warning: WarningNow, transition: Transition) -> Rejection | None:
    """What was decided against. Where the level has fallen since, the next rise is a higher level again."""
    rejection, level = warning.rejection, transition.to.level
    if rejection is None or not 0 < level < rejection.level:
        return rejection
    return replace(rejection, level=level)


def _begins(transition: Transition) -> bool:
    """Whether danger is there anew for a warning that is over, and not merely what was left of it."""
    state, before = transition.to.state, transition.from_
    if state is ConditionState.STALE:
        return before.state is ConditionState.PENDING or transition.to.level > before.level
    return state is ConditionState.ACTIVE


def _by_hand(transition: Transition) -> bool:
    return Overlay.BY_HAND in transition.overlays


def _level_by_rules(transition: Transition) -> int:
    """A message of before it was told is taken to be spoken for: nothing true is retracted on its account."""
    if transition.spoken_for is not None:
        return transition.spoken_for
    raised = (ConditionState.ACTIVE, ConditionState.STALE)
    return transition.to.level if transition.to.state in raised else 0


def _called_over(transition: Transition) -> bool:
    """Gauges are lost, and a person said that the danger has passed or took the last one out of service."""
    return transition.to.state is ConditionState.NO_DATA and transition.from_.state is ConditionState.STALE


def _begin(state: CityState, transition: Transition) -> WarningNow:
    ident = hashed(transition.city, transition.zone, transition.hazard, to_ms(transition.at))
    return WarningNow(
        id=ident,
        incident=_running_incident(state, transition) or ident,
        zone=transition.zone,
        hazard=transition.hazard,
        catchment=transition.catchment,
        condition=transition.to,
        state=WarningState.DRAFT,
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
