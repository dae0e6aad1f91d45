"""A city for the steward: plays events by the minute and keeps what was said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from notifiers.notice import GaugeNotice, Page, PageReason
from notifiers.revision import Change, Revision, Status
from rules.messages import ConditionState, Edge, Note, NoteReason, Overlay, Reason, Standing, Transition
from sensors.readings import Tick
from sensors.times import to_ms
from warning.lifecycle.people import OnCall, Role, Turn
from warning.lifecycle.scene import Output
from warning.lifecycle.state import CityState, WarningNow
from warning.lifecycle.steward import steward
from warning.lifecycle.terms import Terms
from warning.messages import Answer, Command, CommandAction, DeskRow, WarningState
from warning.replies import understood

NOON = datetime(2021, 7, 14, 12, tzinfo=UTC)
AUTOMATIC = (0, 0, 0)
BY_PEOPLE = (0, 1, 1)  # as shipped
NOTHING_BY_ITSELF = (1, 1, 1)


PEOPLE = {
    "anna": Role.APPROVER,
    "berta": Role.APPROVER,
    "carl": Role.AUTHOR,
    "dora": Role.ADMINISTRATOR,
    "vera": Role.VIEWER,
}


def terms(release: tuple[int, int, int] = AUTOMATIC) -> Terms:
    """The shipped times."""
    return Terms(
        city="wuppertal",
        sender="floodbell@wuppertal.example",
        status=Status.EXERCISE,
        release=release,
        lasts=(timedelta(hours=12), timedelta(hours=6), timedelta(hours=3)),
        quiet=timedelta(minutes=10),
        all_clear={"river-flood": timedelta(minutes=60)},
        station_names={"kluserbruecke": "Kluserbrücke"},
        people=PEOPLE,
        on_call=OnCall((Turn(0, ("anna", "berta")),)),
        zone=ZoneInfo("Europe/Berlin"),
    )


class City:
    """Plays events and keeps what was said."""

    def __init__(self, release: tuple[int, int, int] = AUTOMATIC, **more: Any) -> None:
        self.terms = replace(terms(release), **more)
        self.state = CityState()
        self.standings: dict[tuple[str, str], Standing] = {}
        self.said: list[Output] = []
        self.events: list[Any] = []
        self.commands = 0

    def take(self, event: Any) -> list[Output]:
        """One event."""
        self.events.append(event)
        self.state, outputs = steward(self.state, event, self.terms)
        self.said += outputs
        return outputs

    def moves(self, minute: int, state: ConditionState, level: int, **more: Any) -> list[Output]:
        """The condition of Unterbarmen changes, or of the zone given."""
        to, key = Standing(state, level), (more.get("zone", "unterbarmen"), more.get("hazard", "river-flood"))
        event = transition(minute, self.standings.get(key, Standing(ConditionState.NORMAL, 0)), to, **more)
        self.standings[key] = to
        return self.take(event)

    def holds(self, minute: int, level: int, actor: str = "carl", **more: Any) -> list[Output]:
        """A person holds a level by hand: no gauge, no measurement."""
        hand = {"reason": Reason.BY_HAND, "edges": (), "evidence": (), "overlays": (Overlay.BY_HAND,), "actor": actor}
        return self.moves(minute, ConditionState.ACTIVE, level, **hand, **more)

    def rises(self, minute: int, cm: float, station: str = "kluserbruecke", zone: str = "unterbarmen") -> list[Output]:
        """The rules tell that the water rose by another step."""
        at = NOON + timedelta(minutes=minute)
        about = {"zone": zone, "hazard": "river-flood", "station": station, "parameter": "stage"}
        return self.take(Note(f"n{minute}", "wuppertal", "wupper", NoteReason.RISEN, at, at, "r1", value=cm, **about))

    def ticks(self, start: int, end: int) -> list[Output]:
        """Every minute from ``start`` to before ``end``."""
        return [one for minute in range(start, end) for one in self.tick(minute)]

    def gives(self, minute: int, action: CommandAction, actor: str = "anna", **about: Any) -> Answer:
        """A person's command about the newest warning that is not closed; the draft is the one that waits."""
        warning = self.warning
        self.commands += 1
        given: dict[str, Any] = {"warning": warning.id}
        if action in (CommandAction.APPROVE, CommandAction.REJECT, CommandAction.CLEAR) and warning.draft:
            draft = warning.draft
            given |= {"revision": warning.number + 1, "change": draft.change.value, "level": draft.level}
            given["draft"] = draft.fingerprint
        at = NOON + timedelta(minutes=minute)
        outputs = self.take(Command(f"c{self.commands}", "wuppertal", action, actor, at, **given | about))
        answer = next(one for one in outputs if isinstance(one, Answer))
        assert understood(answer.text, answer.at) is not None, answer.text
        return answer

    @property
    def warning(self) -> WarningNow:
        """The newest one."""
        return list(self.state.warnings.values())[-1]

    def pages(self, *reasons: PageReason) -> list[tuple[int, tuple[str, ...]]]:
        """Minute and people of the pages for these reasons."""
        return [
            (round((one.sent - NOON) / timedelta(minutes=1)), one.people)
            for one in self.said
            if isinstance(one, Page) and one.reason in reasons
        ]

    @property
    def notices(self) -> list[tuple[int, int]]:
        """Minute and level of what was passed on to the public as measured."""
        found = [one for one in self.said if isinstance(one, GaugeNotice)]
        return [(round((one.sent - NOON) / timedelta(minutes=1)), one.level) for one in found]

    @property
    def states(self) -> list[WarningState]:
        """The states that the desk has shown, each change once."""
        shown = [one.state for one in self.said if isinstance(one, DeskRow)]
        return [state for place, state in enumerate(shown) if place == 0 or shown[place - 1] is not state]

    def tick(self, minute: int, catchment: str = "wupper") -> list[Output]:
        """The clock of the catchment."""
        return self.take(Tick(catchment, to_ms(NOON + timedelta(minutes=minute))))

    def approves(self, minute: int, revision: int, level: int, change: Change = Change.UPDATED) -> list[Output]:
        """A person releases the only warning there is."""
        (warning,) = self.state.warnings.values()
        at = NOON + timedelta(minutes=minute)
        action = CommandAction.CLEAR if change is Change.ALL_CLEAR else CommandAction.APPROVE
        named = {"warning": warning.id, "revision": revision, "change": change.value, "level": level}
        return self.take(Command(f"c{minute}", "wuppertal", action, "anna", at, **named))

    @property
    def revisions(self) -> list[tuple[int, Change, int]]:
        """What was released: minute, change, level."""
        return [
            (round((one.sent - NOON) / timedelta(minutes=1)), one.change, one.level)
            for one in self.said
            if isinstance(one, Revision)
        ]

    @property
    def answer(self) -> str:
        """The newest answer to a command."""
        return [one for one in self.said if isinstance(one, Answer)][-1].text

    @property
    def row(self) -> DeskRow:
        """The newest row of the desk."""
        return [one for one in self.said if isinstance(one, DeskRow)][-1]


