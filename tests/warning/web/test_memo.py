"""Nobody gets an old page because somebody else asked for it before."""

from collections.abc import Callable, Iterator

import pytest

from warning.web.live import LOOK_S, Changes
from warning.web.memo import Memo


@pytest.fixture
def make() -> Callable[[], str]:
    numbers: Iterator[int] = iter(range(100))
    return lambda: f"page {next(numbers)}"


def test_a_page_is_made_once_until_something_changes(make: Callable[[], str]) -> None:
    changes = Changes()
    memo = Memo(changes, clock=lambda: 0.0)
    changes.note()
    assert [memo.get("/de/", make), memo.get("/de/", make), memo.get("/en/", make)] == ["page 0", "page 0", "page 1"]
    changes.note()
    assert memo.get("/de/", make) == "page 2"


def test_a_page_is_not_kept_longer_than_the_looks_are_apart(make: Callable[[], str]) -> None:
    times = iter([0.0, LOOK_S, LOOK_S * 1.01, 9.0])
    changes = Changes()
    changes.note()
    memo = Memo(changes, clock=lambda: next(times))
    assert [memo.get("/de/", make), memo.get("/de/", make), memo.get("/de/", make)] == ["page 0", "page 0", "page 1"]


def test_nothing_is_kept_where_nobody_looks_for_changes(make: Callable[[], str]) -> None:
    memo = Memo(Changes())
    assert [memo.get("/de/", make), memo.get("/de/", make)] == ["page 0", "page 1"]
