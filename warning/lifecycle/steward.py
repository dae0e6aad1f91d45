"""The steward: from transitions, commands and ticks to what is said.

One pure function. After every event it compares what should be said with what was said, and closes
the gap: by releasing where the city lets that happen by itself, otherwise by a draft that waits for
people. Ticks let timers act: calls, reminders, notices, ends.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from notifiers.notice import PageReason
from rules.messages import Note, NoteReason, Transition
from sensors.readings import Tick
from sensors.times import to_utc
from warning.lifecycle.calls import call_of
from warning.lifecycle.commands import follow
from warning.lifecycle.observe import observe, risen
from warning.lifecycle.release import desk_row
from warning.lifecycle.scene import Output, Scene, page
from warning.lifecycle.settle import settle
from warning.lifecycle.state import REMEMBERED, CityState, WarningNow
from warning.lifecycle.terms import Terms
from warning.lifecycle.timers import act, overdue
from warning.messages import Command, Event, WarningState

#: Staff are asked this long before warnings of an incident end.
PROMPT_BEFORE = timedelta(minutes=30)
PROMPT_AGAIN_AFTER = timedelta(minutes=60)


def steward(state: CityState, event: Event, terms: Terms) -> tuple[CityState, list[Output]]:
    """Take one event of the city's log.

    A repeated event changes nothing and says nothing, nor does an old tick. A tick is echoed last, so that who
    reads the warnings knows that everything before it has been decided.
    """
    match event:
        case Transition():
            return _on_transition(state, event, terms)
        case Command():
            return _on_command(state, event, terms)
        case Note():
            return _on_note(state, event, terms)
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
    scene = Scene(state, transition.decided_at, terms)
    closed: list[Output] = []
    if before is not None and before.id != warning.id:
        closed = [*overdue(before, scene), desk_row(replace(before, state=WarningState.CLOSED), scene)]
        before = None
    state, said = _settled(scene, key, before, warning)
    return state, [*closed, *said]


def _on_note(state: CityState, note: Note, terms: Terms) -> tuple[CityState, list[Output]]:
    if note.id in state.notes:
        return state, []
    state = replace(state, notes=(*state.notes, note.id)[-REMEMBERED:])
    scene = Scene(state, note.decided_at, terms)
    outputs: list[Output] = list(call_of(note, scene))
    key = f"{note.zone}/{note.hazard}"
    warning = state.warnings.get(key)
    if note.reason is not NoteReason.RISEN or warning is None or warning.over:
        return state, outputs
    state, said = _settled(scene, key, warning, risen(warning))
    return state, [*outputs, *said]


def _on_command(state: CityState, command: Command, terms: Terms) -> tuple[CityState, list[Output]]:
    scene = Scene(state, _clock(state, command.at), terms)
    followed = follow(command, scene)
    state, outputs = followed.state, followed.outputs
    for key, warning in followed.touched.items():
        before = state.warnings[key]
        state, said = _settled(Scene(_kept(state, key, warning), scene.now, terms), key, before, warning)
        outputs = [*outputs, *said]
    return state, [*outputs, *_armed_otherwise(scene, state)]


def _armed_otherwise(before: Scene, state: CityState) -> list[Output]:
    """Rows of warnings that did not change themselves, but whose zone was armed or disarmed: they say so as well."""
    turned = before.state.disarmed.keys() ^ state.disarmed.keys()
    after = before._replace(state=state)
    return [
        desk_row(warning, after)
        for key, warning in state.warnings.items()
        if warning.zone in turned and warning == before.state.warnings.get(key)
    ]


def _clock(state: CityState, said: datetime) -> datetime:
    """The city's clock; a person's may be off."""
    return to_utc(max(state.ticks.values())) if state.ticks else said


def _on_tick(state: CityState, tick: Tick, terms: Terms) -> tuple[CityState, list[Output]]:
    if tick.at <= state.ticks.get(tick.catchment, tick.at - 1):
        return state, []
    state = replace(state, ticks={**state.ticks, tick.catchment: tick.at})
    now = to_utc(tick.at)
    outputs: list[Output] = []
    for key, warning in list(state.warnings.items()):
        if warning.catchment != tick.catchment and (not terms.catchments or warning.catchment in terms.catchments):
            continue  # one whose catchment has left the configuration lives by any clock
        state, said = _settled(Scene(state, now, terms), key, warning, warning)
        state, asked = _ask_to_extend(Scene(state, now, terms), key)
        outputs += [*said, *asked]
    return _swept(state), [*outputs, tick]


def _settled(scene: Scene, key: str, before: WarningNow | None, warning: WarningNow) -> tuple[CityState, list[Output]]:
    """Say what is due, let timers act, and show what has changed."""
    warning, said = settle(warning, scene)
    scene = scene._replace(state=_kept(scene.state, key, warning))
    warning, called = act(warning, scene)
    state = _kept(scene.state, key, warning)
    row = [] if warning == before else [desk_row(warning, scene._replace(state=state))]
    return state, [*said, *called, *row]


def _ask_to_extend(scene: Scene, key: str) -> tuple[CityState, list[Output]]:
    """One prompt per incident, half an hour before something of it ends and not all is normal."""
    state, warning, now = scene.state, scene.state.warnings[key], scene.now
    if not warning.stands or warning.expires is None or now < warning.expires - PROMPT_BEFORE:
        return state, []
    last = state.prompted.get(warning.incident)
    if (last is not None and now - last < PROMPT_AGAIN_AFTER) or scene.normal_since(warning) is not None:
        return state, []
    state = replace(state, prompted={**state.prompted, warning.incident: now})
    return state, page(scene, warning, PageReason.EXTEND_SOON, scene.on_call[:1], silent=scene.night)


def _swept(state: CityState) -> CityState:
    """Without what is closed, so that a state does not grow for ever."""
    closed = [key for key, one in state.warnings.items() if one.state is WarningState.CLOSED]
    if not closed:
        return state
    warnings = {key: one for key, one in state.warnings.items() if key not in closed}
    incidents = {one.incident for one in warnings.values()}
    prompted = {name: at for name, at in state.prompted.items() if name in incidents}
    return replace(state, warnings=warnings, prompted=prompted)


def _kept(state: CityState, key: str, warning: WarningNow) -> CityState:
    return replace(state, warnings={**state.warnings, key: warning})
