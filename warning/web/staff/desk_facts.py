"""A warning of the desk as the staff's pages tell it: facts without words."""

from dataclasses import dataclass
from datetime import datetime

from notifiers.content import ContentError
from notifiers.revision import Status
from warning.config.model import Config
from warning.content import title_of
from warning.lifecycle.to_call import concerned, missing, to_call
from warning.messages import OVER, CommandAction, DeskRow, WarningState
from warning.web.staff.calls import next_call

#: Most wanted first; the rest of the commands follow in a fold.
ORDER = (
    CommandAction.ACK,
    CommandAction.APPROVE,
    CommandAction.REJECT,
    CommandAction.SUBMIT,
    CommandAction.DISCARD,
    CommandAction.COUNTERSIGN,
    CommandAction.SHEET_SET,
    CommandAction.CLEAR,
    CommandAction.REINSTATE,
    CommandAction.UPDATE,
    CommandAction.EXTEND,
    CommandAction.RETRACT,
)
_STANDING = (WarningState.RELEASED, WarningState.UPDATED, WarningState.EXTENDED, WarningState.EXPIRED)


@dataclass(frozen=True, slots=True)
class DeskFact:
    """One warning at one moment."""

    row: DeskRow
    recipients: int  # of the draft
    next_call: datetime | None
    title: str  # of the draft, as it would be sent; empty where none can be written
    concerned: int = 0  # institutions that have to acknowledge
    missing: int = 0  # those of them that have not
    to_call: int = 0  # those of these whose time is over

    @property
    def waits(self) -> bool:
        """Whether a draft waits for people."""
        return bool(self.row.proposed_change) and self.row.state not in OVER

    @property
    def level(self) -> int:
        """The worst that is said, proposed or measured."""
        return self.row.worst

    @property
    def over(self) -> bool:
        """Whether nothing more is said."""
        return self.row.state in OVER

    @property
    def shade(self) -> str:
        """Which of the colours."""
        return "plain" if self.over else str(self.level)

    def fits(self, action: CommandAction) -> bool:
        """Whether a command makes sense now; the steward decides all the same."""
        row = self.row
        stands = row.state in _STANDING
        return {
            CommandAction.ACK: not self.over,
            CommandAction.APPROVE: self.waits and row.submitted,
            CommandAction.REJECT: self.waits,
            CommandAction.SUBMIT: self.waits and not row.submitted,
            CommandAction.DISCARD: self.waits and row.author not in ("", "rules"),
            CommandAction.COUNTERSIGN: bool(row.released_alone_by),
            CommandAction.SHEET_SET: row.sheet_due is not None and row.sheet_set_at is None,
            CommandAction.CLEAR: stands and row.normal_since is not None,
            CommandAction.REINSTATE: row.state is WarningState.RETRACTED,
            CommandAction.UPDATE: not self.over and (stands or self.waits),
            CommandAction.EXTEND: stands,
            CommandAction.RETRACT: stands,
        }[action]


def desk_fact(row: DeskRow, config: Config, status: Status, recipients: int, now: datetime | None) -> DeskFact:
    """Everything a page tells of a row."""
    title = ""
    if row.proposed_change:
        try:
            title = title_of(row, config, status)
        except ContentError:
            title = ""
    called = None if now is None else next_call(row, config.warnings.escalation, now)
    about = (row.calls, row.zone, config.institutions)
    asked = (len(concerned(*about)), len(missing(*about)), len(to_call(*about, now)))
    return DeskFact(row, recipients, None if called is None else called.at, title, *asked)
