"""What a deliverer has begun to send and how it ended, in a file that outlives its process.

A row that a dead process had leased is in doubt only if it was in the air. The ledger cannot tell: what has begun
and what has ended reaches it with the next transaction. So each is a line here first, one write without a sync: what
a killed process has written stays in the memory of the machine. After another boot, on another disk or in a copy the
file says nothing, and all that was leased is in doubt.

Lines are left out or in doubt, never wrong: a row is sent only after its line has been written whole, and lines count
only with the one that says whose they are, which comes last whenever the file is made anew.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock

import msgspec
import structlog

from notifiers.ledger.outcomes import Outcome
from notifiers.ledger.tables import State

logger = structlog.get_logger()

NOT_BEGUN = "not sent, the sending process ended before"
LARGEST = 64 * 1024  # bytes of lines before those that are settled are left out

#: A row and the number of its attempt.
Key = tuple[int, int]


class _Line(msgspec.Struct, frozen=True, array_like=True):
    where: str  # boot and file
    holder: str  # the process, by the name that its leases carry


class _Kept(_Line, frozen=True, tag="kept"):
    """All that this process begins stands in this file."""


class _Begun(_Line, frozen=True, tag="begun"):
    row: int
    attempt: int
    reference: str = ""  # that a receipt would name


class _Ended(_Line, frozen=True, tag="ended"):
    outcome: Outcome


_LINE: msgspec.json.Decoder[_Kept | _Begun | _Ended] = msgspec.json.Decoder(_Kept | _Begun | _Ended)


@dataclass(frozen=True, slots=True)
class Became:
    """What a process that is dead now did with the rows that it had leased."""

    holder: str
    begun: Mapping[Key, str]  # with the reference that a receipt would name
    ended: Mapping[Key, Outcome]
    torn: bool  # the last line is not whole: it may be about any row

    def outcome(self, row: int, attempt: int, now: datetime) -> Outcome | None:
        """How the attempt ended, also where it never began; None where nobody can know."""
        key = row, attempt
        if key in self.ended:
            return self.ended[key]
        if key in self.begun or self.torn:
            return None
        return Outcome(row, attempt, State.QUEUED, now, NOT_BEGUN, now)


def what_became(content: bytes, where: str) -> Became | None:
    """What a journal tells; None if it is of another boot or file, spoilt, or does not say whose it is."""
    *whole, rest = content.split(b"\n")
    try:
        lines = [_LINE.decode(line) for line in whole]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    holders = {line.holder for line in lines}
    kept = any(isinstance(line, _Kept) for line in lines)
    if not kept or len(holders) != 1 or any(line.where != where for line in lines):
        return None
    begun: dict[Key, str] = {}
    ended: dict[Key, Outcome] = {}
    for line in lines:
        match line:
            case _Begun(row=row, attempt=attempt, reference=reference):
                begun[row, attempt] = reference
                ended.pop((row, attempt), None)
            case _Ended(outcome=outcome):
                ended[outcome.id, outcome.attempt] = outcome
    return Became(holders.pop(), begun, ended, torn=bool(rest))


class Journal:
    """The file of one deliverer, which nobody else can open meanwhile.

    Once a line could not be written it is ``failed`` for good: nothing is sent any more under the name that it was
    started with. A full disk must not stop a warning, so the deliverer goes on under another name, without a journal.
    """

    def __init__(self, file: int, largest: int = LARGEST) -> None:
        self.failed = False
        self._file = file
        self._largest = largest
        self._where = self._holder = ""
        self._open: dict[Key, bytes] = {}  # lines of what is not settled
        self._grown = 0  # bytes since the file was made anew
        self._lock = RLock()  # channels write from threads of their own

    def left(self, boot: str) -> Became | None:
        """What the predecessor did; to be asked before ``start``, which forgets it."""
        try:
            content = os.pread(self._file, os.fstat(self._file).st_size, 0)
            return what_became(content, self._place(boot))
        except OSError as error:
            logger.warning("delivery_journal_unreadable", reason=str(error))
            return None

    def start(self, boot: str, holder: str) -> None:
        """From here on it is the journal of this process."""
        with self._lock:
            self._where, self._holder = self._place(boot), holder
            self._anew()

    def begun(self, row: int, attempt: int, reference: str = "") -> bool:
        """Whether it stands there now. If not, the row must not be sent under its lease."""
        line = self._line(_Begun(self._where, self._holder, row, attempt, reference))
        with self._lock:
            self._open[row, attempt] = line
            return self._append(line)

    def ended(self, outcome: Outcome) -> None:
        """The channel has answered, or has not within its time."""
        line = self._line(_Ended(self._where, self._holder, outcome))
        with self._lock:
            self._open[outcome.id, outcome.attempt] = line
            self._append(line)

    def settled(self, outcomes: Iterable[Outcome]) -> None:
        """They stand in the ledger now. Nothing open: the file is emptied."""
        with self._lock:
            for outcome in outcomes:
                self._open.pop((outcome.id, outcome.attempt), None)
            if self._grown > (self._largest if self._open else 0):
                self._anew()

    def close(self) -> None:
        """Let somebody else have it."""
        with self._lock:
            self.failed = True
            os.close(self._file)

    def _place(self, boot: str) -> str:
        status = os.fstat(self._file)
        return f"{boot}:{status.st_dev}:{status.st_ino}"

    @staticmethod
    def _line(line: _Line) -> bytes:
        return msgspec.json.encode(line) + b"\n"

    def _anew(self) -> None:
        """Killed on the way, it leaves a file without the line that makes it count."""
        if self.failed:
            return
        try:
            os.ftruncate(self._file, 0)
        except OSError as error:
            self._fail(str(error))
            return
        self._append(b"".join(self._open.values()) + self._line(_Kept(self._where, self._holder)))
        self._grown = 0

    def _append(self, lines: bytes) -> bool:
        if self.failed:
            return False
        try:
            written = os.write(self._file, lines)
        except OSError as error:
            self._fail(str(error))
            return False
        self._grown += written
        if written < len(lines):
            self._fail("the disk is full")
        return not self.failed

    def _fail(self, reason: str) -> None:
        self.failed = True
        logger.warning("delivery_journal_failed", reason=reason)


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """The journal at this place, for one process at a time; the lock ends with the process, however it ends.

    Raises:
        OSError: another process has it, or it cannot be opened.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    journal = Journal(file)
    try:
        os.fchmod(file, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield journal
    finally:
        journal.close()
