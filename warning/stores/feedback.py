"""Whether a warning has helped, as numbers and nothing else."""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from warning.stores.tables import feedback


class Helped(StrEnum):
    """What somebody said."""

    YES = "yes"
    NO = "no"


class Feedback(NamedTuple):
    """How many said what about a revision."""

    number: int
    yes: int
    no: int


def count(connection: Connection, warning: str, number: int, answer: Helped) -> None:
    """One more."""
    named = {"warning": warning, "number": number, "answer": answer.value}
    row = update(feedback).filter_by(**named).values(times=feedback.c.times + 1)
    if connection.execute(row).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(feedback).values(**named, times=1))
    except IntegrityError:  # somebody else was faster
        connection.execute(row)


def counted(connection: Connection, warning: str) -> list[Feedback]:
    """By revision, the first one first; those that nobody said anything about are absent."""
    found = connection.execute(select(feedback).where(feedback.c.warning == warning)).all()
    said = {(row.number, row.answer): row.times for row in found}
    numbers = sorted({row.number for row in found})
    return [Feedback(number, *(said.get((number, answer), 0) for answer in Helped)) for number in numbers]
