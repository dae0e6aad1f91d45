"""Random floods, people and clocks against what must hold in every order of events."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from notifiers.notice import GaugeNotice, Page, PageReason
from notifiers.revision import Change, Revision, Words
from rules.messages import ConditionState, Reason, Standing
from sensors.times import to_ms
from tests.warning.lifecycle.city import ACTIVE, NO_DATA, NOON, NORMAL, PENDING, PEOPLE, RECOVERING, STALE, City
from warning.lifecycle.scene import urgent
from warning.lifecycle.state import WarningNow
from warning.messages import CommandAction, DeskRow, WarningState

#: Two of one flood, and one by another river, whose clock is behind.
CATCHMENTS = {"unterbarmen": "wupper", "beyenburg": "wupper", "barmen": "bever"}
ZONES = tuple(CATCHMENTS)
QUIET, NEVER_LATER = timedelta(minutes=10), timedelta(minutes=10)
POLICIES = ((0, 0, 0), (0, 1, 1), (0, 1, 2), (1, 1, 1), (2, 2, 2))
#: Pages that tell staff of a warning that nobody has ended.
ALARMS = (
    PageReason.EXPIRED_UNSAID,
    PageReason.ALL_CLEAR_WAITS,
    PageReason.DRAFT_WAITS,
    PageReason.EXTEND_SOON,
)


class Life(RuleBasedStateMachine):
    """Two zones of one flood and one of another; every event is played, and now and then played once more."""

    @initialize(policy=st.sampled_from(POLICIES), preauthorised=st.booleans(), behind=st.sampled_from((0, 1, 3)))
    def begin(self, policy: tuple[int, int, int], preauthorised: bool, behind: int) -> None:
        after = timedelta(minutes=3) if preauthorised else None
        self.city = City(policy, preauthorised_after=after)
        self.minute = 10
        self.behind = {"wupper": 0, "bever": behind}
        self.incidents: dict[str, dict[str, str]] = {}  # incident → zones that ever were of it, the hazard's newest
        self.ran_out: set[str] = set()

    @rule(
        zone=st.sampled_from(ZONES),
        state=st.sampled_from((ACTIVE, RECOVERING, STALE, PENDING, NORMAL)),
        level=st.integers(1, 3),
        out=st.booleans(),
        quiet_for=st.sampled_from((None, None, 60)),
    )
    def condition(self, zone: str, state: ConditionState, level: int, out: bool, quiet_for: int | None) -> None:
        """Whatever the rules say, in any order; never below the level in one step but by RECOVERING or NORMAL."""
        before = self.city.standings.get((zone, "river-flood"), Standing(NORMAL, 0))
        if state is NORMAL:
            level = 0
        if state is STALE:
            level = max(level, before.level)
        if Standing(state, level) == before:
            return
        reason = Reason.STAGE_ABOVE
        if state is STALE:
            reason = Reason.OUT_OF_SERVICE if out else Reason.GAUGE_LOST
        lost = ("kluserbruecke",) if state is STALE else ()
        self.step()
        more: dict[str, Any] = {"reason": reason, "gauge_lost": lost}
        if quiet_for is not None:
            more["silenced_until"] = NOON + timedelta(minutes=self.minute + quiet_for)
        self.check(self.moves(zone, state, level, **more))

    @rule(zone=st.sampled_from(ZONES))
    def rises(self, zone: str) -> None:
        """By another step: what was decided against is open again."""
        self.step()
        self.check(self.city.rises(self.minute, 240.0, zone=zone))
        key = f"{zone}/river-flood"
        warning = self.city.state.warnings.get(key)
        if warning is not None and not warning.over and warning.danger > warning.level:
            assert warning.draft is not None, warning

    @rule(zone=st.sampled_from(ZONES))
    def called_over(self, zone: str) -> None:
        before = self.city.standings.get((zone, "river-flood"))
        if before is not None and before.state is STALE:
            self.step()
            self.check(self.moves(zone, NO_DATA, 0, reason=Reason.CONFIRMED_OVER))

    @rule(zone=st.sampled_from(ZONES), level=st.integers(1, 3), who=st.sampled_from(sorted(PEOPLE)))
    def held(self, zone: str, level: int, who: str) -> None:
        before = self.city.standings.get((zone, "river-flood"), Standing(NORMAL, 0))
        if before != Standing(ACTIVE, level) and before.level <= level:
            self.step()
            self.check(self.city.holds(self.now_at(zone), level, who, zone=zone, catchment=CATCHMENTS[zone]))

    @rule(minutes=st.integers(1, 200))
    def time_passes(self, minutes: int) -> None:
        """By one long tick, as after an outage, or minute by minute."""
        if minutes > 60:
            self.step(minutes)
            return
        for _ in range(minutes):
            self.step()

    @rule(
        action=st.sampled_from([one for one in CommandAction if one not in {CommandAction.NOTE, CommandAction.UPDATE}]),
        who=st.sampled_from([*sorted(PEOPLE), "mallory"]),
        alone=st.booleans(),
        hours=st.integers(1, 14),
        zone=st.sampled_from(ZONES),
        seen=st.booleans(),
        shown=st.sampled_from((None, 0, 1, 2, 3)),
    )
    @precondition(lambda self: self.city.state.warnings)
    def decides(  # noqa: PLR0917 - whatever a command can hold
        self, action: CommandAction, who: str, alone: bool, hours: int, zone: str, seen: bool, shown: int | None
    ) -> None:
        """Anybody commands anything, about the draft that waits or about one that does not."""
        about: dict[str, Any] = {"note": "because", "alone": alone, "person": "dora"}
        if action is CommandAction.EXTEND:
            about["until"] = NOON + timedelta(minutes=self.minute, hours=hours)
        if action is CommandAction.REARM:
            about["zone"] = zone
        if not seen:
            about["draft"] = "00000000"
        found = [one for one in self.city.state.warnings.values() if one.zone == zone] or [self.city.warning]
        warning = found[0]
        draft = warning.draft
        about["warning"] = warning.id
        if draft is not None and action in (CommandAction.APPROVE, CommandAction.REJECT, CommandAction.CLEAR):
            about |= {"revision": warning.number + 1, "change": draft.change.value, "level": draft.level}
            about.setdefault("draft", draft.fingerprint)
        if action is CommandAction.ACK:
            about["shown_level"] = shown
        before, acks = len(self.city.said), {ack.person: ack.level for ack in warning.acks}
        self.city.gives(self.minute, action, who, **about)
        self.check(self.city.said[before:])
        for one in self.city.state.warnings.values():
            if one.id == warning.id and action is CommandAction.ACK and shown is not None:
                assert all(ack.level <= max(shown, acks.get(ack.person, 0)) for ack in one.acks if ack.person == who)

    @rule(who=st.sampled_from(sorted(PEOPLE)), text=st.sampled_from(("Neu", "Anders")))
    @precondition(lambda self: self.city.state.warnings)
    def rewords(self, who: str, text: str) -> None:
        before = len(self.city.said)
        words = {"de": Words(text, f"{text}.")}
        self.city.gives(self.minute, CommandAction.UPDATE, who, words=words, note="more exact")
        self.check(self.city.said[before:])

    @rule(place=st.integers(0, 10_000))
    @precondition(lambda self: self.city.events)
    def repeats(self, place: int) -> None:
        """An event of the last while comes once more, as after a crash: nothing changes, nothing is said."""
        event = self.city.events[-1 - place % min(len(self.city.events), 40)]
        state = self.city.state
        assert self.city.take(event) == []
        assert self.city.state == state
        self.city.events.pop()

    def now_at(self, zone: str) -> int:
        """The minute by the clock of its catchment."""
        return self.minute - self.behind[CATCHMENTS[zone]]

    def moves(self, zone: str, state: ConditionState, level: int, **more: Any) -> list[Any]:
        return self.city.moves(self.now_at(zone), state, level, zone=zone, catchment=CATCHMENTS[zone], **more)

    def step(self, minutes: int = 1) -> None:
        self.minute += minutes
        for catchment, behind in self.behind.items():
            self.check(self.city.tick(self.minute - behind, catchment))

    def check(self, outputs: list[Any]) -> None:
        """What must hold of everything that is said."""
        for said in outputs:
            if isinstance(said, Revision):
                self.check_revision(said)
            if isinstance(said, DeskRow):
                self.incidents.setdefault(said.incident, {})[said.zone] = said.hazard
            if isinstance(said, GaugeNotice):
                warning = next(one for one in self.city.state.warnings.values() if one.id == said.warning)
                assert said.level > warning.level or said.warning in self.ran_out  # the city has said as much

    def check_revision(self, said: Revision) -> None:
        warning = self.of(said)
        numbers = [one.number for one in self.city.said if isinstance(one, Revision) and one.warning == said.warning]
        assert numbers == list(range(1, len(numbers) + 1))  # nobody gets an older one after a newer
        if said.change is Change.ALL_CLEAR:
            members = self.incidents.get(said.incident, {}) | {said.zone: said.hazard}
            states = {self.city.standings[zone, hazard].state for zone, hazard in members.items()}
            assert not states & {ACTIVE, STALE, RECOVERING, PENDING}
        if said.change is Change.UPDATED and said.level <= said.previous_level and said.warning not in self.ran_out:
            before = [one for one in self.city.said if isinstance(one, Revision) and one.warning == said.warning][-2]
            assert said.sent - before.sent >= QUIET  # no repeats, and nothing harmless soon after the last one
        if said.released_by == "automatic" and said.change in (Change.ISSUED, Change.UPDATED):
            assert warning is None or warning.zone not in self.city.state.disarmed
        if said.change is Change.RETRACTED:
            standing = self.city.standings[said.zone, said.hazard]
            assert standing.state not in (ACTIVE, STALE) or warning is None or not trusted(warning)

    def of(self, said: Revision) -> WarningNow | None:
        return next((one for one in self.city.state.warnings.values() if one.id == said.warning), None)

    @invariant()
    def worsening_waits_for_no_damper(self) -> None:
        """What is worse than what was said is said, waits before people, or was decided against by people."""
        if not hasattr(self, "city"):
            return
        for warning in self.city.state.warnings.values():
            if warning.over or warning.danger <= warning.level:
                continue
            draft = warning.draft
            asked = draft is not None and draft.level >= warning.danger
            written = draft is not None and bool(draft.words)
            no = warning.rejection
            decided = no is not None and no.level >= warning.danger and not no.risen
            assert asked or written or (decided and no.change is not Change.ALL_CLEAR), warning

    @invariant()
    def who_does_not_act_is_called_again_and_then_everyone(self) -> None:
        """Also while somebody rewords it, and whatever came in between."""
        if not hasattr(self, "city"):
            return
        for warning in self.city.state.warnings.values():
            draft = warning.draft
            if draft is None or warning.over or not urgent(warning, draft) or not (draft.submitted or draft.level > 1):
                continue
            tick = self.city.state.ticks.get(warning.catchment, 0)
            waited = timedelta(milliseconds=tick - to_ms(draft.since))
            assert draft.step >= 4 or waited < NEVER_LATER, warning

    @invariant()
    def what_has_run_out_is_remembered(self) -> None:
        if hasattr(self, "city"):
            found = self.city.state.warnings.values()
            self.ran_out |= {one.id for one in found if one.revived or one.state is WarningState.EXPIRED}

    @invariant()
    def what_is_in_force_does_not_run_out_in_danger(self) -> None:
        if not hasattr(self, "city") or not self.city.state.ticks:
            return
        for warning in self.city.state.warnings.values():
            now = self.city.state.ticks.get(warning.catchment, 0)
            if warning.stands and warning.danger and warning.state is not WarningState.EXPIRED:
                assert warning.expires is not None
                assert to_ms(warning.expires) > now or not warning.number, warning

    @invariant()
    def nothing_is_said_twice(self) -> None:
        if not hasattr(self, "city"):
            return
        named = [one.identifier for one in self.city.said if isinstance(one, Revision | Page | GaugeNotice)]
        assert len(named) == len(set(named))

    def teardown(self) -> None:
        """Left alone and calm for a day, every released warning has ended, or has called staff."""
        if not hasattr(self, "city"):
            return
        for zone in ZONES:
            standing = self.city.standings.get((zone, "river-flood"))
            if standing is not None and standing.state is not NORMAL:
                self.step()
                self.check(self.moves(zone, NORMAL, 0, reason=Reason.HELD_BELOW))
        start = self.minute
        for _ in range(26 * 6):
            self.step(10)
        called = {
            one.warning
            for one in self.city.said
            if isinstance(one, Page) and one.reason in ALARMS and one.sent >= NOON + timedelta(minutes=start)
        }
        open_ = [one for one in self.city.state.warnings.values() if one.stands]
        assert all(one.id in called for one in open_), open_


def trusted(warning: WarningNow) -> bool:
    """Whether sensors in service speak for it."""
    return warning.by_rules > 0


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
