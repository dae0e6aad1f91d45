"""Which version the tables of a ledger have, told without Alembic, which takes long to load."""

from sqlalchemy import Connection, inspect, text

#: The last revision in ``versions``.
HEAD = "0008"


class LedgerUnusable(Exception):
    """The ledger cannot be used as it is; asking again does not help."""


def version_of(connection: Connection) -> str | None:
    """None where the tables have no version: they are missing, or older than versions are."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
