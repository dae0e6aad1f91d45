"""The tables as they were before they had versions."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint, text

revision = "0001"
down_revision = None

_ID = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Tables of the ledger and of the desk."""
    _log()
    _said()
    _deliveries()
    _attempts()
    create_desk()


def _log() -> None:
    op.create_table(
        "world",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("status", String, nullable=False),
        Column("clock_ms", BigInteger, nullable=False),
    )
    op.create_table(
        "positions",
        Column("topic", String, primary_key=True),
        Column("partition", Integer, primary_key=True, autoincrement=False),
        Column("offset", BigInteger, nullable=False),
    )
    op.create_table(
        "refused",
        Column("id", _ID, primary_key=True),
        Column("at_ms", BigInteger, nullable=False),
        Column("topic", String, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("offset", BigInteger, nullable=False),
        Column("reason", Text, nullable=False),
        Column("value", LargeBinary, nullable=False),
    )


def _said() -> None:
    op.create_table(
        "revisions",
        Column("identifier", String, primary_key=True),
        Column("city", String, nullable=False),
        Column("warning", String, nullable=False),
        Column("number", Integer, nullable=False),
        Column("zone", String, nullable=False),
        Column("change", String, nullable=False),
        Column("level", Integer, nullable=False),
        Column("sent_ms", BigInteger, nullable=False),
        Column("expires_ms", BigInteger, nullable=False),
        Column("message", LargeBinary, nullable=False),
        Column("cap", LargeBinary, nullable=False),
    )
    op.create_index("revisions_of_warning", "revisions", ["warning", "number"])
    op.create_index("revisions_in_order", "revisions", ["sent_ms"])
    op.create_table(
        "subscribers",
        Column("recipient", String, primary_key=True),
        Column("channel", String, primary_key=True),
        Column("zone", String, primary_key=True),
        Column("language", String, nullable=False),
        Column("from_level", Integer, nullable=False),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        Column("id", _ID, primary_key=True),
        Column("revision", String, ForeignKey("revisions.identifier"), nullable=False),
        Column("warning", String, nullable=False),
        Column("number", Integer, nullable=False),
        Column("recipient", String, nullable=False),
        Column("channel", String, nullable=False),
        Column("language", String, nullable=False),
        Column("level", Integer, nullable=False),
        Column("lane", Integer, nullable=False),
        Column("state", String, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("due_ms", BigInteger),
        Column("expires_ms", BigInteger, nullable=False),
        Column("leased_boot", String),
        Column("leased_until", BigInteger),
        Column("reason", Text, nullable=False),
        Column("changed_ms", BigInteger, nullable=False),
        UniqueConstraint("revision", "recipient", "channel", "language"),
    )
    op.create_index("deliveries_of_warning", "deliveries", ["warning", "recipient", "channel"])
    op.create_index("deliveries_by_state", "deliveries", ["state"])
    for name, columns, where in (
        ("deliveries_waiting", ["channel", "lane", "id"], "due_ms IS NOT NULL"),
        ("deliveries_in_turn", ["recipient", "channel", "lane", "id"], "due_ms IS NOT NULL"),
        ("deliveries_leased", ["recipient", "channel"], "leased_until IS NOT NULL"),
    ):
        op.create_index(name, "deliveries", columns, sqlite_where=text(where), postgresql_where=text(where))


def _attempts() -> None:
    op.create_table(
        "attempts",
        Column("id", _ID, primary_key=True),
        Column("delivery", _ID, ForeignKey("deliveries.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("outcome", String, nullable=False),
        Column("reason", Text, nullable=False),
    )
    op.create_index("ix_attempts_delivery", "attempts", ["delivery"])


def create_desk() -> None:
    """Rows for pages and the command line; a ledger that was never asked for them has none."""
    op.create_table(
        "desk",
        Column("warning", String, primary_key=True),
        Column("city", String, nullable=False),
        Column("changed_ms", BigInteger, nullable=False),
        Column("message", LargeBinary, nullable=False),
    )
    op.create_index("ix_desk_changed_ms", "desk", ["changed_ms"])
