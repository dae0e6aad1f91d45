"""Words and forms of the command line's answers: truths, reasons, notes, numbers, times."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rules.formula import Truth
from rules.functions import FUNCTIONS
from rules.messages import Note, NoteReason, Overlay, Reason
from sensors.readings import Flag
from sensors.units import UNIT_OF

TRUTHS: dict[Truth, str] = {True: "✓ true", False: "✗ false", None: "? unknown"}

FLAGS = {
    Flag.PASS: "pass",
    Flag.NOT_EVALUATED: "not evaluated",
    Flag.SUSPECT: "suspect",
    Flag.FAIL: "fail",
    Flag.MISSING: "missing",
}

REASONS = {
    Reason.STAGE_ABOVE: "the stage is above its limit",
    Reason.DISCHARGE_ABOVE: "the discharge is above its limit",
    Reason.RISING_FAST: "the water rises fast",
    Reason.RAIN_ABOVE: "the rain is above its limit",
    Reason.BELOW: "the readings are below the limits",
    Reason.HELD_BELOW: "the readings were below for long enough",
    Reason.GAUGE_LOST: "a gauge is lost",
    Reason.GAUGE_BACK: "the gauge is back",
    Reason.FORECAST_ABOVE: "the forecast is above its limit",
    Reason.ARRIVING: "water has passed a gauge upstream",
    Reason.REPORTED: "people reported it",
    Reason.BY_HAND: "a person holds it",
    Reason.CONFIRMED_OVER: "a person said that the danger has passed",
    Reason.OUT_OF_SERVICE: "its sensors are out of service",
}

OVERLAYS = {
    Overlay.FLAPPING: "it goes up and down, so the highest level is held",
    Overlay.SILENCED: "a person asked for quiet",
    Overlay.BY_HAND: "a person holds the level",
}

NOTES = {
    NoteReason.STAFF_RULE: "the formula for staff is true",
    NoteReason.GAUGE_SILENT: "a gauge missed two steps",
    NoteReason.STALE_TOO_LONG: "the gauge has been lost for too long",
    NoteReason.CROSSED_IN_THE_PAST: "a late reading was beyond a limit",
    NoteReason.FLAPPING: "it goes up and down",
    NoteReason.RISEN: "the water has risen on",
    NoteReason.UNREACHED: "people were not reached",
    NoteReason.LOGINS_FAIL: "somebody tries passwords at the desk",
    NoteReason.SILENCE_VOID: "it rose, so the silence is void",
    NoteReason.REPORT_ENDED: "a report has run out",
    NoteReason.SERVICE_ENDED: "the time out of service is over",
    NoteReason.FOLLOWED: "done as a person said",
    NoteReason.REFUSED: "refused what a person said",
}


def amount(value: float | None, unit: str) -> str:
    """``226.1 cm``; two digits after the point at most."""
    if value is None:
        return "no value"
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{'0' if text == '-0' else text} {unit.replace('m3', 'm³').replace('degC', '°C')}".rstrip()


def signal_amount(column: str, value: float | None) -> str:
    """The value of a published signal in the unit that its name stands for."""
    if column.endswith("_coverage"):
        return "no value" if value is None else f"{value:.0%} of the time measured"
    functions = sorted((name for name in FUNCTIONS if column.startswith(name)), key=len)
    return amount(value, FUNCTIONS[functions[-1]].unit if functions else "")


def note_words(note: Note) -> str:
    """``a gauge missed two steps: leimbach/stage``"""
    place = "/".join(each for each in (note.zone, note.hazard) if each)
    series = "/".join(each for each in (note.station, note.parameter) if each)
    level = f"level {note.level}" if note.level else ""
    value = "" if note.value is None else amount(note.value, UNIT_OF.get(note.parameter or "", ""))
    about = ", ".join(each for each in (place, series, level, value, note.text) if each)
    return f"{NOTES[note.reason]}: {about}" if about else NOTES[note.reason]


class Clock:
    """Times in UTC and in the city's own; the day is named where it is another than the one asked for."""

    def __init__(self, zone: str, beside: datetime) -> None:
        self._zone = ZoneInfo(zone)
        self._day = beside.date()

    def say(self, at: datetime) -> str:
        """``12:00 UTC (14:00 CEST)``, ``2021-07-13 23:30 UTC (2021-07-14 01:30 CEST)``"""
        day = f"{at:%Y-%m-%d} " if at.date() != self._day else ""
        return self._both(at, day)

    def full(self, at: datetime) -> str:
        """The same with its day."""
        return self._both(at, f"{at:%Y-%m-%d} ")

    def _both(self, at: datetime, day: str) -> str:
        local = at.astimezone(self._zone)
        other = f"{local:%Y-%m-%d} " if local.date() != at.date() else ""
        return f"{day}{_hours(at)} UTC ({other}{_hours(local)} {local.tzname()})"


def _hours(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
