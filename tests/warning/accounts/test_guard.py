"""How often one may try."""

import pytest

from tests.warning.accounts.clock import Time, time
from warning.accounts.events import is_told
from warning.accounts.guard import REMEMBERED, Guard
from warning.web.often import place_of

__all__ = ["time"]

DAY_S = 86_400.0


@pytest.fixture
def guard(time: Time) -> Guard:
    return Guard({"anna", "berta"}, time)


def let_through(guard: Guard, time: Time, seconds: float, address: str = "") -> int:
    """How many tries get through to somebody who never stops, from ever new networks."""
    count, end = 0, time.now + seconds
    number = 0
    while time.now < end:
        number += 1
        came = guard.password("anna", "", address or f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        count += not came.wait_s
        time.now += came.wait_s or 0.01
    return count


def test_the_first_tries_are_free_and_then_waits_double() -> None:
    time = Time()
    guard = Guard({"anna"}, time)
    waits = []
    for _ in range(20):
        came = guard.password("anna", "", "192.0.2.1")
        if came.wait_s:
            waits.append(came.wait_s)
            time.now += came.wait_s
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128]


def test_a_botnet_gets_a_hundred_tries_a_day(guard: Guard, time: Time) -> None:
    assert let_through(guard, time, DAY_S) < 120


def test_a_name_of_nobody_waits_as_long(time: Time) -> None:
    guard = Guard({"anna"}, time)
    said = [[guard.password(person, "", f"10.0.{n}.1").wait_s for n in range(9)] for person in ("anna", "nobody")]
    assert said[0] == said[1] == [0] * 5 + [1] * 4


def test_one_network_may_not_go_through_all_names(guard: Guard) -> None:
    came = [guard.password(f"name{number}", "", place_of(f"2001:db8:0:1::{number:x}")).wait_s for number in range(40)]
    assert came.count(0) == 30
    assert not guard.password("name", "", place_of("2001:db8:0:2::1")).wait_s


def test_tries_that_come_at_the_same_time_are_counted_before_they_are_looked_at(guard: Guard) -> None:
    begun = [guard.password("anna", "", "192.0.2.1") for _ in range(50)]
    assert sum(not one.wait_s for one in begun) == 5


def test_who_is_attacked_gets_in_from_a_known_browser(guard: Guard, time: Time) -> None:
    let_through(guard, time, 600)
    guard.password("anna", "", "192.0.2.1")  # however the ten minutes ended
    assert guard.password("anna", "", "198.51.100.7").wait_s
    assert not guard.password("anna", "mark", "198.51.100.7").wait_s
    assert [attack.person for attack in guard.attacks()] == ["anna"]
    time.now += 3601
    assert guard.attacks() == []


def test_a_stolen_mark_is_soon_worth_nothing(guard: Guard, time: Time) -> None:
    tries = 0
    while guard.knows("mark"):
        came = guard.password("anna", "mark", "192.0.2.1")
        tries += not came.wait_s
        time.now += came.wait_s
    assert tries == 10
    assert not guard.knows("")


def test_what_was_good_is_not_counted(guard: Guard) -> None:
    for _ in range(100):
        came = guard.password("anna", "", "192.0.2.1")
        assert not came.wait_s
        came.was_good()


def test_strangers_cannot_use_up_the_codes_of_who_has_the_password(guard: Guard, time: Time) -> None:
    let_through(guard, time, 600)
    assert not guard.code("anna", "", "198.51.100.7").wait_s
    assert sum(not guard.code("anna", "", f"10.0.0.{number}").wait_s for number in range(20)) == 4


def test_many_names_take_bounded_memory_and_push_no_person_out(guard: Guard, time: Time) -> None:
    for _ in range(6):
        guard.password("anna", "", "192.0.2.1")
    for number in range(3 * REMEMBERED):
        guard.password(f"name{number}", "", f"10.{number >> 8 & 255}.{number & 255}.1")
    assert guard.password("anna", "", "198.51.100.7").wait_s
    assert len(guard._names._others) == len(guard._networks._others) == REMEMBERED


def test_an_attack_of_any_length_makes_few_lines() -> None:
    assert [count for count in range(100_000) if is_told(count)] == [5 * 2**power for power in range(15)]
