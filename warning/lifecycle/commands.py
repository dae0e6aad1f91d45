"""What people decide: each command either done, or refused with a reason in words for the person."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from msgspec.structs import replace

from notifiers.notice import PageReason
from warning.lifecycle import decide, ending, institutions, local
from warning.lifecycle.people import Role
from warning.lifecycle.release import release
from warning.lifecycle.result import Refused, Result
from warning.lifecycle.scene import Output, Scene, page
from warning.lifecycle.state import COMMANDS_REMEMBERED, CityState, Duty, WarningNow
from warning.lifecycle.wanted import extension
from warning.messages import Ack, Answer, Command, CommandAction, SheetSet, ShiftEntry
from warning.replies import reply

LONGEST_EXTENSION = timedelta(hours=12)

#: The least role for each command of the staff.
ROLES = {
    CommandAction.SUBMIT: Role.AUTHOR,
    CommandAction.APPROVE: Role.APPROVER,
    CommandAction.COUNTERSIGN: Role.APPROVER,
    CommandAction.REJECT: Role.APPROVER,
    CommandAction.DISCARD: Role.AUTHOR,
    CommandAction.UPDATE: Role.AUTHOR,
    CommandAction.EXTEND: Role.AUTHOR,
    CommandAction.CLEAR: Role.APPROVER,
    CommandAction.RETRACT: Role.AUTHOR,
    CommandAction.REINSTATE: Role.APPROVER,
    CommandAction.REARM: Role.APPROVER,
    CommandAction.ACK: Role.VIEWER,
    CommandAction.REACHED: Role.AUTHOR,
    CommandAction.SHEET_SET: Role.AUTHOR,
    CommandAction.NOTE: Role.VIEWER,
    CommandAction.HANDOVER: Role.AUTHOR,
    CommandAction.INFORM: Role.AUTHOR,
    CommandAction.SHOW: Role.AUTHOR,
    CommandAction.HIDE: Role.AUTHOR,
}
#: Commands that mean nothing without a reason or a text.
REASONED = frozenset(
    {
        CommandAction.REJECT,
        CommandAction.DISCARD,
        CommandAction.UPDATE,
        CommandAction.EXTEND,
        CommandAction.RETRACT,
        CommandAction.REINSTATE,
        CommandAction.REARM,
        CommandAction.REACHED,
        CommandAction.NOTE,
        CommandAction.HANDOVER,
    }
)


class Followed(NamedTuple):
    """The city after a command, the warnings it touched by condition, and what is said."""

    state: CityState
    touched: dict[str, WarningNow]
    outputs: list[Output]


def follow(command: Command, scene: Scene) -> Followed:
    """Do what a person says, or say why not. The same command again changes nothing."""
    state = scene.state
    if command.id in state.commands:
        return Followed(state, {}, [])
    state = replace(state, commands=(*state.commands, command.id)[-COMMANDS_REMEMBERED:])
    scene = scene._replace(state=state)
    try:
        may_command(command, scene)
        result = _city(command, scene) or _warning(command, scene)
    except Refused as refusal:
        return Followed(state, {}, [_answer(command, scene, str(refusal), done=False)])
    touched = {f"{one.zone}/{one.hazard}": one for one in result.warnings}
    outputs = [*result.outputs, _entry(command, scene, result.text), _answer(command, scene, result.text, done=True)]
    return Followed(result.state or state, touched, outputs)


def _entry(command: Command, scene: Scene, text: str) -> ShiftEntry:
    """The line of the shift log; who comes on duty finds in it what is not over."""
    handed = [one.id for one in scene.state.warnings.values() if not one.over]
    return ShiftEntry(
        id=command.id,
        city=command.city,
        action=command.action,
        actor=command.actor,
        at=scene.now,
        text=command.note or text,
        warning=command.warning,
        person=command.person,
        open=tuple(handed) if command.action is CommandAction.HANDOVER else (),
    )


def may_command(command: Command, scene: Scene) -> None:
    """Raises Refused where the person may not, or says no reason where one is needed.

    Institutions have no role, and so no other command than to have seen.
    """
    if command.action is CommandAction.SEEN:
        if command.actor not in {one.id for one in scene.terms.institutions}:
            raise Refused("institution-unknown", who=command.actor)
        return
    role, least = scene.terms.people.get(command.actor), ROLES[command.action]
    if role is None:
        raise Refused("person-unknown", who=command.actor)
    if role < least:
        names = {"role": role.name.lower(), "action": command.action.value, "least": least.name.lower()}
        raise Refused("role-too-low", who=command.actor, **names)
    if command.action in REASONED and not command.note.strip():
        raise Refused("reason-missing" if command.action is not CommandAction.NOTE else "text-missing")


def _answer(command: Command, scene: Scene, text: str, *, done: bool) -> Answer:
    return Answer(command.id, command.warning, command.action, command.actor, scene.now, done, text)


def _city(command: Command, scene: Scene) -> Result | None:
    """Commands that are about no single warning."""
    state = scene.state
    match command.action:
        case CommandAction.NOTE:
            return Result(reply("noted"))
        case CommandAction.HANDOVER:
            if command.person not in scene.terms.people:
                raise Refused("person-unknown", who=command.person or "nobody")
            if scene.terms.people[command.person] < Role.APPROVER:
                raise Refused("duty-no-approver", who=command.person)
            duty = Duty(command.person, scene.now)
            return Result(reply("on-duty", who=command.person), state=replace(state, duty=duty))
        case CommandAction.REARM:
            if command.zone not in state.disarmed:
                raise Refused("armed-already", zone=command.zone or "nowhere")
            left = {zone: who for zone, who in state.disarmed.items() if zone != command.zone}
            after = replace(state, disarmed=left)
            there = tuple(one for one in state.warnings.values() if one.zone == command.zone)
            return Result(reply("armed", zone=command.zone), there, state=after)
        case CommandAction.INFORM:
            return local.inform(command, scene)
        case CommandAction.SHOW | CommandAction.HIDE:
            return local.moderate(command, scene)
    return None


def _warning(command: Command, scene: Scene) -> Result:
    found = [one for one in scene.state.warnings.values() if one.id == command.warning]
    if not found:
        raise Refused("warning-unknown", warning=command.warning or "without an id")
    return _FOLLOW[command.action](found[0], command, scene)


def _ack(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """At the level that the person was shown, and no higher: it may have risen on its way to their eyes, or since."""
    stands = max(warning.danger, warning.level, warning.draft.level if warning.draft else 0)
    level = stands if command.shown_level is None else min(stands, command.shown_level)
    before = next((ack for ack in warning.acks if ack.person == command.actor), None)
    if level < stands and before is not None and before.level > level:  # an older message than what they know of
        return Result(reply("seen-before", level=before.level), (warning,))
    others = tuple(ack for ack in warning.acks if ack.person != command.actor)
    acks = (*others, Ack(command.actor, level, scene.now))
    text = reply("seen", level=level) if level == stands else reply("seen-below", level=level, now=stands)
    return Result(text, (replace(warning, acks=acks),))


def _extend(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """All warnings of the incident last until a time: one prompt, one key."""
    until = command.until
    if until is None or not scene.now < until <= scene.now + LONGEST_EXTENSION:
        raise Refused("extend-how-long")
    members = scene.incident(warning)
    standing = [one for one in members if one.stands and one.expires is not None and one.expires < until]
    if not standing:
        raise Refused("extend-none")
    if scene.normal_since(warning) is not None:
        raise Refused("extend-normal")

    outputs, touched = [], []
    for one in standing:
        after, said = release(one, extension(one, scene.now), command.actor, scene, until)
        touched.append(replace(after, draft=one.draft))
        outputs += said
    return Result(reply("extended", count=len(touched), until=until), tuple(touched), tuple(outputs))


def _sheet_set(warning: WarningNow, command: Command, scene: Scene) -> Result:
    sheet = warning.sheet
    if sheet is None:
        raise Refused("sheet-none")
    if sheet.set_at is not None:
        raise Refused("sheet-set-already")
    if command.revision not in {0, warning.number}:
        raise Refused("sheet-other", revision=warning.number, meant=command.revision)
    after = replace(warning, sheet=replace(sheet, set_at=scene.now))
    said = SheetSet(sheet.revision, warning.id, command.actor, scene.now)
    return Result(reply("sheet-set", revision=warning.number), (after,), (said,))


def _countersign(warning: WarningNow, command: Command, _scene: Scene) -> Result:
    alone = warning.alone
    if alone is None:
        raise Refused("countersign-none")
    if command.actor == alone.by:
        raise Refused("countersign-same")
    return Result(reply("countersigned", who=alone.by), (replace(warning, alone=None),))


def _retract(warning: WarningNow, command: Command, scene: Scene) -> Result:
    after, said = ending.retract(warning, command, scene)
    disarmed = {**scene.state.disarmed, warning.zone: command.actor}
    paged = page(scene, after, PageReason.RETRACTED, scene.approvers, command.note)
    text = reply("retracted", revision=after.number, zone=warning.zone)
    return Result(text, (after,), (*said, *paged), replace(scene.state, disarmed=disarmed))


_FOLLOW: dict[CommandAction, Callable[[WarningNow, Command, Scene], Result]] = {
    CommandAction.SUBMIT: decide.submit,
    CommandAction.APPROVE: decide.approve,
    CommandAction.CLEAR: decide.clear,
    CommandAction.REJECT: decide.reject,
    CommandAction.DISCARD: decide.discard,
    CommandAction.UPDATE: decide.update,
    CommandAction.COUNTERSIGN: _countersign,
    CommandAction.EXTEND: _extend,
    CommandAction.RETRACT: _retract,
    CommandAction.REINSTATE: ending.reinstate,
    CommandAction.ACK: _ack,
    CommandAction.SEEN: institutions.seen,
    CommandAction.REACHED: institutions.reached,
    CommandAction.SHEET_SET: _sheet_set,
}
