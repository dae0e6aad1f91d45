"""What a keyed, checkpointed step of the journey has to be: a pure description."""

from typing import NamedTuple, Protocol, TypeVar

import msgspec

S = TypeVar("S")


class Output(NamedTuple):
    """A message a stage sends; its partition follows from the key."""

    topic: str
    key: str
    value: bytes


class Stage(Protocol[S]):
    """A pure step: one state per key, one message at a time."""

    @property
    def name(self) -> str:
        """Names the changelog, so it never changes."""

    @property
    def source(self) -> str:
        """The topic to consume; the key of its messages says whose state they are for."""

    def initial(self, key: str) -> S:
        """State before the first message of a key."""

    def load(self, raw: bytes) -> S:
        """The inverse of ``dump``, for every version ever written. Raising stops the worker."""

    def dump(self, state: S) -> bytes:
        """Called in another thread while nothing advances; compressed by the caller."""

    def advance(self, state: S, value: bytes) -> tuple[S, list[Output]]:
        """The same state and message give the same outputs with the same ids.

        Raising means that this message cannot be assessed: it goes to the dead letters with its
        reason, the given state (unchanged) remains, and the position moves on.
        """


class DeadLetter(msgspec.Struct, frozen=True):
    """A message that could not be assessed, or a state too large, whole and with its reason."""

    stage: str
    topic: str
    partition: int
    offset: int
    key: str
    reason: str
    value: bytes  # base64 on the log
    v: int = 1
