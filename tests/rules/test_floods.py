"""What floods teach, in hand-written excerpts."""

from rules.messages import Reason
from sensors.times import to_ms
from tests.rules.bell import Bell, ms, rule

KLUSERBRUECKE = rule(
    {
        "level 1": "stage(a) >= 125 cm",
        "level 2": "stage(a) >= 224 cm or (rise(a, 120 min) >= 30 cm/h and stage(a) >= 140 cm)",
        "level 3": "stage(a) >= 265 cm",
    },
    {"stage(a)": "15 cm", "rise(a, 120 min)": "10 cm/h"},
)
#: 30-min means from 14 July 2021, 10:30 UTC, rounded
JULY_14 = [
    *(99.7, 110.1, 128.0, 141.7, 146.6, 152.0, 175.4, 189.3, 185.0, 187.2, 201.9),  # 10:30–15:30
    *(242.6, 291.3, 318.2, 284.7, 273.7, 267.6, 260.7, 263.8, 273.2, 272.6, 280.0),  # 16:00–21:00
    *(288.9, 294.4, 293.8, 294.3, 294.3, 294.7, 294.4, 294.5, 295.2, 294.1, 293.3),  # 21:30–02:30
    *(292.3, 290.7, 289.0, 288.0, 287.6, 287.1, 286.7, 286.1, 285.2, 283.2, 281.6),  # 03:00–08:00
    *(280.5, 279.1, 276.7, 274.7, 270.1, 265.7, 261.4, 258.5, 256.0, 252.0, 248.0),  # 08:30–13:30
    *(244.0, 240.4, 236.0),  # 14:00–15:00
]


def wupper() -> Bell:
    bell = Bell(KLUSERBRUECKE, step="30 min", names="a")
    for place, value in enumerate(JULY_14):
        minute = 630 + 30 * place
        bell.says(minute, value)
        for second in range(5, 30, 5):
            bell.ticks(minute + second)
    return bell


def test_wuppertal_2021_is_warned_in_time_and_not_lowered_between_the_crests() -> None:
    bell = wupper()
    raised = [(each.to.level, to_ms(each.decided_at)) for each in bell.transitions if each.to.state == "ACTIVE"]
    assert raised[:3] == [(1, ms(690)), (2, ms(960)), (3, ms(990))]
    assert bell.path == ["NORMAL 0", "ACTIVE 1", "ACTIVE 2", "ACTIVE 3", "RECOVERING 3", "ACTIVE 2"]
    assert to_ms(bell.transitions[4].at) == ms(24 * 60 + 810)


def test_evidence_names_value_time_and_trend() -> None:
    third = wupper().transitions[3]
    assert third.reason is Reason.STAGE_ABOVE
    edge = third.edges[0]
    assert (edge.station, edge.parameter, edge.atom) == ("a", "stage", "stage(a) >= 265 cm")
    assert (edge.value, edge.unit, to_ms(edge.at), edge.flag) == (291.3, "cm", ms(990), 1)
    assert edge.rise_cm_per_h is not None
    assert edge.rise_cm_per_h > 30
    assert third.evidence == tuple(each.id for each in third.edges)


def test_plateau_then_jump_keeps_level_1_on_the_plateau() -> None:
    bell = Bell(KLUSERBRUECKE, names="a")
    for place, value in enumerate([120, 128, 140, 150, 160, 168, 172, 174, *[175] * 24, 205, 230, 266, 290]):
        bell.says(5 * place, value)
    assert bell.path[:3] == ["NORMAL 0", "PENDING 1", "ACTIVE 1"]
    assert "RECOVERING 1" not in bell.path
    assert bell.standing == "ACTIVE 3"


def test_a_fast_rise_warns_before_the_limit() -> None:
    bell = Bell(KLUSERBRUECKE, names="a")
    for place in range(25):
        bell.says(5 * place, 100 + 4 * place)
    assert bell.standing == "ACTIVE 2"
    assert bell.last.reason is Reason.RISING_FAST
    assert {each.atom for each in bell.last.edges} == {"rise(a, 120 min) >= 30 cm/h", "stage(a) >= 140 cm"}


def test_two_waves_with_hours_between_them() -> None:
    bell = Bell()
    for place, value in enumerate([90, 105, 110, 120, 110, 104, 95, 90, 88, *[86] * 12, 95, 101, 150, 260, 280]):
        bell.says(5 * place, value)
    assert bell.standing == "ACTIVE 2"
    assert bell.path == ["NORMAL 0", "PENDING 1", "ACTIVE 1", "ACTIVE 2"]


def test_a_wave_that_is_over_ends_and_the_next_one_warns_again() -> None:
    bell = Bell()
    for place, value in enumerate([90, 105, 110, 120, *[60] * 10, 105, 110, 120]):
        bell.says(5 * place, value)
    wave = ["PENDING 1", "ACTIVE 1"]
    assert bell.path == ["NORMAL 0", *wave, "RECOVERING 1", "NORMAL 0", *wave]
    ends = bell.transitions[4]
    assert (ends.reason, to_ms(ends.at)) == (Reason.HELD_BELOW, ms(35))


