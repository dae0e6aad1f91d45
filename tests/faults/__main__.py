"""``python -m tests.faults``: the fault harness, see docs/explanation/faults.md."""

import argparse
import asyncio
import logging
import os
import secrets
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from rich.console import Console

from tests.faults.forms import LONG, SHORT
from tests.faults.report import Report


def arguments() -> argparse.Namespace:
    """What the user wants."""
    short = os.environ.get("SHORT", "0") not in {"", "0"}
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="of an earlier run, to have its kills again")
    parser.add_argument("--kills", type=int, default=None, help="how many, on each log")
    parser.add_argument("--people", type=int, default=None, help="how many are told, each in two ways")
    parser.add_argument("--from", dest="start", help="when the flood begins: day of July 2021 and UTC, as '14 15:00'")
    parser.add_argument("--until", help="when it ends")
    parser.add_argument("--log", choices=sorted(LONG), action="append", help="only this one; else both in turn")
    parser.add_argument("--short", action="store_true", default=short, help="a few minutes only; so does SHORT=1")
    parser.add_argument("--keep", type=Path, help="folder for all files, which stay there")
    return parser.parse_args()


@contextmanager
def folder_of(keep: Path | None) -> Iterator[Path]:
    """Where everything is kept, for the time of the run or longer."""
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="floodbell-faults-") as folder:
        yield Path(folder)


def main() -> None:
    """Both logs, or one."""
    given = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the servers end with us, also when we are told to
    # What clients say while servers are away is no news here; the service's own logs lie in its folder.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    seed = secrets.randbelow(10**9) if given.seed is None else given.seed
    report = Report(Console(), seed)
    with folder_of(given.keep) as folder:
        for log in given.log or ["sqlite", "kafka"]:
            form = (SHORT if given.short else LONG)[log]
            wanted = {name: getattr(given, name) for name in ("start", "until", "people", "kills")}
            form = form._replace(**{name: value for name, value in wanted.items() if value is not None})
            asyncio.run(report.judge_all(form, folder / log, log))
    raise SystemExit(0 if report.end() else 1)


if __name__ == "__main__":
    main()
