"""Quix Streams: one process, its own state store. ``python -m bench.peers.quix BROKER SOURCE TARGET SLOPE FOLDER``."""

import sys
from collections.abc import Callable
from typing import Any

from quixstreams import Application, State

from bench.peers.arithmetic import SLOPES, Points, assess


def main(broker: str, source: str, target: str, slope: str, folder: str) -> None:
    """Work until told to stop."""
    application = Application(
        broker_address=broker,
        consumer_group=f"quix-{target}",
        auto_offset_reset="earliest",
        state_dir=folder,
        loglevel="WARNING",
    )
    frame = application.dataframe(application.topic(source, value_deserializer="json"))
    frame = frame.apply(_step(slope), stateful=True)
    frame.to_topic(application.topic(target, value_serializer="json"))
    application.run()


def _step(slope: str) -> Callable[[dict[str, Any], State], dict[str, Any]]:
    def step(block: dict[str, Any], state: State) -> dict[str, Any]:
        touched: dict[str, Points] = {}

        def points_of(name: str) -> Points:
            if name not in touched:
                touched[name] = state.get(name, [])
            return touched[name]

        result = assess(block, points_of, SLOPES[slope])
        for name, points in touched.items():
            state.set(name, points)
        return result

    return step


if __name__ == "__main__":
    main(*sys.argv[1:])
