"""Rules that make no sense are refused before the water comes, each with its place and reason."""

from collections.abc import Mapping

import pytest

from rules.book import build
from rules.check_windows import MOST_POINTS_IN_A_CATCHMENT
from rules.checks import check, faults
from rules.spec import RuleSpec
from sensors.problems import Problem
from sensors.stations import Mark, Station
from sensors.units import Quantity
from tests.rules.bell import station
from tests.rules.ruling import level_1, ruled


def said(spec: RuleSpec, stations: Mapping[str, Station] | None = None) -> list[Problem]:
    return check(stations or {"a": station(), "b": station()}, [spec])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("stage(a) >= 700 cm", id="the highest the sensor measures"),
        pytest.param("stage(a) > -48 cm", id="all but the lowest"),
        pytest.param("rain(a, 60 min) >= 720 mm", id="twelve steps of 60 mm"),
        pytest.param("rise(a, 60 min) >= -900 cm/h", id="rates have no bounds"),
        pytest.param("stage(a) >= 100 cm and not (stage(a) >= 200 cm)", id="a band"),
        pytest.param("not silent(a) and stage(a) >= 1 cm", id="not silent"),
        pytest.param("silent(a) and stage(b) >= 1 cm", id="another gauge is silent"),
        pytest.param("silent(a) and rain(a, 60 min) >= 1 mm", id="another sensor is silent"),
        pytest.param("2 of (stage(a) >= 9 cm, stage(b) >= 9 cm, rain(a, 60 min) >= 1 mm)", id="two of three"),
        pytest.param("arriving(a, 60 min) >= high", id="arriving"),
        pytest.param("rain(a, 28680 min) >= 9 mm", id="all that is kept"),
        pytest.param("stage(a) >= high or suspect(b)", id="a truth"),
    ],
)
def test_sense_is_let_through(text: str) -> None:
    assert said(level_1(text)) == []


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        pytest.param("stage(a) >= 701 cm", 0, "can never be true: stage(a) is at most 700 cm", id="above the sensor"),
        pytest.param("stage(a) > 700 cm", 0, "can never be true", id="strictly above the highest"),
        pytest.param("silent(b) or max(a, 60 min) >= 8 m", 13, "can never be true", id="a maximum"),
        pytest.param("not arriving(a, 60 min) >= 8 m", 4, "can never be true", id="under not"),
        pytest.param("mean(a, 60 min) >= 8 m", 0, "can never be true", id="a mean"),
        pytest.param("discharge(a) >= 901 m3/s", 0, "is at most 900 m3/s", id="a discharge"),
        pytest.param("rain(a, 60 min) >= 721 mm", 0, "is at most 720 mm", id="more rain than the sensor can count"),
        pytest.param("stage(a) >= -50 cm", 0, "is always true: stage(a) is at least -50 cm", id="the lowest"),
        pytest.param("rain(a, 60 min) >= 0 mm", 0, "is always true", id="no rain"),
        pytest.param(
            "stage(a) >= 100 cm and not (stage(a) >= 50 cm)", 0, "can never be true, whatever", id="a contradiction"
        ),
        pytest.param("stage(a) >= 9 cm and not (stage(a) > 8 cm)", 0, "can never be true, whatever", id="no room"),
        pytest.param("silent(a) and stage(a) >= 9 cm", 0, "can never be true, whatever", id="silent, and measured"),
        pytest.param(
            "2 of (stage(a) >= 9 cm, not (stage(a) >= 9 cm), not (stage(a) >= 8 cm) and stage(a) >= 9 cm)",
            0,
            "can never be true, whatever",
            id="two of three that exclude each other",
        ),
        pytest.param("stage(a) >= 9 cm or not (stage(a) >= 99 cm)", 0, "is always true, whatever", id="always"),
        pytest.param("any of (suspect(a), not suspect(a))", 0, "is always true, whatever", id="always, by truths"),
        pytest.param("rain(a, 4 min) >= 9 mm", 0, "needs at least 5 min at a step of 5 min", id="less than a step"),
        pytest.param("max(a, 4 min) >= 9 cm", 0, "needs at least 5 min", id="a maximum of nothing"),
        pytest.param("arriving(a, 4 min) >= 9 cm", 0, "needs at least 5 min", id="arriving at once"),
        pytest.param("rise_low(a, 19 min) >= 9 cm/h", 0, "needs at least 20 min", id="a bound of too few readings"),
        pytest.param("rise(a, 19 min) >= 9 cm/h", 0, "needs at least 20 min", id="a slope of too few readings"),
        pytest.param(
            "mean(a, 43200 min) >= 9 cm",
            0,
            "looks back 43200 min, and at a step of 5 min no more than 28680 min are kept",
            id="longer than readings are kept",
        ),
        pytest.param("rain(a, 28685 min) >= 9 mm", 0, "no more than 28680 min", id="a step longer"),
        pytest.param("stage(c) >= 9 cm", 0, "no such station: c", id="unknown station"),
        pytest.param("silent(c) or stage(a) >= 9 cm", 0, "no such station: c", id="unknown station's silence"),
    ],
)
def test_nonsense_is_named_at_its_place(text: str, column: int, message: str) -> None:
    (problem,) = said(level_1(text))
    assert (problem.path, problem.column) == (("rules", 0, "level 1"), column)
    assert message in problem.message


