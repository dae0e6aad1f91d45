"""Settling what became of rows that were sent. Every function runs inside one write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from notifiers.ledger.fallback import doubt, fall_back, spare_others
from notifiers.ledger.outdated import prefer, supersede
from notifiers.ledger.residents import leave
from notifiers.ledger.tables import REACHED, State, attempts, deliveries, residents
from notifiers.texts import clean
from sensors.times import to_ms

ENDED = "the sending process ended"
_NO_LEASE: Mapping[str, None] = dict.fromkeys(("leased_boot", "leased_until", "leased_by"))
#: How often what may have arrived is sent again on one channel: nobody is woken all night by one text.
REPEATS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    id: int
    attempt: int
    state: State  # QUEUED: to be tried again
    at: datetime
    reason: str = ""
    due: datetime | None = None  # when to try again
    reference: str = ""  # the provider's name for what it has or may have, where it sends receipts
    of_recipient: bool = False  # refused for the sake of this one: the provider is well


def settle(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Write down how attempts ended; once more changes nothing.

    Acceptance counts however late it comes. Any other end of a lease that somebody else has taken
    over meanwhile is only noted.
    """
    _accept(connection, [one for one in outcomes if one.state is State.ACCEPTED])
    for outcome in outcomes:
        if outcome.state is not State.ACCEPTED:
            _end(connection, outcome)
    _note(connection, outcomes)


def _accept(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Many at once: in a release to a whole city this is nearly all there is to write."""
    if not outcomes:
        return
    row = deliveries.c
    open_rows = and_(row.id == bindparam("row"), *(row.state != reached for reached in REACHED))
    name, mine = bindparam("name", type_=row.reference.type), row.attempt == bindparam("tried")
    values = {
        "state": State.ACCEPTED.value,
        "due_ms": null(),
        "reason": bindparam("why"),
        "changed_ms": bindparam("at"),
        "reference": func.coalesce(name, row.reference),
        **{column: case((mine, null()), else_=row[column]) for column in _NO_LEASE},
    }
    rows = [
        {
            "row": one.id,
            "tried": one.attempt,
            "at": to_ms(one.at),
            "why": clean(one.reason),
            "name": one.reference or None,
        }
        for one in outcomes
    ]
    if connection.execute(update(deliveries).where(open_rows).values(values), rows).rowcount < len(rows):
        _release(connection, outcomes)  # somebody else's acceptance has come before ours
    spare_others(connection, [one.id for one in outcomes])


def _release(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Each gives back its own lease: as long as another process sends the same once more, nothing newer may go out."""
    mine = and_(deliveries.c.id == bindparam("row"), deliveries.c.attempt == bindparam("tried"))
    leased = update(deliveries).where(mine, deliveries.c.leased_until.is_not(None)).values(_NO_LEASE)
    connection.execute(leased, [{"row": one.id, "tried": one.attempt} for one in outcomes])


def _end(connection: Connection, outcome: Outcome) -> None:
    row = deliveries.c.id == outcome.id
    mine = and_(row, deliveries.c.state == State.LEASED, deliveries.c.attempt == outcome.attempt)
    theirs = outcome.state is State.UNKNOWN and outcome.reason != ENDED
    doubted = theirs and _doubts(connection, outcome) >= REPEATS
    due = null() if outcome.due is None or doubted else literal(to_ms(outcome.due), BigInteger)
    state = State.GONE if outcome.state is State.DEAD and _unconfirmed(connection, row) else outcome.state
    values = _ended(state, to_ms(outcome.at), clean(outcome.reason), due)
    if outcome.reference:
        values["reference"] = outcome.reference
    if not connection.execute(update(deliveries).where(mine).values(values)).rowcount:
        _release(connection, [outcome])  # somebody else's acceptance has come before
        return
    if outcome.due is not None and not doubted:
        prefer(connection, outcome.id)
    if state is State.DEAD:
        fall_back(connection, outcome.id, outcome.at)
    if doubted:
        doubt(connection, outcome.id, outcome.at)
    if state is State.GONE:
        name = select(deliveries.c.recipient).where(row)
        leave(connection, connection.execute(name).scalar_one())
    if outcome.due is not None:
        supersede(connection, row)  # something newer may have come meanwhile


def refer(connection: Connection, row: int, reference: str) -> None:
    """What is on its way may have arrived under this name: a receipt can tell."""
    connection.execute(update(deliveries).where(deliveries.c.id == row).values(reference=reference))


def _doubts(connection: Connection, outcome: Outcome) -> int:
    """How many attempts before this one left a doubt that is the other side's: a crash of ours must lose nobody."""
    before = and_(attempts.c.delivery == outcome.id, attempts.c.number < outcome.attempt)
    theirs = and_(attempts.c.outcome == State.UNKNOWN.value, attempts.c.reason != ENDED)
    return connection.execute(select(func.count()).select_from(attempts).where(before, theirs)).scalar_one()


def _unconfirmed(connection: Connection, row: ColumnElement[bool]) -> bool:
    """Whether nobody has shown yet that the address is theirs: refused, it was mistyped.

    A confirmed one stays, whatever becomes of a letter: any stranger can have us write one.
    """
    whose = select(deliveries.c.recipient).where(row).scalar_subquery()
    query = select(residents.c.id).where(residents.c.id == whose, residents.c.confirmed_ms.is_(None))
    return connection.execute(query).first() is not None


def _ended(state: State, at_ms: object, reason: object, due_ms: object) -> dict[str, Any]:
    return {"state": state.value, "due_ms": due_ms, "reason": reason, "changed_ms": at_ms, **_NO_LEASE}


def _note(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    if not outcomes:
        return
    names = ("delivery", "number", "at_ms", "outcome", "reason")
    columns = [bindparam(f"new_{name}", type_=attempts.c[name].type) for name in names]
    same = exists().where(*(attempts.c[name] == column for name, column in zip(names, columns, strict=True)))
    # The row may have been deleted: an outcome can come as late as it likes.
    there = exists().where(deliveries.c.id == columns[0])
    made = insert(attempts).from_select(list(names), select(*columns).where(there, ~same))
    rows = [(one.id, one.attempt, to_ms(one.at), one.state.value, clean(one.reason)) for one in outcomes]
    connection.execute(made, [{f"new_{name}": value for name, value in zip(names, row, strict=True)} for row in rows])
