"""Residents who asked to be told: their addresses sealed, their limits, and the words they agreed to."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy import UniqueConstraint as Unique

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing that is there changes."""
    op.create_table(
        "residents",
        Column("id", String, primary_key=True),
        Column("channel", String, nullable=False),
        Column("lookup", String, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Column("language", String, nullable=False),
        Column("from_level", Integer, nullable=False),
        Column("zones", Text, nullable=False),
        Column("consent", String, nullable=False),
        Column("asked_ms", BigInteger, nullable=False),
        Column("confirmed_ms", BigInteger),
        Column("letters", Integer, nullable=False),
        Column("letters_ms", BigInteger, nullable=False),
        Column("tries", Integer, nullable=False),
        Unique("channel", "lookup"),
    )
    op.create_index("residents_unconfirmed", "residents", ["confirmed_ms", "asked_ms"])
    op.create_table(
        "limits",
        Column("resident", String, ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True),
        Column("station", String, primary_key=True),
        Column("value", Float, nullable=False),
        Column("armed", Boolean, nullable=False),
    )
    op.create_index("limits_of_station", "limits", ["station", "value"])
    op.create_table(
        "consents",
        Column("digest", String, primary_key=True),
        Column("text", Text, nullable=False),
        Column("first_ms", BigInteger, nullable=False),
    )
