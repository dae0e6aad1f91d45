"""Pages to staff and gauge notices, leases by process, what the desk keeps of people, the audit, tallies."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Text, inspect, text
from sqlalchemy import UniqueConstraint as Unique

from notifiers.ledger.migrations.versions.v1_first import create_desk

revision = "0002"
down_revision = "0001"

_KEPT = (
    "id, warning, number, recipient, channel, language, level, lane, state, attempt, due_ms, expires_ms, "
    "leased_boot, leased_until, reason, changed_ms"
)
_DUE, _LEASED = text("due_ms IS NOT NULL"), text("leased_until IS NOT NULL")


def upgrade() -> None:
    """Deliveries are about more than revisions."""
    if not inspect(op.get_bind()).has_table("desk"):
        create_desk()
    op.drop_index("deliveries_leased", "deliveries")
    if op.get_bind().dialect.name == "sqlite":
        _make_deliveries_anew()
    else:
        _alter_deliveries()
    op.create_index("deliveries_by_change", "deliveries", ["changed_ms"])
    op.create_index(
        "deliveries_leased",
        "deliveries",
        ["recipient", "channel"],
        unique=True,
        sqlite_where=_LEASED,
        postgresql_where=_LEASED,
    )
    _notices()
    _desk()
    _audit()


def _alter_deliveries() -> None:
    op.drop_constraint("deliveries_revision_fkey", "deliveries", type_="foreignkey")
    op.alter_column("deliveries", "revision", new_column_name="said")
    op.add_column("deliveries", Column("about", String, nullable=False, server_default="revision"))
    op.alter_column("deliveries", "about", server_default=None)
    op.add_column("deliveries", Column("leased_by", String))


def _make_deliveries_anew() -> None:
    """SQLite cannot drop a constraint; the new table takes the old one's name in the end, so that ``attempts`` fits."""
    op.create_table(
        "deliveries_anew",
        Column("id", Integer, primary_key=True),
        Column("said", String, nullable=False),
        Column("about", String, nullable=False),
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
        Column("leased_by", String),
        Column("reason", Text, nullable=False),
        Column("changed_ms", BigInteger, nullable=False),
        Unique("said", "recipient", "channel", "language"),
    )
    rows = f"SELECT revision, 'revision', {_KEPT} FROM deliveries"  # noqa: S608 - names of ours
    op.execute(f"INSERT INTO deliveries_anew (said, about, {_KEPT}) {rows}")
    op.drop_table("deliveries")
    op.rename_table("deliveries_anew", "deliveries")
    op.create_index("deliveries_of_warning", "deliveries", ["warning", "recipient", "channel"])
    op.create_index("deliveries_by_state", "deliveries", ["state"])
    op.create_index("deliveries_waiting", "deliveries", ["channel", "lane", "id"], sqlite_where=_DUE)
    op.create_index("deliveries_in_turn", "deliveries", ["recipient", "channel", "lane", "id"], sqlite_where=_DUE)


def _notices() -> None:
    op.create_table(
        "notices",
        Column("identifier", String, primary_key=True),
        Column("city", String, nullable=False),
        Column("warning", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("reason", String, nullable=False),
        Column("number", Integer, nullable=False),
        Column("level", Integer, nullable=False),
        Column("zone", String, nullable=False),
        Column("sent_ms", BigInteger, nullable=False),
        Column("expires_ms", BigInteger, nullable=False),
        Column("message", LargeBinary, nullable=False),
    )
    op.create_index("notices_of_warning", "notices", ["warning", "kind"])
    op.create_table(
        "tallies",
        Column("warning", String, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("channel", String, primary_key=True),
        Column("state", String, primary_key=True),
        Column("deliveries", Integer, nullable=False),
    )


def _desk() -> None:
    op.create_table(
        "answers",
        Column("command", String, primary_key=True),
        Column("at_ms", BigInteger, nullable=False),
        Column("actor", String, nullable=False),
        Column("action", String, nullable=False),
        Column("warning", String, nullable=False),
        Column("done", Boolean, nullable=False),
        Column("text", Text, nullable=False),
    )
    op.create_table(
        "shift",
        Column("id", String, primary_key=True),
        Column("at_ms", BigInteger, nullable=False),
        Column("actor", String, nullable=False),
        Column("action", String, nullable=False),
        Column("warning", String, nullable=False),
        Column("person", String, nullable=False),
        Column("text", Text, nullable=False),
        Column("message", LargeBinary, nullable=False),
    )
    op.create_index("ix_shift_at_ms", "shift", ["at_ms"])
    op.create_table(
        "sheets",
        Column("revision", String, primary_key=True),
        Column("warning", String, nullable=False),
        Column("number", Integer, nullable=False),
        Column("due_ms", BigInteger),
        Column("set_ms", BigInteger),
        Column("set_by", String, nullable=False),
    )
    op.create_index("ix_sheets_warning", "sheets", ["warning"])


def _audit() -> None:
    op.create_table(
        "tokens",
        Column("hash", String, primary_key=True),
        Column("person", String, nullable=False),
        Column("created_ms", BigInteger, nullable=False),
        Column("revoked_ms", BigInteger),
    )
    op.create_table(
        "audit",
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("kind", String, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("previous", String, nullable=False),
        Column("hash", String, nullable=False),
    )
