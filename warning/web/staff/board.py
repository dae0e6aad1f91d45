"""What stands on the live desk beside the warnings: whom it needs, what is silenced, who is on call. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from notifiers.ledger.reach import Reached
from notifiers.revision import Change
from rules.messages import Action, Instruction, Note, Transition
from warning.config.model import Config
from warning.lifecycle.people import Role, called, on_call_of
from warning.messages import OVER, CommandAction, DeskRow, ShiftEntry, WarningState
from warning.web.facts.gauges import StationFact
from warning.web.staff.calls import by_urgency

#: Nobody has to know of these any more: people decided so, or it is long over.
_SETTLED = frozenset({WarningState.REJECTED, WarningState.CLOSED})
HEARD_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Silenced:
    """A condition about which nothing is said until a time, unless it rises."""

    zone: str
    hazard: str
    until: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is called, the first one first."""

    people: tuple[str, ...]
    since: datetime | None  # None: there is no rota, and nobody has taken over
    instead: bool = False  # somebody took over, or an override of the rota is running
    next: tuple[str, ...] = ()
    next_at: datetime | None = None


def unseen(row: DeskRow) -> bool:
    """Whether nobody has taken note of a warning at its level; that it is over changes nothing about it.

    Of what has withdrawn itself everybody knows enough who looked after its end.
    """
    level = worst(row)
    if row.state in _SETTLED or not level:
        return False
    if row.state is WarningState.WITHDRAWN and any(ack.at >= row.changed_at for ack in row.acks):
        return False
    return all(ack.level < level for ack in row.acks)


def worst(row: DeskRow) -> int:
    """The level that counts: the worst that is said, proposed or measured, or was before it withdrew itself."""
    return max(row.level, row.proposed_level, row.withdrawn_level, 0 if row.state in OVER else row.measured_level)


def by_need(rows: Iterable[DeskRow]) -> list[DeskRow]:
    """What nobody has seen first, the worst and then the oldest first; then as on the plain desk.

    What is over waits for no decision: it comes last, seen or not.
    """
    ordered = by_urgency(list(rows))
    new = [row for row in ordered if unseen(row) and row.state not in OVER]
    new.sort(key=lambda row: (-worst(row), (row.waiting_since or row.changed_at).timestamp()))
    return [*new, *(row for row in ordered if row not in new)]


def last_told(reached: Iterable[Reached]) -> list[Reached]:
    """Deliveries of the last revision that went to people anew; an extension goes silently to who knows already."""
    told = [one for one in reached if one.change != Change.EXTENDED]
    number = max((one.number for one in told), default=0)
    return [one for one in told if one.number == number]


def silences(last: Iterable[Transition], now: datetime | None) -> list[Silenced]:
    """What is silenced now, by the last change of every condition."""
    return [
        Silenced(one.zone, one.hazard, one.silenced_until, one.actor)
        for one in last
        if one.silenced_until is not None and (now is None or now < one.silenced_until)
    ]


def standing(notes: Iterable[Note], now_ms: int) -> list[Instruction]:
    """Sensors out of service and reports that still count; ``notes`` come newest first, as the list."""
    ended: set[object] = set()
    found: list[Instruction] = []
    for word in (note.word for note in notes if isinstance(note.word, Instruction)):
        if word.action is Action.WITHDRAW:
            ended.add(word.report)
        elif word.action in (Action.IN_SERVICE, Action.OUT_OF_SERVICE):
            if word.action is Action.OUT_OF_SERVICE and word.series not in ended:
                found.append(word)
            ended.add(word.series)
        elif word.action is Action.REPORT and word.id not in ended:
            found.append(word)
    return [word for word in found if word.until is not None and word.until > now_ms]


def on_duty(config: Config, shift: Sequence[ShiftEntry], now: datetime | None) -> OnDuty:
    """Whose turn it is, as the steward calls them; ``shift`` comes newest first."""
    roles = {one.id: Role[one.role.upper()] for one in config.people}
    zone = ZoneInfo(config.city.time_zone)
    people: tuple[str, ...] = ()
    since: datetime | None = None
    instead, after = False, None
    if now is not None and config.on_call is not None:
        rota = on_call_of(config.on_call, zone)
        people, since = rota.at(now, zone)
        instead, after = rota.overridden(now), rota.after(now, zone)
    handed = next((one for one in shift if one.action is CommandAction.HANDOVER), None)
    if handed is not None and handed.person in roles and (since is None or handed.at >= since):
        people, since, instead = called((handed.person,), people), handed.at, True
    people = people or tuple(name for name, role in roles.items() if role >= Role.APPROVER)
    return OnDuty(people, since, instead, *(after or ((), None)))


def heard(stations: Iterable[StationFact]) -> int:
    """How many series have sent a reading that can be used within five minutes."""
    return sum(1 for one in stations if one.age_ms is not None and abs(one.age_ms) <= HEARD_MS and one.fresh)


def quiet(stations: Iterable[StationFact]) -> Iterator[StationFact]:
    """Those without a recent reading, the longest silent first."""
    lost = [one for one in stations if not one.fresh]
    return iter(sorted(lost, key=lambda one: (one.age_ms is not None, -(one.age_ms or 0))))
