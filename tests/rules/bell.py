"""A catchment to play with: readings and ticks in, standings out. Times are minutes."""

from collections.abc import Mapping

from rules.advance import advance, initial
from rules.book import Book, build
from rules.messages import Assessment, Transition
from rules.spec import RuleSpec
from sensors.readings import Block, Reading, Series, Tick, block_of
from sensors.stations import Station
from sensors.units import MINUTE_MS

START = 1_626_220_800_000  # 14 July 2021, 00:00 UTC

HOLD = {"level 1": "10 min", "level 2": "5 min", "level 3": "1 min"}
CLEAR = {"level 1": "15 min", "level 2": "30 min", "level 3": "60 min"}
LEVELS = {"level 1": "stage(a) >= 100 cm", "level 2": "stage(a) >= 200 cm", "level 3": "stage(a) >= 300 cm"}


def station(step: str = "5 min", catchment: str = "wupper") -> Station:
    """A station with stage, discharge and rain."""
    return Station.model_validate(
        {
            "name": "A",
            "catchment": catchment,
            "sensors": {
                "stage": {"step": step, "resolution": "0.1 cm", "span": ["-50 cm", "700 cm"], "topic": "s"},
                "discharge": {"step": step, "resolution": "0.01 m3/s", "span": ["0 m3/s", "900 m3/s"], "topic": "d"},
                "rain": {"step": step, "resolution": "0.1 mm", "span": ["0 mm", "60 mm"], "topic": "r"},
            },
            "marks": {
                "high": {"value": "224 cm", "datum": "gauge zero", "source": "test", "valid_from": "2021-01-01"},
            },
        }
    )


def rule(
    levels: Mapping[str, str] = LEVELS, hysteresis: Mapping[str, str] | None = None, zone: str = "town"
) -> RuleSpec:
    """A rule; 15 cm of hysteresis for ``stage(a)`` where nothing else is said."""
    given = {"stage(a)": "15 cm"} if hysteresis is None else dict(hysteresis)
    return RuleSpec.model_validate(
        {"zone": zone, "hazard": "flood", **levels, "hold": HOLD, "clear": CLEAR, "hysteresis": given}
    )


def book_of(*rules: RuleSpec, step: str = "5 min", names: str = "ab") -> Book:
    """A city of stations a, b … in one catchment."""
    return build("testcity", {name: station(step) for name in names}, rules)


class Bell:
    """One catchment through time."""

    def __init__(self, *rules: RuleSpec, step: str = "5 min", names: str = "ab") -> None:
        self.book = book_of(*rules or (rule(),), step=step, names=names).catchments["wupper"]
        self.state = initial(self.book)
        self.transitions: list[Transition] = []
        self.assessments: list[Assessment] = []

    def says(self, minute: float, value: float | None, series: str = "a/stage", arrives: float | None = None) -> "Bell":
        """A gauge reports."""
        at, received = ms(minute), ms(minute if arrives is None else arrives)
        reading = Reading(Series(*series.split("/")), at, value)
        return self.takes(block_of("wupper", received, "test", [reading]))

    def ticks(self, minute: float) -> "Bell":
        """The clock says the time."""
        return self.takes(Tick("wupper", ms(minute)))

    def takes(self, message: Block | Tick) -> "Bell":
        """One message of the log."""
        self.state, outputs = advance(self.book, self.state, message)
        self.transitions += [each for each in outputs if isinstance(each, Transition)]
        self.assessments += [each for each in outputs if isinstance(each, Assessment)]
        return self

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
