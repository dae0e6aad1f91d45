"""Formulas are read with their units, and every mistake is shown at its place."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.formula import And, AtLeast, Atom, Formula, Not, Or, Signal, atoms_of
from rules.functions import FUNCTIONS, parameter_of
from rules.language import FormulaError, parse, parse_signal
from sensors.units import MINUTE_MS, Quantity

STAGE = Signal("stage", "a")
RISE = Signal("rise", "a", 120 * MINUTE_MS)
HIGH, SILENT, SUSPECT = Atom(STAGE, ">=", "high"), Atom(Signal("silent", "a")), Atom(Signal("suspect", "b"))
HOUR = 60 * MINUTE_MS


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
        pytest.param(
            "chance(a, 1 h, 2.65 m) >= 50 %",
            Atom(Signal("chance", "a", HOUR, Quantity(265, "cm")), ">=", Quantity(50, "%")),
            id="the chance of a stage",
        ),
        pytest.param(
            "chance(a, 60 min, hq100) > 20 %",
            Atom(Signal("chance", "a", HOUR, "hq100"), ">", Quantity(20, "%")),
            id="the chance of a mark",
        ),
        pytest.param(
            "return_period(b) >= 20 a or return_period(b, 60 min) >= 10 a",
            Or(
                (
                    Atom(Signal("return_period", "b"), ">=", Quantity(20, "a")),
                    Atom(Signal("return_period", "b", HOUR), ">=", Quantity(10, "a")),
                )
            ),
            id="years, over all durations or over one",
        ),
        pytest.param("silent(a)", SILENT, id="a truth by itself"),
        pytest.param(
            "not silent(a) and stage(a) >= high or suspect(b)",
            Or((And((Not(SILENT), HIGH)), SUSPECT)),
            id="not binds closer than and",
        ),
        pytest.param("not stage(a) >= high", Not(HIGH), id="not before a comparison"),
        pytest.param("not not (silent(a))", Not(Not(SILENT)), id="not twice"),
        pytest.param("any of (stage(a) >= high, silent(a))", AtLeast(1, (HIGH, SILENT)), id="any of"),
        pytest.param("all of (stage(a) >= high, silent(a))", AtLeast(2, (HIGH, SILENT)), id="all of"),
        pytest.param(
            "not 2  of(stage(a) >= high or silent(a), silent(a), any of (suspect(b)))",
            Not(AtLeast(2, (Or((HIGH, SILENT)), SILENT, AtLeast(1, (SUSPECT,))))),
            id="lists hold any formulas",
        ),
        pytest.param("stage(of) >= not-yet", Atom(Signal("stage", "of"), ">=", "not-yet"), id="words as names"),
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
        pytest.param("stage(a) >= x nd stage(a) >= y", 14, "did you mean and?", id="a slip in and"),
        pytest.param("(stage(a) >= 3 cm", 17, "ends too early, expected ')'", id="not closed"),
        pytest.param("stage(a) >= 3 cm or", 19, "ends too early", id="nothing after or"),
        pytest.param("", 0, "ends too early, expected a signal like stage(gauge)", id="nothing"),
        pytest.param("rise(a, x) >= 3 cm/h", 8, "must be a duration longer than 0", id="a name for a window"),
        pytest.param("rain(a, 0.1 ms) >= 3 mm", 8, "must be a duration longer than 0", id="less than a millisecond"),
        pytest.param("forecast(a) >= 3 cm", 0, "forecast needs a lead: forecast(a, 60 min)", id="no lead"),
        pytest.param("arriving(a) >= 3 cm", 0, "arriving needs a travel time", id="no travel time"),
        pytest.param("chance(a, 60 min) >= 50 %", 0, "chance needs a lead and a limit", id="chance of nothing"),
        pytest.param("chance(a, 3 cm, 60 min) >= 50 %", 10, "must be a duration", id="lead and limit exchanged"),
        pytest.param("chance(a, 60 min, 3 mm) >= 50 %", 18, "must be a stage in cm or a mark", id="chance of rain"),
        pytest.param("chance(a, 60 min, x, y) >= 9 %", 21, "a station, a lead and a limit only", id="one too many"),
        pytest.param("chance(a, 60 min, x) >= 101 %", 24, "not above 100 %", id="more than certain"),
        pytest.param("chance(a, 60 min, x) >= 0 %", 24, "above 0 %", id="always"),
        pytest.param("trend(a) >= 5 cm", 12, "trend is compared in cm/h, not cm", id="a trend in cm"),
        pytest.param("return_period(a) >= 5 d", 20, "compared in a, not ms", id="days for years"),
        pytest.param("stage(60 min) >= x", 6, "unexpected '60 min', expected a name", id="no station"),
        pytest.param("silent(a) >= 3 cm", 10, "is true or false by itself", id="a truth compared"),
        pytest.param("silent(a, 60 min)", 10, "silent takes a station only", id="silent for a time"),
        pytest.param("stage(a) or silent(a)", 0, "stage(a) is a number: compare it", id="a number by itself"),
        pytest.param("4 of (silent(a), silent(b))", 0, "the list has only 2", id="more than there are"),
        pytest.param("stage(a) >= x or 0 of (silent(a))", 17, "a whole number from 1", id="none of"),
        pytest.param("1.5 of (silent(a))", 0, "a whole number from 1", id="one and a half of"),
        pytest.param("2 of (stage(a), stage(b))", 6, "stage(a) is a number: compare it", id="numbers in a list"),
        pytest.param("2 of (stage(a), stage(b)) >= 1 m", 26, "compare each signal by itself", id="a list compared"),
        pytest.param("any(stage(a) >= x, silent(b))", 9, "written 'any of (…, …)'", id="any without of"),
        pytest.param("any(a, b)", 0, "write any of (…, …)", id="any as a function"),
        pytest.param("2 (silent(a), silent(b))", 0, "written '2 of (…, …)'", id="two without of"),
        pytest.param("stage(a) < 3 cm", 9, "write not (stage(a) >= 3 cm)", id="lower is not at least"),
        pytest.param("stage(a) <= 3 cm", 9, "write not (stage(a) > 3 cm)", id="at most is not above"),
        pytest.param("stage(a) == 3 cm", 9, "only '>=' and '>' are known, not ==", id="equal"),
        pytest.param("1 cm <= stage(a)", 0, "the signal comes first", id="limit first"),
        pytest.param("stage(a) >= 1 cm >= 3 cm", 17, "a comparison has one limit", id="a chain"),
        pytest.param("stage(a) >= x, silent(b)", 13, "unexpected ',', expected 'and' or 'or'", id="a comma for and"),
        pytest.param("stage(a) >= x AND silent(b)", 14, "did you mean and?", id="capitals"),
        pytest.param("not " * 5000 + "silent(a)", 0, "nested too deeply", id="bottomless"),
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


NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
AMOUNTS = st.integers(-(10**9), 10**9).map(lambda millionths: millionths / 1e6) | st.integers(-(10**6), 10**6).map(
    float
)


@st.composite
def atoms(draw: st.DrawFn) -> Atom:
    """Any atom that the language can write."""
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    function = FUNCTIONS[name]
    timed = function.time and (function.time_needed or draw(st.booleans()))
    window = draw(st.integers(1, 10**10)) if timed else 0
    stage = draw(NAMES | AMOUNTS.map(lambda amount: Quantity(amount, "cm"))) if function.limit else None
    signal = Signal(name, draw(NAMES), window, stage)
    if function.is_truth:
        return Atom(signal)
    amounts = st.integers(1, 10**8).map(lambda millionths: millionths / 1e6) if name == "chance" else AMOUNTS
    limit = draw(NAMES | amounts.map(lambda amount: Quantity(amount, function.unit)))
    return Atom(signal, draw(st.sampled_from([">=", ">"])), limit)


def joined(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    """A formula of formulas."""
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    lists = st.lists(inner, min_size=1, max_size=4).flatmap(
        lambda parts: st.integers(1, len(parts)).map(lambda count: AtLeast(count, tuple(parts)))
    )
    return several.map(And) | several.map(Or) | inner.map(Not) | lists


@given(st.recursive(atoms(), joined, max_leaves=8))
def test_a_formula_written_back_is_the_same_formula(formula: Formula) -> None:
    assert parse(str(formula)) == formula


@given(st.text(alphabet="abstgeofnilrdyc()<>=,.%0123456789 -", max_size=40))
def test_whatever_is_written_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    column = 0
    try:
        parse(text)
    except FormulaError as error:
        column = error.column
    assert 0 <= column <= len(text)


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        pytest.param(Or((And((HIGH, SILENT)), SUSPECT)), "(stage(a) >= high and silent(a)) or suspect(b)", id="and"),
        pytest.param(Not(HIGH), "not (stage(a) >= high)", id="not of a comparison"),
        pytest.param(Not(AtLeast(2, (HIGH, SILENT))), "not all of (stage(a) >= high, silent(a))", id="all"),
        pytest.param(AtLeast(1, (HIGH,)), "any of (stage(a) >= high)", id="any of one"),
        pytest.param(
            Atom(Signal("chance", "a", HOUR, Quantity(265, "cm")), ">=", Quantity(0.000001, "%")),
            "chance(a, 60 min, 265 cm) >= 0.000001 %",
            id="no exponents",
        ),
    ],
)
def test_formulas_are_written_plainly(formula: Formula, written: str) -> None:
    assert str(formula) == written


@pytest.mark.parametrize(
    ("function", "sensors", "parameter"),
    [
        pytest.param("rain", ("stage", "rain"), "rain", id="a function with its own parameter"),
        pytest.param("silent", ("rain", "stage"), "stage", id="stage before rain"),
        pytest.param("suspect", ("rain", "discharge"), "rain", id="rain before others"),
        pytest.param("silent", ("discharge",), "discharge", id="the only one"),
    ],
)
def test_which_series_a_function_reads(function: str, sensors: tuple[str, ...], parameter: str) -> None:
    assert parameter_of(function, sensors) == parameter


REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"


def test_every_function_is_in_the_reference_with_its_unit_and_an_example_that_is_read() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S*) \|.*\| `([^`]+)` \|$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: unit.strip("|") for name, unit, _ in rows} == {
        name: function.unit for name, function in FUNCTIONS.items()
    }
    assert [next(atoms_of(parse(example))).signal.function for *_, example in rows] == [name for name, *_ in rows]


def test_the_formulas_shown_first_in_the_reference_are_read() -> None:
    block = REFERENCE.read_text(encoding="utf-8").split("```")[1]
    formulas = [line.split(": ", 1)[1] for line in block.splitlines()[1:] if line]
    assert len([parse(formula) for formula in formulas]) == 4
