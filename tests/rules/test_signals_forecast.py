"""Forecasts and chances of the compiled loop are those of ``rules.forecasts``, with models written by hand."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.advance import dump, load
from rules.forecasts import Model, Readings, chance, forecast
from rules.forecasts.parts import Trend
from sensors.readings import Series
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import RAIN, STAGE, asking, block, book_of, station, tell
from tests.rules.test_forecasts import SPREAD, raw

STEP = 5 * MINUTE_MS
ABOVE = Series("b", "stage")


def term(kind: str, series: Series, lag: int, span: int, coefficient: float) -> dict[str, object]:
    times = {"lag_ms": lag * STEP, "span_ms": span * STEP, "step_ms": STEP}
    return {"kind": kind, "station": series.station, "parameter": series.parameter, **times, "coefficient": coefficient}


def model(**changed: object) -> Model:
    """Half the own rise, that of the gauge above a while ago, and rain."""
    terms = [term("difference", STAGE, 0, 2, 0.5), term("difference", ABOVE, 3, 4, 0.8), term("depth", RAIN, 1, 6, 1.5)]
    lead = raw()["leads"][0] | {"features": terms, "intercept_cm": 0.25, "spread": SPREAD}
    return Model.load(json.dumps(raw() | {"station": "a", "step_ms": STEP, "floor_cm": 2.0, "leads": [lead]} | changed))


DAMPED = model(
    kind="damped",
    trend={"q": 100.0, "sigma_cm": 0.5, "phi": 0.7, "memory_ms": 3 * HOUR_MS},
    leads=[raw()["leads"][0] | {"features": [], "intercept_cm": 0.0}],
)
WANTED = asking("forecast(a, 60 min) cm", "chance(a, 60 min, 150 cm) %", "chance(a, 60 min, 20 cm) %")
STATIONS = {"a": station(), "b": station()}
MODELS = {"terms": model(), "damped": DAMPED}
BOOKS = {name: book_of(STATIONS, WANTED, models={"a": each}) for name, each in MODELS.items()}

#: which series, seconds since the reading before, tenths
walks = st.lists(
    st.tuples(st.sampled_from([STAGE, STAGE, ABOVE, RAIN]), st.integers(20, 400), st.integers(-30, 40)),
    min_size=10,
    max_size=120,
)


@pytest.mark.parametrize("kind", MODELS)
@settings(deadline=None, max_examples=60)
@given(walks)
def test_forecast_and_chance_are_those_of_plain_python(kind: str, steps: list[tuple[Series, int, int]]) -> None:
    told: dict[Series, tuple[list[int], list[float]]] = {each: ([], []) for each in (STAGE, ABOVE, RAIN)}
    readings, now, levels = [], 0, {STAGE: 500, ABOVE: 300}
    expected = {}
    for series, seconds, move in steps:
        now += seconds * 1000
        levels[series] = abs(move) if series == RAIN else levels[series] + move
        value = levels[series] / 10
        readings.append((series, (now, value)))
        told[series][0].append(now)
        told[series][1].append(value)
        if series == STAGE:
            said = forecast(MODELS[kind], HOUR_MS, {key: Readings(*each) for key, each in told.items()}, now)
            limits = (150, 20)
            chances = [None if said is None else 100 * chance(MODELS[kind], HOUR_MS, said, limit) for limit in limits]
            expected[now] = [None if said is None else said.cm, *chances]
    history = tell(BOOKS[kind], [block([each]) for each in readings]).history
    names = ("forecast_60min", "chance_60min_150cm", "chance_60min_20cm")
    for at, numbers in expected.items():
        signals = history[STAGE, at].signals
        assert [signals[name] for name in names] == [pytest.approx(each, abs=2e-6) for each in numbers]


def test_forecasts_are_known_at_all() -> None:
    """The property above would hold of models that never know anything."""
    readings = []
    for place in range(40):
        now = place * STEP
        readings += [(ABOVE, (now, 50.0 + place)), (RAIN, (now, 0.5)), (STAGE, (now, 100.0 + 2 * place))]
    for book in BOOKS.values():
        signals = tell(book, [block(readings)]).history[STAGE, 39 * STEP].signals
        assert signals["forecast_60min"] is not None
        assert signals["forecast_60min"] > 178
        assert signals["chance_60min_20cm"] == 99.5
    assert isinstance(DAMPED.trend, Trend)


def test_a_forecast_made_stays_as_it_was_made_when_the_gauge_above_reports_late() -> None:
    """It says what was known then; only a late reading of its own series has it worked out again."""
    early = [(each, (place * STEP, 10.0)) for place in range(12) for each in (RAIN, STAGE)]
    late = [(ABOVE, (place * STEP, 50.0 + place)) for place in range(12)]
    book = BOOKS["terms"]
    before = tell(book, [block(early)])
    after = tell(book, [block(early), block(late)])
    now = 11 * STEP
    assert before.history[STAGE, now].signals["forecast_60min"] is None
    assert after.history[STAGE, now] == before.history[STAGE, now]
    again = tell(book, [block([(STAGE, (now, 10.5))])], after.state)
    assert again.history[STAGE, now].signals["forecast_60min"] is not None


def test_under_edited_rules_a_forecast_is_known_at_once() -> None:
    """Whatever the order in which its series are taken over."""
    readings = []
    for place in range(40):
        now = place * STEP
        readings += [(ABOVE, (now, 50.0 + place)), (RAIN, (now, 0.5)), (STAGE, (now, 100.0 + 2 * place))]
    told = tell(BOOKS["terms"], [block(readings)])
    edited = book_of(
        STATIONS, WANTED, asking("max(a, 60 min) cm").model_copy(update={"zone": "hill"}), models={"a": model()}
    )
    fresh = tell(edited, [block(readings)])
    assert load(edited, dump(told.state)).arrays.now == pytest.approx(fresh.state.arrays.now, abs=2e-6, nan_ok=True)