def test_the_formula_for_staff_is_checked_as_the_levels_are() -> None:
    spec = ruled({"level 1": "stage(a) >= 9 cm", "staff": "stage(a) >= 8 m or silent(a)"})
    (problem,) = said(spec)
    assert problem.path == ("rules", 0, "staff")
    assert "can never be true" in problem.message
    (problem,) = said(ruled({"level 1": "stage(a) >= 9 cm", "staff": "silent(a) or stge(b) >= 1 cm"}))
    assert (problem.path, problem.column) == (("rules", 0, "staff"), 13)


def test_too_many_combinations_are_let_through() -> None:
    """Thirteen signals with two outcomes each are 8192 combinations; nothing is said of them."""
    windows = " or ".join(f"rain(a, {hours} h) >= 9 mm" for hours in range(1, 13))
    spec = level_1(f"{windows} or stage(a) >= 9 cm or not (stage(a) >= 9 cm)")
    assert said(spec) == []


@pytest.mark.parametrize(
    ("low", "high", "hidden"),
    [
        pytest.param("stage(a) >= 9 cm and stage(b) >= 9 cm", "stage(b) >= 8 cm", True, id="its lower bar"),
        pytest.param("stage(b) >= 9 cm", "stage(b) >= 8 cm and silent(a)", False, id="only if silent"),
        pytest.param("stage(a) >= 9 cm", "2 of (stage(a) >= 9 cm, stage(b) >= 9 cm)", False, id="two instead of one"),
        pytest.param("all of (stage(a) >= 9 cm, stage(b) >= 9 cm)", "any of (stage(a) >= 9 cm)", True, id="swapped"),
    ],
)
def test_a_level_that_never_shows_is_refused(low: str, high: str, hidden: bool) -> None:
    messages = [each.message for each in said(ruled({"level 1": low, "level 3": high}))]
    assert messages == (["never shows, because level 3 is true whenever it is"] if hidden else [])


@pytest.mark.parametrize(
    ("text", "signal", "band", "message"),
    [
        pytest.param("stage(a) >= 30 cm", "stage(a)", "80 cm", "30 less 80 is not above -50 cm", id="to the lowest"),
        pytest.param("stage(a) >= 30 cm", "stage(a)", "79 cm", None, id="a centimetre above it"),
        pytest.param("rain(a, 60 min) >= 5 mm", "rain(a, 60 min)", "5 mm", "never end", id="no rain is not below 0"),
        pytest.param("rise(a, 60 min) >= 5 cm/h", "rise(a, 60 min)", "50 cm/h", None, id="it may fall by any rate"),
    ],
)
def test_a_level_that_never_ends_is_refused(text: str, signal: str, band: str, message: str | None) -> None:
    problems = said(ruled({"level 1": text}, {signal: band}))
    assert [each.path for each in problems] == ([] if message is None else [("rules", 0, "hysteresis", signal)])
    assert all(message is not None and message in each.message for each in problems)


