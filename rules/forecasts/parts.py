"""What a model file is made of. Times are integer milliseconds, stages and residuals cm."""

from typing import Literal

import msgspec

from sensors.readings import Series


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of everything in the file: fixed, and strict about unknown keys."""


#: across a gap longer than this many steps nothing is interpolated
LONGEST_GAP_STEPS = 3


class Feature(Part, frozen=True):
    """One term of the sum.

    difference: value(t − lag) − value(t − lag − span). depth: rain in (t − lag − span, t − lag].
    ``step_ms`` is the nominal step of the series, which bounds gaps and rain sums.
    """

    kind: Literal["difference", "depth"]
    station: str
    parameter: str
    lag_ms: int
    span_ms: int
    step_ms: int
    coefficient: float

    @property
    def series(self) -> Series:
        """The series it reads."""
        return Series(self.station, self.parameter)


class Spread(Part, frozen=True):
    """Residuals (observed less forecast) of held-out events as ``[probability, cm]``, both rising."""

    rising: tuple[tuple[float, float], ...]
    falling: tuple[tuple[float, float], ...]


class Score(Part, frozen=True):
    """Out-of-sample errors; ``pi`` is 1 − Σ(ô−o)²/Σ(o−o_{t−L})², None where the river stood still."""

    n: int
    rmse_cm: float
    persistence_rmse_cm: float
    pi: float | None


class Brier(Part, frozen=True):
    """Mean (p − o)² of the chance of a limit over the steps of held-out events; persistence says 0 or 1."""

    limit_cm: float
    model: float
    persistence: float


class Lead(Part, frozen=True):
    """The forecast for one lead; a damped trend has no features and no intercept of its own."""

    lead_ms: int
    intercept_cm: float
    features: tuple[Feature, ...]
    spread: Spread
    all_steps: Score
    event_steps: Score
    brier: tuple[Brier, ...]
    refused: bool = False
    reason: str = ""


class Trend(Part, frozen=True):
    """A local linear trend filter; the rate wanders by √(q·Δ) and is damped by φ per hour."""

    q: float  # cm²/h³
    sigma_cm: float
    phi: float
    memory_ms: int  # the filter starts anew this long before the moment, so that it needs no history


class Data(Part, frozen=True):
    """What the model was fitted on; ``start`` and ``end`` are the first and last event time used."""

    record: str
    start: str
    end: str
    readings: int
    sha256: str
    event_cm: float  # an event is a passing of this level
    events: int


class Dropped(Part, frozen=True):
    """A series that was asked for and not used."""

    station: str
    parameter: str
    reason: str
