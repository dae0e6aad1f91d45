"""Run all benches, or those named: ``python -m bench [NAME …]``."""

import json
import logging
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.result import Result

BENCHES = ("start", "log", "ingest", "draft", "archive", "live", "history", "fanout", "feed", "pages", "paint")
RESULTS = Path(__file__).parent / "results.json"
PACKAGES = (
    "faust-streaming", "aiokafka", "paho-mqtt", "iotcore", "numpy", "numba", "msgspec", "sqlalchemy",
    "polars", "pandas", "fastapi", "uvicorn", "httptools", "flask", "gunicorn",
)  # fmt: skip
PEERS = Path(__file__).parent / "peers" / "requirements.txt"


def main(names: list[str]) -> int:
    """Measure, print a table, keep the figures of what was not measured this time."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"unknown bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a topic's leader is elected while we look on
    results: list[Result] = []
    for name in names or BENCHES:
        results += import_module(f"bench.{name}").run()
    show(results)
    keep(results)
    return 0


def show(results: list[Result]) -> None:
    """The table people read."""
    table = Table("Bench", "Ours", "Peer", "Ratio", "Unit", "Notes")
    for result in results:
        peer = _number(result.peer) if result.peer is not None else "–"
        ratio = f"{result.ratio:.2f}" if result.ratio is not None else "–"
        table.add_row(result.name, _number(result.ours), peer, ratio, result.unit, result.notes)
    Console().print(table)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def keep(results: list[Result]) -> None:
    """Write ``results.json``; a bench that did not run keeps its last figures."""
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    peers = dict(line.split("==") for line in PEERS.read_text().split() if "==" in line)
    versions = (
        {name: metadata.version(name) for name in PACKAGES}
        | peers
        | {
            "python": platform.python_version(),
            "machine": f"{platform.machine()}, {platform.system()}, {os.cpu_count()} cores",
        }
    )
    measured_at = datetime.now(UTC).isoformat(timespec="seconds")
    fresh = [result.as_dict() | {"versions": versions, "measured_at": measured_at} for result in results]
    names = {result.name for result in results}
    rows = [row for row in before if row["name"] not in names] + fresh
    RESULTS.write_text(json.dumps(sorted(rows, key=lambda row: str(row["name"])), indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
