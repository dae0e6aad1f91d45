"""Who gets a row, and when nothing happens."""

from datetime import timedelta
from functools import partial

import pytest

from notifiers.ledger.database import Ledger, WrongWorld, claim, open_ledger
from notifiers.ledger.positions import Hole, Place, advance, next_offsets
from notifiers.ledger.queries import cap_of, counts, revisions_of
from notifiers.ledger.record import UnusableRevision, check, record
from notifiers.ledger.subscribers import synchronise
from notifiers.revision import Change, Status
from notifiers.spec import Recipient
from tests.notifiers.post import Post, Row, Scripted
from tests.notifiers.samples import NOON, flood, recipient

pytestmark = pytest.mark.asyncio


def post(ledger: Ledger, *recipients: Recipient) -> Post:
    return Post(ledger, recipients, {"email": Scripted(), "push": Scripted()})


def queued(rows: list[Row]) -> list[tuple[str, str, str]]:
    return [(row.said, row.recipient, row.channel) for row in rows if row.state == "QUEUED"]


async def test_a_row_for_every_recipient_and_channel_of_the_zone(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email", "push"), recipient("ben", "email", zones=["barmen"]))
    office.say(flood(level=3))
    assert queued(office.rows()) == [("r1", "anna", "email"), ("r1", "anna", "push")]


async def test_the_same_revision_again_changes_nothing(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email"))
    office.say(flood())
    await office.work()
    assert not ledger.write_now(partial(record, revision=flood(), cap=b""))
    assert office.states() == ["ACCEPTED"]


async def test_levels_below_the_one_asked_for_make_no_row(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email", from_level=3), recipient("ben", "email"))
    office.say(flood(level=2))
    assert queued(office.rows()) == [("r1", "ben", "email")]


async def test_a_rise_reaches_those_who_asked_for_the_higher_level(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email", from_level=3))
    office.say(flood(level=2), flood(2, level=3, previous_level=2))
    assert queued(office.rows()) == [("r2", "anna", "email")]


async def test_who_was_told_hears_every_lowering_and_the_all_clear(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email", from_level=3), recipient("ben", "email", from_level=2))
    for revision in (
        flood(level=3),
        flood(2, level=2, previous_level=3),
        flood(3, level=1, previous_level=2),
        flood(4, change=Change.ALL_CLEAR, level=3, previous_level=1),
    ):
        office.say(revision)
        await office.work()
    told = [(row.said, row.recipient) for row in office.rows()]
    assert told == [(f"r{number}", name) for number in (1, 2, 3, 4) for name in ("anna", "ben")]


async def test_an_update_of_a_low_level_does_not_reach_who_never_heard_of_it(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email", from_level=3))
    office.say(flood(level=1), flood(2, level=2, previous_level=1))
    assert office.rows() == []


async def test_an_extension_of_letters_makes_no_rows_and_keeps_what_waits_alive(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email"))
    office.say(flood(), flood(2, change=Change.EXTENDED, expires=NOON + timedelta(hours=12)))
    assert queued(office.rows()) == [("r1", "anna", "email")]
    await office.later(7 * 3600)  # after the first expiry, before the second
    assert office.states() == ["ACCEPTED"]
    [sent] = office.channels["email"].sent  # type: ignore[attr-defined]
    assert sent.expires == NOON + timedelta(hours=12)  # which signs and push services look at


async def test_a_newer_revision_replaces_what_still_waits(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email"))
    office.say(flood(), flood(2))
    assert [(row.said, row.state) for row in office.rows()] == [("r1", "SUPERSEDED"), ("r2", "QUEUED")]


async def test_who_has_left_is_not_written_to_and_that_is_seen(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email"))
    office.say(flood())
    ledger.write_now(partial(synchronise, recipients=[]))
    office.say(flood(2))
    assert [(row.state, row.reason) for row in office.rows()] == [("DEAD", "not among the recipients any more")]


async def test_what_is_said_is_kept_whole(ledger: Ledger) -> None:
    office = post(ledger)
    office.say(flood(), flood(2))
    assert ledger.read_now(partial(revisions_of, warning="w1")) == [flood(), flood(2)]
    assert ledger.read_now(partial(cap_of, identifier="r1")) == b"<alert/>"
    assert ledger.read_now(partial(cap_of, identifier="r9")) is None


async def test_positions(ledger: Ledger) -> None:
    def go(offset: int) -> bool:
        return ledger.write_now(partial(advance, place=Place("warnings", 2, offset)))

    assert [go(0), go(1), go(1), go(0), go(2)] == [True, True, False, False, True]
    assert ledger.read_now(partial(next_offsets, topic="warnings")) == {2: 3}
    with pytest.raises(Hole, match=r"warnings\[2\]: 4 came right after 2"):
        go(4)


async def test_a_failed_transaction_leaves_nothing(ledger: Ledger) -> None:
    office = post(ledger, recipient("anna", "email"))

    def half(connection: object) -> None:
        record(connection, flood(), b"")  # type: ignore[arg-type]
        raise OSError("power cut")

    with pytest.raises(OSError, match="power cut"):
        ledger.write_now(half)
    assert office.rows() == []
    assert ledger.read_now(partial(revisions_of, warning="w1")) == []


async def test_a_ledger_belongs_to_one_kind_of_world(ledger_url: str) -> None:
    with open_ledger(ledger_url) as first:
        first.write_now(partial(claim, status=Status.ACTUAL))
    with open_ledger(ledger_url) as again:
        again.write_now(partial(claim, status=Status.ACTUAL))
        with pytest.raises(WrongWorld, match="holds Actual warnings; it cannot be used for Exercise"):
            again.write_now(partial(claim, status=Status.EXERCISE))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"status": Status.EXERCISE}, "Exercise in a world of status Actual", id="another world"),
        pytest.param({"level": 4}, "level 4 is not 1, 2 or 3", id="no such level"),
        pytest.param({"sent": NOON.replace(tzinfo=None)}, "a time without its offset", id="naive time"),
    ],
)
async def test_unusable_revisions(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(UnusableRevision, match=reason):
        check(flood(**fields), Status.ACTUAL)


async def test_counts_name_every_state(ledger: Ledger) -> None:
    post(ledger, recipient("anna", "email", "push")).say(flood())
    assert ledger.read_now(counts) == {
        "QUEUED": 1,
        "STANDBY": 1,
        "LEASED": 0,
        "ACCEPTED": 0,
        "DELIVERED": 0,
        "UNKNOWN": 0,
        "SUPERSEDED": 0,
        "EXPIRED": 0,
        "SPARED": 0,
        "FALLBACK": 0,
        "DEAD": 0,
        "GONE": 0,
        "refused": 0,
    }
