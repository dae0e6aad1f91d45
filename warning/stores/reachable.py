"""Whether a ledger's server answers, and how far the ledger is; for looking only."""

from collections.abc import Mapping

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

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
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            if not inspect(connection).has_table(positions.name):
                return {}
            return next_offsets(connection, WARNINGS)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise DoesNotAnswer(str(getattr(error, "orig", None) or error).splitlines()[0]) from error
