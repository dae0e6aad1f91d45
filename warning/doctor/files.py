"""Log, ledger and history of a world: whole, writable, and of one age."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from warning.doctor import sqlite_file, stores
from warning.doctor.finding import Finding, Verdict, failed, good, warning
from warning.doctor.log_file import LogFile
from warning.doctor.reading import Bounds, Reader, beyond, forgotten
from warning.log.topics import WARNINGS
from warning.log.urls import parse_log_url
from warning.messages import StatusReport
from warning.stores import sqlite_schema
from warning.stores.reachable import DoesNotAnswer, history_positions, ledger_positions
from warning.world import World

OLDER = "the log is older than what was read from it: it was cut off, replaced or restored alone. Stop the service"
BEYOND = f"{OLDER}; docs/how-to/repair.md, “A log that is too old”"
FORGOTTEN = "what is not kept any more is lost to that reader; docs/how-to/repair.md, “A log that is too old”"


class Files:
    """The stores of one world. ``reports`` are the last ones of its processes, once ``findings`` has run."""

    def __init__(self, world: World, within_s: float) -> None:
        self.world = world
        self.reports: list[StatusReport] = []
        self._within_s = within_s
        self._log = parse_log_url(world.log)
        found = {
            "log": stores.log_file_of(world.log),
            "ledger": stores.file_of(world.ledger),
            "history": stores.file_of(world.history),
        }
        self.paths: dict[str, Path] = {name: path for name, path in found.items() if path is not None}

    def findings(self) -> list[Finding]:
        """About every file that there is, and how they fit together."""
        found: list[Finding] = []
        whole = set()
        for name, path in self.paths.items():
            if not path.exists():
                found.append(good(name, f"{path} does not exist yet"))
                continue
            writes = sqlite_file.can_write(name, path)
            inside = sqlite_file.integrity(name, path, self._within_s)
            found += [writes, inside] if writes.verdict is Verdict.FAILED else [inside]
            if inside.verdict is Verdict.GOOD:
                whole.add(name)
        if "history" in whole:
            found += self._version()
        found += self._servers()
        return [*found, *self._positions(whole)]

    def _version(self) -> Iterator[Finding]:
        found = sqlite_file.version("history", self.paths["history"], sqlite_schema.VERSION)
        if found.verdict is not Verdict.GOOD:
            yield found

    def _servers(self) -> Iterator[Finding]:
        """Stores that are no files; each is opened as the service opens it, for looking only."""
        asked: dict[str, tuple[str, Callable[[str], object], str]] = {
            "ledger": (self.world.ledger, ledger_positions, "its password"),
            "history": (self.world.history, history_positions, "its token"),
        }
        for name, (url, ask, secret) in asked.items():
            if name in self.paths:
                continue
            try:
                ask(url)
                yield good(name, "its server answers")
            except DoesNotAnswer as error:
                yield failed(name, str(error), f"start the server, or correct service.{name} and {secret}")

    def _positions(self, whole: set[str]) -> Iterator[Finding]:
        """Of an SQLite log; one that is damaged says nothing."""
        if "log" not in self.paths or ("log" not in whole and self.paths["log"].exists()):
            return
        try:
            readers = self.readers(whole)
            bounds, gaps = self._read_log(readers) if "log" in whole else ({}, [])
        except sqlite3.Error as error:
            yield warning("positions", f"not checked: {error}")
            return
        if ahead := beyond(readers, bounds):
            yield failed("positions", "; ".join(ahead), BEYOND)
        if behind := forgotten(readers, bounds):
            yield failed("positions", "; ".join(behind), FORGOTTEN)
        if gaps:
            yield failed("log", "; ".join(gaps), sqlite_file.RESTORE)
        if bounds and not (ahead or behind or gaps):
            said = f"{sum(len(each) for each in bounds.values())} partitions without a gap"
            yield good("positions", f"{said}; nobody has read what the log does not have")

    def readers(self, whole: set[str]) -> list[Reader]:
        """How far the stores are that are kept apart from the log. Raises sqlite3.Error."""
        found: list[Reader] = []
        if "ledger" in whole:
            found += stores.ledger_file_readers(self.paths["ledger"])
        elif "ledger" not in self.paths and self.world.ledger.startswith("postgresql"):
            with contextlib.suppress(DoesNotAnswer):  # told already
                found.append(Reader("ledger", WARNINGS, ledger_positions(self.world.ledger)))
        if "history" in whole:
            found += stores.history_file_readers(self.paths["history"])
        return found

    def bounds(self) -> Bounds:
        """How far the log goes. Raises sqlite3.Error."""
        with sqlite_file.opened(self.paths["log"]) as connection:
            return LogFile(connection, self._log.prefix).bounds()

    def _read_log(self, readers: list[Reader]) -> tuple[Bounds, list[str]]:
        """Adds the workers, whose positions stand in the log itself."""
        with sqlite_file.opened(self.paths["log"]) as connection:
            connection.execute("BEGIN")  # one state of the file, whoever writes meanwhile
            log = LogFile(connection, self._log.prefix)
            readers += log.workers()
            self.reports = log.reports()
            return log.bounds(), log.gaps()
