"""Against a record: levels that hardly ever end are named."""

import pytest

from rules.checks import seldom_clear
from sensors.readings import Series
from tests.rules.bell import station
from tests.rules.ruling import ruled

USUAL = {Series("a", "stage"): 60.0, Series("a", "discharge"): 20.0, Series("a", "rain"): 5.0}


@pytest.mark.parametrize(
    ("text", "band", "message"),
    [
        pytest.param("stage(a) >= 75 cm", "15 cm", None, id="ends at the quantile"),
        pytest.param("stage(a) >= 75 cm", "16 cm", "below 59 cm, and a tenth of the record lies above 60", id="in it"),
        pytest.param("discharge(a) >= 20 m3/s", "1 m3/s", "ends below 19 m3/s", id="a discharge"),
        pytest.param("max(a, 60 min) >= 60 cm", "1 cm", "ends below 59 cm", id="a maximum is higher still"),
        pytest.param("2 of (silent(a), stage(a) >= 60 cm)", "1 cm", "stage(a) >= 60 cm would hardly", id="in a list"),
        pytest.param("not (stage(a) >= 60 cm)", "1 cm", None, id="falling water"),
        pytest.param("not not (stage(a) >= 60 cm)", "1 cm", "hardly ever", id="rising water, written oddly"),
        pytest.param("rain(a, 60 min) >= 5 mm", "4 mm", None, id="rain over an hour is not rain per step"),
        pytest.param("rise(a, 60 min) >= 9 cm/h", "8 cm/h", None, id="a rate is no stage"),
        pytest.param("stage(b) >= 60 cm", "9 cm", None, id="not in the record"),
        pytest.param("stage(a) >= nonsense", "9 cm", None, id="no such mark"),
    ],
)
def test_a_level_that_hardly_ever_ends(text: str, band: str, message: str | None) -> None:
    spec = ruled({"level 2": text})
    spec = ruled({"level 2": text}, dict.fromkeys(spec.hysteresis, band))
    problems = seldom_clear({"a": station(), "b": station()}, [spec], USUAL)
    assert [each.path for each in problems] == ([] if message is None else [("rules", 0, "level 2")])
    assert all(message is not None and message in each.message for each in problems)


def test_staff_may_be_called_as_often_as_they_like() -> None:
    assert (
        seldom_clear({"a": station()}, [ruled({"level 1": "stage(a) >= 2 m", "staff": "stage(a) >= 9 cm"})], USUAL)
        == []
    )


def test_the_place_is_that_of_the_comparison() -> None:
    (problem,) = seldom_clear({"a": station()}, [ruled({"level 1": "stage(a) >= 2 m or stage(a) >= 9 cm"})], USUAL)
    assert problem.column == len("stage(a) >= 2 m or ")
