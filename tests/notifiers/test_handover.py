"""What stands in the journal of an attempt, whatever happens in which order."""

import os
from pathlib import Path

import pytest

from notifiers.channels.api import NotHandedOver
from notifiers.handover import WrittenHandover
from notifiers.journal import Became, open_journal
from notifiers.ledger.outcomes import Outcome
from notifiers.ledger.tables import State
from tests.notifiers.samples import NOON

ACCEPTED = Outcome(1, 1, State.ACCEPTED, NOON)
UNKNOWN = Outcome(1, 1, State.UNKNOWN, NOON, "no answer within 20 s", NOON)


def handover() -> WrittenHandover:
    return WrittenHandover(1, 1, None, lambda: NOON)


def test_given_up_it_cannot_begin() -> None:
    late = handover()
    assert not late.give_up()
    with pytest.raises(NotHandedOver, match="given up"):
        late.begins()


def test_given_up_on_the_way_it_may_have_arrived() -> None:
    slow = handover()
    slow.begins()
    assert slow.give_up()


def test_accepted_it_stays_accepted() -> None:
    """The attempt's time may run out while the server says good-bye."""
    done = handover()
    done.begins()
    done.accepted()
    assert done.ends(UNKNOWN) == ACCEPTED


def test_a_channel_that_never_says_that_it_begins_is_at_fault() -> None:
    with pytest.raises(RuntimeError, match="never said"):
        handover().accepted()


def left(path: Path) -> Became:
    with open_journal(path) as next_one:
        became = next_one.left("boot 1")
    assert became is not None
    return became


def test_acceptance_stands_there_at_once(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal") as journal:
        journal.start("boot 1", "deliverer")
        attempt = WrittenHandover(1, 1, journal, lambda: NOON)
        attempt.begins()
        attempt.accepted()
    assert left(tmp_path / "journal").outcome(1, 1, NOON) == ACCEPTED


def test_what_did_not_begin_may_go_out_again(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal") as journal:
        journal.start("boot 1", "deliverer")
        WrittenHandover(1, 1, journal, lambda: NOON)
    became = left(tmp_path / "journal").outcome(1, 1, NOON)
    assert became is not None
    assert became.state is State.QUEUED


def test_without_a_line_it_may_not_begin(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal") as journal:
        journal.start("boot 1", "deliverer")
        full = os.open("/dev/full", os.O_RDWR)
        os.dup2(full, journal._file)
        os.close(full)
        attempt = WrittenHandover(1, 1, journal, lambda: NOON)
        with pytest.raises(NotHandedOver, match="journal"):
            attempt.begins()
        assert not attempt.give_up()
