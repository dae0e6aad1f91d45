"""Pages to staff and gauge notices: who gets them, in which order, and what takes their place."""

from datetime import timedelta

import pytest

from notifiers.ledger.database import Ledger
from notifiers.ledger.queries import counts_of, standing
from notifiers.ledger.record import UnusableRevision, check
from notifiers.notice import Page, PageReason
from notifiers.revision import Change, Status
from sensors.times import to_ms
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import NOON, flood, gauge_notice, page, person, recipient

pytestmark = pytest.mark.asyncio

STAFF = (person("dora", "email", "push", "voice"), person("emil", "email"))


def office(ledger: Ledger, *recipients: object) -> tuple[Post, Scripted]:
    channel = Scripted()
    channels = dict.fromkeys(("email", "push", "voice"), channel)
    return Post(ledger, recipients, channels, people=STAFF, voice=["voice"]), channel  # type: ignore[arg-type]


def told(post: Post) -> list[tuple[str, str, str]]:
    return sorted((row.said, row.recipient, row.channel) for row in post.rows())


def draft(identifier: str, *people: str, **fields: object) -> Page:
    return page(identifier, *people, reason=PageReason.DRAFT_NEXT, **fields)


async def test_a_page_goes_to_its_people_on_all_their_channels_but_calls_nobody(ledger: Ledger) -> None:
    post, _ = office(ledger, recipient("anna", "email"))
    post.say(page("p1", "dora"))
    assert told(post) == [("p1", "dora", "email"), ("p1", "dora", "push")]


async def test_by_voice_too(ledger: Ledger) -> None:
    post, _ = office(ledger)
    post.say(page("p1", "dora", "emil", "nobody", voice=True))
    assert told(post) == [
        ("p1", "dora", "email"),
        ("p1", "dora", "push"),
        ("p1", "dora", "voice"),
        ("p1", "emil", "email"),
    ]


async def test_the_same_again_changes_nothing(ledger: Ledger) -> None:
    post, channel = office(ledger, recipient("anna", "email"))
    for _ in range(2):
        post.say(page("p1", "emil"), gauge_notice())
        await post.work()
    assert post.states() == ["ACCEPTED"] * 2
    assert len(channel.sent) == 2


async def test_a_page_carries_the_address_of_the_staff_also_where_a_recipient_has_the_same_name(
    ledger: Ledger,
) -> None:
    post, channel = office(ledger, recipient("emil", "email"))
    post.say(page("p1", "emil"), flood())
    await post.work()
    assert {(message.id, message.to) for message in channel.sent} == {
        ("p1-1", "emil@email.staff.example"),
        ("r1-2", "emil@email.example"),
    }


async def test_the_public_never_sees_a_page_and_staff_are_no_public(ledger: Ledger) -> None:
    post, _ = office(ledger, recipient("anna", "email"))
    post.say(page("p1", "anna"), flood(), gauge_notice(warning="w2"))
    assert {(row.said, row.recipient) for row in post.rows()} == {("r1", "anna"), ("n1", "anna")}


async def test_who_has_left_the_staff_is_not_paged(ledger: Ledger) -> None:
    post, channel = office(ledger)
    post.say(page("p1", "emil"))
    post.people = ()
    post.__post_init__()
    await post.work()
    assert [(row.state, row.reason) for row in post.rows()] == [("DEAD", "not among the recipients any more")]
    assert channel.sent == []


async def test_a_later_call_of_an_escalation_replaces_the_one_that_waits(ledger: Ledger) -> None:
    post, channel = office(ledger)
    post.say(page("p1", "dora", "emil"), draft("p2", "emil"))
    await post.work()
    states = {(row.said, row.recipient, row.channel): row.state for row in post.rows()}
    assert states == {
        ("p1", "dora", "email"): "ACCEPTED",
        ("p1", "dora", "push"): "ACCEPTED",
        ("p1", "emil", "email"): "SUPERSEDED",
        ("p2", "emil", "email"): "ACCEPTED",
    }
    assert len(channel.sent) == 3


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(draft("p2", "emil", warning="w2"), id="another warning"),
        pytest.param(page("p2", "emil", reason=PageReason.RELEASED), id="another matter"),
    ],
)
async def test_other_pages_replace_none(ledger: Ledger, other: Page) -> None:
    post, _ = office(ledger)
    post.say(page("p1", "emil"), other)
    await post.work()
    assert post.states() == ["ACCEPTED", "ACCEPTED"]


