"""From a record to a model file and its scores."""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from rules.forecasts import Model
from rules.forecasts.parts import Data, Dropped, Feature, Lead, Trend
from sensors.readings import Series
from sensors.records import Record
from sensors.times import to_utc
from simulations.fitting.arx import Arx, rising_weights
from simulations.fitting.damped import DampedLead, DampedTrend
from simulations.fitting.data import sha256_of
from simulations.fitting.events import Event
from simulations.fitting.prepare import Prepared, Request, prepared, regressors
from simulations.fitting.scores import Candidate, HeldOut, held_out
from simulations.fitting.travel import Travel, travel_times

Kind = Literal["arx", "damped"]
KINDS: tuple[Kind, ...] = ("arx", "damped")


class Fit(NamedTuple):
    """Both kinds of model, each with its forecasts of the events held out, by kind and lead."""

    models: Mapping[Kind, Model]
    checked: Mapping[tuple[Kind, int], HeldOut]
    events: list[Event]
    travel: list[Travel]

    @property
    def better(self) -> Kind:
        """The kind with more leads that are not refused, then with less error in floods."""
        return max(KINDS, key=lambda kind: _worth(self.models[kind]))


def nothing(_: int) -> None:
    """For who wants to hear nothing meanwhile."""


def fit_record(record: Record, request: Request, fitted_at: str, on_fit: Callable[[int], None] = nothing) -> Fit:
    """Fit and cross-validate both kinds; ``on_fit`` is told, after every part, how many there are.

    Raises:
        FitError: a series is not in the record, or the record is too short or has too few events.
    """
    ready = prepared(record, request)
    features, columns, dropped = regressors(record, request, ready)
    changes = [ready.outcomes[lead] - ready.moments.stage for lead in request.leads]
    weights = rising_weights(ready.moments, columns[:, [place for place, one in enumerate(features) if _newest(one)]])
    arx = [Arx(ready.moments, columns, change, weights) for change in changes]
    damped = DampedTrend(ready.moments, ready.known[request.own], request.leads, changes)
    parts = len(request.leads) * len(KINDS) * (len(ready.events) + 1)

    def checked(lead_ms: int, candidate: Candidate) -> HeldOut:
        return held_out(ready.moments, ready.outcomes[lead_ms], candidate, lambda: on_fit(parts))

    limits = request.limits or (ready.event_cm,)
    tried: dict[tuple[Kind, int], HeldOut] = {}
    leads: dict[Kind, list[Lead]] = {kind: [] for kind in KINDS}
    for lead_ms, regression in zip(request.leads, arx, strict=True):
        tried["arx", lead_ms] = checked(lead_ms, regression)
        leads["arx"].append(_lead(lead_ms, tried["arx", lead_ms], limits, *_terms(regression, features)))
        tried["damped", lead_ms] = checked(lead_ms, DampedLead(damped, lead_ms))
        leads["damped"].append(_lead(lead_ms, tried["damped", lead_ms], limits, 0.0, ()))

    def model(kind: Kind, used: list[Feature], left_out: tuple[Dropped, ...], trend: Trend | None) -> Model:
        return Model(
            v=1,
            kind=kind,
            station=request.station,
            step_ms=ready.moments.step_ms,
            floor_cm=ready.moments.floor_cm,
            fitted_at=fitted_at,
            data=_data(record, ready, used, request.own),
            dropped=left_out,
            trend=trend,
            leads=tuple(leads[kind]),
        )

    models: dict[Kind, Model] = {
        "arx": model("arx", features, dropped, None),
        "damped": model("damped", [], (), damped.fitted()),
    }
    travel = travel_times(ready.moments, ready.known, record.steps, request.upstream)
    return Fit(models, tried, ready.events, travel)


def _terms(regression: Arx, features: list[Feature]) -> tuple[float, tuple[Feature, ...]]:
    intercept, coefficients = regression.fitted()
    return intercept, tuple(
        msgspec.structs.replace(one, coefficient=float(value))
        for one, value in zip(features, coefficients, strict=True)
    )


def _lead(
    lead_ms: int, checked: HeldOut, limits: tuple[float, ...], intercept: float, features: tuple[Feature, ...]
) -> Lead:
    floods = checked.score(checked.moments.flood)
    refused = floods.pi is None or floods.pi <= 0
    said = "none" if floods.pi is None else f"{floods.pi:.2f}"
    return Lead(
        lead_ms=lead_ms,
        intercept_cm=intercept,
        features=features,
        spread=checked.spread,
        all_steps=checked.score(np.ones(len(checked.level), dtype=np.bool_)),
        event_steps=floods,
        brier=tuple(checked.brier(limit) for limit in limits),
        refused=refused,
        reason=f"no better than persistence in floods it was not fitted on (persistence index {said})"
        if refused
        else "",
    )


def _data(record: Record, ready: Prepared, features: list[Feature], own: Series) -> Data:
    used = {series: ready.known[series] for series in dict.fromkeys((own, *(one.series for one in features)))}
    return Data(
        record=record.name,
        start=_text(min(int(one.times[0]) for one in used.values())),
        end=_text(max(int(one.times[-1]) for one in used.values())),
        readings=sum(len(one.times) for one in used.values()),
        sha256=sha256_of(used),
        event_cm=ready.event_cm,
        events=len(ready.events),
    )


def _newest(feature: Feature) -> bool:
    return feature.kind == "difference" and feature.lag_ms == 0


def _worth(model: Model) -> tuple[int, float]:
    return (
        sum(not lead.refused for lead in model.leads),
        sum(lead.event_steps.pi or 0.0 for lead in model.leads),
    )


def _text(at: int) -> str:
    return f"{to_utc(at):%Y-%m-%dT%H:%M:%SZ}"
