"""Rules that cannot be used are refused with every reason; a book changes its version with its content."""

import pytest

from rules.book import RuleErrors, build
from rules.checks import check
from rules.spec import RuleSpec
from rules.standard import Wanted
from sensors.units import MINUTE_MS
from tests.rules.bell import LEVELS, book_of, rule, station

H = 60 * MINUTE_MS


@pytest.mark.parametrize(
    ("spec", "path", "column", "message"),
    [
        pytest.param(
            rule({"level 1": "stage(b) >= 1 cm or stage(aa) >= 1 cm"}, {"stage(b)": "1 cm", "stage(aa)": "1 cm"}),
            ("rules", 0, "level 1"),
            20,
            "no such station: aa (did you mean a?)",
            id="unknown station",
        ),
        pytest.param(
            rule({"level 1": "stage(a) >= hihg"}),
            ("rules", 0, "level 1"),
            12,
            "a has no mark hihg (did you mean high?)",
            id="unknown mark",
        ),
        pytest.param(
            rule({"level 1": "discharge(a) >= high"}, {"discharge(a)": "1 m3/s"}),
            ("rules", 0, "level 1"),
            16,
            "discharge is compared in m3/s, and high is in cm",
            id="a mark of another quantity",
        ),
        pytest.param(
            rule({"level 1": "stage(a) >= 1 cm", "level 2": "stage(a) >= "}),
            ("rules", 0, "level 2"),
            11,
            "ends too early",
            id="a formula that cannot be read",
        ),
        pytest.param(
            rule({"level 1": "stage(a) >= 1 cm or stage(far) >= 1 cm"}, {"stage(a)": "1 cm", "stage(far)": "1 cm"}),
            ("rules", 0),
            0,
            "must lie in one catchment, not in rhine, wupper",
            id="two catchments",
        ),
        pytest.param(
            rule(LEVELS, {"rise(a, 60 min)": "1 cm/h"}),
            ("rules", 0, "hysteresis"),
            0,
            "stage(a) has none",
            id="no hysteresis",
        ),
        pytest.param(
            rule(LEVELS, {"stage(a)": "1 cm", "stage(aa)": "1 cm"}),
            ("rules", 0, "hysteresis", "stage(aa)"),
            0,
            "no formula of this rule uses it (did you mean stage(a)?)",
            id="hysteresis for nothing",
        ),
        pytest.param(
            rule(LEVELS, {"stage(a)": "1 cm/h"}),
            ("rules", 0, "hysteresis", "stage(a)"),
            0,
            "stage is compared in cm, not cm/h",
            id="hysteresis in another unit",
        ),
        pytest.param(
            rule(LEVELS, {"stage(a)": "-1 cm"}),
            ("rules", 0, "hysteresis", "stage(a)"),
            0,
            "must not be negative",
            id="negative hysteresis",
        ),
        pytest.param(
            rule({"level 1": "stage(a) >= 224 cm", "level 3": "rain(a, 60 min) >= 9 mm or stage(a) >= high"}),
            ("rules", 0, "level 3"),
            0,
            "must have a higher limit than level 1: 224 is not above 224",
            id="levels that do not rise",
        ),
        pytest.param(rule({}, {}), ("rules", 0), 0, "no level has a formula", id="nothing to go by"),
    ],
)
def test_unusable_rule_is_refused(spec: RuleSpec, path: tuple[str | int, ...], column: int, message: str) -> None:
    stations = {"a": station(), "b": station(), "far": station(catchment="rhine")}
    with pytest.raises(RuleErrors) as errors:
        build("testcity", stations, [spec])
    assert any(
        each.path == path and each.column == column and message in each.message for each in errors.value.problems
    ), errors.value.problems


def test_all_mistakes_are_told_at_once() -> None:
    broken = [rule({"level 1": "stage(x) >= 1 cm", "level 2": "stag(a) >= 1 cm"}), rule(), rule()]
    with pytest.raises(RuleErrors) as errors:
        build("testcity", {"a": station()}, broken)
    said = [each.message for each in errors.value.problems]
    for part in ("no such station: x", "there is no stag", "a second rule for town and flood"):
        assert any(part in message for message in said)


def test_a_slope_over_too_few_steps_is_refused_by_check_but_unknown_in_a_coarse_record() -> None:
    steep = rule({"level 1": "rise(a, 60 min) >= 30 cm/h"}, {"rise(a, 60 min)": "10 cm/h"})
    problems = check({"a": station("30 min")}, [steep])
    assert [each.message for each in problems] == ["rise(a, 60 min) needs at least 120 min at a step of 30 min"]
    assert check({"a": station("15 min")}, [steep]) == []
    assert book_of(steep, step="30 min").catchments["wupper"].series["a/stage"].trend is not None


def test_what_is_said_about_a_faulty_station_waits() -> None:
    spec = rule({"level 1": "stage(gone) >= high"}, {"stage(gone)": "1 cm"})
    assert check({"a": station()}, [spec], absent={"gone"}) == []


@pytest.mark.parametrize(
    ("step", "rise", "column"),
    [
        pytest.param("5 min", [Wanted("rise", H)], ("rise_60min",), id="quick sensor"),
        pytest.param("30 min", [Wanted("rise", 2 * H)], ("rise_120min",), id="slow sensor"),
        pytest.param("60 min", [], (), id="too slow for a slope"),
    ],
)
def test_pages_get_their_signals_without_any_rule(step: str, rise: list[Wanted], column: tuple[str, ...]) -> None:
    series = book_of(step=step).catchments["wupper"].series
    assert list(series["a/stage"].slots) == rise
    assert series["a/stage"].columns == column
    assert series["a/stage"].trend == (1 if rise else None)
    assert series["b/rain"].columns == ("rain_60min", "rain_60min_coverage")
    assert series["b/discharge"].columns == ()


def test_windows_that_no_message_could_carry_are_refused() -> None:
    long = rule({"level 1": "rain(a, 48 h) >= 90 mm"}, {"rain(a, 48 h)": "5 mm"})
    assert check({"a": station("5 min")}, [long]) == []
    problems = check({"a": station("2 s")}, [long])
    assert ["shorten windows" in each.message for each in problems] == [True]


def test_version_changes_with_the_content_only() -> None:
    version = book_of(rule()).version
    assert book_of(rule()).version == version
    assert book_of(rule({**LEVELS, "level 3": "stage(a) >= 301 cm"})).version != version
    assert book_of(rule(hysteresis={"stage(a)": "14 cm"})).version != version
    assert book_of(rule(), step="10 min").version != version


def test_limits_in_metres_are_the_same_limits() -> None:
    atoms = book_of(rule({"level 1": "stage(a) >= 2.24 m"})).catchments["wupper"].atoms
    assert [(atom.limit, atom.off) for atom in atoms] == [(224.0, 209.0)]