async def test_pages_about_no_warning_replace_none(ledger: Ledger) -> None:
    post, _ = office(ledger)
    post.say(page("p1", "emil", warning="", level=0), draft("p2", "emil", warning="", level=0))
    await post.work()
    assert post.states() == ["ACCEPTED", "ACCEPTED"]


async def test_a_page_replaced_between_lease_and_sending_is_not_sent(ledger: Ledger) -> None:
    post, channel = office(ledger)
    post.say(page("p1", "emil"))
    await post.delivery.turn()
    post.say(draft("p2", "emil"))
    await post.work()
    assert [message.id[:2] for message in channel.sent] == ["p2"]
    assert post.states() == ["SUPERSEDED", "ACCEPTED"]


async def test_a_revision_replaces_no_page(ledger: Ledger) -> None:
    post, _ = office(ledger)
    post.say(page("p1", "emil"), flood(2))
    await post.work()
    assert post.states() == ["ACCEPTED"]


async def test_a_gauge_notice_goes_to_whom_its_level_concerns(ledger: Ledger) -> None:
    people = (
        recipient("anna", "email"),
        recipient("ben", "email", from_level=3),
        recipient("carl", "email", zones=["x"]),
    )
    post, _ = office(ledger, *people)
    post.say(gauge_notice(level=2))
    assert told(post) == [("n1", "anna", "email")]


async def test_never_to_who_has_heard_of_its_level(ledger: Ledger) -> None:
    post, _ = office(ledger, recipient("anna", "email", "push"), recipient("ben", "email", from_level=2))
    post.say(flood(level=2), gauge_notice(sent=NOON + timedelta(minutes=10)))
    post.say(gauge_notice(identifier="n2", level=3, sent=NOON + timedelta(minutes=20)))
    await post.work()
    assert "n1" not in {row.said for row in post.rows()}
    assert {row.recipient for row in post.rows() if row.said == "n2"} == {"anna", "ben"}


async def test_who_heard_of_less_hears_what_was_measured_since(ledger: Ledger) -> None:
    """Level 1 goes out by itself while level 3 waits for people: of that nobody has heard."""
    post, _ = office(ledger, recipient("anna", "email"), recipient("ben", "email", from_level=2))
    post.say(flood(level=1), gauge_notice(level=3, sent=NOON + timedelta(minutes=10)))
    await post.work()
    assert told(post) == [("n1", "anna", "email"), ("n1", "ben", "email"), ("r1", "anna", "email")]


async def test_who_heard_that_it_is_less_by_now_hears_that_it_is_not(ledger: Ledger) -> None:
    post, _ = office(ledger, recipient("anna", "email"))
    post.say(flood(level=3), flood(2, level=1, previous_level=3))
    post.say(gauge_notice(level=3, sent=NOON + timedelta(minutes=30)))
    assert ("n1", "anna", "email") in told(post)


async def test_a_notice_tells_of_no_warning(ledger: Ledger) -> None:
    """Who got it is told of the revision by level alone, and hears no all-clear of what he never heard of."""
    post, _ = office(ledger, recipient("anna", "email", from_level=2))
    post.say(gauge_notice(level=2))
    await post.work()
    post.say(flood(level=1), flood(2, change=Change.ALL_CLEAR, level=1, previous_level=1))
    assert told(post) == [("n1", "anna", "email")]


