"""Every text is written once before any is needed, so that no slot is found empty in a flood."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from msgspec.structs import replace

from notifiers.cap.geometry import POINTS_LOOKED_AT, crossing, on_earth
from notifiers.cap.germany import key_problem
from notifiers.content import Content, ContentError, Place
from notifiers.languages import Language
from notifiers.revision import Change, Measurement, Revision, Status
from notifiers.sizes import FormKind
from notifiers.texts import TITLE_LENGTH, Path, Slots, compose, fill
from notifiers.wording_lint import lint, reassuring
from sensors.problems import Problem

_AT = datetime(2021, 7, 14, 18, 0, tzinfo=UTC)
_RISES = (None, 30.0, -30.0, 0.0)
_SHORTER = {FormKind.SMS: "; say what to do in fewer words as `short`", FormKind.SIGN: "; say it in fewer as `sign`"}


def check_texts(content: Content, languages: set[Language], fitted: set[Language] | None = None) -> list[Problem]:
    """What is wrong with texts and places, each mistake once, at its key in the configuration.

    ``languages`` are those of the city and of all recipients; of those ``fitted``, by default all, it is also tried
    whether every text fits every kind of channel, which takes most of the time.
    """
    problems: dict[Problem, None] = dict.fromkeys([*_areas(content), *_reassuring(content)])

    def fill_in(path: Path, template: str, slots: Slots) -> str:
        try:
            return fill(path, template, slots)
        except ContentError as error:
            problems[Problem(path, str(error).removeprefix(f"{'.'.join(map(str, path))}: "))] = None
            return ""

    for revision, language in product(_samples(content), sorted(languages)):
        try:
            title = compose(revision, language, content, fill_in).title
        except (ContentError, KeyError) as error:
            problems[Problem(("texts",), f"{revision.zone}, {revision.hazard}, {language}: {error}")] = None
            continue
        if title.endswith("…"):
            about = ("retracted",) if revision.change is Change.RETRACTED else ("hazards", revision.hazard)
            path = ("texts", *about)
            said = f"longer than {TITLE_LENGTH} characters in zone {revision.zone}: {title}"
            problems[Problem(path, said)] = None
    return list(problems) or list(dict.fromkeys(_unfit(content, languages if fitted is None else fitted)))


def _unfit(content: Content, languages: set[Language]) -> Iterator[Problem]:
    """What does not fit a kind of channel, told of the zone with the longest name and as an exercise."""
    zone = max(content.places, key=lambda name: max(map(len, content.places[name].name.values())), default="")
    for hazard, language in product(content.texts.hazards if zone else (), sorted(languages)):
        for sample in _of_zone(zone, hazard, Status.EXERCISE):
            revision = replace(sample, measurements=sample.measurements[-1:], gauge_lost=())
            for finding in lint(revision, language, content):
                shorter = _SHORTER.get(finding.kind, "") if finding.message.startswith("too long") else ""
                yield Problem(_place_of(revision, language), f"{finding.kind.value}: {finding.message}{shorter}")


def _place_of(revision: Revision, language: Language) -> Path:
    if revision.change is Change.RETRACTED:
        return ("texts", "retracted", language)
    part = "all_clear" if revision.change is Change.ALL_CLEAR else f"level {revision.level}"
    return ("texts", "hazards", revision.hazard, part, language)


def _samples(content: Content) -> Iterator[Revision]:
    """Every text of every hazard in every zone, as an exercise, whose titles are longer. What is said of measurements
    is the same everywhere: it stands in the samples of one zone and hazard, in earnest and as an exercise."""
    for number, (zone, hazard) in enumerate(product(content.places, content.texts.hazards)):
        if number == 0:
            yield from (sample for status in Status for sample in _of_zone(zone, hazard, status))
        else:
            bare = _of_zone(zone, hazard, Status.EXERCISE)
            yield from (replace(sample, measurements=()) for sample in bare)


def _of_zone(zone: str, hazard: str, status: Status) -> Iterator[Revision]:
    for level in (1, 2, 3):
        yield _sample(zone, hazard, status, level, Change.ISSUED)
    yield _sample(zone, hazard, status, 1, Change.UPDATED)  # lowered
    for change in (Change.ALL_CLEAR, Change.RETRACTED, Change.REINSTATED):
        yield _sample(zone, hazard, status, 3, change)
    yield replace(_sample(zone, hazard, status, 3, Change.RETRACTED), said_at=_AT - timedelta(days=1))


def _sample(zone: str, hazard: str, status: Status, level: int, change: Change) -> Revision:
    """A revision that needs every text there is."""
    gauges = [
        Measurement("x", "X", parameter, value, "cm", _AT, rise)
        for parameter, value, rise in product(("stage", "rain"), (None, 123.4), _RISES)
    ]
    return Revision(
        identifier="check",
        city="check",
        warning="check",
        incident="check",
        number=2,
        zone=zone,
        hazard=hazard,
        status=status,
        change=change,
        level=level,
        previous_level=3,
        sent=_AT,
        onset=_AT,
        expires=_AT + timedelta(hours=1),
        reason="check",
        released_by="check",
        references=(),
        measurements=tuple(gauges),
        gauge_lost=("X", "Y"),
    )


def _reassuring(content: Content) -> Iterator[Problem]:
    for language, wording in content.texts.retracted.items():
        for part in ("headline", "instruction"):
            for words in reassuring(getattr(wording, part)):
                said = f'must not say "{words}": the warning was a mistake, whether there is danger is not known'
                yield Problem(("texts", "retracted", language, part), said)


def _areas(content: Content) -> Iterator[Problem]:
    for name, place in content.places.items():
        for wrong in _drawn(place):
            yield Problem(("zones", name, "polygon"), wrong)
        for key, value in place.geocode.items():
            if wrong := key_problem(key, value):
                yield Problem(("zones", name, "geocode", key), wrong)


def _drawn(place: Place) -> Iterator[str]:
    if not place.polygon:
        return
    for point in place.polygon:
        if not on_earth(point):
            yield f"latitude, longitude expected, not {point[0]}, {point[1]}"
    if len(set(place.polygon)) < 3:
        yield "needs three different points at least"
        return
    ring = place.polygon if place.polygon[0] == place.polygon[-1] else (*place.polygon, place.polygon[0])
    if len(ring) <= POINTS_LOOKED_AT and (sides := crossing(ring)) is not None:
        yield f"crosses itself: side {sides[0]} meets side {sides[1]}"
