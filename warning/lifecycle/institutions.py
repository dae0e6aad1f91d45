"""Institutions saying that they know of a warning, staff saying it for them, and the page to who calls the rest."""

from msgspec.structs import replace

from notifiers.notice import PageReason
from warning.lifecycle.result import Refused, Result
from warning.lifecycle.scene import Scene, page
from warning.lifecycle.settle import Settled
from warning.lifecycle.state import WarningNow
from warning.lifecycle.to_call import concerned, to_call
from warning.messages import Command, Heard
from warning.replies import reply

NAMED = 5  # in a page; the list has them all


def seen(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """An institution says so itself, about the revision that it was sent."""
    if warning.calls is not None and command.revision < warning.calls.number:
        raise Refused("heard-older")
    return _heard(warning, command.actor, command, scene)


def reached(warning: WarningNow, command: Command, scene: Scene) -> Result:
    """Staff say so for an institution that they have called."""
    return _heard(warning, command.person, command, scene)


def _heard(warning: WarningNow, institution: str, command: Command, scene: Scene) -> Result:
    calls = warning.calls
    if calls is None or not warning.stands:
        raise Refused("hear-none")
    if institution not in {one.id for one in concerned(calls, warning.zone, scene.terms.institutions)}:
        raise Refused("hear-not-concerned", who=institution or "nobody")
    if any(heard.institution == institution for heard in calls.heard):
        return Result(reply("heard-before", who=institution))
    heard = Heard(institution, command.actor, scene.now, command.note)
    after = replace(warning, calls=replace(calls, heard=(*calls.heard, heard)))
    return Result(reply("heard", who=institution, level=calls.level), (after,))


def call_list(warning: WarningNow, scene: Scene) -> Settled:
    """Who is on call hears once that institutions have to be called."""
    calls = warning.calls
    if calls is None or calls.paged or not warning.stands:
        return warning, []
    found = to_call(calls, warning.zone, scene.terms.institutions, scene.now)
    if not found:
        return warning, []
    warning = replace(warning, calls=replace(calls, paged=True))
    more = f", +{len(found) - NAMED}" if len(found) > NAMED else ""
    names = ", ".join(f"{one.name} ({one.people_in_need})" for one in found[:NAMED])
    return warning, page(scene, warning, PageReason.CALLS_DUE, scene.on_call[:1], f"{names}{more}")