async def test_the_first_revision_replaces_a_notice_that_waits(ledger: Ledger) -> None:
    post, channel = office(ledger, recipient("anna", "email"))
    post.say(gauge_notice(), flood(sent=NOON + timedelta(minutes=1)))
    await post.work()
    assert [(row.said, row.state) for row in post.rows()] == [("n1", "SUPERSEDED"), ("r1", "ACCEPTED")]
    assert [message.id[:2] for message in channel.sent] == ["r1"]


async def test_lanes(ledger: Ledger) -> None:
    post, channel = office(ledger, recipient("emil", "email"))
    post.say(
        gauge_notice(warning="notice"),
        flood(level=1, warning="low", identifier="low"),
        flood(level=2, warning="middle", identifier="middle"),
        flood(2, change=Change.ALL_CLEAR, warning="clear", identifier="clear"),
        page("page", "emil", warning="page"),
        flood(level=3, warning="high", identifier="high"),
        flood(2, change=Change.RETRACTED, warning="error", identifier="error"),
    )
    await post.later(60)
    told_of = [message.warning for message in channel.sent]
    assert told_of == ["error", "high", "page", "clear", "middle", "notice", "low"]


async def test_a_retraction_goes_to_everybody_who_may_have_heard_and_to_whom_it_concerns(ledger: Ledger) -> None:
    people = [
        recipient("anna", "email", from_level=3),
        recipient("ben", "email", from_level=3),
        recipient("carl", "email"),
        recipient("gone", "email"),
    ]
    post, _ = office(ledger, *people)
    post.say(flood(level=3))
    await post.work()
    newcomer = recipient("new", "email", from_level=2)
    post.recipients = [*people[:3], newcomer, recipient("high", "email", from_level=3, zones=["barmen"])]
    post.__post_init__()
    post.say(flood(2, level=1, previous_level=3))
    await post.work()
    post.say(flood(3, change=Change.RETRACTED, level=3, previous_level=1, said_at=NOON))
    await post.work()
    retracted = {row.recipient for row in post.rows() if row.said == "r3"}
    assert retracted == {"anna", "ben", "carl", "new"}
    post.say(flood(4, change=Change.REINSTATED, level=1, previous_level=3))
    await post.work()
    assert {row.recipient for row in post.rows() if row.said == "r4"} == retracted
    assert set(post.states()) == {"ACCEPTED"}


async def test_who_was_never_reached_hears_no_retraction_unless_it_concerns_him(ledger: Ledger) -> None:
    post, _ = office(ledger, recipient("anna", "email", from_level=3))
    post.say(flood(level=1), flood(2, change=Change.RETRACTED, level=1, previous_level=1))
    assert post.rows() == []


async def test_counts_of_a_warning_are_those_of_its_revisions(ledger: Ledger) -> None:
    post, _ = office(ledger, recipient("anna", "email"))
    post.say(page("p1", "emil"), gauge_notice(), flood(sent=NOON + timedelta(minutes=1)))
    await post.work()
    found = ledger.read_now(lambda connection: counts_of(connection, "w1"))
    assert [tuple(count) for count in found] == [("email", "ACCEPTED", 1)]


async def test_a_page_that_nobody_got_is_trouble_for_a_day(ledger: Ledger) -> None:
    post, _ = office(ledger)
    post.say(page("p1", "emil"))
    post.at += timedelta(hours=7)
    await post.work()
    assert post.states() == ["EXPIRED"]

    def well() -> bool:
        return ledger.read_now(lambda connection: standing(connection, to_ms(post.at))).ok

    assert not well()
    post.at += timedelta(hours=24)
    assert well()


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(page("p1", "emil", status=Status.EXERCISE), id="another world"),
        pytest.param(page("p1", "emil", level=4), id="no such level"),
        pytest.param(gauge_notice(level=0), id="a notice about no level"),
        pytest.param(gauge_notice(sent=NOON.replace(tzinfo=None)), id="naive time"),
    ],
)
async def test_unusable(bad: Page) -> None:
    with pytest.raises(UnusableRevision):
        check(bad, Status.ACTUAL)
    check(page("p1", "emil", level=0), Status.ACTUAL)
