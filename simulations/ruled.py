"""Which series a rule is about."""

import re
from collections.abc import Mapping

from rules.spec import RuleSpec
from sensors.readings import Series
from sensors.stations import Station

#: what a function of the rule language measures; the others (rise, forecast, …) are about the stage
MEASURED = {"rain": "rain", "discharge": "discharge"}

_CALL = re.compile(r"([a-z_]+)\s*\(\s*([a-z][a-z0-9_-]*)")


def ruled_series(rule: RuleSpec, stations: Mapping[str, Station]) -> list[Series]:
    """Series in the rule's formulas, in the order in which they are first named."""
    found: dict[Series, None] = {}
    for formula in rule.formulas().values():
        for function, station in _CALL.findall(formula):
            series = Series(station, MEASURED.get(function, "stage"))
            if station in stations and series.parameter in stations[station].sensors:
                found[series] = None
    return list(found)
