"""Which series a rule is about."""

from collections.abc import Iterator

from rules.formula import atoms_of
from rules.language import PARAMETER_OF, parse
from rules.spec import RuleSpec
from sensors.readings import Series


def ruled_series(rule: RuleSpec) -> list[Series]:
    """Series measured by the rule's levels, in the order in which they are first named.

    That a station is silent or suspect is no measurement.
    """
    return list(dict.fromkeys(_named(rule)))


def _named(rule: RuleSpec) -> Iterator[Series]:
    for formula in rule.formulas().values():
        for atom in atoms_of(parse(formula)):
            if not atom.is_truth_function:
                yield Series(atom.signal.station, PARAMETER_OF[atom.signal.function])
