"""Whether the servers of ledger and history answer, and how far these are; for looking only."""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, text
from sqlalchemy.pool import NullPool

from notifiers.ledger.database import Ledger, LedgerUnavailable, LedgerUnusable
from notifiers.ledger.engines import engine_at
from notifiers.ledger.positions import next_offsets
from notifiers.ledger.tables import positions
from warning.log.topics import EVENTS, WARNINGS
from warning.stores.accounts import with_factor
from warning.stores.histories import open_history, require_token
from warning.stores.history import HistoryUnavailable
from warning.stores.tables import second_factors


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


def people_with_factor(url: str) -> frozenset[str]:
    """Whose second factor is in use, on a server.

    Raises:
        DoesNotAnswer: nobody is there, or does not let us in.
    """
    try:
        with Ledger(engine_at(url, NullPool)) as ledger:
            return ledger.read_now(_with_factor)
    except (LedgerUnavailable, LedgerUnusable) as error:
        raise DoesNotAnswer(str(error)) from error


def history_positions(url: str) -> Mapping[int, int]:
    """The next offset per partition of ``events``; organisation, bucket and token are looked at on the way.

    Raises:
        DoesNotAnswer: nobody is there, or does not let us in.
    """
    try:
        require_token(url)
        with open_history(url) as history:  # as its writer does, for whom an empty one is good too; nothing is written
            return history.positions(EVENTS)
    except (HistoryUnavailable, ValueError) as error:
        raise DoesNotAnswer(str(error)) from error


def _positions(connection: Connection) -> Mapping[int, int]:
    connection.execute(text("SELECT 1"))
    if not inspect(connection).has_table(positions.name):
        return {}
    return next_offsets(connection, WARNINGS)


def _with_factor(connection: Connection) -> frozenset[str]:
    return with_factor(connection) if inspect(connection).has_table(second_factors.name) else frozenset()
