"""A catchment to play with: readings, ticks and people's words in, standings out. Times are minutes."""

from collections.abc import Mapping
from typing import Any

from rules.advance import Output, advance, initial
from rules.book import build
from rules.books import Book
from rules.messages import Action, Assessment, Evidence, Instruction, Note, NoteReason, Transition
from rules.spec import RuleSpec
from sensors.readings import Block, Reading, Series, Tick, block_of
from sensors.stations import Station
from sensors.units import MINUTE_MS

START = 1_626_220_800_000  # 14 July 2021, 00:00 UTC

HOLD = {"level 1": "10 min", "level 2": "5 min", "level 3": "1 min"}
CLEAR = {"level 1": "15 min", "level 2": "30 min", "level 3": "60 min"}
LEVELS = {"level 1": "stage(a) >= 100 cm", "level 2": "stage(a) >= 200 cm", "level 3": "stage(a) >= 300 cm"}


def station(step: str = "5 min", catchment: str = "wupper", quality: Mapping[str, object] | None = None) -> Station:
    """A station with stage, discharge and rain; ``quality`` holds limits of the stage's tests."""
    tests = {} if quality is None else {"quality": dict(quality)}
    return Station.model_validate(
        {
            "name": "A",
            "catchment": catchment,
            "sensors": {
                "stage": {"step": step, "resolution": "0.1 cm", "span": ["-50 cm", "700 cm"], "topic": "s", **tests},
                "discharge": {"step": step, "resolution": "0.01 m3/s", "span": ["0 m3/s", "900 m3/s"], "topic": "d"},
                "rain": {"step": step, "resolution": "0.1 mm", "span": ["0 mm", "60 mm"], "topic": "r"},
            },
            "marks": {
                "high": {"value": "224 cm", "datum": "gauge zero", "source": "test", "valid_from": "2021-01-01"},
            },
        }
    )


def rule(
    levels: Mapping[str, str] = LEVELS,
    hysteresis: Mapping[str, str] | None = None,
    zone: str = "town",
    staff: str | None = None,
) -> RuleSpec:
    """A rule; 15 cm of hysteresis for ``stage(a)`` where nothing else is said."""
    given = {"stage(a)": "15 cm"} if hysteresis is None else dict(hysteresis)
    return RuleSpec.model_validate(
        {"zone": zone, "hazard": "flood", **levels, "staff": staff, "hold": HOLD, "clear": CLEAR, "hysteresis": given}
    )


def book_of(
    *rules: RuleSpec, step: str = "5 min", names: str = "ab", quality: Mapping[str, object] | None = None
) -> Book:
    """A city of stations a, b … in one catchment."""
    return build("testcity", {name: station(step, quality=quality) for name in names}, rules)


class Bell:
    """One catchment through time."""

    def __init__(
        self, *rules: RuleSpec, step: str = "5 min", names: str = "ab", quality: Mapping[str, object] | None = None
    ) -> None:
        self.book = book_of(*rules or (rule(),), step=step, names=names, quality=quality).catchments["wupper"]
        self.state = initial(self.book)
        self.transitions: list[Transition] = []
        self.assessments: list[Assessment] = []
        self.notes: list[Note] = []  # that call somebody
        self.answers: list[Note] = []  # to instructions that were followed
        self.outputs: list[Output] = []  # of the last message
        self._words = 0

    def says(self, minute: float, value: float | None, series: str = "a/stage", arrives: float | None = None) -> "Bell":
        """A gauge reports."""
        at, received = ms(minute), ms(minute if arrives is None else arrives)
        reading = Reading(Series(*series.split("/")), at, value)
        return self.takes(block_of("wupper", received, "test", [reading]))

    def ticks(self, minute: float) -> "Bell":
        """The clock says the time."""
        return self.takes(Tick("wupper", ms(minute)))

    def run(self, minutes: range, value: float | None = None, series: str = "a/stage") -> "Bell":
        """A tick every minute; with a value, a reading of a gauge every five minutes before that."""
        for minute in minutes:
            if value is not None and minute % 5 == 0:
                self.says(minute, value, series)
            self.ticks(minute + 0.1)
        return self

    def instructs(self, action: Action, minute: float, **given: Any) -> "Bell":
        """Kaya says so; about the town's flood unless a series is given. ``until`` is in minutes."""
        return self.takes(self.word(action, minute, **given))

    def word(self, action: Action, minute: float, **given: Any) -> Instruction:
        """An instruction with an id of its own."""
        self._words += 1
        about = {} if "series" in given else {"zone": "town", "hazard": "flood"}
        if "series" in given:
            given["series"] = Series(*given["series"].split("/"))
        if "until" in given:
            given["until"] = ms(given["until"])
        fields = {"id": f"i{self._words}", "actor": "kaya", "note": "seen on site", **about, **given}
        return Instruction(catchment="wupper", action=action, at=ms(minute), **fields)

    def takes(self, message: Block | Tick | Instruction) -> "Bell":
        """One message of the log."""
        self.state, self.outputs = advance(self.book, self.state, message)
        self.transitions += [each for each in self.outputs if isinstance(each, Transition)]
        self.assessments += [each for each in self.outputs if isinstance(each, Assessment)]
        notes = [each for each in self.outputs if isinstance(each, Note)]
        self.notes += [each for each in notes if each.reason is not NoteReason.FOLLOWED]
        self.answers += [each for each in notes if each.reason is NoteReason.FOLLOWED]
        return self

    def stands(self, zone: str) -> str:
        """``ACTIVE 2`` of a zone's flood."""
        standing = self.state.conditions[f"{zone}/flood"].standing
        return f"{standing.state} {standing.level}"

    @property
    def reasons(self) -> list[str]:
        """Why staff were called, in order."""
        return [each.reason.value for each in self.notes]

    @property
    def evidence(self) -> list[Evidence]:
        """Every row of evidence."""
        return [row for each in self.assessments for row in each.edges]

    @property
    def standing(self) -> str:
        """``ACTIVE 2`` of the first rule."""
        standing = next(iter(self.state.conditions.values())).standing
        return f"{standing.state} {standing.level}"

    @property
    def path(self) -> list[str]:
        """Every standing it went to."""
        return [f"{each.to.state} {each.to.level}" for each in self.transitions]

    @property
    def last(self) -> Transition:
        """The newest transition."""
        return self.transitions[-1]


def ms(minute: float) -> int:
    """Minutes after the start, in ms since 1970."""
    return START + round(minute * MINUTE_MS)
