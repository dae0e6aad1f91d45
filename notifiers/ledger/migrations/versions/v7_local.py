"""What residents are told beside warnings, and what they tell."""

from alembic import op
from sqlalchemy import Column, LargeBinary, String

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    """Nothing that is there changes."""
    op.create_table(
        "local",
        Column("zone", String, primary_key=True),
        Column("topic", String, primary_key=True),
        Column("message", LargeBinary, nullable=False),
    )
