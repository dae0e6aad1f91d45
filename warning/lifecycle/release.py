"""A draft becoming a revision."""

from datetime import datetime

from msgspec.structs import replace

from notifiers.revision import Change, Reference, Revision
from warning.lifecycle.observe import hashed
from warning.lifecycle.state import Draft, Terms, WarningNow
from warning.messages import DeskRow, WarningState

_STATE_AFTER = {
    Change.ISSUED: WarningState.RELEASED,
    Change.UPDATED: WarningState.UPDATED,
    Change.EXTENDED: WarningState.EXTENDED,
    Change.ALL_CLEAR: WarningState.ALL_CLEAR,
}


def release(warning: WarningNow, draft: Draft, now: datetime, by: str, terms: Terms) -> tuple[WarningNow, Revision]:
    """The next revision, and the warning that has said it. ``by`` is a person, or "automatic"."""
    number = warning.number + 1
    revision = Revision(
        identifier=hashed(terms.city, warning.id, number),
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


def desk_row(warning: WarningNow, terms: Terms, note: str = "") -> DeskRow:
    """The warning as pages and the command line show it."""
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
