"""Whether a ledger's server answers, and how far the ledger is; for looking only."""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, text
from sqlalchemy.pool import NullPool

from notifiers.ledger.database import Ledger, LedgerUnavailable, LedgerUnusable
from notifiers.ledger.engines import engine_at
from notifiers.ledger.positions import next_offsets
from notifiers.ledger.tables import positions
from warning.log.topics import WARNINGS


class DoesNotAnswer(Exception):
    """The text says why, without the password."""


def ledger_positions(url: str) -> Mapping[int, int]:
    """Ask ``SELECT 1``, then for the next offset per partition of ``warnings``; empty for a new ledger.

    Raises:
        DoesNotAnswer: nobody is there, or does not let us in.
    """
    try:
        with Ledger(engine_at(url, NullPool)) as ledger:
            return ledger.read_now(_positions)
    except (LedgerUnavailable, LedgerUnusable) as error:
        raise DoesNotAnswer(str(error)) from error


def _positions(connection: Connection) -> Mapping[int, int]:
    connection.execute(text("SELECT 1"))
    if not inspect(connection).has_table(positions.name):
        return {}
    return next_offsets(connection, WARNINGS)
