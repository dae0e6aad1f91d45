"""Formulas are read with their units, and every mistake is shown at its place."""

import pytest

from rules.formula import And, Atom, Or, Signal
from rules.language import FormulaError, parse, parse_signal
from sensors.units import MINUTE_MS, Quantity

STAGE = Signal("stage", "a")
RISE = Signal("rise", "a", 120 * MINUTE_MS)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        pytest.param("stage(a) >= 224 cm", Atom(STAGE, ">=", Quantity(224, "cm")), id="a quantity"),
        pytest.param("stage(a) > 2.24 m", Atom(STAGE, ">", Quantity(224, "cm")), id="strictly, in metres"),
        pytest.param("stage(a)>=hq-frequent", Atom(STAGE, ">=", "hq-frequent"), id="a mark"),
        pytest.param("stage(a) >= -20 cm", Atom(STAGE, ">=", Quantity(-20, "cm")), id="below gauge zero"),
        pytest.param("rise( a ,2 h ) >= 30 cm/h", Atom(RISE, ">=", Quantity(30, "cm/h")), id="white space and hours"),
        pytest.param(
            "stage(a) >= x or rise(a, 120 min) >= 30 cm/h and stage(a) >= y",
            Or((Atom(STAGE, ">=", "x"), And((Atom(RISE, ">=", Quantity(30, "cm/h")), Atom(STAGE, ">=", "y"))))),
            id="and binds closer than or",
        ),
        pytest.param(
            "(stage(a) >= x or stage(a) >= y) and stage(a) >= z",
            And((Or((Atom(STAGE, ">=", "x"), Atom(STAGE, ">=", "y"))), Atom(STAGE, ">=", "z"))),
            id="parentheses",
        ),
        pytest.param(
            "rain(android, 60 min) >= 25 mm",
            Atom(Signal("rain", "android", 60 * MINUTE_MS), ">=", Quantity(25, "mm")),
            id="a name that begins like a word of the language",
        ),
    ],
)
def test_formula_is_read(text: str, formula: object) -> None:
    assert parse(text) == formula


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        pytest.param("stage(a) >= 224", 12, "must be a number with its unit", id="no unit"),
        pytest.param("stage(a) >= 224 and stage(a) >= 1 m", 12, "not '224'", id="no unit before and"),
        pytest.param("stage(a) >= 224 mm", 12, "stage is compared in cm, not mm", id="wrong unit"),
        pytest.param("rise(a, 60 min) >= 30 cm", 19, "rise is compared in cm/h, not cm", id="a rise in cm"),
        pytest.param("stge(a) >= 1 cm", 0, "did you mean stage?", id="unknown function"),
        pytest.param("stage(a) >= 3 cmm", 12, "unknown unit 'cmm'", id="unknown unit"),
        pytest.param("rise(a) >= 3 cm/h", 0, "rise needs a duration", id="no window"),
        pytest.param("stage(a, 3 min) >= 3 cm", 9, "stage takes a station only", id="a window too many"),
        pytest.param("rain(a, 60 cm) >= 3 mm", 8, "must be a duration", id="a window in cm"),
        pytest.param("rain(a, 0 min) >= 3 mm", 8, "must be a duration longer than 0", id="no time at all"),
        pytest.param("stage(a) < 3 cm", 9, "only '>=' and '>' are known", id="lower than"),
        pytest.param("stage(a) >= x nd stage(a) >= y", 14, "did you mean and?", id="a slip in and"),
        pytest.param("(stage(a) >= 3 cm", 17, "ends too early, expected ')'", id="not closed"),
        pytest.param("stage(a) >= 3 cm or", 19, "ends too early", id="nothing after or"),
        pytest.param("", 0, "ends too early", id="nothing"),
        pytest.param("stage(a) & 3 cm", 9, "unexpected '&'", id="strange character"),
    ],
)
def test_mistake_has_its_place(text: str, column: int, message: str) -> None:
    with pytest.raises(FormulaError) as error:
        parse(text)
    assert error.value.column == column
    assert message in str(error.value)


def test_signals_are_written_back_in_one_form() -> None:
    assert str(parse_signal(" rise(a,2 h)")) == "rise(a, 120 min)"
    assert str(parse("stage(a)>=1.5 m")) == "stage(a) >= 150 cm"
