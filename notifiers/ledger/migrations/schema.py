"""Bringing a ledger's tables to this program's version, and refusing those of a later one."""

from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from notifiers.ledger.migrations.version import HEAD, LedgerUnusable, version_of

_FIRST = "0001"
#: Any number; whoever alters the tables of a PostgreSQL ledger holds the lock of this name.
_ADVISORY = 7_038_201_406
_TURN = Lock()  # Alembic keeps what it works on in its modules


def upgrade(connection: Connection) -> None:
    """Alter what is older, within the caller's transaction; whoever comes second finds it done.

    Raises:
        LedgerUnusable: a later program made these tables.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY})
    found = version_of(connection)
    if found == HEAD:
        return
    config = _config(connection)
    with _TURN:
        if found is not None and found not in _known(config):
            raise LedgerUnusable(f"the ledger has version {found}, this program knows {HEAD}: use the later program")
        if found is None and inspect(connection).has_table("world"):
            command.stamp(config, _FIRST)  # made before there were versions
        command.upgrade(config, HEAD)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "notifiers.ledger:migrations")
    config.attributes["connection"] = connection
    return config


def _known(config: Config) -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
