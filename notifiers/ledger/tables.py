"""Tables of the ledger. Times are integer milliseconds since 1970; no SQL of one database only.

A change here needs a revision in ``migrations``; a test compares the two.
"""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData()

# SQLite numbers rows by itself only where the key is exactly INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")


class State(StrEnum):
    """What became of one delivery."""

    QUEUED = "QUEUED"
    STANDBY = "STANDBY"  # waits to see whether a channel before it reaches the recipient
    LEASED = "LEASED"  # somebody is sending it right now
    ACCEPTED = "ACCEPTED"  # the channel took it
    DELIVERED = "DELIVERED"  # and says that it reached the recipient's device or mailbox
    UNKNOWN = "UNKNOWN"  # it may have been sent
    SUPERSEDED = "SUPERSEDED"  # a newer revision goes out instead
    EXPIRED = "EXPIRED"  # never sent in time
    SPARED = "SPARED"  # stood by and was not needed
    FALLBACK = "FALLBACK"  # the channel refused it for good, and another one has it or takes over
    DEAD = "DEAD"  # refused for good, and no other channel is left: staff must know
    GONE = "GONE"  # nobody is behind the address any more: a resident signed off, or the subscription had ended


class About(StrEnum):
    """What a delivery tells."""

    REVISION = "revision"
    PAGE = "page"  # to staff
    GAUGE_NOTICE = "gauge-notice"
    LETTER = "letter"  # to one resident, about the subscription


#: Who is in one of these has been told of a warning, as far as anybody knows.
REACHED = (State.ACCEPTED, State.DELIVERED)
#: Who is in one of these has been told, or may have been, or will be.
TOLD = (State.QUEUED, State.LEASED, *REACHED, State.UNKNOWN)
#: A recipient with a row in one of these is reached, or may be yet.
HOPEFUL = (*TOLD, State.STANDBY)
#: Who is in one of these was not reached, and no further attempt is made.
GIVEN_UP = (State.EXPIRED, State.DEAD)

#: How pseudonyms of residents begin; no id of a configuration does.
RESIDENT = "~"

world = Table(
    "world",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("status", String, nullable=False),  # CAP status; a ledger belongs to one world for ever
    Column("clock_ms", BigInteger, nullable=False),  # the latest time seen on the log
)

positions = Table(
    "positions",
    metadata,
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, nullable=False),  # the last one that has been applied
)

refused = Table(
    "refused",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("topic", String, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),  # the whole message, as it came
)

