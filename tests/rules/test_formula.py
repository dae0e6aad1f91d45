"""Three truths: what is unknown decides nothing."""

import itertools
import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.formula import (
    And,
    AtLeast,
    Atom,
    Formula,
    Not,
    Or,
    Signal,
    Truth,
    agreed,
    alone,
    atoms_of,
    cleared,
    evaluate,
    hinges,
    support,
)
from rules.language import parse

A, B, C = (Atom(Signal("stage", name), ">=", "high") for name in "abc")
SILENT_A = Atom(Signal("silent", "a"))


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
        assert evaluate(AtLeast(2, (A, B)), truths) is both
        assert evaluate(AtLeast(1, (A, B)), truths) is either


@pytest.mark.parametrize(("known", "turned"), [(True, False), (False, True), (None, None)])
def test_the_opposite_of_unknown_is_unknown(known: Truth, turned: Truth) -> None:
    assert evaluate(Not(A), {A: known}) is turned


@pytest.mark.parametrize(
    ("count", "known", "expected"),
    [
        pytest.param(2, (True, True, None), True, id="enough are true"),
        pytest.param(2, (True, None, False), None, id="one more could be"),
        pytest.param(2, (None, False, False), False, id="too few could be"),
        pytest.param(3, (True, True, None), None, id="all of"),
        pytest.param(1, (None, None, None), None, id="nothing known"),
    ],
)
def test_so_many_of(count: int, known: tuple[Truth, ...], expected: Truth) -> None:
    assert evaluate(AtLeast(count, (A, B, C)), dict(zip((A, B, C), known, strict=True))) is expected


def joined(inner: st.SearchStrategy[Formula], *, negated: bool) -> st.SearchStrategy[Formula]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    counted = st.tuples(st.integers(1, 2), parts).map(lambda pair: AtLeast(*pair))
    whole = parts.map(And) | parts.map(Or) | counted
    return whole | inner.map(Not) if negated else whole


leaves: st.SearchStrategy[Formula] = st.sampled_from([A, B, C])
formulas = st.recursive(leaves, lambda inner: joined(inner, negated=True), max_leaves=6)
plain_formulas = st.recursive(leaves, lambda inner: joined(inner, negated=False), max_leaves=6)
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
        assert evaluate(formula, {atom: truths[atom] if atom in enough else None for atom in truths}) is True


@given(formulas, truths_of)
def test_what_makes_a_formula_false_makes_its_opposite_true(formula: Formula, truths: dict[Atom, Truth]) -> None:
    against = support(Not(formula), truths)
    assert bool(against) is (evaluate(formula, truths) is False)
    if against:
        assert evaluate(formula, {atom: truths[atom] if atom in against else None for atom in truths}) is False


@given(formulas)
def test_an_atom_that_is_enough_alone_is_enough_whatever_the_others_are(formula: Formula) -> None:
    for atom in set(alone(formula)):
        assert evaluate(formula, {other: True if other == atom else None for other in (A, B, C)}) is True


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(plain_formulas)
def test_every_atom_that_is_enough_alone_is_found_where_each_stands_once(formula: Formula) -> None:
    atoms = list(atoms_of(formula))
    assume(len(set(atoms)) == len(atoms))
    enough = {each for each in atoms if evaluate(formula, {other: other == each for other in atoms}) is True}
    assert set(alone(formula)) == enough


@pytest.mark.parametrize(
    ("formula", "true", "expected"),
    [
        pytest.param(Or((A, B)), (A, B), True, id="each alone is enough"),
        pytest.param(Or((A, B)), (A,), False, id="one says so"),
        pytest.param(And((A, B)), (A, B), True, id="both are needed, and both say so"),
        pytest.param(And((A, B)), (A,), False, id="not true at all"),
        pytest.param(Or((And((A, B)), C)), (B, C), False, id="a true atom that supports nothing"),
        pytest.param(AtLeast(2, (A, B, C)), (A, C), True, id="two of three"),
        pytest.param(And((A, Not(SILENT_A))), (A,), False, id="not being silent is no measurement"),
        pytest.param(And((A, Atom(Signal("suspect", "b")))), (A, Atom(Signal("suspect", "b"))), False, id="suspect"),
    ],
)
def test_two_independent_sensors_agree(formula: Formula, true: tuple[Atom, ...], expected: bool) -> None:
    assert agreed(formula, {atom: atom in true for atom in {A, B, C, *atoms_of(formula)}}) is expected


