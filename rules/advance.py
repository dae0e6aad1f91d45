"""The whole of it: state and message in, new state and what follows from it out.

Readings are taken strictly in arrival order, so it cannot matter how they were cut into blocks.
"""

from typing import TypeAlias

from rules.books import CatchmentBook
from rules.messages import Assessment, Instruction, Note, Transition
from rules.state import CatchmentState, adopted, dump, initial, load
from rules.work import Unassessable, Work
from sensors.readings import Block, Tick

__all__ = ["CatchmentState", "Unassessable", "advance", "dump", "initial", "load"]

Output: TypeAlias = Assessment | Transition | Note | Tick


def advance(
    book: CatchmentBook, state: CatchmentState, message: Block | Tick | Instruction
) -> tuple[CatchmentState, list[Output]]:
    """Apply one message. The state given is never changed.

    A block gives its assessment, then what was decided; a tick what was decided, then itself, and
    nothing at all when it is not after the last one; an instruction what was decided.

    Raises:
        Unassessable: a message of another catchment, or one that contradicts itself.
    """
    if message.catchment != book.catchment:
        raise Unassessable(f"a message of catchment {message.catchment!r}, not of {book.catchment!r}")
    state = adopted(book, state)
    if isinstance(message, Tick):
        if state.clock is not None and message.at <= state.clock:
            return state, []
        work = Work(book, state)
        evidence = work.tick(message.at)
        return work.result(), [*evidence, *work.said, message]
    work = Work(book, state)
    if isinstance(message, Instruction):
        work.follow(message)
        return work.result(), list(work.said)
    assessment = work.read(message)
    return work.result(), [assessment, *work.said]
