"""How a station's stage may go on, by the model that was fitted for it.

The history keeps no curve of forecasts, only the numbers that rules ask for. So the curve is computed here, from
the readings of the history, with the same formulas (``rules.forecasts.evaluate``) and no others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules.forecasts.evaluate import Forecast, Readings, forecast
from rules.forecasts.model import Model
from sensors.readings import Series
from warning.stores.history import History
from warning.web.facts.gauges import USABLE, StationFact

LOW, HIGH = 0.1, 0.9  # of the errors at floods that the model had not seen


@dataclass(frozen=True, slots=True)
class Coming:
    """A stage to come, cm; of ten floods held out eight came to lie between ``low`` and ``high``."""

    at: int
    cm: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast from the newest reading; empty where a reading that it needs is missing or too old."""

    kind: str  # of the model: arx, damped
    floods: int  # that it was checked on
    since: int  # the newest reading, from which it goes on
    value: float
    coming: tuple[Coming, ...]


def outlook(history: History, fact: StationFact, model: Model | None) -> Outlook | None:
    """None where no model forecasts the series. Raises HistoryUnavailable."""
    if model is None or fact.series != Series(model.station, "stage"):
        return None
    point = fact.now.point if fact.now is not None and fact.fresh else None
    if point is None or point.value is None:
        return Outlook(model.kind, model.data.events, 0, 0.0, ())
    known = {series: _readings(history, series, point.at, model.memory_ms) for series in model.series}
    leads = sorted(lead.lead_ms for lead in model.leads if not lead.refused)
    found = [(lead, forecast(model, lead, known, point.at)) for lead in leads]
    coming = [_coming(model, point.at, lead, said) for lead, said in found if said is not None]
    return Outlook(model.kind, model.data.events, point.at, point.value, tuple(coming))


def _readings(history: History, series: Series, until: int, memory_ms: int) -> Readings:
    points = history.series(series, until - memory_ms - 1, until)
    good = [(p.at, p.value) for p in points if p.value is not None and p.flag in USABLE]
    return Readings([at for at, _ in good], [value for _, value in good])


def _coming(model: Model, since: int, lead_ms: int, said: Forecast) -> Coming:
    spread = model.lead(lead_ms).spread
    residuals = spread.rising if said.rising else spread.falling
    low, high = quantile(residuals, LOW), quantile(residuals, HIGH)
    return Coming(since + lead_ms, said.cm, max(model.floor_cm, said.cm + low), max(model.floor_cm, said.cm + high))


def quantile(residuals: Sequence[tuple[float, float]], probability: float) -> float:
    """The residual of a probability: a line between those that are known, the outermost one beyond them."""
    known, errors = zip(*residuals, strict=True)
    return float(np.interp(probability, known, errors))
