"""A draft becoming a revision, and a warning as the desk shows it."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from notifiers.notice import PageReason
from notifiers.revision import ENDING, Change, Reference, Revision
from notifiers.wording_lint import faults
from warning.lifecycle.scene import Output, Scene, page, urgent
from warning.lifecycle.state import RULES, Draft, Sheet, WarningNow, hashed
from warning.lifecycle.to_call import calls_after
from warning.lifecycle.wanted import needed
from warning.messages import STATE_AFTER, DeskRow, WarningState

AUTOMATIC = "automatic"
#: By when the control room has to confirm a revision of level 2 or 3.
SHEET_WITHIN = timedelta(minutes=5)


def release(
    warning: WarningNow, draft: Draft, by: str, scene: Scene, expires: datetime | None = None
) -> tuple[WarningNow, list[Output]]:
    """The next revision among the outputs, and the warning that has said it.

    ``by`` is a person, people joined by "and", or "automatic".
    """
    revision = revision_of(warning, draft, by, scene, expires)
    terms, number, now = scene.terms, revision.number, revision.sent
    reference = Reference(terms.sender, revision.identifier, now, revision.expires)
    ending = draft.change in ENDING
    after = replace(
        warning,
        state=STATE_AFTER[draft.change],
        level=warning.level if draft.change is Change.RETRACTED else draft.level,
        highest=max(warning.highest, draft.level),
        number=number,
        sent=now,
        expires=revision.expires,
        said_lost=draft.gauge_lost,
        references=(*revision.references, reference),
        words=warning.words if ending else draft.words,
        draft=None,
        rejection=warning.rejection if draft.change is Change.EXTENDED else None,
        revived=warning.revived and draft.change is Change.EXTENDED,
        sheet=_sheet(warning, revision, scene),
        calls=calls_after(warning, draft, number, now, terms.acknowledge),
    )
    said: list[Output] = [revision]
    if draft.level > 1 and urgent(warning, draft):
        said += page(scene, after, PageReason.RELEASED, scene.on_call)
    unread = by == AUTOMATIC or urgent(warning, draft) or draft.change is Change.ALL_CLEAR  # nothing could hold it up
    content = terms.content if unread and draft.change is not Change.EXTENDED else None  # whose words are known
    if content is not None and (found := faults(revision, content.languages, content)):
        told = f"it went out, and not as it should: {'; '.join(found)}"
        said += page(scene, after, PageReason.STAFF_NOTE, scene.on_call, told)
    return after, said


def revision_of(warning: WarningNow, draft: Draft, by: str, scene: Scene, expires: datetime | None = None) -> Revision:
    """What a draft would say if it went out now."""
    terms, number = scene.terms, warning.number + 1
    now = max(scene.now, warning.sent or scene.now)
    return Revision(
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
        expires=expires or now + terms.lasts[draft.level - 1],
        reason=warning.reason,
        released_by=by,
        references=_predecessors(warning, draft, now),
        measurements=warning.measurements,
        gauge_lost=draft.gauge_lost,
        words=draft.words,
        said_at=warning.sent if draft.change is Change.RETRACTED else None,
    )


def _predecessors(warning: WarningNow, draft: Draft, now: datetime) -> tuple[Reference, ...]:
    """All revisions that still stand, and the last one in any case: an update names what it updates.

    What is reinstated was cancelled with all before it, so it names nothing.
    """
    if draft.change is Change.REINSTATED:
        return ()
    standing = tuple(reference for reference in warning.references if reference.expires > now)
    return standing or warning.references[-1:]


def _sheet(warning: WarningNow, revision: Revision, scene: Scene) -> Sheet | None:
    """What the control room has to set; an extension is set too, and is no matter of minutes."""
    if not scene.terms.official:
        return None
    due = sheet_due(revision)
    if due is None and warning.sheet is not None and warning.sheet.set_at is None and warning.sheet.due is not None:
        return replace(warning.sheet, revision=revision.identifier)
    return Sheet(revision.identifier, due)


def sheet_due(revision: Revision) -> datetime | None:
    """There is a hurry about danger, its end and its retraction; none about a later end or level 1."""
    hurry = revision.level > 1 and revision.change is not Change.EXTENDED
    return revision.sent + SHEET_WITHIN if hurry else None


def desk_row(warning: WarningNow, scene: Scene) -> DeskRow:
    """The warning as pages and the command line show it."""
    draft, rejection, alone, sheet = warning.draft, warning.rejection, warning.alone, warning.sheet
    retraction = warning.retraction
    return DeskRow(
        city=scene.terms.city,
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
        author=draft.author if draft else "",
        draft=draft.fingerprint if draft else "",
        submitted=draft.submitted if draft else True,
        needed=needed(warning, draft, scene) if draft else 0,
        approved_by=draft.approved if draft else (),
        words=draft.words if draft else {},
        held_by=warning.author if warning.author != RULES else "",
        measured_level=warning.danger,
        condition=warning.condition.state.value,
        normal_since=warning.normal_since,
        sent=warning.sent,
        expires=warning.expires,
        rejected=rejection.why if rejection else "",
        rejected_by=rejection.by if rejection else "",
        countersign_due=alone.due if alone else None,
        released_alone_by=alone.by if alone else "",
        retracted_at=retraction.at if retraction else None,
        retracted_by=retraction.by if retraction else "",
        sheet_due=sheet.due if sheet and sheet.set_at is None else None,
        sheet_set_at=sheet.set_at if sheet else None,
        acks=warning.acks,
        armed=scene.armed(warning),
        calls=warning.calls if warning.stands else None,
        withdrawn_level=warning.highest if warning.state is WarningState.WITHDRAWN else 0,
    )
