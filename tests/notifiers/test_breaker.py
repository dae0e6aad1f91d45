"""When a provider is left alone, and when it is tried again."""

from hypothesis import given
from hypothesis import strategies as st

from notifiers.breaker import AT_LEAST, OPEN_S, PROBES, WITHIN_S, Breaker


def failing(number: int, well: int = 0) -> Breaker:
    breaker = Breaker()
    for turn in range(number + well):
        breaker.ended(0.0, failed=turn >= well)
    return breaker


def test_few_failures_say_nothing() -> None:
    assert failing(AT_LEAST - 1).places(16, 0, 0.0) == 16


def test_half_of_many_open_it() -> None:
    assert failing(AT_LEAST // 2, AT_LEAST // 2).places(16, 0, 1.0) == 0
    assert failing(AT_LEAST // 2 - 1, AT_LEAST // 2 + 1).places(16, 0, 1.0) == 16


def test_what_is_long_ago_does_not_count() -> None:
    breaker = failing(AT_LEAST - 1)
    breaker.ended(WITHIN_S + 1, failed=True)
    assert breaker.places(16, 0, WITHIN_S + 1) == 16


def test_three_probes_close_it() -> None:
    breaker = failing(AT_LEAST)
    assert breaker.places(16, 0, OPEN_S - 0.1) == 0
    assert [breaker.places(16, going, OPEN_S) for going in range(5)] == [PROBES, 2, 1, 0, 0]
    for left in (2, 1):
        breaker.ended(OPEN_S + 1, failed=False)
        assert breaker.places(16, 0, OPEN_S + 1) == left
    breaker.ended(OPEN_S + 1, failed=False)
    assert breaker.places(16, 0, OPEN_S + 1) == 16


def test_a_failing_probe_opens_it_again() -> None:
    breaker = failing(AT_LEAST)
    breaker.ended(OPEN_S, failed=False)
    breaker.ended(OPEN_S, failed=True)
    breaker.ended(OPEN_S + 1, failed=False)  # the third probe, of before
    assert breaker.places(16, 0, 2 * OPEN_S - 0.1) == 0
    assert breaker.places(16, 0, 2 * OPEN_S) == PROBES


def test_what_was_on_its_way_when_it_opened_is_no_probe() -> None:
    breaker = failing(AT_LEAST)
    for _ in range(PROBES):
        breaker.ended(1.0, failed=False)
    assert breaker.places(16, 0, 2.0) == 0


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(0, 20), st.booleans())))
def test_it_never_stays_shut(events: list[tuple[float, int, bool]]) -> None:
    """Whatever happened: once all has been answered and some time has passed, something may go out."""
    breaker, now = Breaker(), 0.0
    for passed, wanted, failed in events:
        now += passed
        may = breaker.places(wanted, 0, now)
        assert 0 <= may <= wanted
        for _ in range(may):
            breaker.ended(now, failed=failed)
    assert breaker.places(16, 0, now + OPEN_S) > 0
