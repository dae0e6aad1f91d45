"""Formulas evaluated over stored truths, and where the newest transition left a condition."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from rules.formula import And, AtLeast, Atom, Formula, Not, Or, Truth, evaluate, without
from rules.messages import ConditionState, Transition
from warning.why_facts import AtomFact, ConditionFact, FormulaFact, Node


def formula_fact(key: str, formula: Formula, facts: Mapping[Atom, AtomFact]) -> FormulaFact:
    """A formula with what it was worth; what was out of service is left out of it."""
    truths = {atom: fact.truth for atom, fact in facts.items()}
    gone = {atom for atom, fact in facts.items() if not fact.in_service and atom.signal.function != "silent"}
    return FormulaFact(key, str(formula), _worth(formula, truths, gone)[0], _node(formula, facts, truths, gone))


def _worth(formula: Formula, truths: Mapping[Atom, Truth], gone: Collection[Atom]) -> tuple[Truth, bool]:
    """What is known of a formula, and whether anything of it is in service."""
    left = without(formula, gone)
    return (None, False) if left is None else (evaluate(left, truths), True)


def _node(
    formula: Formula, facts: Mapping[Atom, AtomFact], truths: Mapping[Atom, Truth], gone: Collection[Atom]
) -> Node:
    truth, counts = _worth(formula, truths, gone)
    match formula:
        case Atom():
            return Node("atom", truth, atom=facts[formula], counts=counts)
        case Not(part=part):
            what, parts = "not", (part,)
        case And(parts=parts):
            what = "and"
        case Or(parts=parts):
            what = "or"
        case AtLeast(count=count, parts=parts):
            what = "any of" if count == 1 else "all of" if count == len(parts) else f"{count} of"
    return Node(what, truth, tuple(_node(part, facts, truths, gone) for part in parts), counts=counts)


def standing(
    hazard: str, said: Sequence[Transition], formulas: tuple[FormulaFact, ...], stored: tuple[AtomFact, ...]
) -> ConditionFact:
    """Where the newest transition left the condition."""
    if not said:
        return ConditionFact(
            hazard, ConditionState.NO_DATA, 0, None, None, None, None, formulas=formulas, stored=stored
        )
    last = said[0]
    edges = {edge.id for edge in last.edges}
    return ConditionFact(
        hazard=hazard,
        state=last.to.state,
        level=last.to.level,
        since=_level_since(said),
        changed_at=last.at,
        decided_at=last.decided_at,
        reason=last.reason,
        gauge_lost=last.gauge_lost,
        overlays=last.overlays,
        reports=tuple(each for each in last.evidence if each not in edges),
        formulas=formulas,
        stored=stored,
    )


def _level_since(said: Sequence[Transition]) -> datetime:
    """Event time of the transition that brought the level, as far back as these go, newest first."""
    since = said[0].at
    for one in said:
        if one.to.level != said[0].to.level:
            break
        since = one.at
    return since
