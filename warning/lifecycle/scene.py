"""What a decision about a warning looks at, and the pages it makes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from notifiers.notice import Page, PageReason
from notifiers.revision import Change
from rules.messages import ConditionState
from sensors.times import to_ms
from warning.lifecycle.people import Role, called
from warning.lifecycle.state import RULES, CityState, Draft, WarningNow, hashed
from warning.lifecycle.terms import Terms
from warning.messages import Said
from warning.replies import reply

Output = Said

PAGE_LASTS = timedelta(hours=1)
SILENT_PAGE_LASTS = timedelta(hours=12)


class Scene(NamedTuple):
    """The city at one moment of its clock."""

    state: CityState
    now: datetime
    terms: Terms

    @property
    def approvers(self) -> tuple[str, ...]:
        """Everybody who may release."""
        return tuple(name for name, role in self.terms.people.items() if role >= Role.APPROVER)

    @property
    def administrators(self) -> tuple[str, ...]:
        """Who looks after accounts."""
        return tuple(name for name, role in self.terms.people.items() if role >= Role.ADMINISTRATOR)

    @property
    def everyone(self) -> tuple[str, ...]:
        """All of the staff."""
        return tuple(self.terms.people)

    @property
    def on_call(self) -> tuple[str, ...]:
        """Whose turn it is, in the order in which they are called; all approvers where there is no rota."""
        people, since = self.terms.on_call.at(self.now, self.terms.zone)
        duty = self.state.duty
        if duty is not None and duty.since >= since and duty.person in self.terms.people:
            people = called((duty.person,), people)
        return people or self.approvers

    @property
    def night(self) -> bool:
        """Whether what can wait makes no sound."""
        local = self.now.astimezone(self.terms.zone)
        minute = 60 * local.hour + local.minute
        start, end = self.terms.night
        return start <= minute < end if start <= end else minute >= start or minute < end

    def incident(self, warning: WarningNow) -> tuple[WarningNow, ...]:
        """All warnings of one flood; this one as it is given."""
        members = (one for one in self.state.warnings.values() if one.incident == warning.incident)
        return (warning, *(one for one in members if not same(one, warning)))

    def normal_since(self, warning: WarningNow) -> datetime | None:
        """Since when every condition of the incident is normal; None while one is not, or is not known.

        What is over counts too: a retraction ends no danger.
        """
        if warning.normal_since is None:
            return None
        members = self.incident(warning)
        known = [one.normal_since for one in members if one.normal_since is not None]
        return max(known) if known and len(known) == len(members) else None

    def orphaned(self, warning: WarningNow) -> bool:
        """Whether no rule looks at its condition any more, and no hand holds it: only people can end it."""
        known = self.terms.conditions
        return bool(known) and warning.author == RULES and f"{warning.zone}/{warning.hazard}" not in known

    def armed(self, warning: WarningNow) -> bool:
        """Whether its zone may release by itself: not after a retraction, until a person says so."""
        return warning.zone not in self.state.disarmed


def same(one: WarningNow, other: WarningNow) -> bool:
    """Whether two are of one condition."""
    return (one.zone, one.hazard) == (other.zone, other.hazard)


def urgent(warning: WarningNow, draft: Draft) -> bool:
    """Whether a draft says that it gets worse, or that danger is back."""
    if draft.change not in (Change.ISSUED, Change.UPDATED):
        return False
    return draft.level > warning.level or warning.revived


def pressing(warning: WarningNow, draft: Draft) -> bool:
    """Whether a draft that somebody is rewording may not be forgotten: the danger goes on meanwhile."""
    return urgent(warning, draft) and (warning.author == RULES or draft.level > 1)


def page(  # noqa: PLR0913 - whom, why, and how loudly
    scene: Scene,
    warning: WarningNow,
    reason: PageReason,
    people: Iterable[str],
    text: str = "",
    *,
    voice: bool = False,
    silent: bool = False,
    cause: str = "",
) -> list[Output]:
    """A page about a warning, to be put among the outputs; none where nobody is there to be called.

    ``cause`` is the id of a command that may come twice at one moment of the clock.
    """
    names = called(tuple(people))
    if not names:
        return []
    draft = warning.draft
    about = () if draft is None else (draft.fingerprint, draft.step)
    named = (scene.terms.city, warning.id, reason.value, warning.number, *about, *names, to_ms(scene.now))
    named = (*named, cause) if cause else named
    return [
        Page(
            identifier=hashed(*named),
            city=scene.terms.city,
            status=scene.terms.status,
            reason=reason,
            people=names,
            voice=voice,
            silent=silent,
            sent=scene.now,
            expires=scene.now + (SILENT_PAGE_LASTS if silent else PAGE_LASTS),
            level=draft.level if draft is not None else max(warning.level, warning.danger),
            warning=warning.id,
            number=warning.number + (draft is not None),
            zone=warning.zone,
            hazard=warning.hazard,
            change=draft.change.value if draft is not None else "",
            text=text,
            measurements=warning.measurements,
            gauge_lost=warning.lost,
        )
    ]


def standing_of(warning: WarningNow) -> str:
    """In words: state, level and the values behind it."""
    values = ", ".join(
        f"{one.station_name} {one.value:g} {one.unit}" for one in warning.measurements if one.value is not None
    )
    code, slots = "standing", {"zone": warning.zone, "state": warning.condition.state.value}
    if warning.condition.state is not ConditionState.NORMAL:
        code, slots = f"{code}-level", slots | {"level": str(warning.condition.level)}
    return reply(f"{code}-values" if values else code, **slots, values=values)
