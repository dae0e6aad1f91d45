"""Rules for CAP messages: each finds its mistake, and none is found where there is none."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace

from notifiers.cap.finding import Finding, Severity
from notifiers.cap.lint import Profile, lint
from notifiers.cap.message import to_cap
from notifiers.revision import Change, Reference, Revision, Status
from tests.notifiers.samples import CONTENT, NOON, flood

GOOD = to_cap(flood(2), CONTENT).decode()
POLYGON = "51.268,7.185 51.261,7.138 51.254,7.138 51.261,7.185 51.268,7.185"


def rules(message: str | bytes) -> list[str]:
    """What is found, as profile/rule."""
    data = message.encode() if isinstance(message, str) else message
    return [f"{found.profile}/{found.rule}" for found in lint(data)]


def everything_said() -> Iterator[Revision]:
    """Every hazard of the city, in every zone, at every level, with every change, in earnest and as an exercise."""
    earlier = tuple(
        Reference("floodbell@wuppertal.example", f"r{number}", NOON, NOON + timedelta(hours=6)) for number in (1, 2)
    )
    for zone, hazard, level, change, status in product(
        CONTENT.places, CONTENT.texts.hazards, (1, 2, 3), Change, Status
    ):
        first = change in (Change.ISSUED, Change.REINSTATED)
        revision = flood(3, zone=zone, hazard=hazard, level=level, change=change, status=status, said_at=NOON)
        yield replace(revision, references=() if first else earlier)


def test_everything_the_city_can_say_is_clean() -> None:
    found: dict[str, Finding] = {}
    for revision in everything_said():
        about = f"{revision.hazard} {revision.change} {revision.status}"
        found |= {f"{about}: {each.profile}/{each.rule} {each.path}": each for each in lint(to_cap(revision, CONTENT))}
    uncoded = {key for key, each in found.items() if each.rule == "event-code"}
    assert sorted(set(found) - uncoded) == []
    assert all(CONTENT.hazard(key.split()[0]).event_code is None for key in uncoded)


def attached(mime: str, where: str) -> str:
    """An attached map, before the area."""
    return f"<resource><resourceDesc>map</resourceDesc><mimeType>{mime}</mimeType>{where}</resource><area>"


WRONG = [
    ("<identifier>r2<", "<identifier>r 2<", "oasis/identifier-characters"),
    ("<sender>floodbell@", "<sender>flood,bell@", "oasis/sender-characters"),
    ("+02:00</sent>", "Z</sent>", "oasis/time-form"),
    ("T18:01:00+02:00</sent>", "T16:01:00+00:00</sent>", "oasis/time-universal"),
    ("2021-07-14T18:01:00+02:00</sent>", "2021-02-30T18:01:00+02:00</sent>", "oasis/time-form"),
    ("<scope>Public<", "<scope>Restricted<", "oasis/restriction-missing"),
    ("<scope>Public</scope>", "<scope>Public</scope><restriction>staff</restriction>", "oasis/restriction-scope"),
    ("<scope>Public<", "<scope>Private<", "oasis/addresses-missing"),
    ("<incidents>i1<", '<incidents>"i 1<', "oasis/incidents-form"),
    ("<status>Actual<", "<status>Exercise<", "oasis/note-missing"),
    ("<msgType>Update<", "<msgType>Error<", "oasis/note-missing"),
    ("<references>floodbell@wuppertal.example,r1,", "<references>r1,", "oasis/references-form"),
    (",r1,2021-07-14T18:00:00+02:00", ",r1,2021-07-14T16:00:00Z", "oasis/references-form"),
    (",r1,2021", ",r2,2021", "oasis/references-itself"),
    (",r1,2021-07-14", ",r1,2021-07-15", "oasis/references-later"),
    ("<msgType>Update<", "<msgType>Nonsense<", "oasis/schema"),
    ("2021-07-15T00:00:00+02:00</expires>", "2021-07-14T18:01:00+02:00</expires>", "oasis/expires-sent"),
    ("2021-07-14T18:01:00+02:00</effective>", "2021-07-16T18:01:00+02:00</effective>", "oasis/expires-effective"),
    ("2021-07-14T18:00:00+02:00</onset>", "2021-07-16T18:00:00+02:00</onset>", "oasis/expires-onset"),
    ("<language>de<", "<language>deutsch_und_englisch<", "oasis/language-form"),
    ("<web>http://127.0.0.1:8080/<", "<web>www.wuppertal.example<", "oasis/web-absolute"),
    ("<responseType>Avoid<", "<responseType>None<", "oasis/response-none"),
    ("<contact>Stadt Wuppertal (Beispiel), Notruf 112<", "<contact> <", "oasis/empty"),
    ("<valueName>profile:DE-BBK-EVENTCODE</valueName>", "<valueName/>", "oasis/value-name"),
    (" 51.268,7.185<", "<", "oasis/polygon-closed"),
    (POLYGON, "51.268,7.185 51.261,7.138 51.268,7.185", "oasis/polygon-points"),
    ("51.261,7.138", "51.261;7.138", "oasis/polygon-form"),
    ("51.261,7.138", "NaN,7.138", "oasis/polygon-form"),
    (POLYGON, "51.3,7.1 51.2,7.2 51.3,7.2 51.2,7.1 51.3,7.1", "oasis/polygon-crossing"),
    ("51.261,7.138", "151.261,7.138", "oasis/polygon-range"),
    ("</polygon>", "</polygon><circle>51.26,7.18</circle>", "oasis/circle-form"),
    ("</polygon>", "</polygon><circle>95.26,7.18 2</circle>", "oasis/circle-range"),
    ("</polygon>", "</polygon><ceiling>100</ceiling>", "oasis/ceiling-altitude"),
    ("</polygon>", "</polygon><altitude>100</altitude><ceiling>50</ceiling>", "oasis/ceiling-range"),
    ("<area>", attached("map", ""), "oasis/mime-form"),
    ("<area>", attached("image/png", ""), "oasis/resource-where"),
    ("<area>", attached("image/png", "<uri>map.png</uri>"), "oasis/uri-absolute"),
    ("<area>", attached("image/png", "<derefUri>a*</derefUri>"), "oasis/deref-form"),
    ("<area>", attached("image/png", "<uri>http://a.example/b</uri><digest>abc</digest>"), "oasis/digest-form"),
    ("<web>http://127.0.0.1:8080/</web>", "", "google/web-required"),
    ("<contact>Stadt Wuppertal (Beispiel), Notruf 112</contact>", "", "google/contact-advised"),
    ("<urgency>Immediate<", "<urgency>Unknown<", "google/urgency-unknown"),
    (f"<polygon>{POLYGON}</polygon>", "", "google/area-where"),
    (f"<polygon>{POLYGON}</polygon>", "<geocode><valueName>ARS</valueName><value>051240000000</value></geocode>",
     "google/area-drawn"),
    ("</polygon>", "</polygon><circle>51.26,7.18 0</circle>", "google/circle-point"),
    ("<event>Flood<", "<event>Hochwasser<", "google/same-text"),
    ("<event>Flood<", "<event>&lt;b&gt;Flood&lt;/b&gt;<", "google/markup"),
    ("<headline>", f"<headline>{'x' * 140}", "google/headline-long"),
    ("<language>en<", "<language>de<", "google/event-same"),
    ("BBK-EVC-045", "EVC-45", "germany/event-code-form"),
    ("profile:DE-BBK-EVENTCODE", "profile:other", "germany/event-code"),
    ("</polygon>", "</polygon><geocode><valueName>AGS</valueName><value>5124</value></geocode>", "germany/key-form"),
    (f"<polygon>{POLYGON}</polygon>", "<geocode><valueName>EMMA_ID</valueName><value>DE1</value></geocode>",
     "germany/key-missing"),
    ("<language>de", "<language>fr", "germany/german-missing"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "rule"), [pytest.param(*case, id=f"{place} {case[2]}") for place, case in enumerate(WRONG)]
)
def test_each_mistake_is_found(old: str, new: str, rule: str) -> None:
    assert old in GOOD
    found = rules(GOOD.replace(old, new))
    assert rule in found


def test_every_rule_is_explained() -> None:
    reference = Path("docs/reference/cap.md").read_text(encoding="utf-8")
    assert [rule for _, _, rule in WRONG if f"`{rule.partition('/')[2]}`" not in reference] == []


def test_one_language_of_another_kind_is_found() -> None:
    """Info blocks are one event told in several languages."""
    head, tail = GOOD.rsplit("<category>Met<", 1)
    assert "google/category-same" in rules(f"{head}<category>Geo<{tail}")
    head, tail = GOOD.rsplit("BBK-EVC-045", 1)
    assert "google/event-code-same" in rules(f"{head}BBK-EVC-046{tail}")


def test_what_follows_has_to_name_what_it_follows() -> None:
    start, end = GOOD.index("<references>"), GOOD.index("</references>") + len("</references>")
    alone = GOOD[:start] + GOOD[end:]
    for kind in ("Update", "Cancel", "Ack", "Error"):
        assert "oasis/references-missing" in rules(alone.replace("<msgType>Update<", f"<msgType>{kind}<"))
    assert rules(alone.replace("<msgType>Update<", "<msgType>Alert<")) == []


def test_a_message_named_twice_is_found() -> None:
    named = GOOD.split("<references>")[1].split("</references>")[0]
    assert "oasis/references-twice" in rules(GOOD.replace(named, f"{named} {named}"))


def test_a_message_that_says_nothing_is_found() -> None:
    empty = GOOD[: GOOD.index("<info>")] + "</alert>"
    assert rules(empty) == ["oasis/info-missing", "google/info-required"]


def test_a_finding_says_where_and_how_bad() -> None:
    (found,) = lint(GOOD.replace("<event>Flood<", "<event>Hochwasser<").encode())
    line = 1 + GOOD[: GOOD.index("<event>Flood<")].count("\n")
    assert (found.path, found.line, found.severity) == ("alert/info[2]/event", line, Severity.WARNING)
    assert found.text == "reads the same in de and en: was it translated?"


def test_a_broken_schema_is_told_at_its_element_and_hides_nothing() -> None:
    found = lint(GOOD.replace("<status>Actual<", "<status>Real<").replace("<event>Flood<", "<event> <").encode())
    assert [(each.rule, each.path) for each in found] == [("schema", "alert/status"), ("empty", "alert/info[2]/event")]


def test_profiles_are_chosen() -> None:
    bare = GOOD.replace(f"<polygon>{POLYGON}</polygon>", "").encode()
    assert lint(bare, [Profile.OASIS]) == []
    assert {each.profile for each in lint(bare, [Profile.GOOGLE])} == {"google"}