def test_truths_have_no_hysteresis_and_signals_for_staff_have_one() -> None:
    spec = ruled({"level 1": "stage(a) >= 9 cm", "staff": "silent(a)"}, {"silent(a)": "1 cm"})
    (problem,) = faults({"a": station()}, [spec])
    assert problem.message == "silent(a) is true or false by itself and has no hysteresis"
    bare = spec.model_copy(update={"staff": "max(a, 60 min) >= 9 cm", "hysteresis": {"stage(a)": Quantity(1, "cm")}})
    (problem,) = faults({"a": station()}, [bare])
    assert problem.message == "max(a, 60 min) has none: say how far below the limit it must fall"


def test_staff_alone_is_no_rule() -> None:
    (problem,) = faults({"a": station()}, [ruled({"staff": "silent(a)"})])
    assert problem.message == "no level has a formula"


def test_the_limit_of_a_chance_is_a_mark_of_its_station_in_cm() -> None:
    wet = Mark.model_validate({"value": "5 mm", "datum": "-", "source": "test", "valid_from": "2021-01-01"})
    home = station().model_copy(update={"marks": {**station().marks, "wet": wet}})
    spec = level_1("chance(a, 60 min, hihg) >= 50 % or chance(a, 60 min, wet) >= 50 %")
    messages = [each.message for each in faults({"a": home}, [spec])]
    assert messages == ["a has no mark hihg (did you mean high?)", "chance takes a stage in cm, and wet is in mm"]


@pytest.mark.parametrize(
    ("homes", "lost"),
    [
        pytest.param({"a": "wupper", "b": "wupper", "c": "rhine"}, ["c"], id="one apart from all others"),
        pytest.param({"a": "wupper", "b": "wupper", "c": "wupper"}, [], id="all together"),
        pytest.param({"a": "wupper", "b": "rhine"}, [], id="who could say which of two is wrong"),
        pytest.param({"a": "wupper", "b": "wupper", "c": "rhine", "d": "rhine"}, [], id="a river cut in two"),
    ],
)
def test_a_station_apart_from_all_others_of_its_river(homes: Mapping[str, str], lost: list[str]) -> None:
    stations = {name: station(catchment=home).model_copy(update={"river": "Wupper"}) for name, home in homes.items()}
    problems = check(stations, [level_1("stage(a) >= 9 cm")])
    assert [each.path for each in problems] == [("stations", name, "catchment") for name in lost]
    assert all("a, b of the same river Wupper lie in wupper, not in rhine" in each.message for each in problems)


@pytest.mark.parametrize(
    ("resolution", "refused"),
    [
        pytest.param(0.000001, True, id="as fine as no sensor is"),
        pytest.param(0.00001862, True, id="a little too fine"),
        pytest.param(0.00001863, False, id="just not too fine"),
    ],
)
def test_values_must_fit_into_four_bytes(resolution: float, refused: bool) -> None:
    """As whole numbers of the resolution, on both sides of zero."""
    home = station()
    sensor = home.sensors["discharge"].model_copy(
        update={
            "resolution": Quantity(resolution, "m3/s"),
            "span": (Quantity(-20_000, "m3/s"), Quantity(900, "m3/s")),
        }
    )
    spec = level_1("discharge(a) >= 500 m3/s")
    problems = said(spec, {"a": home.model_copy(update={"sensors": {**home.sensors, "discharge": sensor}})})
    assert [each.path for each in problems] == [("stations", "a", "sensors", "discharge", "resolution")] * refused
    assert all("too fine for values up to 20000 m3/s" in each.message for each in problems)


def test_a_catchment_is_too_large_when_its_plan_is() -> None:
    """Room is counted as the plan has it; what 24 h of one sensor need is not all that is kept."""
    spec = level_1("rain(a, 1440 min) >= 9 mm")
    room = int(build("t", {"a": station()}, [spec]).catchments["wupper"].plan.series["ring_size"].sum())
    most = MOST_POINTS_IN_A_CATCHMENT // room

    def stations(count: int) -> dict[str, Station]:
        return {f"a{place or ''}": station() for place in range(count)}

    every = [
        level_1(f"rain({name}, 1440 min) >= 9 mm").model_copy(update={"zone": name}) for name in stations(most + 1)
    ]
    assert check(stations(most), every[:-1]) == []
    (problem,) = check(stations(most + 1), every)
    assert problem.path == ("rules",)
    assert f"has to keep room for {(most + 1) * room} readings" in problem.message
