"""What a checkpoint says when it is read back."""

from hypothesis import given
from hypothesis import strategies as st

from tests.warning.log.counting import KEYS, PARTITIONS
from warning.log.api import partition_of
from warning.log.ledger import Found, decode_state, encode_position, encode_state, find_position, position_key

KEY, OTHER = [key for key in KEYS if partition_of(key, PARTITIONS) == partition_of(KEYS[0], PARTITIONS)][:2]
PARTITION = partition_of(KEY, PARTITIONS)


def changelog(position: int, ledger: dict[str, int], stored: dict[str, int]) -> dict[bytes, bytes]:
    """The last value per key."""
    states = {key.encode(): encode_state(applied, b"state") for key, applied in stored.items()}
    return states | {position_key(PARTITION): encode_position(position, ledger)}


def test_nothing_was_ever_written() -> None:
    """There is no position to go on from."""
    assert find_position({}, PARTITION, PARTITIONS) == Found(None, {}, {}, ())


def test_a_crash_between_states_and_position() -> None:
    """States may be ahead of the position: what they include is skipped."""
    values = changelog(100, {KEY: 90}, {KEY: 120, OTHER: 110})
    found = find_position(values, PARTITION, PARTITIONS)
    assert (found.position, found.applied, found.overwritten) == (100, {KEY: 120, OTHER: 110}, ())


def test_a_state_overwritten_by_a_worker_that_woke_up() -> None:
    """The position falls back to the older state; the rest is applied again."""
    values = changelog(160, {KEY: 150, OTHER: 155}, {KEY: 100, OTHER: 155})
    found = find_position(values, PARTITION, PARTITIONS)
    assert (found.position, found.applied, found.overwritten) == (100, {KEY: 100, OTHER: 155}, (KEY,))


def test_a_position_overwritten_by_a_worker_that_woke_up() -> None:
    """States ahead of it skip what they include."""
    values = changelog(100, {KEY: 90}, {KEY: 150, OTHER: 155})
    found = find_position(values, PARTITION, PARTITIONS)
    assert (found.position, found.applied, found.overwritten) == (100, {KEY: 150, OTHER: 155}, ())


def test_a_state_that_has_vanished() -> None:
    """Everything is applied again; where the log no longer has it, the worker stops."""
    assert find_position(changelog(160, {KEY: 150}, {}), PARTITION, PARTITIONS) == Found(-1, {}, {}, (KEY,))


def test_keys_of_other_partitions_are_others_business() -> None:
    """The table may hold them too."""
    elsewhere = next(key for key in KEYS if partition_of(key, PARTITIONS) != PARTITION)
    values = changelog(160, {KEY: 150}, {KEY: 150, elsewhere: 3})
    assert find_position(values, PARTITION, PARTITIONS).applied == {KEY: 150}


@given(st.integers(-1, 2**40), st.binary(max_size=200))
def test_a_state_comes_back_as_it_was(applied: int, dumped: bytes) -> None:
    """With its offset."""
    assert decode_state(encode_state(applied, dumped)) == (applied, dumped)
