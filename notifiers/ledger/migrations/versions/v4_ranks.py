"""Which channel of a recipient is the first choice, and which ones stand by; how much of a rate is used; receipts."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """What is there was made to go out on all channels at once; subscribers are written anew at the next start."""
    for table in ("subscribers", "deliveries"):
        op.add_column(table, Column("rank", Integer, nullable=False, server_default="0"))
    op.drop_index("deliveries_by_state", "deliveries")
    op.create_index("deliveries_by_state", "deliveries", ["state", "expires_ms"])
    op.add_column("deliveries", Column("reference", String))
    op.create_index("deliveries_by_reference", "deliveries", ["channel", "reference"])
    op.create_table(
        "receipts",
        Column("channel", String, primary_key=True),
        Column("reference", String, primary_key=True),
        Column("delivered", Boolean, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
    )
    op.create_table(
        "rates",
        Column("channel", String, primary_key=True),
        Column("used_until_us", BigInteger, nullable=False),
    )
