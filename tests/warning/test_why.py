"""What ``why`` answers about one gauge and one zone: evidence, not a second simulation."""

import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from rules.formula import evaluate
from rules.messages import Action, ConditionState, Instruction, NoteReason, Reason
from rules.views import Scene
from sensors.times import to_utc
from tests.warning.town import KLUSE, Town, atoms, city, formulas, ms
from warning.stores.sqlite_history import SqliteHistory
from warning.why import NothingToTell, why
from warning.why_text import told

STAGE = "stage(kluserbruecke) >= flood-watch"
RISE = "rise(kluserbruecke, 60 min) >= 30 cm/h"
SUSPECT = "suspect(kluserbruecke)"
SILENT = "silent(kluserbruecke)"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with SqliteHistory(tmp_path / "history.db") as history:
        yield Town(history)


def calm(town: Town, until: int = 60) -> Town:
    """80 cm every five minutes, up to and with ``until``."""
    for minute in range(0, until + 1, 5):
        town.ticks(minute).says(minute, 80.0)
    return town


def test_an_atom_names_the_reading_that_turned_it_and_the_newest(town: Town) -> None:
    calm(town).says(65, 126.0).says(70, 131.0)
    stage = atoms(town.why(70))[STAGE]
    assert (stage.truth, stage.since, stage.cause.value, stage.cause.flag) == (True, to_utc(ms(65)), 126.0, 1)
    assert (stage.newest.at, stage.newest.value, stage.newest.unit) == (to_utc(ms(70)), 131.0, "cm")
    assert (stage.limit, stage.off, stage.before.truth) == (125.0, 110.0, False)


def test_any_time_can_be_asked_for(town: Town) -> None:
    calm(town).says(65, 126.0).says(70, 131.0).ticks(75)
    assert [atoms(town.why(minute))[STAGE].truth for minute in (-1, 0, 64, 65, 75)] == [None, False, False, True, True]
    assert atoms(town.why(64))[STAGE].newest.at == to_utc(ms(60))
    assert atoms(town.why())[STAGE].truth is True
    assert town.why().at == to_utc(ms(75))


def test_a_condition_tells_since_when_it_stands_at_its_level_and_in_its_state(town: Town) -> None:
    calm(town)
    for minute, cm in ((65, 126.0), (70, 131.0), (75, 132.0), (80, 133.0)):
        town.ticks(minute).says(minute, cm)
    condition = town.why(80).zone.conditions[0]
    assert (condition.state, condition.level, condition.reason) == (ConditionState.ACTIVE, 1, Reason.STAGE_ABOVE)
    assert (condition.since, condition.changed_at) == (to_utc(ms(65)), to_utc(ms(75)))
    assert town.why(66).zone.conditions[0].state is ConditionState.PENDING
    assert town.why(-1).zone.conditions[0] == town.why(-1).zone.conditions[0]
    assert town.why(-1).zone.conditions[0].reason is None


def test_what_is_unknown_says_why(town: Town) -> None:
    town.ticks(-1)
    assert {atom.unknown for atom in atoms(town.why()).values() if atom.truth is None} == {"no data yet"}
    assert atoms(town.why())[SILENT].truth is True
    town.says(0, 80.0)
    assert atoms(town.why())[RISE].unknown == "too few readings in the last 60 min"
    assert atoms(town.why())[STAGE].unknown == ""


def test_silence_is_told_with_what_was_known_before_and_ends_with_the_first_reading(town: Town) -> None:
    calm(town).says(65, 126.0)
    for minute in range(66, 121):
        town.ticks(minute)
    lost = atoms(town.why(120))
    assert (lost[STAGE].truth, lost[STAGE].unknown, lost[STAGE].cause) == (None, "silent", None)
    assert (lost[STAGE].before.truth, lost[STAGE].before.value) == (True, 126.0)
    assert to_utc(ms(70)) < lost[STAGE].since < to_utc(ms(100))
    assert lost[SILENT].truth is True
    town.says(121, 127.0)
    back = atoms(town.why(121))
    assert (back[STAGE].truth, back[STAGE].since, back[SILENT].truth) == (True, to_utc(ms(121)), False)
    assert atoms(town.why(120)) == lost


def test_a_suspect_reading_says_what_is_doubted(town: Town) -> None:
    calm(town).says(65, 310.0)
    found = atoms(town.why(65))
    assert (found[STAGE].cause.flag, found[STAGE].cause.doubts) == (3, ("outside the expected range",))
    assert found[SUSPECT].truth is True
    town.says(70, 130.0)
    assert atoms(town.why(70))[STAGE].since == to_utc(ms(65))
    assert atoms(town.why(70))[SUSPECT].truth is False


def test_a_reading_that_fails_is_the_newest_and_turns_nothing(town: Town) -> None:
    stage = atoms(calm(town).says(65, 701.0).why(65))[STAGE]
    assert (stage.truth, stage.since) == (False, to_utc(ms(0)))
    assert (stage.newest.value, stage.newest.flag, stage.newest.doubts) == (
        701.0,
        4,
        ("outside what the sensor can measure",),
    )


def test_what_is_out_of_service_is_left_out_of_the_formula(town: Town) -> None:
    calm(town).says(65, 126.0).tells(66, Action.OUT_OF_SERVICE, series=KLUSE, until=ms(600))
    answer = town.why(66)
    assert not atoms(answer)[STAGE].in_service
    level_1 = formulas(answer)["level 1"]
    assert (level_1.truth, level_1.tree.counts) == (None, False)


