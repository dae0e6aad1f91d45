"""What messages show together that none shows alone: whether each names all that it follows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from notifiers.cap.alert import Block
from notifiers.cap.finding import Found, error, warning
from notifiers.cap.references import Named, named_by
from notifiers.cap.times import time_of

Name = tuple[str, str]  # sender, identifier


def check_chain(alerts: Sequence[Block]) -> list[tuple[Found, ...]]:
    """Findings for each message, in the order given; messages that are not among them are not missed.

    An Update or Cancel takes the place of messages that it names, and of no other: whoever missed one in between
    would show the one before it for ever (Google's profile: all that have not expired).
    """
    known = {name_of(alert): alert for alert in alerts}
    return [tuple(_checked(alert, known)) for alert in alerts]


def name_of(alert: Block) -> Name:
    """What references call a message by, but for its time."""
    return alert.text("sender"), alert.text("identifier")


def _checked(alert: Block, known: Mapping[Name, Block]) -> Iterator[Found]:
    field = alert.first("references")
    if field is None:
        return
    named = {(each.sender, each.identifier): each for each in _named(alert)}
    for name, each in named.items():
        if name in known and time_of(known[name].text("sent")) != each.sent:
            yield error("references-sent", field, f"{each.identifier} was sent at {known[name].text('sent')}")
    before = _before(alert, known)
    if name_of(alert) in before and name_of(alert) not in named:
        yield error("references-circular", field, "the message follows itself, by way of others")
    if alert.text("msgType") in ("Update", "Cancel"):
        at = time_of(alert.text("sent"))
        missing = [name for name in before if name not in named and name != name_of(alert)]
        for name in sorted(missing):
            if name in known and at is not None and _stands(known[name], at) and not _cancelled(name, at, known):
                yield warning("references-incomplete", field, f"{name[1]} has not expired and is not named")


def _before(alert: Block, known: Mapping[Name, Block]) -> set[Name]:
    """Everything that is named, by the message or by what it names, and so on."""
    found, waiting = set[Name](), [alert]
    while waiting:
        for each in _named(waiting.pop()):
            name = each.sender, each.identifier
            if name not in found:
                found.add(name)
                waiting += [known[name]] if name in known else []
    return found


def _named(alert: Block) -> list[Named]:
    return [each for each in named_by(alert.text("references")) if isinstance(each, Named)]


def _stands(alert: Block, at: datetime) -> bool:
    """Whether it says something that has not expired; what never expires stands."""
    if alert.text("msgType") not in ("Alert", "Update"):
        return False
    ends = [time_of(info.text("expires")) for info in alert.infos]
    return any(end is None or end > at for end in ends)


def _cancelled(name: Name, at: datetime, known: Mapping[Name, Block]) -> bool:
    for other in known.values():
        sent = time_of(other.text("sent"))
        before = other.text("msgType") == "Cancel" and sent is not None and sent < at
        if before and name in {(each.sender, each.identifier) for each in _named(other)}:
            return True
    return False
