"""What residents are told beside warnings, and what they tell."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nothing that is there changes."""
    op.create_table(
        "local",
        Column("zone", String, primary_key=True),
        Column("topic", String, primary_key=True),
        Column("message", LargeBinary, nullable=False),
    )
    op.create_table(
        "reports",
        Column("id", String, primary_key=True),
        Column("at_ms", BigInteger, nullable=False),
        Column("seen_ms", BigInteger, nullable=False),
        Column("zone", String, nullable=False),
        Column("place", Text, nullable=False),
        Column("known", Boolean, nullable=False),
        Column("depth", String, nullable=False),
    )
    op.create_index("ix_reports_at_ms", "reports", ["at_ms"])
    op.create_table(
        "moderations",
        Column("report", String, primary_key=True),
        Column("message", LargeBinary, nullable=False),
    )
    op.create_table(
        "feedback",
        Column("warning", String, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("answer", String, primary_key=True),
        Column("times", Integer, nullable=False),
    )
