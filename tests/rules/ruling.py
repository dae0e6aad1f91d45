"""Rules for tests of checks, written with as little as possible."""

from collections.abc import Mapping

from rules.functions import FUNCTIONS
from rules.parsed import read
from rules.spec import RuleSpec
from tests.rules.bell import CLEAR, HOLD

#: a hysteresis for signals where its size does not matter
BANDS = {"cm": "1 cm", "cm/h": "1 cm/h", "mm": "0.1 mm", "m3/s": "1 m3/s", "a": "0.1 a", "%": "0.1 %"}


def ruled(formulas: Mapping[str, str], hysteresis: Mapping[str, str] | None = None) -> RuleSpec:
    """A rule with a hysteresis for each of its signals, a small one where nothing else is said."""
    bare = {"zone": "town", "hazard": "flood", **formulas, "hold": HOLD, "clear": CLEAR}
    (parsed,) = read([RuleSpec.model_validate(bare | {"hysteresis": {}})])
    signals = {atom.signal for _, atom in parsed.atoms() if not atom.is_truth_function}
    bands = {str(each): BANDS[FUNCTIONS[each.function].unit] for each in signals}
    return RuleSpec.model_validate(bare | {"hysteresis": bands | dict(hysteresis or {})})


def level_1(text: str) -> RuleSpec:
    """A rule with a single formula."""
    return ruled({"level 1": text})
