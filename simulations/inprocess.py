"""The fast path: the stages of the worker in this process, without a broker, a log or other processes.

The stages are the same objects that the worker runs, fed with the same bytes; only the transport is
missing. So both paths say the same, which a test proves.
"""

from collections.abc import Callable, Iterator

import msgspec

from notifiers.revision import Revision, Status
from rules.book import build
from rules.messages import Note, Transition
from sensors.readings import Block, Reading, Tick, block_of
from simulations.schedule import Step
from warning.config.model import Config
from warning.lifecycle.terms import terms_of
from warning.log.stage import Output
from warning.log.topics import EVENTS
from warning.messages import EVENT, SAID, DeskRow
from warning.stages import Assess, Steward

#: What a replay hands on, in the order in which it was decided.
Said = Transition | Note | Revision | DeskRow

_ENCODE = msgspec.json.Encoder().encode


class Laboratory:
    """A city's assess and steward, from the beginning; always an exercise.

    ``hear`` gets every message that assess would put on the log.
    """

    def __init__(self, config: Config, hear: Callable[[Output], None] = lambda _: None) -> None:
        city = config.city.id
        book = build(city, config.stations, config.rules, config.forecasts)
        self._assess = Assess(book, city)
        self._steward = Steward(terms_of(config, Status.EXERCISE))
        self._catchments = {name: self._assess.initial(name) for name in sorted(book.catchments)}
        self._city = self._steward.initial(city)
        self._hear = hear
        self._home = {name: station.catchment for name, station in config.stations.items()}

    def take(self, step: Step) -> Iterator[Said]:
        """Play one step: the tick of every catchment, then what arrived, as one block per catchment.

        Raises KeyError for a reading of a station that the city does not have.
        """
        for catchment in self._catchments:
            yield from self._advance(Tick(catchment, step.at))
        by_catchment: dict[str, list[Reading]] = {}
        for reading in step.readings:
            by_catchment.setdefault(self._home[reading.series.station], []).append(reading)
        for catchment, readings in by_catchment.items():
            yield from self._advance(block_of(catchment, step.at, "mqtt", readings))

    def _advance(self, message: Block | Tick) -> Iterator[Said]:
        catchment = message.catchment
        state, outputs = self._assess.advance(self._catchments[catchment], _ENCODE(message))
        self._catchments[catchment] = state
        for output in outputs:
            self._hear(output)
            if output.topic == EVENTS:
                yield from self._decide(output.value)

    def _decide(self, event: bytes) -> Iterator[Said]:
        transition = EVENT.decode(event)
        if isinstance(transition, Transition | Note):
            yield transition
        self._city, outputs = self._steward.advance(self._city, event)
        for output in outputs:
            said = SAID.decode(output.value)
            if isinstance(said, Revision | DeskRow):
                yield said
