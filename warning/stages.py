"""The two stages of the worker: bytes of the log in, bytes out, pure functions between."""

import msgspec

from rules.advance import CatchmentState, advance, dump, initial, load
from rules.books import Book
from rules.messages import Assessment, Instruction, Note, Transition
from sensors.readings import Block, Tick
from warning.lifecycle.state import CityState, read_state
from warning.lifecycle.steward import steward
from warning.lifecycle.terms import Terms
from warning.log.stage import Output
from warning.log.topics import ASSESSMENTS, EVENTS, OBSERVATIONS, WARNINGS
from warning.messages import EVENT

_ENCODE = msgspec.json.Encoder().encode


class Assess:
    """Readings and ticks of a catchment → assessments, transitions, the tick itself."""

    name = "assess"
    source = OBSERVATIONS

    def __init__(self, book: Book, city: str) -> None:
        self._book = book
        self._city = city
        self._decode = msgspec.json.Decoder(Block | Tick | Instruction).decode

    def initial(self, key: str) -> CatchmentState:
        """A catchment nobody has heard of yet. Raises KeyError for one the city does not have."""
        return initial(self._book.catchments[key])

    def load(self, raw: bytes) -> CatchmentState:
        """State as the last checkpoint kept it, also of a catchment that the city no longer has."""
        return load(self._book, raw)

    def dump(self, state: CatchmentState) -> bytes:
        """State for the checkpoint."""
        return dump(state)

    def advance(self, state: CatchmentState, value: bytes) -> tuple[CatchmentState, list[Output]]:
        """One message of the catchment. Raises KeyError for a catchment that the city does not have."""
        message = self._decode(value)
        state, said = advance(self._book.catchments[message.catchment], state, message)
        return state, [self._output(one) for one in said]

    def _output(self, said: Assessment | Transition | Note | Tick) -> Output:
        if isinstance(said, Assessment):
            return Output(ASSESSMENTS, said.catchment, _ENCODE(said))
        return Output(EVENTS, self._city, _ENCODE(said))


class Steward:
    """Transitions, commands and ticks of a city → revisions, desk rows, the tick itself."""

    name = "steward"
    source = EVENTS

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._decode = EVENT.decode

    def initial(self, key: str) -> CityState:  # noqa: ARG002 - every city begins alike
        """A city nothing was ever said in."""
        return CityState()

    def load(self, raw: bytes) -> CityState:
        """State as the last checkpoint kept it."""
        return read_state(raw)

    def dump(self, state: CityState) -> bytes:
        """State for the checkpoint."""
        return msgspec.msgpack.encode(state)

    def advance(self, state: CityState, value: bytes) -> tuple[CityState, list[Output]]:
        """One event of the city."""
        state, said = steward(state, self._decode(value), self._terms)
        return state, [Output(WARNINGS, self._terms.city, _ENCODE(one)) for one in said]