def test_a_dip_is_no_recovery() -> None:
    bell = Bell()
    for place, value in enumerate([90, 105, 110, 120, 80, 80, 101]):
        bell.says(5 * place, value)
    assert bell.path[-3:] == ["ACTIVE 1", "RECOVERING 1", "ACTIVE 1"]
    assert bell.last.reason is Reason.STAGE_ABOVE


def test_racing_through_the_levels_does_not_restart_a_timer() -> None:
    bell = Bell(step="1 min")
    for minute, value in enumerate([90, 120, 180, 220, 260, 310, 340]):
        bell.says(minute, value)
    assert bell.path == ["NORMAL 0", "PENDING 1", "PENDING 2", "PENDING 3", "ACTIVE 3"]
    assert to_ms(bell.last.at) == ms(6)


def test_gauge_lost_at_the_crest_keeps_its_level_and_says_so() -> None:
    bell = Bell(names="a")
    for place, value in enumerate([90, 150, 220, 260, 290]):
        bell.says(5 * place, value)
    assert bell.standing == "ACTIVE 2"
    for minute in range(21, 34 * 60):
        bell.ticks(minute)
    assert bell.path[-2:] == ["ACTIVE 2", "STALE 2"]
    assert (bell.last.reason, bell.last.gauge_lost) == (Reason.GAUGE_LOST, ("a",))
    assert to_ms(bell.last.at) == ms(35)
    bell.says(34 * 60, 60)
    assert bell.standing == "RECOVERING 2"
    assert bell.last.reason is Reason.GAUGE_BACK
    for place in range(1, 7):
        bell.says(34 * 60 + 5 * place, 60)
    assert bell.standing == "NORMAL 0"


def test_one_reading_then_silence_is_for_people_to_decide() -> None:
    bell = Bell(names="a").says(0, 90).says(5, 310).ticks(15)
    assert bell.standing == "PENDING 3"
    bell.ticks(15.1)
    assert bell.standing == "STALE 3"
    assert (bell.last.reason, bell.last.gauge_lost) == (Reason.GAUGE_LOST, ("a",))
    for minute in range(16, 300):
        bell.ticks(minute)
    assert bell.standing == "STALE 3"


def test_gauge_that_returns_higher_raises() -> None:
    bell = Bell(names="a").says(0, 90)
    for place in range(1, 5):
        bell.says(5 * place, 150)
    bell.ticks(60).says(65, 220)
    assert bell.path[-2:] == ["STALE 1", "ACTIVE 1"]
    assert bell.last.reason is Reason.GAUGE_BACK
    assert bell.says(70, 325).standing == "ACTIVE 3"


def test_burst_of_rain_raises_through_all_levels() -> None:
    levels = {f"level {n}": f"rain(a, 60 min) >= {mm} mm" for n, mm in ((1, 15), (2, 25), (3, 40))}
    bell = Bell(rule(levels, {"rain(a, 60 min)": "5 mm"}), names="a")
    for place in range(12):
        bell.says(5 * place, 0.0, "a/rain")
    for place in range(12, 18):
        bell.says(5 * place, 10.0, "a/rain")
    assert bell.standing == "ACTIVE 3"
    assert bell.transitions[1].reason is Reason.RAIN_ABOVE
    for place in range(18, 60):
        bell.says(5 * place, 0.0, "a/rain")
    assert bell.standing == "NORMAL 0"


def test_rain_with_gaps_is_a_lower_bound_that_raises_and_never_lowers() -> None:
    bell = Bell(rule({"level 1": "rain(a, 60 min) >= 15 mm"}, {"rain(a, 60 min)": "5 mm"}), names="a")
    bell.says(0, 20.0, "a/rain").says(5, 0.0, "a/rain").says(10, 0.0, "a/rain")
    assert bell.standing == "ACTIVE 1"
    assert bell.assessments[-1].signals == ((20.0, 0.25),)
    for minute in range(75, 140, 15):  # less than 0.9 of every hour is measured
        bell.says(minute, 0.0, "a/rain").says(minute + 5, 0.0, "a/rain")
        assert bell.standing == "ACTIVE 1"


def test_rain_recovers_when_the_sum_falls_though_some_drops_still_fall() -> None:
    bell = Bell(rule({"level 1": "rain(a, 60 min) >= 15 mm"}, {"rain(a, 60 min)": "5 mm"}), names="a")
    for place, mm in enumerate([0.0] * 12 + [20.0] + [0.0] * 11 + [2.0]):
        bell.says(5 * place, mm, "a/rain")
    assert bell.path[-2:] == ["ACTIVE 1", "RECOVERING 1"]
    assert bell.last.edges[0].value == 2.0
