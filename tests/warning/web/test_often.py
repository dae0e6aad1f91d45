"""How often a place on the net has asked: bounded in memory, and nobody gets more by having more addresses."""

import pytest
from fastapi import HTTPException, Request

from warning.web.often import Bounds, Often, place_of


def test_places_are_counted_in_bounded_memory() -> None:
    now = [0.0]
    often = Often(10, 60.0, lambda: now[0])
    assert [often.count("a") for _ in range(11)] == [0] * 10 + [60]
    assert often.count("b") == 0
    now[0] = 61.0
    assert often.count("a") == 0
    for number in range(5000):
        often.count(str(number))
    assert len(often._seen) == 1024


def test_all_places_together_are_bounded_too() -> None:
    bounds = Bounds(Often(2, 60.0), Often(3, 60.0))

    def asks(place: str) -> int:
        scope = {"type": "http", "client": (place, 1), "headers": []}
        try:
            bounds.keep(Request(scope))
        except HTTPException as error:
            return error.status_code
        return 200

    assert [asks("192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert [asks("192.0.2.2") for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_one_connection_to_the_net_is_one_place(address: str, place: str) -> None:
    assert place_of(address) == place
