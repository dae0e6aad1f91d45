"""Tables of the desk, beside those of the ledger in one database and in the same transactions.

A change here needs a revision in ``notifiers.ledger.migrations``; a test compares the two.
"""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

desk = Table(
    "desk",
    metadata,
    Column("warning", String, primary_key=True),
    Column("city", String, nullable=False),
    Column("changed_ms", BigInteger, nullable=False, index=True),
    Column("message", LargeBinary, nullable=False),  # the row as JSON
)

answers = Table(
    "answers",
    metadata,
    Column("command", String, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("warning", String, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("text", Text, nullable=False),
)

shift = Table(
    "shift",
    metadata,
    Column("id", String, primary_key=True),
    Column("at_ms", BigInteger, nullable=False, index=True),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("warning", String, nullable=False),
    Column("person", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("message", LargeBinary, nullable=False),  # the entry as JSON
)

sheets = Table(
    "sheets",
    metadata,
    Column("revision", String, primary_key=True),
    Column("warning", String, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("due_ms", BigInteger),  # by when the control room has to confirm; null: at no time
    Column("set_ms", BigInteger),  # when it did; null: not yet
    Column("set_by", String, nullable=False),
)

#: What is said about a topic in a zone.
local = Table(
    "local",
    metadata,
    Column("zone", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("message", LargeBinary, nullable=False),  # as JSON
)

#: What residents report of water, without anything that tells who; deleted after 30 days.
reports = Table(
    "reports",
    metadata,
    Column("id", String, primary_key=True),
    Column("at_ms", BigInteger, nullable=False, index=True),
    Column("seen_ms", BigInteger, nullable=False),
    Column("zone", String, nullable=False),  # empty where nobody knows it
    Column("place", Text, nullable=False),
    Column("known", Boolean, nullable=False),  # the place is one of the configuration's, not the resident's own words
    Column("depth", String, nullable=False),
)

#: Whether people may read them: follows from the log.
moderations = Table(
    "moderations",
    metadata,
    Column("report", String, primary_key=True),
    Column("message", LargeBinary, nullable=False),  # as JSON
)

#: What people could not use on the pages; deleted once it is dealt with, or after 90 days.
barriers = Table(
    "barriers",
    metadata,
    Column("id", String, primary_key=True),
    Column("at_ms", BigInteger, nullable=False, index=True),
    Column("place", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("sealed", LargeBinary),  # how to reach who wrote it, under a key that does not stand here
)

#: How many said that a revision has helped them, or not; nothing else of them.
feedback = Table(
    "feedback",
    metadata,
    Column("warning", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("answer", String, primary_key=True),
    Column("times", Integer, nullable=False),
)

#: Of the pages' interface: who may ask, told by the hash of what he shows.
tokens = Table(
    "tokens",
    metadata,
    Column("hash", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
)

#: Every event, message and decision, each with the hash of the one before; only ever added to.
audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

#: One row: the signed end of the chain, renewed with every entry.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
)

#: Where in the chain the digest of a revision's deliveries stands.
audit_digested = Table(
    "audit_digested",
    metadata,
    Column("revision", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),  # newest change among the rows then; 0 without rows
    Column("purged_seq", BigInteger),  # where it stands that the rows were deleted
)

#: By which people of the staff log in at the desk.
passwords = Table(
    "passwords",
    metadata,
    Column("person", String, primary_key=True),
    Column("hash", String, nullable=False),  # argon2id with its parameters and salt
    Column("set_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),  # not null: good for one login until then, to be changed there
)

#: What a phone makes its codes of.
second_factors = Table(
    "second_factors",
    metadata,
    Column("person", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # under a key that does not stand here
    Column("since_ms", BigInteger),  # null: no code has been shown yet
    Column("last_step", BigInteger, nullable=False),  # no code of it or before is good any more
)

#: Codes for when the phone is lost.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("hash", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("used_ms", BigInteger),
)

#: Who is logged in where, told by the hash of what the browser shows.
sessions = Table(
    "sessions",
    metadata,
    Column("hash", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("token", String, nullable=False),  # hash; empty where a password was shown
    Column("browser", String, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
)

#: What happened to accounts and is not in the audit yet, into which dispatch takes it.
account_events = Table(
    "account_events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
