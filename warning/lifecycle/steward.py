"""The steward: from transitions, commands and ticks to what is said.

One pure function. After every event it compares what should be said with what was said, and closes
the gap: by releasing where the city lets that happen by itself, otherwise by a draft that waits for
a person.
"""

from datetime import datetime

from msgspec.structs import replace

from notifiers.revision import Revision
from rules.messages import Note, Transition
from sensors.readings import Tick
from sensors.times import to_utc
from warning.lifecycle.observe import observe
from warning.lifecycle.release import desk_row, release
from warning.lifecycle.state import REMEMBERED, CityState, Draft, Terms, WarningNow
from warning.lifecycle.wanted import automatic, preauthorised, prolonging, wanted
from warning.messages import Command, DeskRow, WarningState

Event = Transition | Note | Command | Tick
Output = Revision | DeskRow | Tick


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
        case Note():  # for staff; nothing is said in public
            return state, []
        case Tick():
            return _on_tick(state, event, terms)


def _on_transition(state: CityState, transition: Transition, terms: Terms) -> tuple[CityState, list[Output]]:
    key = f"{transition.zone}/{transition.hazard}"
    seen = state.seen.get(key, ())
    if transition.id in seen:
        return state, []
    state = replace(state, seen={**state.seen, key: (*seen, transition.id)[-REMEMBERED:]})
    before = state.warnings.get(key)
    warning = observe(state, before, transition, terms)
    if warning is None:
        return state, []
    return _settle(state, (key, before), warning, transition.decided_at, terms)


def _on_tick(state: CityState, tick: Tick, terms: Terms) -> tuple[CityState, list[Output]]:
    if tick.at <= state.ticks.get(tick.catchment, tick.at - 1):
        return state, []
    state = replace(state, ticks={**state.ticks, tick.catchment: tick.at})
    outputs: list[Output] = []
    for key, warning in state.warnings.items():
        if warning.catchment == tick.catchment and not warning.over:
            state, said = _settle(state, (key, warning), warning, to_utc(tick.at), terms)
            outputs += said
    return state, [*outputs, tick]


def _on_command(state: CityState, command: Command, terms: Terms) -> tuple[CityState, list[Output]]:
    found = [(key, warning) for key, warning in state.warnings.items() if warning.id == command.warning]
    if not found:
        return state, []
    key, warning = found[0]
    note = _objection(warning, command)
    if note or warning.draft is None:
        return state, [desk_row(warning, terms, note=note)]
    clock = to_utc(max(state.ticks.values())) if state.ticks else command.at  # a person's clock may be off
    now = max(clock, warning.sent or clock)
    released, revision = release(warning, warning.draft, now, command.actor, terms)
    return _kept(state, key, released), [revision, desk_row(released, terms)]


def _objection(warning: WarningNow, command: Command) -> str:
    """Why a command cannot be followed; empty where it can."""
    if command.action != "approve":
        return f"unknown action {command.action}"
    if warning.draft is None:
        return "nothing waits for release"
    waiting = (warning.number + 1, warning.draft.change.value, warning.draft.level)
    approved = (command.revision, command.change, command.level)
    if approved != waiting:
        said = "revision {}, {}, level {}"
        return f"the draft has changed: it is now {said.format(*waiting)}; approved was {said.format(*approved)}"
    return ""


def _settle(
    state: CityState, kept: tuple[str, WarningNow | None], warning: WarningNow, now: datetime, terms: Terms
) -> tuple[CityState, list[Output]]:
    """Close the gap between what should be said and what was said."""
    key, before = kept
    warning, said = _say(warning, _all_normal_since(state, key, warning), now, terms)
    row = [] if warning == before else [desk_row(warning, terms)]
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
    due = wanted(warning, normal_since, now, terms)
    if due is None:
        warning = replace(warning, draft=None) if _draft_is_moot(warning) else warning
        if warning.number == 0 and warning.normal_since is not None:
            return replace(warning, state=WarningState.WITHDRAWN, draft=None), []
        return _prolong(warning, now, terms)
    if automatic(warning, due, terms):
        warning, revision = release(warning, due, now, "automatic", terms)
        return warning, [revision]
    lesser = preauthorised(warning, due, terms)
    if lesser is not None:
        warning, revision = release(warning, lesser, now, "automatic", terms)
        due = wanted(warning, normal_since, now, terms) or due
        return replace(warning, draft=due), [revision]
    return _prolong(replace(warning, draft=_still(warning.draft, due)), now, terms)


def _draft_is_moot(warning: WarningNow) -> bool:
    """Nothing is due any more. A draft never released stays while the danger is merely out of sight."""
    return warning.number > 0 or warning.normal_since is not None


def _still(draft: Draft | None, due: Draft) -> Draft:
    """The waiting draft if it says the same, with the time since when it waits."""
    return draft if draft is not None and replace(draft, since=due.since) == due else due


def _prolong(warning: WarningNow, now: datetime, terms: Terms) -> tuple[WarningNow, list[Output]]:
    draft = prolonging(warning, now)
    if draft is None:
        return warning, []
    prolonged, revision = release(warning, draft, now, "automatic", terms)
    return replace(prolonged, draft=warning.draft), [revision]


def _kept(state: CityState, key: str, warning: WarningNow) -> CityState:
    return replace(state, warnings={**state.warnings, key: warning})
