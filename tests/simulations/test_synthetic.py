"""The flood of our own against the figures it is drawn after."""

from sensors.readings import Reading, Series
from sensors.units import HOUR_MS, MINUTE_MS
from simulations.synthetic import LAG_MS, STEP_MS, moment, synthetic

KLUSERBRUECKE = Series("kluserbruecke", "stage")
LEIMBACH = Series("leimbach", "stage")


def values(series: Series) -> dict[int, float]:
    found = {reading.at: reading.value for _, reading in synthetic().arrivals if reading.series == series}
    return {at: value for at, value in found.items() if value is not None}


def test_the_same_seed_gives_the_same_flood_and_another_seed_other_noise() -> None:
    assert synthetic(seed=1) == synthetic(seed=1)
    assert synthetic(seed=1).arrivals != synthetic(seed=2).arrivals


def test_plateau_jump_crest_dip_and_second_crest_at_kluserbruecke() -> None:
    stage_cm = values(KLUSERBRUECKE)
    drawn = {"14 13:30": 175, "14 14:00": 189, "14 14:30": 185, "14 15:00": 187, "14 17:00": 318, "14 19:00": 261}
    assert {when: abs(stage_cm[moment(when)] - cm) < 2 for when, cm in drawn.items()} == dict.fromkeys(drawn, True)
    assert max(stage_cm, key=lambda at: stage_cm[at]) == moment("14 17:00")
    second = [cm for at, cm in stage_cm.items() if moment("14 21:30") <= at <= moment("15 03:00")]
    assert 285 < min(second) <= max(second) < 297


def test_the_first_wave_stays_below_the_lowest_mark_and_the_flood_ends_on_the_16th() -> None:
    stage_cm = values(KLUSERBRUECKE)
    assert max(cm for at, cm in stage_cm.items() if at < moment("14 09:00")) < 125
    assert max(cm for at, cm in stage_cm.items() if at >= moment("16 04:00")) < 110


def test_leimbach_leads_and_falls_silent_at_its_crest_until_the_next_day() -> None:
    stage_cm = values(LEIMBACH)
    crest = max(stage_cm, key=lambda at: stage_cm[at])
    assert 30 * MINUTE_MS <= moment("14 17:00") - crest <= HOUR_MS
    assert abs(stage_cm[crest] - 66) < 2
    assert [at for at in stage_cm if crest < at < moment("15 08:00")] == []
    assert moment("15 08:00") in stage_cm


def test_rain_comes_in_whole_tips_and_in_the_drawn_sums() -> None:
    barmen, beyenburg = values(Series("barmen", "rain")), values(Series("beyenburg", "rain"))
    assert round(sum(barmen.values()), 1) == 150.0
    assert all(abs(mm * 10 - round(mm * 10)) < 1e-9 for mm in barmen.values())
    day = sum(mm for at, mm in beyenburg.items() if moment("14 00:00") < at <= moment("15 00:00"))
    assert abs(day - 91) < 1


def test_readings_arrive_in_order_a_little_after_they_were_taken() -> None:
    record = synthetic()
    arrived = [at for at, _ in record.arrivals]
    assert arrived == sorted(arrived)
    assert {at - reading.at for at, reading in record.arrivals} == {LAG_MS}
    assert set(record.steps.values()) == {STEP_MS}
    assert {reading.series for _, reading in record.arrivals} == set(record.steps)


def test_no_value_is_missing_or_repeated() -> None:
    readings: list[Reading] = [reading for _, reading in synthetic().arrivals]
    assert len({(reading.series, reading.at) for reading in readings}) == len(readings)
    assert all(reading.value is not None for reading in readings)
