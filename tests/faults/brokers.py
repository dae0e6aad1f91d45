"""Runs in which the gauges' own broker is killed, which are judged apart.

What a broker has acknowledged and then lost, nobody can bring back, so the undisturbed run is no measure.
Instead: every reading that is missing must be one that the broker had taken, and is counted; and what was
decided must be exactly what the log of this very run asks for, each message delivered once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from notifiers.revision import Revision
from rules.book import build
from rules.messages import Transition
from sensors.readings import Block, Series, Tick
from simulations.play import Play
from tests.faults.judge import Verdict, judge
from tests.faults.left import Left
from warning.lifecycle.terms import terms_of
from warning.log.api import Log, Record
from warning.log.stage import Output, Stage
from warning.log.topics import EVENTS, OBSERVATIONS, STATUS
from warning.log.urls import open_log
from warning.messages import DeskRow, StatusReport
from warning.stages import Assess, Steward
from warning.world import World

_OBSERVED = msgspec.json.Decoder(Block | Tick)
_STATUS = msgspec.json.Decoder(StatusReport)


@dataclass(frozen=True)
class Gone:
    """Readings that the broker had taken and that never came."""

    by_series: Mapping[Series, int]
    told: int  # the gaps that ingest has seen itself, in the devices' numbers, since it last started

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_series.values())


async def gone(world: World, play: Play) -> Gone:
    """Compare what the gauges sent, each message confirmed by the broker, with what the log got."""
    sent = {(arrival.reading.series, arrival.reading.at) for arrival in play.arrivals}
    async with open_log(world.log) as log:
        got = {
            (Series(*block.series[index]), at)
            for record in await everything(log, OBSERVATIONS)
            if isinstance(block := _OBSERVED.decode(record.value), Block)
            for index, at in zip(block.index, block.at, strict=True)
        }
        reports = [_STATUS.decode(record.value) for record in await everything(log, STATUS)]
    missing: dict[Series, int] = {}
    for series, _ in sent - got:
        missing[series] = missing.get(series, 0) + 1
    told = [report.counters["sequence_gaps"] for report in reports if report.role == "ingest"]
    return Gone(missing, told[-1] if told else 0)


async def everything(log: Log, topic: str) -> list[Record]:
    """A whole topic, each partition in its order."""
    ends = {partition: end for partition, end in (await log.ends(topic)).items() if end > 0}
    found: list[Record] = []
    if ends:
        async for records in log.read(topic, {}):
            found += records
            reached = {record.partition: record.offset + 1 for record in found}
            if all(reached.get(partition, 0) >= end for partition, end in ends.items()):
                break
    return sorted(found, key=lambda record: (record.partition, record.offset))


async def redecided(world: World, left: Left, kills: int) -> Verdict:
    """Judge a run by its own log: what its observations and commands must lead to, and nothing else."""
    config = world.configuration()
    book = build(config.city.id, config.stations, config.rules, config.forecasts)
    async with open_log(world.log) as log:
        observed, events = await everything(log, OBSERVATIONS), await everything(log, EVENTS)
    decided = again(Assess(book, config.city.id), observed, Transition)
    said = again(Steward(terms_of(config, world.status)), events, Revision)
    rows = again(Steward(terms_of(config, world.status)), events, DeskRow)
    expected = Left(
        {one.identifier: (one.number, one.change, one.level, one.sent) for one in said},
        {one.id: msgspec.to_builtins(one) for one in decided},
        {row.warning: msgspec.to_builtins(row) for row in rows},
        left.history,
        {told: fate._replace(doubts=0, accepted=int(fate.accepted > 0)) for told, fate in left.fates.items()},
        0,
    )
    verdict = judge(expected, left, kills)
    for told, fate in left.fates.items():
        if fate.state == "ACCEPTED" and fate.accepted == 0:
            verdict.lost.append(f"delivery {' '.join(told)}: written down as accepted, and no receiver has it")
    return verdict


def again(stage: Stage, records: list[Record], kind: type[msgspec.Struct]) -> list:  # type: ignore[type-arg]
    """What a stage says of one kind to the messages of the log, from the beginning."""
    states: dict[str, object] = {}
    said = []
    for record in records:
        key = record.key.decode()
        state, outputs = stage.advance(states.get(key) or stage.initial(key), record.value)
        states[key] = state
        said += [found for output in outputs if (found := _of(output, kind)) is not None]
    return said


def _of(output: Output, kind: type[msgspec.Struct]) -> object:
    """The message of an output if it is of a kind."""
    tag = msgspec.json.decode(output.value).get("kind")
    return msgspec.json.decode(output.value, type=kind) if tag == kind.__struct_config__.tag else None
