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

#: Of the pages' interface: who may ask, told by the hash of what he shows.
tokens = Table(
    "tokens",
    metadata,
    Column("hash", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
)

#: Every event, each with the hash of the one before.
audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("previous", String, nullable=False),  # hash of the entry before
    Column("hash", String, nullable=False),
)
