"""One atom of a rule as it stood: its truth, the reading that made it so, and why it is unknown where it is."""

from collections.abc import Mapping

import msgspec

from rules.books import AtomBook
from rules.formula import Atom, duration_text
from rules.functions import FUNCTIONS, parameter_of
from rules.language import FormulaError, parse
from rules.messages import Evidence
from rules.standard import Wanted
from sensors.doubts import Doubt, names
from sensors.readings import Flag, Series
from sensors.stations import Station
from sensors.times import to_utc
from sensors.units import UNIT_OF
from warning.stores.history import History, Point, Stood
from warning.why_facts import AtomFact, Before, Lack, ReadingFact

LACKS = {
    Lack.DATA: "no data yet",
    Lack.SILENT: "silent",
    Lack.SERVICE: "out of service",
    Lack.FORECAST: "no forecast: readings are missing, or the model does not know such values",
    Lack.READINGS: "too few readings",
    Lack.EVIDENCE: "no evidence of it is stored",
    Lack.REMEMBERED: "too little was known",
}


class Witness:
    """Asks the history what stood at one event time (ms)."""

    def __init__(self, history: History, stations: Mapping[str, Station], until: int) -> None:
        self._history = history
        self._stations = stations
        self._until = until
        self._newest: dict[str, Point | None] = {}
        self._stood: dict[tuple[str, str], Mapping[str, Stood]] = {}

    def stood(self, zone: str, hazard: str) -> Mapping[str, Stood]:
        """All evidence of a condition."""
        if (zone, hazard) not in self._stood:
            self._stood[zone, hazard] = self._history.evidence(zone, hazard, self._until)
        return self._stood[zone, hazard]

    def atom(self, zone: str, hazard: str, book: AtomBook) -> AtomFact:
        """An atom of the rules in force."""
        stood = self.stood(zone, hazard).get(str(book.atom))
        newest = self._newest_of(book.series)
        station = book.atom.signal.station
        silent = stood is not None and stood.now.flag == Flag.MISSING
        lack = _lack(book, stood, newest, silent=silent)
        plain = AtomFact(
            atom=str(book.atom),
            truth=_truth(book.atom, stood, newest),
            station=station,
            name=self._stations[station].name,
            limit=None if book.atom.is_truth_function else book.limit,
            off=None if book.atom.is_truth_function else book.off,
            unit=book.unit,
            unknown="" if lack is None else _in_words(lack, book.atom),
            lack=lack,
            newest=None if newest is None else _signal(book, newest),
        )
        return plain if stood is None else _with(plain, stood, book.unit or _unit(book), silent=silent)

    def stored(self, zone: str, hazard: str) -> tuple[AtomFact, ...]:
        """Everything that was said of a condition, by rules that are not known any more."""
        return tuple(self._remembered(stood) for _, stood in sorted(self.stood(zone, hazard).items()))

    def readings(self, series: Series, limit: int) -> list[Point]:
        """The last readings of a series, newest first."""
        return list(self._history.newest(series, self._until, limit))

    def _remembered(self, stood: Stood) -> AtomFact:
        """As far as its text tells."""
        text = stood.now.atom
        atom = _parsed(text)
        station = "" if atom is None else atom.signal.station
        unit = "" if atom is None else self._unit_of(atom)
        silent = stood.now.flag == Flag.MISSING
        lack = None if stood.now.truth is not None else Lack.SILENT if silent else Lack.REMEMBERED
        plain = AtomFact(
            atom=text,
            truth=stood.now.truth,
            station=station,
            name=self._stations[station].name if station in self._stations else station,
            limit=None,
            off=None,
            unit=unit,
            unknown="" if lack is None else LACKS[lack],
            lack=lack,
        )
        return _with(plain, stood, unit, silent=silent)

    def _unit_of(self, atom: Atom) -> str:
        """Of the atom's value; ``silent`` and ``suspect`` have that of the reading."""
        if not atom.is_truth_function or atom.signal.station not in self._stations:
            return FUNCTIONS[atom.signal.function].unit
        return UNIT_OF[parameter_of(atom.signal.function, self._stations[atom.signal.station].sensors)]

    def _newest_of(self, key: str) -> Point | None:
        if key not in self._newest:
            station, _, parameter = key.partition("/")
            self._newest[key] = next(iter(self.readings(Series(station, parameter), 1)), None)
        return self._newest[key]


def reading_fact(point: Point, unit: str) -> ReadingFact:
    """A reading in its own unit."""
    return ReadingFact(to_utc(point.at), point.value, unit, int(point.flag), names(point.doubt))


def _truth(atom: Atom, stood: Stood | None, newest: Point | None) -> bool | None:
    """What was said of the atom last; a station that was never heard is silent without anybody saying so."""
    if stood is not None:
        return stood.now.truth
    return True if atom.signal.function == "silent" and newest is None else None


def _with(fact: AtomFact, stood: Stood, unit: str, *, silent: bool) -> AtomFact:
    """With since when and by what; a silence has no reading that caused it."""
    now, first, before = stood.now, stood.first, stood.before
    return msgspec.structs.replace(
        fact,
        since=to_utc(first.at),
        cause=None if silent else _cause(first, unit),
        known_at=to_utc(stood.known_at),
        reported=now.truth is True and now.flag == Flag.NOT_EVALUATED and not now.doubt,
        in_service=not now.doubt & Doubt.OUT_OF_SERVICE,
        before=None if before is None else Before(before.truth, before.value),
        rules_version=stood.rules_version,
    )


def _cause(evidence: Evidence, unit: str) -> ReadingFact:
    return ReadingFact(to_utc(evidence.at), evidence.value, unit, evidence.flag, names(evidence.doubt))


def _lack(book: AtomBook, stood: Stood | None, newest: Point | None, *, silent: bool) -> Lack | None:
    """Why an atom is unknown; None where it is known."""
    if _truth(book.atom, stood, newest) is not None:
        return None
    if newest is None:
        return Lack.DATA
    if silent:
        return Lack.SILENT
    if stood is not None and stood.now.doubt & Doubt.OUT_OF_SERVICE:
        return Lack.SERVICE
    if FUNCTIONS[book.atom.signal.function].forecasts:
        return Lack.FORECAST
    return Lack.READINGS if book.atom.signal.window_ms or stood is not None else Lack.EVIDENCE


def _in_words(lack: Lack, atom: Atom) -> str:
    window = atom.signal.window_ms if lack is Lack.READINGS else 0
    return f"{LACKS[lack]} in the last {duration_text(window)}" if window else LACKS[lack]


def _signal(book: AtomBook, newest: Point) -> ReadingFact:
    """The atom's signal at the newest reading; of ``silent`` and ``suspect`` the reading itself."""
    signal = book.atom.signal
    if not book.slot:
        return reading_fact(newest, _unit(book))
    column = Wanted(signal.function, signal.window_ms, signal.limit).column
    return ReadingFact(to_utc(newest.at), newest.signals.get(column), book.unit, int(newest.flag), names(newest.doubt))


def _unit(book: AtomBook) -> str:
    """Of the readings."""
    return UNIT_OF[book.series.partition("/")[2]]


def _parsed(text: str) -> Atom | None:
    try:
        formula = parse(text)
    except FormulaError:
        return None
    return formula if isinstance(formula, Atom) else None
