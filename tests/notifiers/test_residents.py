"""Residents in the ledger: nobody is told before confirming, nobody is kept after leaving."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, text

from notifiers.channels.api import DeliveryError
from notifiers.ledger import asking, residents
from notifiers.ledger.audience import audience
from notifiers.ledger.database import Ledger
from notifiers.ledger.queries import standing
from notifiers.ledger.subscribers import synchronise
from notifiers.ledger.tables import State, consents, notices
from notifiers.revision import Change, Status
from notifiers.subscriptions.letters import Purpose, letter
from notifiers.subscriptions.wish import LETTERS, TRIES, UNCONFIRMED
from sensors.times import to_ms
from tests.notifiers.post import Post, Scripted
from tests.notifiers.residents import CONSENT, LINKS, SEAL, asked, asking_for, signed_up, wish
from tests.notifiers.samples import CHANNELS, NOON, flood, recipient
from tests.services.overlapping import overlapping

ANNA, BEN = "anna@people.example", "ben@people.example"
OVER = DeliveryError("email", "410", retryable=False, gone=True)
REFUSED = DeliveryError("email", "550 no such user", retryable=False)


def office(ledger: Ledger, *answers: Exception) -> tuple[Post, Scripted]:
    channel = Scripted(*answers)
    return Post(ledger, [recipient("city", "sign")], {"email": channel}, specs=CHANNELS, residents=LINKS), channel


def known(ledger: Ledger, name: str) -> residents.Resident | None:
    return ledger.read_now(partial(residents.resident, name=name))


def send_letter(ledger: Ledger, purpose: Purpose, to: residents.Resident) -> None:
    said = letter("wuppertal", Status.ACTUAL, purpose, NOON, to.asked_ms, to.wish.zones)
    ledger.write_now(partial(asking.post, letter=said, to=to))


@pytest.mark.asyncio
async def test_who_has_not_confirmed_is_told_nothing(ledger: Ledger) -> None:
    post, channel = office(ledger)
    asked(ledger, ANNA)
    signed_up(ledger, BEN)
    post.say(flood())
    await post.work()
    assert [message.to for message in channel.sent] == [BEN]


@pytest.mark.asyncio
async def test_a_resident_is_told_in_the_own_language_with_a_way_out(ledger: Ledger) -> None:
    post, channel = office(ledger)
    anna = signed_up(ledger, ANNA, wish(language="en"))
    post.say(flood())
    await post.work()
    message = channel.sent[0]
    assert message.title == "Danger, level 2 of 3 – Flood: Unterbarmen"
    assert message.unsubscribe == LINKS.unsubscribe(anna.id)
    assert message.body.endswith(f"\nChange or sign off: {LINKS.mine(anna.id)}")
    assert ANNA not in repr(message)


def test_only_zones_and_levels_that_were_asked_for(ledger: Ledger) -> None:
    post, _ = office(ledger)
    signed_up(ledger, ANNA, wish("beyenburg", "barmen"))
    signed_up(ledger, BEN, wish(level=3))
    post.say(flood())
    assert [row.recipient for row in post.rows()] == ["city"]
    post.say(flood(2, level=3))
    assert [row.recipient for row in post.rows()].count("city") == 2
    assert len(post.rows()) == 3  # Ben, who asked for level 3
    count = partial(audience, warning="other", zone="barmen", level=1)
    assert ledger.read_now(count) == 1


def test_the_configuration_leaves_residents_alone(ledger: Ledger) -> None:
    post, _ = office(ledger)
    anna = signed_up(ledger, ANNA)
    send_letter(ledger, Purpose.TEST, anna)
    ledger.write_now(partial(synchronise, recipients=[]))
    post.say(flood())
    assert [(row.recipient, row.state) for row in post.rows()] == [(anna.id, "QUEUED")] * 2


def test_asking_twice_keeps_one_row_and_the_last_wish_that_was_written_about(ledger: Ledger) -> None:
    first = asked(ledger, ANNA)
    again = asked(ledger, ANNA.upper(), wish("beyenburg"))
    assert again == first
    later = wish("barmen", limits={"barmen": 5})
    anew = partial(residents.ask_again, found=first, wish=later, consent=CONSENT, at=NOON + timedelta(hours=1))
    assert ledger.write_now(anew) == replace(first, wish=later)  # first asked for when it was


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("second", [ANNA, BEN], ids=["one address", "the same words of consent"])
def test_two_who_ask_at_once_are_both_heard(ledger: Ledger, ledger_url: str, second: str) -> None:
    first, other = overlapping(ledger_url, asking_for(ANNA), asking_for(second))
    assert (first.id == other.id) is (second == ANNA)
    assert known(ledger, first.id) == first
    assert known(ledger, other.id) == other


def test_a_stranger_cannot_change_what_is_confirmed(ledger: Ledger) -> None:
    mine = signed_up(ledger, ANNA, wish("barmen"))
    theirs = asked(ledger, ANNA, wish("beyenburg", level=3))
    assert theirs.id == mine.id
    assert theirs.confirmed
    ledger.write_now(partial(residents.ask_again, found=theirs, wish=wish("leimbachtal"), consent=CONSENT, at=NOON))
    found = known(ledger, mine.id)
    assert found is not None
    assert found.wish == wish("barmen")


def test_a_changed_wish_holds_from_then_on(ledger: Ledger) -> None:
    post, _ = office(ledger)
    anna = signed_up(ledger, ANNA, wish("barmen", limits={"barmen": 5}))
    ledger.write_now(partial(residents.change, name=anna.id, wish=wish(language="en")))
    post.say(flood())
    assert [row.recipient for row in post.rows()] == ["city", anna.id]
    found = known(ledger, anna.id)
    assert found is not None
    assert found.wish == wish(language="en")


def test_what_an_unconfirmed_one_changes_tells_nobody(ledger: Ledger) -> None:
    post, _ = office(ledger)
    anna = asked(ledger, ANNA)
    ledger.write_now(partial(residents.change, name=anna.id, wish=wish("barmen")))
    ledger.write_now(partial(residents.change, name="~nobody", wish=wish()))
    post.say(flood(), flood(2, zone="barmen"))
    assert {row.recipient for row in post.rows()} == {"city"}


@pytest.mark.asyncio
async def test_who_leaves_is_gone_at_once_and_told_nothing_more(ledger: Ledger) -> None:
    post, channel = office(ledger)
    anna = signed_up(ledger, ANNA, wish(limits={"kluserbruecke": 180}))
    post.say(flood())
    assert ledger.write_now(partial(residents.leave, name=anna.id))
    assert not ledger.write_now(partial(residents.leave, name=anna.id))
    post.say(flood(2, change=Change.RETRACTED))
    await post.work()
    assert channel.sent == []
    assert {row.recipient: row.state for row in post.rows()} == {anna.id: "GONE", "city": "QUEUED"}
    for table in ("residents", "limits", "subscribers"):
        column = {"limits": "resident", "subscribers": "recipient"}.get(table, "id")
        query = text(f"SELECT count(*) FROM {table} WHERE {column} LIKE '~%'")
        assert ledger.read_now(lambda connection, query=query: connection.execute(query).scalar()) == 0


@pytest.mark.asyncio
async def test_who_leaves_while_a_message_is_leased_is_not_tried_again(ledger: Ledger) -> None:
    anna = signed_up(ledger, ANNA)

    async def leaves(_message: object) -> None:
        await ledger.write(partial(residents.leave, name=anna.id))
        raise DeliveryError("email", "451", retryable=True)

    post, channel = office(ledger, leaves)  # type: ignore[arg-type]
    post.say(flood())
    await post.work()
    await post.later(60)
    assert len(channel.sent) == 1
    assert {row.state for row in post.rows() if row.recipient == anna.id} == {"GONE"}


@pytest.mark.asyncio
async def test_a_subscription_that_is_over_is_forgotten_and_worries_nobody(ledger: Ledger) -> None:
    post, _ = office(ledger, OVER)
    anna = signed_up(ledger, ANNA)
    post.say(flood())
    await post.work()
    assert [row.state for row in post.rows() if row.recipient == anna.id] == ["GONE"]
    assert known(ledger, anna.id) is None
    assert ledger.read_now(partial(standing, now_ms=to_ms(NOON))).ok


@pytest.mark.asyncio
async def test_a_mailbox_that_refuses_a_warning_is_somebody_unwarned(ledger: Ledger) -> None:
    post, _ = office(ledger, REFUSED)
    anna = signed_up(ledger, ANNA)
    post.say(flood())
    await post.work()
    assert [row.state for row in post.rows() if row.recipient == anna.id] == ["DEAD"]
    assert known(ledger, anna.id) is not None


@pytest.mark.asyncio
async def test_a_mistyped_address_worries_nobody(ledger: Ledger) -> None:
    post, _ = office(ledger, REFUSED)
    send_letter(ledger, Purpose.CONFIRM, asked(ledger, ANNA))
    await post.work()
    assert post.states() == ["GONE"]
    assert ledger.read_now(partial(standing, now_ms=to_ms(NOON))).ok


@pytest.mark.asyncio
@pytest.mark.parametrize("purpose", [Purpose.KNOWN, Purpose.TEST])
async def test_a_letter_that_a_stranger_can_cause_ends_no_subscription(ledger: Ledger, purpose: Purpose) -> None:
    """Her server refuses a letter; of the flood she is told all the same."""
    post, channel = office(ledger, REFUSED)
    anna = signed_up(ledger, ANNA)
    send_letter(ledger, purpose, anna)
    await post.work()
    post.say(flood())
    await post.work()
    assert [row.state for row in post.rows() if row.recipient == anna.id] == ["DEAD", "ACCEPTED"]
    assert [message.to for message in channel.sent] == [ANNA, ANNA]
    assert ledger.read_now(partial(standing, now_ms=to_ms(NOON))).ok


@pytest.mark.asyncio
async def test_a_letter_to_an_endpoint_that_is_gone_ends_its_subscription(ledger: Ledger) -> None:
    post, _ = office(ledger, OVER)
    anna = signed_up(ledger, ANNA)
    send_letter(ledger, Purpose.TEST, anna)
    await post.work()
    assert post.states() == ["GONE"]
    assert known(ledger, anna.id) is None


@pytest.mark.asyncio
async def test_without_the_key_nothing_is_lost(ledger: Ledger) -> None:
    post, channel = office(ledger)
    signed_up(ledger, ANNA)
    post.residents = None
    post.restart()
    post.say(flood())
    await post.work()
    assert [(row.state, row.reason) for row in post.rows() if row.recipient != "city"] == [
        ("QUEUED", "residents' addresses cannot be read: no key")
    ]
    post.residents = LINKS
    post.restart()
    await post.later(60)
    assert [message.to for message in channel.sent] == [ANNA]


@pytest.mark.asyncio
async def test_warnings_go_before_letters(ledger: Ledger) -> None:
    post, channel = office(ledger)
    anna = signed_up(ledger, ANNA)
    send_letter(ledger, Purpose.TEST, anna)
    post.say(flood(level=1))
    await post.work()
    assert ["TEST" in message.title for message in channel.sent] == [False, True]


@pytest.mark.asyncio
async def test_the_letter_that_asks_holds_a_link_and_a_code(ledger: Ledger) -> None:
    post, channel = office(ledger)
    anna = asked(ledger, ANNA)
    send_letter(ledger, Purpose.CONFIRM, anna)
    await post.work()
    body = channel.sent[0].body
    assert LINKS.confirm(anna.id, anna.asked_ms) in body
    assert LINKS.code(anna.id, anna.asked_ms) in body
    assert "Lassen Sie Cell Broadcast und NINA eingeschaltet" in body
    stored = ledger.read_now(lambda connection: connection.execute(select(notices.c.message)).scalars().all())
    assert LINKS.code(anna.id, anna.asked_ms).encode() not in b"".join(stored)


@pytest.mark.asyncio
async def test_a_letter_that_comes_too_late_worries_nobody(ledger: Ledger) -> None:
    post, channel = office(ledger)
    send_letter(ledger, Purpose.TEST, signed_up(ledger, ANNA))
    await post.later(3600)
    assert (post.states(), channel.sent) == (["EXPIRED"], [])
    assert ledger.read_now(partial(standing, now_ms=to_ms(post.at))).ok


def test_unconfirmed_entries_are_gone_before_a_day_is_over(ledger: Ledger) -> None:
    anna, ben = asked(ledger, ANNA), signed_up(ledger, BEN)
    assert ledger.write_now(partial(residents.forget_unconfirmed, now=NOON + UNCONFIRMED - timedelta(seconds=1))) == 0
    assert ledger.write_now(partial(residents.forget_unconfirmed, now=NOON + UNCONFIRMED)) == 1
    assert UNCONFIRMED + timedelta(hours=1) <= timedelta(hours=24)  # who looks comes once an hour
    assert known(ledger, anna.id) is None
    assert known(ledger, ben.id) is not None


def test_who_asks_after_that_day_begins_anew_also_where_nobody_has_tidied_up(ledger: Ledger) -> None:
    first, late = asked(ledger, ANNA), asked(ledger, ANNA, at=NOON + UNCONFIRMED)
    assert first.id != late.id
    assert known(ledger, first.id) is None


def test_letters_and_unused_consents_are_forgotten(ledger: Ledger) -> None:
    post, _ = office(ledger)
    anna = signed_up(ledger, ANNA)
    send_letter(ledger, Purpose.TEST, anna)
    later = to_ms(NOON) + 1
    kept = text("SELECT (SELECT count(*) FROM notices), (SELECT count(*) FROM consents)")

    def forget() -> tuple[int, ...]:
        ledger.write_now(partial(residents.forget_letters, before_ms=later))
        return tuple(ledger.read_now(lambda connection: connection.execute(kept).one()))

    assert forget() == (1, 1)  # the letter is not sent yet, and the consent holds
    ledger.write_now(partial(residents.leave, name=anna.id))
    ledger.write_now(lambda connection: connection.execute(text("DELETE FROM deliveries")))
    assert forget() == (0, 0)
    assert post.rows() == []


def test_strangers_cannot_have_us_write_for_ever(ledger: Ledger) -> None:
    anna = asked(ledger, ANNA)
    may = partial(asking.may_write, name=anna.id)
    assert [ledger.write_now(partial(may, at=NOON)) for _ in range(6)] == [1, 2, 3, 4, 5, 0]
    assert not ledger.write_now(partial(may, at=NOON + timedelta(hours=23)))
    assert ledger.write_now(partial(may, at=NOON + timedelta(hours=24)))


def test_codes_cannot_be_guessed_for_ever(ledger: Ledger) -> None:
    anna = asked(ledger, ANNA)
    tried = [
        ledger.write_now(partial(asking.may_try, name=anna.id, number=number))
        for number in range(LETTERS + 1)
        for _ in range(TRIES + 3)
    ]
    assert tried == ([True] * TRIES + [False] * 3) * (LETTERS + 1)
    assert tried.count(True) / 1_000_000 <= 1 / 33_000
    asked(ledger, ANNA)
    assert not ledger.write_now(partial(asking.may_try, name=anna.id, number=0))  # nor by asking once more


def test_what_was_agreed_to_can_be_shown(ledger: Ledger) -> None:
    anna = signed_up(ledger, ANNA)
    query = text(
        "SELECT c.text, r.confirmed_ms FROM consents c JOIN residents r ON r.consent = c.digest WHERE r.id = :id"
    )
    row = ledger.read_now(lambda connection: connection.execute(query, {"id": anna.id}).one())
    assert tuple(row) == (CONSENT.text, to_ms(NOON))
    assert ledger.read_now(lambda connection: connection.execute(select(consents.c.digest)).scalar()) == CONSENT.digest


def test_an_address_is_found_by_its_keyed_hash(ledger: Ledger) -> None:
    anna = signed_up(ledger, ANNA)
    found = ledger.read_now(partial(residents.found_at, channel="email", lookup=SEAL.lookup(ANNA, "email")))
    assert found is not None
    assert found.id == anna.id
    assert State.GONE not in {row.state for row in Post(ledger, [], {}).rows()}