revisions = Table(
    "revisions",
    metadata,
    Column("identifier", String, primary_key=True),
    Column("city", String, nullable=False),
    Column("warning", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("zone", String, nullable=False),
    Column("change", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("sent_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("message", LargeBinary, nullable=False),  # the revision as JSON
    Column("cap", LargeBinary, nullable=False),  # CAP 1.2, as published; empty where it could not be written
    Index("revisions_of_warning", "warning", "number"),
    Index("revisions_in_order", "sent_ms"),
)

notices = Table(
    "notices",
    metadata,
    Column("identifier", String, primary_key=True),
    Column("city", String, nullable=False),
    Column("warning", String, nullable=False),  # empty where it is about none
    Column("kind", String, nullable=False),  # anything of About but REVISION
    Column("reason", String, nullable=False),  # of a page
    Column("number", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("zone", String, nullable=False),
    Column("sent_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("message", LargeBinary, nullable=False),  # the page, gauge notice or letter as JSON
    Index("notices_of_warning", "warning", "kind"),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("recipient", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("zone", String, primary_key=True),  # empty for people of the staff, whom pages go to
    Column("language", String, nullable=False),
    Column("from_level", Integer, nullable=False),
    Column("rank", Integer, nullable=False),  # of the channel among the recipient's; 0 is the first choice
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("said", String, nullable=False),  # identifier of the revision or notice
    Column("about", String, nullable=False),
    Column("warning", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("recipient", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("language", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("lane", Integer, nullable=False),  # lower goes first
    Column("rank", Integer, nullable=False),  # of the channel among the recipient's
    Column("state", String, nullable=False),
    Column("attempt", Integer, nullable=False),  # how often it has been leased
    Column("due_ms", BigInteger),  # when to send it; null: not to be sent (any more), or being sent
    Column("expires_ms", BigInteger, nullable=False),
    Column("leased_boot", String),  # the boot whose monotonic clock ``leased_until`` is of
    Column("leased_until", BigInteger),  # ms of that clock; null: not leased
    Column("leased_by", String),  # the process, by a name that no other ever has
    Column("reason", Text, nullable=False),  # of the last failure
    Column("changed_ms", BigInteger, nullable=False),
    Column("reference", String),  # the provider's name for what it has or may have, where it gives receipts
    Unique("said", "recipient", "channel", "language"),
    Index("deliveries_of_warning", "warning", "recipient", "channel"),
    Index("deliveries_by_state", "state", "expires_ms"),  # also: what has run out, looked for in every turn
    Index("deliveries_by_change", "changed_ms"),
    Index("deliveries_by_reference", "channel", "reference"),
)
_due, _leased = deliveries.c.due_ms.is_not(None), deliveries.c.leased_until.is_not(None)
_channel, _recipient, _order = deliveries.c.channel, deliveries.c.recipient, (deliveries.c.lane, deliveries.c.id)
Index("deliveries_waiting", _channel, *_order, sqlite_where=_due, postgresql_where=_due)
Index("deliveries_in_turn", _recipient, _channel, *_order, sqlite_where=_due, postgresql_where=_due)
# Unique: whatever several deliverers do at once, nobody is sent two messages at a time on a channel.
Index("deliveries_leased", _recipient, _channel, unique=True, sqlite_where=_leased, postgresql_where=_leased)

#: What providers say later about what they had accepted; it may come before its acceptance is written down.
receipts = Table(
    "receipts",
    metadata,
    Column("channel", String, primary_key=True),
    Column("reference", String, primary_key=True),
    Column("delivered", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

#: How much of a provider's rate has been used, by all deliverers together.
rates = Table(
    "rates",
    metadata,
    Column("channel", String, primary_key=True),
    Column("used_until_us", BigInteger, nullable=False),  # when all that was sent is within the rate, microseconds
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("delivery", ForeignKey(deliveries.c.id), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
    Column("reason", Text, nullable=False),
)

#: How many deliveries of a revision ended how, of those whose rows are deleted.
tallies = Table(
    "tallies",
    metadata,
    Column("warning", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("channel", String, primary_key=True),
    Column("state", String, primary_key=True),
    Column("deliveries", Integer, nullable=False),
)

#: Residents who asked to be told. Once confirmed they are ``subscribers`` too; without that they get letters only.
residents = Table(
    "residents",
    metadata,
    Column("id", String, primary_key=True),  # a pseudonym; begins with RESIDENT, as no configured recipient can
    Column("channel", String, nullable=False),
    Column("lookup", String, nullable=False),  # keyed hash of the address
    Column("sealed", LargeBinary, nullable=False),  # the address, under a key that does not stand here
    Column("language", String, nullable=False),
    Column("from_level", Integer, nullable=False),
    Column("zones", Text, nullable=False),  # JSON
    Column("consent", String, nullable=False),  # digest of the words agreed to
    Column("asked_ms", BigInteger, nullable=False),  # for the first time
    Column("confirmed_ms", BigInteger),  # null: nobody has shown yet that the address is theirs
    Column("letters", Integer, nullable=False),  # that strangers could have made us send, since letters_ms
    Column("letters_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),  # codes typed in, an octal digit for each letter
    Unique("channel", "lookup"),
    Index("residents_unconfirmed", "confirmed_ms", "asked_ms"),
)

#: Limits of their own on a gauge.
limits = Table(
    "limits",
    metadata,
    Column("resident", String, ForeignKey(residents.c.id, ondelete="CASCADE"), primary_key=True),
    Column("station", String, primary_key=True),
    Column("value", Float, nullable=False),  # cm
    Column("armed", Boolean, nullable=False),  # False: told, and the water has not gone down since
    Index("limits_of_station", "station", "value"),
)

#: The words that residents have agreed to, by their digest: proof of consent, GDPR Art. 7 (1).
consents = Table(
    "consents",
    metadata,
    Column("digest", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
)
