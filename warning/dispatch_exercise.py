"""Dispatch in an exercise: it is given files to write into, and there is nothing else it could be given.

Nothing that this module imports, at whatever distance, knows an adapter that reaches people; an import
contract holds that. So there is no flag to be forgotten.
"""

import asyncio

from notifiers.channels.captured import capture_channels
from notifiers.ledger.database import WrongWorld
from notifiers.retries import Retries
from notifiers.revision import Status
from warning import dispatch
from warning.log.api import Log
from warning.status import Report
from warning.world import World


async def run(
    world: World, log: Log, stop: asyncio.Event, report: Report | None = None, retries: Retries | None = None
) -> None:
    """The role.

    Raises:
        WrongWorld: this world is meant to reach people.
    """
    if world.status is not Status.EXERCISE:
        raise WrongWorld(f"a world of status {world.status} would reach nobody here")
    channels = capture_channels(world.configuration().channels, world.data)
    await dispatch.run(world, log, stop, channels, report, retries)
