"""When failures at the desk's door call somebody."""

from collections import Counter

import pytest

from tests.warning.accounts.clock import Time, time
from warning.accounts.alarm import Alarm

__all__ = ["time"]


def rings(alarm: Alarm, time: Time, names: list[str], every_s: float) -> list[int]:
    """After how many failures it calls."""
    found = []
    for number, name in enumerate(names, 1):
        if alarm.failed(name) is not None:
            found.append(number)
        time.now += every_s
    return found


@pytest.mark.parametrize(
    ("names", "every_s", "expected"),
    [
        pytest.param(["anna"] * 12, 60, [10], id="ten at one name"),
        pytest.param(["anna", "berta", "carl", "dora", ""] * 6, 60, [30], id="a few at each of many"),
        pytest.param(["anna"] * 40, 401, [], id="people mistype all day"),
        pytest.param(["anna"] * 200, 60, [10, 70, 130, 190], id="once an hour, however long it goes on"),
    ],
)
def test_it_calls_for_many_and_seldom(time: Time, names: list[str], every_s: float, expected: list[int]) -> None:
    assert rings(Alarm(time), time, names, every_s) == expected


def test_it_says_whose_and_how_many(time: Time) -> None:
    alarm = Alarm(time)
    assert [alarm.failed(name) for name in ["berta", *["anna"] * 9]] == [None] * 10
    assert alarm.failed("anna") == Counter(anna=10, berta=1)


def test_what_nobody_could_be_told_is_told_with_the_next_one(time: Time) -> None:
    alarm = Alarm(time)
    rings(alarm, time, ["anna"] * 10, 1)
    assert alarm.failed("anna") is None
    alarm.unheard()
    assert alarm.failed("anna") is not None
