"""The answer of ``why`` for people: words and marks, no colour needed, the same in a pipe."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from rules.messages import Note
from sensors.readings import Flag
from warning.why_facts import (
    AtomFact,
    ConditionFact,
    FeedFact,
    Node,
    ReadingFact,
    RulesFact,
    SeriesFact,
    StationWhy,
    Why,
)
from warning.why_words import FLAGS, OVERLAYS, REASONS, TRUTHS, Clock, amount, note_words, signal_amount

SHORT = 8  # of a version's hash
#: evidence found out later than this after its own time says so
LATE = timedelta(minutes=1)


def told(answer: Why) -> Group:
    """The whole answer, to be printed by rich."""
    clock = Clock(answer.time_zone, answer.at)
    parts: list[RenderableType] = []
    if answer.zone is not None:
        parts += [_heading(f"{answer.zone.name}, zone {answer.zone.zone}", answer, clock), *_zone(answer, clock)]
    if answer.station is not None:
        name = f"{answer.station.name}, station {answer.station.station}"
        parts += [_heading(name, answer, clock), *_station(answer.station, clock)]
    return Group(*parts)


def _heading(name: str, answer: Why, clock: Clock) -> Text:
    return Text.assemble((name, "bold"), f"\n{clock.full(answer.at)}\n{_rules(answer.rules)}\n")


def _rules(rules: RulesFact) -> str:
    if rules.then is None:
        return "Nothing was assessed until then."
    if rules.same:
        return f"Rules {rules.then[:SHORT]}, those of the configuration."
    return (
        f"Rules {rules.then[:SHORT]} were in force; the configuration has {rules.configured[:SHORT]}, so the"
        " formulas of then are not known and atoms are shown as they are stored."
    )


def _zone(answer: Why, clock: Clock) -> Iterator[RenderableType]:
    zone = answer.zone
    if zone is None:
        return
    if not zone.conditions:
        yield Text("No rule is about this zone.\n")
    for condition in zone.conditions:
        yield _condition(condition, clock)
        for formula in condition.formulas:
            tree = Tree(Text.assemble((formula.key, "bold"), f": {TRUTHS[formula.truth]}"))
            _grow(tree, formula.tree, clock)
            yield tree
        if condition.stored:
            yield _several("as stored", [_atom(atom, clock) for atom in condition.stored])
        yield Text()
    yield from _notes(zone.notes, clock)


def _condition(fact: ConditionFact, clock: Clock) -> Text:
    lines = [Text.assemble((f"{fact.hazard}: {fact.state}, level {fact.level}", "bold"))]
    if fact.since is None or fact.changed_at is None or fact.reason is None:
        lines.append(Text("  nothing was ever decided"))
        return Text("\n").join(lines)
    if fact.since != fact.changed_at:
        lines.append(Text(f"  at this level since {clock.say(fact.since)}"))
    lines.append(Text(f"  {fact.state} since {clock.say(fact.changed_at)}: {REASONS[fact.reason]}"))
    if fact.decided_at is not None and fact.decided_at - fact.changed_at > LATE:
        lines.append(Text(f"  decided {clock.say(fact.decided_at)}"))
    if fact.gauge_lost:
        lines.append(Text(f"  silent: {', '.join(fact.gauge_lost)}"))
    lines += [Text(f"  {OVERLAYS[each]}") for each in fact.overlays]
    if fact.reports:
        lines.append(Text(f"  rests on reports: {', '.join(fact.reports)}"))
    return Text("\n").join(lines)


def _grow(tree: Tree, node: Node, clock: Clock) -> None:
    if node.atom is not None:
        tree.add(_atom(node.atom, clock))
        return
    left_out = "" if node.counts else ", all of it out of service"
    branch = tree.add(Text(f"{TRUTHS[node.truth]}: {node.what}{left_out}"))
    for part in node.parts:
        _grow(branch, part, clock)


def _atom(fact: AtomFact, clock: Clock) -> Text:
    """What it is worth, and below it why."""
    head = Text(f"{TRUTHS[fact.truth]}: {fact.atom}", style="bold" if fact.truth else "")
    return Text("\n").join([head, *(Text(line) for line in (*_limits(fact), *_because(fact, clock)))])


def _limits(fact: AtomFact) -> Iterator[str]:
    """The number behind a mark's name, and of what is true where it ends."""
    if fact.limit is None or fact.off is None:
        return
    limit = amount(fact.limit, fact.unit)
    if fact.truth and fact.off < fact.limit:
        yield f"limit {limit}, false again below {amount(fact.off, fact.unit)}"
    elif not fact.atom.endswith(f" {limit.replace('³', '3')}"):
        yield f"limit {limit}"


def _because(fact: AtomFact, clock: Clock) -> Iterator[str]:
    if not fact.in_service:
        yield "left out: out of service"
    if fact.unknown:
        since = "" if fact.since is None else f" since {clock.say(fact.since)}"
        yield f"{fact.unknown}{since}"
        if fact.before is not None:
            yield f"before that {TRUTHS[fact.before.truth].split()[1]} at {amount(fact.before.value, fact.unit)}"
    elif fact.cause is not None and fact.since is not None:
        who = "reported" if fact.reported else fact.name
        yield f"since {clock.say(fact.since)}: {who} {_measured(fact.cause, reported=fact.reported)}"
    elif fact.since is not None:
        yield f"since {clock.say(fact.since)}"
    if fact.known_at is not None and fact.since is not None and fact.known_at - fact.since > LATE and fact.cause:
        yield f"known {clock.say(fact.known_at)}"
    if fact.newest is not None and (fact.cause is None or fact.newest.at != fact.cause.at):
        yield f"newest {clock.say(fact.newest.at)}: {_measured(fact.newest)}"


def _measured(fact: ReadingFact, *, reported: bool = False) -> str:
    """``226.1 cm, suspect: a jump …``"""
    if reported:
        return amount(fact.value, fact.unit)
    doubts = f": {', '.join(fact.doubts)}" if fact.doubts else ""
    return f"{amount(fact.value, fact.unit)}, {FLAGS[Flag(fact.flag)]}{doubts}"


def _station(fact: StationWhy, clock: Clock) -> Iterator[RenderableType]:
    for series in fact.series:
        yield _series(series, clock)
    yield Text()
    if not fact.feeds:
        yield Text("No rule reads this station.\n")
    for feed in fact.feeds:
        yield _feed(feed, clock)
    yield Text()
    yield from _notes(fact.notes, clock)


def _series(fact: SeriesFact, clock: Clock) -> RenderableType:
    readings = [Text(f"{clock.say(each.at)}: {_measured(each)}") for each in fact.readings]
    signals = [Text(f"{name}: {signal_amount(name, value)}") for name, value in fact.signals.items()]
    tree = _several(fact.parameter, readings or [Text("no data yet")])
    if signals:
        tree.add(_several("signals at the newest", signals))
    return tree


def _feed(fact: FeedFact, clock: Clock) -> RenderableType:
    return _several(", ".join((fact.zone, fact.hazard, *fact.keys)), [_atom(fact.atom, clock)])


def _several(heading: str, parts: Sequence[Text]) -> Tree:
    tree = Tree(Text(heading, style="bold"))
    for part in parts:
        tree.add(part)
    return tree


def _notes(notes: tuple[Note, ...], clock: Clock) -> Iterator[RenderableType]:
    if not notes:
        return
    yield _several(
        "notes to staff in the 6 hours before", [Text(f"{clock.say(each.at)}: {note_words(each)}") for each in notes]
    )