def transition(minute: int, start: Standing, to: Standing, **more: Any) -> Transition:
    """A transition whose reading is decided on at once."""
    at = NOON + timedelta(minutes=minute)
    edge = Edge("e", "kluserbruecke", "stage", "stage(kluserbruecke) >= 224 cm", at, 226.0, "cm", 1, 30.0)
    given: dict[str, Any] = {"reason": Reason.STAGE_ABOVE, "edges": (edge,), "evidence": ("e",)} | more
    given = {"catchment": "wupper", "zone": "unterbarmen", "hazard": "river-flood"} | given
    alone = Overlay.BY_HAND in given.get("overlays", ()) or given["reason"] is Reason.OUT_OF_SERVICE
    spoken = 0 if alone or to.state not in {ConditionState.ACTIVE, ConditionState.STALE} else to.level
    given = {"spoken_for": spoken} | given
    return Transition(
        id=f"t{minute}-{to.state}-{to.level}",
        city="wuppertal",
        from_=start,
        to=to,
        at=at,
        decided_at=at,
        rules_version="r1",
        **given,
    )


ACTIVE, RECOVERING, NORMAL = ConditionState.ACTIVE, ConditionState.RECOVERING, ConditionState.NORMAL
PENDING, STALE, NO_DATA = ConditionState.PENDING, ConditionState.STALE, ConditionState.NO_DATA
