"""People log in by password and code: what is kept of them, where they are logged in, what is to be audited."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing that is there changes."""
    op.create_table(
        "passwords",
        Column("person", String, primary_key=True),
        Column("hash", String, nullable=False),
        Column("set_ms", BigInteger, nullable=False),
        Column("until_ms", BigInteger),
    )
    op.create_table(
        "second_factors",
        Column("person", String, primary_key=True),
        Column("sealed", LargeBinary, nullable=False),
        Column("since_ms", BigInteger),
        Column("last_step", BigInteger, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        Column("hash", String, primary_key=True),
        Column("person", String, nullable=False),
        Column("used_ms", BigInteger),
    )
    op.create_index("ix_recovery_codes_person", "recovery_codes", ["person"])
    op.create_table(
        "sessions",
        Column("hash", String, primary_key=True),
        Column("person", String, nullable=False),
        Column("token", String, nullable=False),
        Column("browser", String, nullable=False),
        Column("since_ms", BigInteger, nullable=False),
        Column("seen_ms", BigInteger, nullable=False),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_table(
        "account_events",
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("body", LargeBinary, nullable=False),
    )