def test_two_signals_of_one_station_are_one_witness() -> None:
    rise = Atom(Signal("rise", "a", 60_000), ">=", "x")
    assert not agreed(Or((A, rise)), {A: True, rise: True})


def test_a_silent_gauge_matters_only_where_the_formula_hangs_on_it() -> None:
    assert hinges(Or((A, B)), {A: None, B: False}, {A})
    assert not hinges(And((A, B)), {A: None, B: False}, {A})
    assert not hinges(Or((A, B)), {A: None, B: None}, set())


def test_a_silent_gauge_matters_under_not_as_well() -> None:
    """Both gauges silent: all true and all false give the same, one of each does not."""
    formula = And((A, Not(B)))
    assert hinges(formula, {A: None, B: None}, {A, B})
    assert not hinges(formula, {A: None, B: True}, {A})


@given(formulas, truths_of, st.sets(st.sampled_from([A, B, C])))
def test_where_silence_does_not_matter_any_truth_gives_the_same(
    formula: Formula, truths: dict[Atom, Truth], silent: set[Atom]
) -> None:
    if not hinges(formula, truths, silent):
        worlds = itertools.product([True, False], repeat=len(silent))
        assert len({evaluate(formula, {**truths, **dict(zip(silent, world, strict=True))}) for world in worlds}) == 1


@pytest.mark.parametrize(
    ("text", "known", "evidence", "expected"),
    [
        pytest.param("a", {"a": False}, "a", True, id="below the hysteresis"),
        pytest.param("a", {"a": None}, "a", False, id="the gauge that raised is lost"),
        pytest.param("a or b", {"a": False, "b": None}, "a", True, id="never known, never spoke"),
        pytest.param("a or b", {"a": False, "b": None}, "ab", False, id="spoke, and is lost"),
        pytest.param("a or b", {"a": False, "b": True}, "a", False, id="another goes on"),
        pytest.param("a and b", {"a": True, "b": False}, "ab", True, id="still high, but it no longer rises"),
        pytest.param("a and b", {"a": None, "b": False}, "ab", True, id="one of both is known to be over"),
        pytest.param("2 of (a, b, c)", {"a": True, "b": False, "c": None}, "ab", True, id="one of three left"),
        pytest.param("2 of (a, b, c)", {"a": True, "b": None, "c": False}, "ab", False, id="two of three, one lost"),
        pytest.param("a or not b", {"a": False, "b": None}, "a", True, id="never known to be false"),
        pytest.param("a or not b", {"a": False, "b": None}, "b", False, id="was known to be false, and is lost"),
        pytest.param("a or not b", {"a": False, "b": False}, "a", False, id="is known to be false"),
    ],
)
def test_a_level_is_clear_when_its_formula_is_known_to_be_over(
    text: str, known: dict[str, Truth], evidence: str, expected: bool
) -> None:
    by_name = dict(zip("abc", (A, B, C), strict=True))
    formula = parse(re.sub(r"\b[abc]\b", r"stage(\g<0>) >= high", text))
    truths = {by_name[name]: truth for name, truth in known.items()}
    assert cleared(formula, truths, {by_name[name] for name in evidence}) is expected


@given(formulas, truths_of, st.sets(st.sampled_from([A, B, C])))
def test_nothing_is_clear_while_it_is_true_or_while_evidence_could_still_make_it_true(
    formula: Formula, truths: dict[Atom, Truth], evidence: set[Atom]
) -> None:
    clear = cleared(formula, truths, evidence)
    assert not (clear and evaluate(formula, truths) is True)
    assert clear or evaluate(formula, truths) is not False
    if evidence >= {A, B, C}:
        assert clear is (evaluate(formula, truths) is False)
