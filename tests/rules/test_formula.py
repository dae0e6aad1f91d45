"""Three truths: what is unknown decides nothing."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.formula import And, Atom, Formula, Or, Signal, Truth, agreed, evaluate, hinges, support

A, B, C = (Atom(Signal("stage", name), ">=", "high") for name in "abc")


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, None, None, None),
    ],
)
def test_kleene(left: Truth, right: Truth, both: Truth, either: Truth) -> None:
    for truths in ({A: left, B: right}, {A: right, B: left}):
        assert evaluate(And((A, B)), truths) is both
        assert evaluate(Or((A, B)), truths) is either


formulas = st.recursive(
    st.sampled_from([A, B, C]),
    lambda inner: st.lists(inner, min_size=2, max_size=3).flatmap(
        lambda parts: st.sampled_from([And(tuple(parts)), Or(tuple(parts))])
    ),
    max_leaves=6,
)
truths_of = st.fixed_dictionaries({atom: st.sampled_from([True, False, None]) for atom in (A, B, C)})


@given(formulas, truths_of)
def test_what_is_said_holds_whatever_the_unknown_turns_out_to_be(formula: Formula, truths: dict[Atom, Truth]) -> None:
    unknown = [atom for atom in truths if truths[atom] is None]
    worlds = [
        evaluate(formula, {**truths, **dict(zip(unknown, known, strict=True))})
        for known in itertools.product([True, False], repeat=len(unknown))
    ]
    said = evaluate(formula, truths)
    assert said is None or set(worlds) == {said}


@given(formulas, truths_of)
def test_support_is_enough_for_the_truth(formula: Formula, truths: dict[Atom, Truth]) -> None:
    enough = support(formula, truths)
    assert bool(enough) is (evaluate(formula, truths) is True)
    if enough:
        assert evaluate(formula, {atom: True if atom in enough else None for atom in truths}) is True


@pytest.mark.parametrize(
    ("formula", "true", "expected"),
    [
        pytest.param(Or((A, B)), (A, B), True, id="each alone is enough"),
        pytest.param(Or((A, B)), (A,), False, id="one says so"),
        pytest.param(And((A, B)), (A, B), False, id="both are needed, so each may be the faulty one"),
        pytest.param(Or((And((A, B)), C)), (A, B, C), True, id="a pair and another"),
    ],
)
def test_two_independent_sensors_agree(formula: Formula, true: tuple[Atom, ...], expected: bool) -> None:
    assert agreed(formula, {atom: atom in true for atom in (A, B, C)}) is expected


def test_two_signals_of_one_station_are_one_witness() -> None:
    rise = Atom(Signal("rise", "a", 60_000), ">=", "x")
    assert not agreed(Or((A, rise)), {A: True, rise: True})


def test_a_silent_gauge_matters_only_where_the_formula_hangs_on_it() -> None:
    assert hinges(Or((A, B)), {A: None, B: False}, {A})
    assert not hinges(And((A, B)), {A: None, B: False}, {A})
    assert not hinges(Or((A, B)), {A: None, B: None}, set())
