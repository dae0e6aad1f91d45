"""A warning of the desk as the interface tells it."""

from datetime import datetime

from msgspec import structs
from pydantic import BaseModel, Field

from warning.messages import DeskRow, WarningState
from warning.web.staff.calls import Whom, alone_from, next_call
from warning.web.staff.deciding import Deciding


class AckOut(BaseModel):
    """Who has taken note, of which level, how long ago."""

    person: str
    level: int
    at: datetime
    age_s: int | None = Field(description="By the clock of this world; null before its first tick.")


class DraftOut(BaseModel):
    """What would be said if people agreed. ``fingerprint``, level, zone and recipients are read back to approve it."""

    revision: int
    change: str
    level: int
    fingerprint: str
    author: str
    submitted: bool
    waiting_since: datetime | None
    needed: int = Field(description="How many people have to agree.")
    approved_by: list[str]
    next_call: datetime | None = Field(description="When more people are called; null where nobody will be.")
    next_called: Whom | None = Field(
        description="Whom: the one on call, the next one as well, or all of the staff; null where nobody will be."
    )
    alone_from: datetime | None = Field(
        description="From when on one may release it alone, with a reason; null where two are not needed, or always."
    )
    recipients: int = Field(description="How many would be told, to be read back.")
    words: dict[str, dict[str, str]] = Field(
        description="By language, where a person has written them: headline, instruction, short."
    )


class RowOut(BaseModel):
    """One warning as it stands."""

    warning: str
    incident: str
    zone: str
    hazard: str
    state: WarningState
    level: int
    measured_level: int
    condition: str
    revision: int
    changed_at: datetime
    sent: datetime | None
    expires: datetime | None
    normal_since: datetime | None
    gauge_lost: list[str]
    held_by: str
    draft: DraftOut | None
    acks: list[AckOut]
    rejected: str
    rejected_by: str
    released_alone_by: str
    countersign_due: datetime | None
    retracted_at: datetime | None
    retracted_by: str
    sheet_due: datetime | None
    sheet_set_at: datetime | None
    armed: bool = Field(description="Whether the zone may release by itself.")


def row_out(deciding: Deciding, row: DeskRow, now: datetime | None) -> RowOut:
    """A warning as it stands."""
    same = RowOut.model_fields.keys() - {"draft", "acks", "gauge_lost"}
    return RowOut(
        **{name: getattr(row, name) for name in same},
        gauge_lost=list(row.gauge_lost),
        draft=_draft(deciding, row, now) if row.proposed_change else None,
        acks=[AckOut(person=ack.person, level=ack.level, at=ack.at, age_s=_age_s(ack.at, now)) for ack in row.acks],
    )


def _age_s(at: datetime, now: datetime | None) -> int | None:
    return None if now is None else round((now - at).total_seconds())


def _draft(deciding: Deciding, row: DeskRow, now: datetime | None) -> DraftOut:
    warnings = deciding.sources.config.warnings
    call = None if now is None else next_call(row, warnings.escalation, now)
    return DraftOut(
        revision=row.revision + 1,
        change=row.proposed_change,
        level=row.proposed_level,
        fingerprint=row.draft,
        author=row.author,
        submitted=row.submitted,
        waiting_since=row.waiting_since,
        needed=row.needed,
        approved_by=list(row.approved_by),
        next_call=None if call is None else call.at,
        next_called=None if call is None else call.whom,
        alone_from=alone_from(row, warnings.alone),
        recipients=deciding.staff.recipients(row),
        words={language: structs.asdict(one) for language, one in row.words.items()},
    )
