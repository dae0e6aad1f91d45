"""The product's worker with its assess stage. ``python -m bench.peers.ours LOG STATIONS PARTITIONS FOLDER``."""

import sys
from datetime import timedelta
from pathlib import Path

from bench.basin import FULL, basin
from sensors.units import MINUTE_MS
from warning.log.topics import topics
from warning.log.worker import Worker, WorkerSettings
from warning.stages import Assess

PER_CATCHMENT = 60


def main(log: str, stations: str, partitions: str, folder: str) -> None:
    """Work until told to stop."""
    book = basin(int(stations), 5 * MINUTE_MS, FULL, PER_CATCHMENT)
    count = int(partitions)
    settings = WorkerSettings(log, Path(folder), count, topics(count, timedelta(30), timedelta(30)))
    Worker(settings, [Assess(book, "bench")]).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
