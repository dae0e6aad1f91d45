"""Why a zone or a station stood where it stood at a time: rules, evidence and readings put together.

Nothing is simulated again. The truth of each atom is what was stored, and a level's formula is
evaluated over these. Event time counts: what was measured and decided up to the time asked for.
"""

from collections.abc import Collection, Sequence

from rules.book import build
from rules.books import Book, ConditionBook
from rules.formula import Atom, Formula, atoms_of
from rules.messages import Note, Transition
from sensors.problems import did_you_mean
from sensors.readings import FUTURE_MS, Series
from sensors.times import to_utc
from sensors.units import HOUR_MS, UNIT_OF
from warning.config.model import Config
from warning.stores.history import History
from warning.why_atoms import Witness, reading_fact
from warning.why_facts import ConditionFact, FeedFact, FormulaFact, RulesFact, SeriesFact, StationWhy, Why, ZoneWhy
from warning.why_formulas import formula_fact, standing

#: how far back notes to staff are told, and how many transitions are searched for a level's beginning
NOTES_MS = 6 * HOUR_MS
MOST_NOTES = 200
MOST_TRANSITIONS = 500
READINGS = 6


class NothingToTell(Exception):
    """There is no such name, or nothing was recorded yet; the text says which."""


def why(history: History, config: Config, name: str, at: int | None) -> Why:
    """The answer for a zone or station at an event time, ms; None: as of the last tick.

    Raises:
        NothingToTell: an unknown name, or an empty history.
        HistoryUnavailable: the history cannot be read.
    """
    known = [*config.zones, *config.stations]
    if name not in known:
        raise NothingToTell(f"there is no station or zone {name}{did_you_mean(name, known)}")
    tick = history.last_tick()
    if tick is None:
        raise NothingToTell("no history yet: nothing has been assessed")
    until = tick + FUTURE_MS if at is None else at  # the newest readings may be ahead of the last tick
    return _Answer(history, config, until).of(name, tick if at is None else at)


class _Answer:
    """One moment of a city."""

    def __init__(self, history: History, config: Config, until: int) -> None:
        self._history = history
        self._config = config
        self._until = until
        self._book = build(config.city.id, config.stations, config.rules, config.forecasts)
        self._rules = RulesFact(history.rules_version(until), self._book.version)
        self._witness = Witness(history, config.stations, until)

    def of(self, name: str, at: int) -> Why:
        """Everything about a name."""
        return Why(
            at=to_utc(at),
            time_zone=self._config.city.time_zone,
            rules=self._rules,
            zone=self._zone(name) if name in self._config.zones else None,
            station=self._station(name) if name in self._config.stations else None,
        )

    def _zone(self, name: str) -> ZoneWhy:
        said = self._history.transitions_until(name, self._until, MOST_TRANSITIONS)
        books = {book.hazard: book for book in _conditions(self._book) if book.zone == name}
        hazards = list(dict.fromkeys([*books, *(one.hazard for one in reversed(said))]))
        stations = {atom.atom.signal.station for book in books.values() for atom in book.atoms.values()}
        return ZoneWhy(
            zone=name,
            name=self._config.zones[name].name[self._config.city.languages[0]],
            conditions=tuple(self._condition(name, hazard, books.get(hazard), said) for hazard in hazards),
            notes=self._notes({name}, stations),
        )

    def _condition(
        self, zone: str, hazard: str, book: ConditionBook | None, said: Sequence[Transition]
    ) -> ConditionFact:
        explained = book is not None and self._rules.same
        return standing(
            hazard,
            [one for one in said if one.hazard == hazard],
            self._formulas(book) if book is not None and explained else (),
            () if explained else self._witness.stored(zone, hazard),
        )

    def _formulas(self, book: ConditionBook) -> tuple[FormulaFact, ...]:
        facts = {atom: self._witness.atom(book.zone, book.hazard, each) for atom, each in book.atoms.items()}
        return tuple(formula_fact(key, formula, facts) for key, formula in _written(book).items())

    def _station(self, name: str) -> StationWhy:
        station = self._config.stations[name]
        feeds = [feed for book in _conditions(self._book) for feed in self._feeds(book, name)]
        return StationWhy(
            station=name,
            name=station.name,
            series=tuple(self._series(Series(name, parameter)) for parameter in station.sensors),
            feeds=tuple(feeds),
            notes=self._notes({feed.zone for feed in feeds}, {name}),
        )

    def _series(self, series: Series) -> SeriesFact:
        points = self._witness.readings(series, READINGS)
        unit = UNIT_OF[series.parameter]
        readings = tuple(reading_fact(point, unit) for point in points)
        return SeriesFact(series.parameter, unit, readings, points[0].signals if points else {})

    def _feeds(self, book: ConditionBook, station: str) -> list[FeedFact]:
        if not self._rules.same:
            stored = self._witness.stored(book.zone, book.hazard)
            return [FeedFact(book.zone, book.hazard, (), atom) for atom in stored if atom.station == station]
        keys: dict[Atom, list[str]] = {}
        for key, formula in _written(book).items():
            for atom in dict.fromkeys(atoms_of(formula)):
                keys.setdefault(atom, []).append(key)
        return [
            FeedFact(book.zone, book.hazard, tuple(found), self._witness.atom(book.zone, book.hazard, book.atoms[atom]))
            for atom, found in keys.items()
            if atom.signal.station == station
        ]

    def _notes(self, zones: Collection[str], stations: Collection[str]) -> tuple[Note, ...]:
        found = self._history.notes(MOST_NOTES, since=self._until - NOTES_MS, until=self._until)
        return tuple(note for note in found if note.zone in zones or (note.zone is None and note.station in stations))


def _conditions(book: Book) -> list[ConditionBook]:
    return [condition for catchment in book.catchments.values() for condition in catchment.conditions.values()]


def _written(book: ConditionBook) -> dict[str, Formula]:
    """Formulas under the keys that the configuration has for them."""
    levels = {f"level {level}": formula for level, formula in book.formulas.items()}
    return levels if book.staff is None else levels | {"staff": book.staff}
