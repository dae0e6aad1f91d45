"""The audit in bytes, with its signed head and what was digested; the database refuses to alter it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String

revision = "0003"
down_revision = "0002"

_SQLITE = """
CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
"""
_POSTGRES = (
    """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$
""",
    """
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
""",
)


def upgrade() -> None:
    """Nothing was ever written into the table of before."""
    op.drop_table("audit")
    op.create_table(
        "audit",
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("kind", String, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("previous", LargeBinary, nullable=False),
        Column("hash", LargeBinary, nullable=False),
    )
    op.create_table(
        "audit_head",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("seq", BigInteger, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        Column("signature", LargeBinary, nullable=False),
        Column("public_key", LargeBinary, nullable=False),
    )
    op.create_table(
        "audit_digested",
        Column("revision", String, primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("changed_ms", BigInteger, nullable=False),
        Column("purged_seq", BigInteger),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in [_SQLITE.format(verb=verb) for verb in ("update", "delete")] if sqlite else _POSTGRES:
        op.execute(statement)
