"""Comparing a disturbed run with the undisturbed one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.left import Fate, Left

SHOWN = 10  # differences named, of each kind
#: A delivery in one of these is not made because of another one.
RESERVE = {"STANDBY", "SPARED", "FALLBACK"}
EITHER = RESERVE | {"SUPERSEDED"}


@dataclass
class Verdict:
    """What the kills have done."""

    kills: int
    lost: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)  # beyond what the ledger knows to be in doubt
    different: list[str] = field(default_factory=list)
    deliveries: int = 0
    unknown: int = 0  # deliveries of which the service could not know whether they had arrived
    twice: int = 0  # of them, those that were accepted more than once

    @property
    def good(self) -> bool:
        """Whether all is as it would have been without kills."""
        return not (self.lost or self.repeated or self.different)

    def line(self) -> str:
        """The last line of a report."""
        share = 100 * self.unknown / max(self.deliveries, 1)
        different = f", different {len(self.different)}" if self.different else ""
        return (
            f"kills {self.kills}, lost {len(self.lost)}, repeated {len(self.repeated)}{different}"
            f" (unknown {self.unknown} of {self.deliveries} = {share:.2f} %, of these accepted twice {self.twice})"
        )

    def details(self) -> list[str]:
        """The first of each kind of trouble."""
        kinds = {"lost": self.lost, "repeated": self.repeated, "different": self.different}
        return [f"{kind}: {what}" for kind, found in kinds.items() for what in found[:SHOWN]]


def judge(calm: Left, wild: Left, kills: int) -> Verdict:
    """Everything that was said, decided, kept and delivered, against the undisturbed run."""
    verdict = Verdict(kills)
    for name in ("revisions", "decided", "desk", "history"):
        _compare(name, getattr(calm, name), getattr(wild, name), verdict)
    for told in sorted(calm.fates.keys() | wild.fates.keys()):
        _deliver(" ".join(told), calm.fates.get(told), wild.fates.get(told), verdict)
    forgotten = _reached(calm) - _reached(wild)
    forgotten &= {(told.said, told.recipient) for told, fate in wild.fates.items() if fate.state in RESERVE}
    verdict.lost += [f"{said} {recipient}: on no channel" for said, recipient in sorted(forgotten)]
    if wild.strangers:
        verdict.repeated.append(f"{wild.strangers} messages accepted that stand in no ledger")
    return verdict


def _reached(run: Left) -> set[tuple[str, str]]:
    """Who was reached with what on any channel, or may have been, or is told something newer instead."""
    return {
        (told.said, told.recipient)
        for told, fate in run.fates.items()
        if fate.accepted or fate.doubts or fate.state == "SUPERSEDED"
    }


def _compare(name: str, calm: Mapping[Any, Any], wild: Mapping[Any, Any], verdict: Verdict) -> None:
    for key in sorted(calm.keys() | wild.keys(), key=str):
        if key not in wild:
            verdict.lost.append(f"{name} {key}")
        elif key not in calm:
            verdict.repeated.append(f"{name} {key}, unknown to the undisturbed run")
        elif calm[key] != wild[key]:
            verdict.different.append(f"{name} {key}: {wild[key]} instead of {calm[key]}")


def _deliver(name: str, calm: Fate | None, wild: Fate | None, verdict: Verdict) -> None:
    """A delivery in doubt may have been made once more per doubt; any other exactly as in the undisturbed run.

    Whether what waits goes out before something newer takes its place is a matter of milliseconds: where either run
    superseded it, it may have arrived once or not at all. The newer one is judged for itself. So it is where one
    channel stands by for another: that the person was reached at all is looked at apart.
    """
    wanted = min(calm.accepted, 1) if calm else 0  # the undisturbed run may be in doubt too, on a slow machine
    fate = wild or Fate("", 0, 0)
    either = not EITHER.isdisjoint({fate.state, calm.state if calm else ""})
    least, most = (0, 1) if either else (wanted, wanted)
    verdict.deliveries += wanted
    verdict.unknown += fate.doubts > 0
    verdict.twice += fate.doubts > 0 and fate.accepted > 1
    if fate.accepted < least and not fate.doubts:
        verdict.lost.append(f"delivery {name}: {fate.state or 'not in the ledger'}")
    if fate.accepted > most + fate.doubts:
        verdict.repeated.append(f"delivery {name}: accepted {fate.accepted} times, in doubt {fate.doubts} times")
