"""Closing the gap between what should be said and what was said."""

from msgspec.structs import replace

from notifiers.notice import GaugeNotice, PageReason
from notifiers.revision import Change
from sensors.times import to_ms
from warning.lifecycle.release import AUTOMATIC, release
from warning.lifecycle.scene import Output, Scene, page
from warning.lifecycle.state import RULES, Draft, WarningNow, hashed
from warning.lifecycle.wanted import all_clear_is_due, kept, merged, needed, preauthorised, prolonging, rested, wanted
from warning.messages import WarningState

Settled = tuple[WarningNow, list[Output]]


def settle(warning: WarningNow, scene: Scene) -> Settled:
    """Say what may be said by itself; put the rest before people."""
    if warning.over:
        return warning, []
    if not scene.terms.official:
        return _measured_only(warning, scene)
    if warning.state is WarningState.EXPIRED and warning.danger:
        warning = replace(warning, revived=True)
    due = wanted(warning, scene)
    if due is None:
        return _nothing_due(warning, scene)
    draft = merged(warning, due)
    if needed(warning, draft, scene) == 0:
        return release(warning, draft, _by(draft), scene)
    return _ask(warning, due, scene)


def _by(draft: Draft) -> str:
    """Under whose name something goes out that needs nobody's agreement."""
    return AUTOMATIC if draft.author == RULES else draft.author


def _ask(warning: WarningNow, due: Draft, scene: Scene) -> Settled:
    said: list[Output] = []
    lesser = preauthorised(warning, due, scene)
    if lesser is not None:
        draft = warning.draft
        warning, said = release(warning, lesser, AUTOMATIC, scene)
        warning = replace(warning, draft=draft)  # what waits goes on waiting
        due = wanted(warning, scene) or due
    draft = merged(warning, due)
    waits = WarningState.AWAITING if draft.submitted else WarningState.DRAFT
    warning = replace(warning, draft=draft, state=waits if warning.number == 0 else warning.state)
    warning, extended = _prolonged(warning, scene)
    return warning, [*said, *extended]


def _nothing_due(warning: WarningNow, scene: Scene) -> Settled:
    if warning.number == 0 and warning.normal_since is not None:
        draft = warning.draft  # who wrote one knows of it
        return _withdrawn(warning, draft.level if draft is not None and draft.author == RULES else 0)
    warning = replace(warning, draft=kept(warning))
    draft = warning.draft
    if draft is not None and draft.submitted and rested(warning, scene) and needed(warning, draft, scene) == 0:
        return release(warning, draft, _by(draft), scene)
    return _prolonged(warning, scene)


def _withdrawn(warning: WarningNow, reached: int) -> Settled:
    """Normal again before anybody was told; whoever has not seen it is still shown the level that it had reached."""
    return replace(warning, draft=None, state=WarningState.WITHDRAWN, highest=max(warning.highest, reached)), []


def _prolonged(warning: WarningNow, scene: Scene) -> Settled:
    draft = prolonging(warning, scene)
    if draft is None or not warning.stands:
        return warning, []
    waiting = warning.draft
    warning, said = release(warning, draft, AUTOMATIC, scene)
    return replace(warning, draft=waiting), said


def _measured_only(warning: WarningNow, scene: Scene) -> Settled:
    """Without an issuer nobody is warned: a measured value above a limit is passed on, unchecked."""
    if warning.normal_since is not None and warning.number == 0:
        return _withdrawn(warning, warning.noticed)
    if warning.danger <= warning.noticed:
        return warning, []
    return passed_on(warning, scene)


def passed_on(warning: WarningNow, scene: Scene) -> Settled:
    """The measured value to everybody who asked about the zone."""
    if not warning.measurements:  # held by hand: there is nothing measured to pass on
        return replace(warning, noticed=warning.danger), []
    notice = GaugeNotice(
        identifier=hashed(scene.terms.city, warning.id, "gauge-notice", warning.danger, to_ms(scene.now)),
        city=scene.terms.city,
        status=scene.terms.status,
        warning=warning.id,
        zone=warning.zone,
        hazard=warning.hazard,
        level=warning.danger,
        sent=scene.now,
        expires=scene.now + scene.terms.lasts[warning.danger - 1],
        measurements=warning.measurements,
        gauge_lost=warning.lost,
    )
    return replace(warning, noticed=warning.danger), [notice]


def expired(warning: WarningNow, scene: Scene) -> Settled:
    """Its time has run out while all was normal, and nobody has released the all-clear."""
    runs_out = warning.stands and warning.state is not WarningState.EXPIRED
    if not runs_out or warning.expires is None or scene.now < warning.expires:
        return warning, []
    if not all_clear_is_due(warning, scene):
        return warning, []
    warning = replace(warning, state=WarningState.EXPIRED)
    return warning, page(scene, warning, PageReason.EXPIRED_UNSAID, scene.approvers)


def all_clear_waits(warning: WarningNow) -> bool:
    """Whether the draft that waits is an all-clear."""
    return warning.draft is not None and warning.draft.change is Change.ALL_CLEAR
