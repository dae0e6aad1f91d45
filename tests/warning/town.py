"""One gauge and one zone through time, written to a real history as the role ``record`` would. Times are minutes."""

from pathlib import Path

from rules.advance import advance, initial
from rules.book import build
from rules.messages import Action, Assessment, Instruction, Note, Transition
from rules.spec import RuleSpec
from sensors.quality import Quality
from sensors.readings import Block, Reading, Series, Tick, block_of
from sensors.units import MINUTE_MS
from warning.config.load import load
from warning.config.model import Config
from warning.stores.history import Batch, History
from warning.why import why
from warning.why_facts import AtomFact, FormulaFact, Node, Why

START = 1_626_220_800_000  # 14 July 2021, 00:00 UTC
KLUSE = Series("kluserbruecke", "stage")
TIMES = {"level 1": "10 min", "level 2": "5 min", "level 3": "1 min"}
RULE = {
    "zone": "unterbarmen",
    "hazard": "river-flood",
    "level 1": "stage(kluserbruecke) >= flood-watch",
    "level 2": "stage(kluserbruecke) >= 224 cm or rise(kluserbruecke, 60 min) >= 30 cm/h",
    "staff": "silent(kluserbruecke) or suspect(kluserbruecke)",
    "hold": TIMES,
    "clear": TIMES,
    "hysteresis": {"stage(kluserbruecke)": "15 cm", "rise(kluserbruecke, 60 min)": "10 cm/h"},
}


def city(**changes: str) -> Config:
    """The city of the repository with a single rule; above 300 cm its gauge is suspect."""
    config = load(Path(__file__).parents[2] / "config.yaml")
    station = config.stations[KLUSE.station]
    limits = Quality.model_validate({"gross": ["-20 cm", "300 cm"]})
    sensor = station.sensors["stage"].model_copy(update={"quality": limits})
    stations = {**config.stations, KLUSE.station: station.model_copy(update={"sensors": {"stage": sensor}})}
    rules = (RuleSpec.model_validate(RULE | changes),)
    return config.model_copy(update={"stations": stations, "rules": rules})


class Town:
    """The rules of a city with its history."""

    def __init__(self, history: History, config: Config | None = None) -> None:
        self.history = history
        self.config = config or city()
        book = build(self.config.city.id, self.config.stations, self.config.rules)
        self.book = book.catchments["wupper"]
        self.state = initial(self.book)

    def says(self, minute: float, cm: float | None, arrives: float | None = None) -> "Town":
        """The gauge reports."""
        received = ms(minute if arrives is None else arrives)
        return self.takes(block_of("wupper", received, "test", [Reading(KLUSE, ms(minute), cm)]))

    def ticks(self, minute: float) -> "Town":
        """The clock says the time."""
        return self.takes(Tick("wupper", ms(minute)))

    def tells(self, minute: float, action: Action, **about: object) -> "Town":
        """A person's word."""
        return self.takes(Instruction(f"{action}-{minute}", "wupper", action, "anna", ms(minute), "seen", **about))

    def takes(self, *messages: Block | Tick | Instruction) -> "Town":
        """Messages of the log, each written down."""
        for message in messages:
            self.state, said = advance(self.book, self.state, message)
            kinds = (Assessment, Transition, Tick, Note)
            by_kind = [tuple(one for one in said if isinstance(one, kind)) for kind in kinds]
            self.history.write(Batch((), *by_kind))
        return self

    def why(self, minute: float | None = None, name: str = "unterbarmen", config: Config | None = None) -> Why:
        """The answer."""
        return why(self.history, config or self.config, name, None if minute is None else ms(minute))


def ms(minute: float) -> int:
    """Minutes after the start, in ms since 1970."""
    return START + round(minute * MINUTE_MS)


def formulas(answer: Why) -> dict[str, FormulaFact]:
    """Of the first condition, by key."""
    assert answer.zone is not None
    return {formula.key: formula for formula in answer.zone.conditions[0].formulas}


def atoms(answer: Why) -> dict[str, AtomFact]:
    """Every atom of the first condition."""
    return {atom.atom: atom for formula in formulas(answer).values() for atom in _leaves(formula.tree)}


def _leaves(node: Node) -> list[AtomFact]:
    return [node.atom] if node.atom is not None else [leaf for part in node.parts for leaf in _leaves(part)]
