"""What people could not use on the pages."""

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, String, Text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing that is there changes."""
    op.create_table(
        "barriers",
        Column("id", String, primary_key=True),
        Column("at_ms", BigInteger, nullable=False),
        Column("place", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("sealed", LargeBinary),
    )
    op.create_index("ix_barriers_at_ms", "barriers", ["at_ms"])