def test_what_people_reported_is_told_as_such(town: Town) -> None:
    calm(town).tells(62, Action.REPORT, series=KLUSE, value=230.0, until=ms(600))
    answer = town.why(62)
    stage = atoms(answer)[STAGE]
    assert (stage.truth, stage.reported, stage.cause.value) == (True, True, 230.0)
    assert answer.zone.conditions[0].reports == ("report-62",)
    assert [note.reason for note in answer.zone.notes] == [NoteReason.FOLLOWED]


def test_a_late_reading_tells_when_it_was_known(town: Town) -> None:
    for minute in (0, 5, 10, 20):
        town.ticks(minute).says(minute, 80.0)
    town.ticks(25).says(15, 140.0, arrives=25)
    stage = atoms(town.why(15))[STAGE]
    assert (stage.truth, stage.since, stage.known_at) == (True, to_utc(ms(15)), to_utc(ms(25)))
    assert atoms(town.why(20))[STAGE].truth is False
    assert NoteReason.CROSSED_IN_THE_PAST in [note.reason for note in town.why(20).zone.notes]


def test_a_station_tells_its_readings_and_which_rules_read_it(town: Town) -> None:
    station = calm(town).says(65, 310.0).why(65, KLUSE.station).station
    (stage,) = station.series
    assert [reading.value for reading in stage.readings[:2]] == [310.0, 80.0]
    assert stage.readings[0].doubts == ("outside the expected range",)
    assert "rise_60min" in stage.signals
    feeds = {feed.atom.atom: (feed.keys, feed.atom.truth) for feed in station.feeds}
    assert feeds[STAGE] == (("level 1",), True)
    assert feeds[SUSPECT] == (("staff",), True)


def test_a_name_of_both_a_zone_and_a_station_tells_of_both(town: Town) -> None:
    answer = town.ticks(0).why(name="beyenburg")
    assert (answer.zone.zone, answer.station.station) == ("beyenburg", "beyenburg")
    assert answer.zone.conditions == ()


def test_other_rules_than_those_in_force_explain_nothing(town: Town) -> None:
    calm(town).says(65, 126.0)
    changed = city(**{"level 2": "stage(kluserbruecke) >= 200 cm", "hysteresis": {"stage(kluserbruecke)": "15 cm"}})
    answer = town.why(65, config=changed)
    (condition,) = answer.zone.conditions
    assert (answer.rules.same, condition.formulas) == (False, ())
    stored = {atom.atom: (atom.truth, atom.limit) for atom in condition.stored}
    assert stored[STAGE] == (True, None)
    assert stored[RISE][0] is False
    assert {feed.atom.atom for feed in town.why(65, KLUSE.station, changed).station.feeds} == stored.keys()


def test_rules_that_changed_on_the_way_are_those_of_the_time_asked_for(town: Town) -> None:
    calm(town)
    later = Town(town.history, city(**{"level 1": "stage(kluserbruecke) >= 100 cm"}))
    later.state = town.state
    later.ticks(65).says(65, 105.0)
    assert atoms(later.why(65))["stage(kluserbruecke) >= 100 cm"].truth is True
    assert later.why(60).rules.same is False
    assert town.why(60).rules.same is True


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("klusebruecke", "there is no station or zone klusebruecke (did you mean kluserbruecke?)"),
        ("unterbarmen", "no history yet"),
    ],
)
def test_what_cannot_be_answered_is_said(town: Town, name: str, message: str) -> None:
    with pytest.raises(NothingToTell) as refusal:
        why(town.history, town.config, name, ms(0))
    assert message in str(refusal.value)


STEPS = st.lists(
    st.tuples(
        st.integers(1, 25),  # minutes since the last arrival
        st.sampled_from([60.0, 118.0, 126.0, 180.0, 230.0, 310.0, 701.0, None]),
        st.sampled_from([0, 0, 0, 7, 12]),  # minutes late
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@example([(1, 126.0, 0), (11, 60.0, 7)])  # on its way while the gauge fell silent
@given(STEPS)
def test_stored_evidence_always_says_what_the_rules_see(steps: list[tuple[int, float | None, int]]) -> None:
    """After every message: the truth of each atom, of each formula, and the standing."""
    with tempfile.TemporaryDirectory() as folder, SqliteHistory(Path(folder, "history.db")) as history:
        town, now = Town(history), 0
        for pause, cm, late in steps:
            for minute in range(now + 1, now + pause + 1):
                town.ticks(minute)
            now += pause
            town.says(now - late, cm, arrives=now)
            answer = town.why(now)
            (condition,) = town.book.conditions.values()
            scene = Scene(town.book, condition, town.state.arrays, town.state.reports)
            assert {atom: fact.truth for atom, fact in atoms(answer).items()} == {
                str(atom): truth for atom, truth in scene.truths.items()
            }
            for level, formula in condition.formulas.items():
                assert formulas(answer)[f"level {level}"].truth is evaluate(formula, scene.truths)
            standing = town.state.conditions[condition.key].standing
            told = answer.zone.conditions[0]
            assert (told.state, told.level) == (standing.state, standing.level)


def test_a_level_that_was_reported_is_told_with_what_was_said(town: Town) -> None:
    """A dam that spills over: no gauge shows it, ``why`` does."""
    about = {"zone": "unterbarmen", "hazard": "river-flood", "level": 2, "until": ms(600)}
    said = "Talsperre läuft über (Leitstelle)"
    calm(town).takes(Instruction("dam", "wupper", Action.REPORT, "anna", ms(62), said, **about)).ticks(70)
    answer = town.why(70)
    condition = answer.zone.conditions[0]
    assert (condition.level, condition.reason, condition.reports) == (2, Reason.REPORTED, ("dam",))
    console = Console(width=160, file=StringIO())
    console.print(told(answer))
    text = console.file.getvalue()
    assert "people reported it" in text
    assert said in text
