"""What a journal tells after its process died, at whatever byte."""

import os
import resource
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.journal import NOT_BEGUN, Became, Journal, Key, open_journal, what_became
from notifiers.ledger.outcomes import Outcome
from notifiers.ledger.tables import State
from tests.notifiers.samples import NOON

ROWS = 5
ENDS = (State.ACCEPTED, State.QUEUED, State.DEAD, State.UNKNOWN)


def outcome(row: int, attempt: int, state: State = State.ACCEPTED) -> Outcome:
    due = NOON if state in (State.QUEUED, State.UNKNOWN) else None
    return Outcome(row, attempt, state, NOON, f"»{state}«\n", due)


class Truth:
    """A deliverer that leases, begins, ends and settles, and what a journal may say of it at any moment."""

    def __init__(self, folder: Path, largest: int) -> None:
        self.path = folder / "delivery.journal"
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self.journal = Journal(file, largest)
        self.leased: dict[int, int] = {}  # row → attempt
        self.attempts: dict[int, int] = {}
        self.sent: set[Key] = set()
        self.ended: dict[Key, Outcome] = {}
        status = os.fstat(file)
        self.where = f"boot:{status.st_dev}:{status.st_ino}"

    def step(self, row: int, state: State) -> None:
        """The row's next event; a kill at any byte of what it writes must leave no lie."""
        attempt = self.leased.get(row)
        if attempt is None:
            self.attempts[row] = self.leased[row] = self.attempts.get(row, 0) + 1
            self.check(self.path.read_bytes(), exact=True)
            return
        before, key = self.path.read_bytes(), (row, attempt)
        if key not in self.sent:
            assert self.journal.begun(row, attempt)
            self.die(before)  # before it is sent: nothing is in the air yet
            self.sent.add(key)
        elif key not in self.ended:
            self.ended[key] = outcome(row, attempt, state)
            self.journal.ended(self.ended[key])
            self.die(before)
        else:
            del self.leased[row]
            self.journal.settled([self.ended[key]])
            self.die(before)
        self.check(self.path.read_bytes(), exact=True)

    def die(self, before: bytes) -> None:
        """Everything that a kill can have left of the last write."""
        after = self.path.read_bytes()
        kept = before if after.startswith(before) else b""
        for content in (before, *(after[:cut] for cut in range(len(kept), len(after) + 1))):
            self.check(content)

    def check(self, content: bytes, *, exact: bool = False) -> None:
        became = what_became(content, self.where)
        assert became is not None or not exact
        for row, attempt in self.leased.items() if became else ():
            assert became is not None
            self.check_row(became, row, attempt, exact=exact)

    def check_row(self, became: Became, row: int, attempt: int, *, exact: bool) -> None:
        told = became.outcome(row, attempt, NOON)
        if told is None:
            in_the_air = (row, attempt) in self.sent and (row, attempt) not in self.ended
            assert in_the_air or not exact
        elif told.reason == NOT_BEGUN:
            assert told.state is State.QUEUED
            assert (row, attempt) not in self.sent
        else:
            assert told == self.ended[row, attempt]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, ROWS), st.sampled_from(ENDS)), max_size=40),
    st.sampled_from([1, 400, 10**6]),
)
def test_no_kill_at_any_byte_makes_it_lie(steps: list[tuple[int, State]], largest: int) -> None:
    """What was sent never counts as not begun, and what ended is told as it ended."""
    with tempfile.TemporaryDirectory() as folder:
        truth = Truth(Path(folder), largest)
        truth.journal.start("boot", "one")
        for row, state in steps:
            truth.step(row, state)
        truth.journal.close()


@given(st.binary(max_size=200))
def test_anything_else_tells_nothing(content: bytes) -> None:
    assert what_became(content, "boot:1:1") is None


@contextmanager
def started(path: Path, holder: str = "one", boot: str = "boot") -> Iterator[Journal]:
    with open_journal(path) as journal:
        journal.start(boot, holder)
        yield journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "delivery.journal"


def test_another_boot_or_a_copy_tells_nothing(path: Path) -> None:
    with started(path) as journal:
        journal.begun(1, 1)
    with open_journal(path) as journal:
        assert journal.left("another boot") is None
        assert journal.left("boot") is not None
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    with open_journal(copy) as journal:
        assert journal.left("boot") is None


def test_lines_of_two_processes_tell_nothing(path: Path) -> None:
    with started(path) as journal:
        journal.begun(1, 1)
    first = path.read_bytes()
    with started(path, "two") as journal:
        journal.begun(2, 1)
    with path.open("ab") as file:
        file.write(first)
    with open_journal(path) as journal:
        assert journal.left("boot") is None


def test_a_torn_line_may_be_about_any_row(path: Path) -> None:
    with started(path) as journal:
        journal.begun(1, 1)
        journal.ended(outcome(1, 1))
        journal.begun(2, 1)
    path.write_bytes(path.read_bytes()[:-3])
    with open_journal(path) as journal:
        became = journal.left("boot")
    assert became is not None
    assert became.outcome(1, 1, NOON) == outcome(1, 1)
    assert became.outcome(2, 1, NOON) is None
    assert became.outcome(3, 1, NOON) is None


def test_one_process_has_it_at_a_time_and_its_owner_reads_it_alone(path: Path) -> None:
    with started(path):
        with pytest.raises(BlockingIOError), open_journal(path):
            pass
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with open_journal(path):
        pass


def test_it_is_empty_when_nothing_is_open_and_never_large(path: Path) -> None:
    with started(path) as journal:
        bare = path.stat().st_size
        journal.begun(0, 1)
        for row in range(1, 2000):
            journal.begun(row, 1)
            journal.ended(outcome(row, 1))
            journal.settled([outcome(row, 1)])
            assert path.stat().st_size < 70_000
        journal.settled([outcome(0, 1)])
        assert path.stat().st_size == bare


@pytest.mark.usefixtures("capsys")  # what is printed meanwhile goes into no file
def test_a_line_of_which_a_part_fits_fails_for_good(path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with started(path) as journal:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, hard))
        try:
            assert not journal.begun(1, 1)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert not journal.begun(2, 1)
        journal.ended(outcome(1, 1))
        journal.settled([outcome(1, 1)])
    with open_journal(path) as journal:
        became = journal.left("boot")
    assert became is not None
    assert became.torn


def test_nothing_is_written_after_it_was_closed(path: Path) -> None:
    """Its number may be another file's by then."""
    with started(path) as journal:
        pass
    assert not journal.begun(1, 1)
