"""Dispatch in the world that reaches people: the one module that brings the live channels to it."""

import asyncio
import os

from notifiers.channels.live import close, live_channels
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
        ChannelNotReady: a password is not in the environment.
        WrongWorld: this is an exercise.
    """
    if world.status is not Status.ACTUAL:
        raise WrongWorld(f"a world of status {world.status} must not be dispatched by what reaches people")
    config = world.configuration()
    channels = live_channels(config.channels, os.environ, config.addresses)
    try:
        await dispatch.run(world, log, stop, channels, report, retries)
    finally:
        await close(channels.values())
