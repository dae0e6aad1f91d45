"""Whatever is measured is one of the combinations that formulas are tried on."""

from hypothesis import given
from hypothesis import strategies as st

from rules.formula import Atom, Or, Signal
from rules.worlds import worlds
from sensors.units import HOUR_MS, Quantity
from tests.rules.bell import station

STATIONS = {"a": station(), "b": station()}
SIGNALS = {
    Signal("stage", "a"): ("cm", -50, 700),
    Signal("stage", "b"): ("cm", -50, 700),
    Signal("rise", "a", HOUR_MS): ("cm/h", -(10**6), 10**6),
    Signal("rain", "b", HOUR_MS): ("mm", 0, 720),
}


@st.composite
def comparisons(draw: st.DrawFn) -> Atom:
    """An atom with a limit that may also lie beyond what its signal can reach."""
    signal = draw(st.sampled_from(list(SIGNALS)))
    limit = Quantity(draw(st.integers(-60, 800)), SIGNALS[signal][0])
    return Atom(signal, draw(st.sampled_from([">=", ">"])), limit)


def measured(atom: Atom, value: float) -> bool:
    assert isinstance(atom.limit, Quantity)
    return value > atom.limit.amount if atom.comparison == ">" else value >= atom.limit.amount


@given(st.lists(comparisons(), min_size=1, max_size=6), st.data())
def test_any_measurement_is_one_of_the_worlds(atoms: list[Atom], data: st.DataObject) -> None:
    limits = [atom.limit.amount for atom in atoms if isinstance(atom.limit, Quantity)]
    values = {}
    for signal in {atom.signal for atom in atoms}:
        _, low, high = SIGNALS[signal]
        at_a_limit = [limit for limit in limits if low <= limit <= high]
        values[signal] = data.draw(st.one_of(st.integers(low, high), st.sampled_from([low, *at_a_limit])))
    possible = worlds([Or(tuple(atoms))], STATIONS)
    assert possible is not None
    assert {atom: measured(atom, values[atom.signal]) for atom in atoms} in list(possible)


def test_what_is_read_from_a_silent_series_is_unknown_and_a_forecast_need_not_be() -> None:
    silent, stage, ahead, rain = (
        Atom(Signal("silent", "a")),
        Atom(Signal("stage", "a"), ">=", "high"),
        Atom(Signal("forecast", "a", HOUR_MS), ">=", "high"),
        Atom(Signal("rain", "a", HOUR_MS), ">=", Quantity(9, "mm")),
    )
    found = worlds([Or((silent, stage, ahead, rain))], STATIONS)
    assert found is not None
    for world in found:
        assert (world[stage] is None) is world[silent]
        assert world[ahead] is not None
        assert world[rain] is not None
