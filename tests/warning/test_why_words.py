"""Everything that can be said has words."""

from datetime import UTC, datetime

import pytest

from rules.messages import NoteReason, Overlay, Reason
from sensors.readings import Flag
from warning.why_words import FLAGS, NOTES, OVERLAYS, REASONS, Clock, amount, signal_amount


def test_every_reason_flag_overlay_and_note_has_words() -> None:
    for words, kind in ((REASONS, Reason), (FLAGS, Flag), (OVERLAYS, Overlay), (NOTES, NoteReason)):
        assert words.keys() == set(kind)
        assert len(set(words.values())) == len(words)


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        pytest.param((14, 12), 0, "12:00 UTC (14:00 CEST)", id="the day asked for"),
        pytest.param((14, 23), 30, "23:30 UTC (2021-07-15 01:30 CEST)", id="another day there"),
        pytest.param((13, 12), 0, "2021-07-13 12:00 UTC (14:00 CEST)", id="another day"),
    ],
)
def test_times_are_told_in_utc_and_in_the_citys_own(hour: tuple[int, int], minute: int, expected: str) -> None:
    clock = Clock("Europe/Berlin", datetime(2021, 7, 14, 15, 30, tzinfo=UTC))
    assert clock.say(datetime(2021, 7, *hour, minute, tzinfo=UTC)) == expected


def test_values_carry_the_unit_that_people_write() -> None:
    assert [amount(value, "cm") for value in (226.10, -0.001, -3.456, 0.0, None)] == [
        "226.1 cm", "0 cm", "-3.46 cm", "0 cm", "no value",
    ]  # fmt: skip
    assert amount(72.31, "m3/s") == "72.31 m³/s"


@pytest.mark.parametrize(
    ("column", "expected"),
    [("rise_low_120min", "3 cm/h"), ("rise_60min", "3 cm/h"), ("rain_60min", "3 mm"), ("return_period", "3 a")],
)
def test_signals_are_told_in_their_units(column: str, expected: str) -> None:
    assert signal_amount(column, 3.0) == expected


def test_coverage_is_a_share() -> None:
    assert signal_amount("rain_60min_coverage", 0.5) == "50% of the time measured"
