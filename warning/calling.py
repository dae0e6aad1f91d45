"""The call list of a warning: which institutions have to be called, what their channels said, and since when."""

import csv
import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifiers.institutions import Institution
from notifiers.ledger.tables import REACHED, State
from notifiers.ledger.told import Told
from warning.lifecycle.to_call import concerned, to_call
from warning.messages import DeskRow, Heard

#: Asks the ledger what became of a warning on its way to recipients, from a revision on.
AskTold = Callable[[str, Collection[str], int], list[Told]]
COLUMNS = ("id", "name", "kind", "contact", "phone", "people_in_need", "since", "took", "refused", "waiting")
#: Nothing more comes of these.
REFUSED = frozenset({State.DEAD, State.FALLBACK, State.EXPIRED})
IDLE = frozenset({State.STANDBY, State.SPARED})


@dataclass(frozen=True, slots=True)
class Call:
    """One institution that has to be called."""

    institution: Institution
    since: datetime  # when the revision went out that it has not acknowledged
    told: tuple[Told, ...]

    @property
    def took(self) -> tuple[str, ...]:
        """Channels that have taken the message: it was there to be read."""
        return tuple(one.channel for one in self.told if one.state in REACHED)

    @property
    def refused(self) -> tuple[str, ...]:
        """Channels that have not, for good."""
        return tuple(one.channel for one in self.told if one.state in REFUSED)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Channels of which nobody knows yet, those that may have taken it among them."""
        known = {*REACHED, *REFUSED, *IDLE}
        return tuple(one.channel for one in self.told if one.state not in known)


@dataclass(frozen=True, slots=True)
class CallList:
    """What there is to do, and what has been done."""

    calls: tuple[Call, ...]  # most people in need first
    pending: tuple[Institution, ...]  # have some time left
    heard: tuple[tuple[Institution, Heard], ...]
    level: int  # what has to be acknowledged; 0: nothing
    due: datetime | None  # from when on they are called

    @property
    def people(self) -> int:
        """Who need help, in the institutions to be called."""
        return sum(call.institution.people_in_need for call in self.calls)


def call_list(row: DeskRow, institutions: Sequence[Institution], now: datetime | None, ask: AskTold) -> CallList:
    """As a warning stands at a moment of its clock."""
    calls = row.calls
    if calls is None:
        return CallList((), (), (), 0, None)
    wanted = to_call(calls, row.zone, institutions, now)
    known = {one.institution: one for one in calls.heard}
    all_of_them = concerned(calls, row.zone, institutions)
    rows = ask(row.warning, [one.id for one in wanted], calls.number) if wanted else []
    return CallList(
        calls=tuple(Call(one, calls.at, tuple(said for said in rows if said.recipient == one.id)) for one in wanted),
        pending=tuple(one for one in all_of_them if one.id not in known and one not in wanted),
        heard=tuple((one, known[one.id]) for one in all_of_them if one.id in known),
        level=calls.level,
        due=calls.due,
    )


def as_csv(found: CallList, *, exercise: bool) -> str:
    """For a spreadsheet; times are UTC. In an exercise the heading and every line say so."""
    mark = ["ÜBUNG"] if exercise else []
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([*mark, *COLUMNS])
    for call in found.calls:
        one = call.institution
        about = (one.id, one.name, one.kind, one.contact, one.phone, one.people_in_need)
        channels = ("; ".join(names) for names in (call.took, call.refused, call.waiting))
        lines.writerow([*mark, *about, call.since.isoformat(timespec="seconds"), *channels])
    return written.getvalue()
